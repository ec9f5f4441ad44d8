# Each target installs the Debian packages that it needs; `make test` and `make demo` are the two commands to know.
BUILD_PACKAGES = libncursesw5-dev libsqlite3-dev libnftables-dev pkg-config
RUN_PACKAGES = wireguard-go iproute2 nftables
TEST_PACKAGES = $(RUN_PACKAGES) tmux wireguard-tools iputils-ping
PREFIX ?= /usr/local
BUILD = swift build --explicit-target-dependency-import-check error
BINARIES = .build/debug

.PHONY: build run demo test unit-test lab-test bench lint screenshots install uninstall clean
.DEFAULT_GOAL := build

build: need-swift
	@sh scripts/need $(BUILD_PACKAGES)
	$(BUILD) --product meshtui
	$(BUILD) --product meshtui-lab

run: build
	@sh scripts/need $(RUN_PACKAGES)
	$(BINARIES)/meshtui

demo: build
	@sh scripts/need $(RUN_PACKAGES)
	$(BINARIES)/meshtui-lab demo

test: need-swift
	@sh scripts/need $(BUILD_PACKAGES) $(TEST_PACKAGES)
	sh scripts/test

unit-test: need-swift
	@sh scripts/need $(BUILD_PACKAGES) $(TEST_PACKAGES)
	sh scripts/test unit

lab-test: need-swift
	@sh scripts/need $(BUILD_PACKAGES) $(TEST_PACKAGES)
	sh scripts/test lab

# Counts above Benchmarks/thresholds.json fail it; times are only printed.
bench: need-swift
	@sh scripts/need $(BUILD_PACKAGES)
	swift run --package-path Benchmarks -c release MeshBenchmarks Benchmarks/thresholds.json

lint: need-swift
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources

screenshots: build
	@sh scripts/need $(TEST_PACKAGES) python3 python3-pil fonts-dejavu-core
	sh scripts/screenshots

install: need-swift
	@sh scripts/need $(BUILD_PACKAGES) $(RUN_PACKAGES)
	$(BUILD) -c release --static-swift-stdlib --product meshtui
	install -D -m 755 .build/release/meshtui $(DESTDIR)$(PREFIX)/bin/meshtui
	strip --strip-debug $(DESTDIR)$(PREFIX)/bin/meshtui

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/meshtui

clean:
	rm -rf .build .build-* Benchmarks/.build

need-swift:
	@command -v swift >/dev/null || { echo "Swift 6.2 or newer is needed: see https://www.swift.org/install/linux/" >&2; exit 69; }
.PHONY: need-swift
