// What the node's network needs beyond the Glibc module. Failure is reported as by the call itself: -1 with errno set.
#ifndef CLINUX_NETWORK_H
#define CLINUX_NETWORK_H

#include <stddef.h>
#include <stdint.h>

/// A raw IPv4 socket of `protocol` whose packets leave with `ttl`; non-blocking, closed on exec.
int clinux_raw_ipv4_socket(int protocol, int ttl);
/// Sends `bytes` over a raw IPv4 socket from exactly `source`, which must be an address of this machine (EINVAL
/// otherwise). Both addresses are numbers (192.0.2.1 is 0xc0000201); `source` 0 leaves the choice to the kernel.
int clinux_send_ipv4(int fd, const void *_Nonnull bytes, size_t length, uint32_t source, uint32_t destination);

/// A raw IPv6 socket for UDP whose packets leave with `hops` and whose checksums the kernel fills in;
/// non-blocking, closed on exec. What it receives begins at the UDP header.
int clinux_raw_ipv6_udp_socket(int hops);
/// Sends `bytes`, UDP header first, to the 16 bytes at `destination`; the kernel chooses the source.
int clinux_send_ipv6(int fd, const void *_Nonnull bytes, size_t length, const uint8_t *_Nonnull destination);

/// A netlink socket of `protocol` that listens to the multicast `groups` (a bit set); closed on exec.
int clinux_netlink_socket(int protocol, uint32_t groups);

/// A listening Unix socket at `path` that only its owner may use; closed on exec. EADDRINUSE when the path exists.
int clinux_unix_listen(const char *_Nonnull path);
/// A connection to the Unix socket at `path` whose reads and writes give up after `timeout_ms`; closed on exec.
int clinux_unix_connect(const char *_Nonnull path, int timeout_ms);

#endif
