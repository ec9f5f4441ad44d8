import Foundation
import MeshRules
import MeshWire
import Testing

@testable import MeshCore

@Suite("What is read from the machine")
struct MachineStateTests {
    @Test(
        "the capabilities that are missing are named",
        arguments: [
            ("Name:\tx\nCapEff:\t000001ffffffffff\n", []),
            ("CapEff:\t0000000000000000\n", ["CAP_NET_ADMIN", "CAP_NET_RAW"]),
            ("CapEff:\t0000000000001000\n", ["CAP_NET_RAW"]),
            ("CapEff:\t0000000000002000\n", ["CAP_NET_ADMIN"]),
            ("", ["CAP_NET_ADMIN", "CAP_NET_RAW"]),
        ])
    func capabilities(_ status: String, _ missing: [String]) {
        #expect(Prerequisites.missingCapabilities(inStatus: status) == missing)
    }

    @Test("routes are read with their interfaces, without the tunnel's, rejecting ones and the default route")
    func routes() throws {
        let text = """
            Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
            eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
            eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
            docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
            meshtui0\t0000420A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
            tun0\t0100000A\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0
            *\t0000000A\t00000000\t0200\t0\t0\t0\t000000FF\t0\t0\t0
            wg0\tnonsense\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0
            """
        let found = LocalRoutes.routes(inProc: text, without: "meshtui0")
        #expect(
            found.map(\.description) == [
                "the route 192.168.1.0/24 of eth0", "the route 172.17.0.0/16 of docker0",
                "the route 10.0.0.1/32 of tun0",
            ])
        #expect(LocalRoutes.routes(inProc: "", without: "meshtui0").isEmpty)
    }

    @Test("a process's start time is found behind a name that holds spaces and parentheses")
    func startTime() {
        let fields = (3...30).map { $0 == 22 ? "987654" : "\($0)" }.joined(separator: " ")
        #expect(ProcessRecord.startTime(inStat: "42 (wire) 1 (x) \(fields)") == 987654)
        #expect(ProcessRecord.startTime(inStat: "42 (x) S 1 2") == nil)
        #expect(ProcessRecord.startTime(inStat: "") == nil)
    }

    @Test(
        "only WireGuard of this interface is taken for a leftover",
        arguments: [
            ("/usr/bin/wireguard-go\0-f\0meshtui0\0", true),
            ("wireguard-go\0-f\0meshtui0\0", true),
            ("/usr/bin/wireguard-go\0-f\0meshtui1\0", false),
            ("/usr/bin/vim\0meshtui0\0", false),
            ("/usr/bin/wireguard-go-like\0-f\0meshtui0\0", false),
            ("", false),
        ])
    func commandLine(_ text: String, _ isOurs: Bool) {
        #expect(ProcessRecord.isWireGuard(commandLine: text, interface: "meshtui0") == isOurs)
    }

    @Test("a record of a process that is not WireGuard ends nothing and is removed")
    func strangerIsSpared() throws {
        let folder = try TemporaryFolder()
        let record = ProcessRecord(path: "\(folder.path)/wireguard-go.pid")
        try record.write(getpid())
        #expect(try PrivateFile.read(record.path)?.starts(with: "\(getpid()) ".utf8) == true)
        #expect(!record.endLeftover(interface: "meshtui0"))
        #expect(try PrivateFile.read(record.path) == nil)
        #expect(!record.endLeftover(interface: "meshtui0"))
    }

    @Test(
        "names of interfaces",
        arguments: [
            ("meshtui0", true), ("a", true), ("wg-home.1_x", true), ("abcdefghijklmno", true),
            ("abcdefghijklmnop", false), ("", false), ("0wg", false), ("a b", false), ("a/b", false), ("ä", false),
            ("a;flush", false), ("-x", false),
        ])
    func interfaceNames(_ name: String, _ isUsable: Bool) {
        let configuration = NetworkConfiguration(stateFolder: "/nowhere", interface: name)
        #expect(configuration.hasUsableInterfaceName == isUsable)
    }

    @Test("an interface's addresses are read from what ip lists")
    func addresses() {
        let json = """
            [{"ifindex":3,"ifname":"meshtui0","mtu":1420,"addr_info":[{"family":"inet","local":"10.66.0.1",\
            "prefixlen":16},{"family":"inet6","local":"fe80::1","prefixlen":64}]},{}]
            """
        #expect(TunnelInterface.addresses(inJSON: json) == ["10.66.0.1/16"])
        #expect(TunnelInterface.addresses(inJSON: "3: meshtui0") == [])
    }

    @Test("the ports tried end at the last one there is")
    func ports() {
        #expect(ListenPort.candidates(from: 51820) == 51820...51919)
        #expect(ListenPort.candidates(from: 65_530) == 65_530...65_535)
    }

    @Test("lasting IPv6 addresses are read, others are left out")
    func ipv6Addresses() {
        let text = """
            00000000000000000000000000000001 01 80 10 80       lo
            20010db8000000000000000000000001 02 40 00 80     eth0
            20010db8000000000000000000000002 02 40 00 01     eth0
            20010db8000000000000000000000003 02 40 00 20     eth0
            20010db8000000000000000000000004 02 40 00 40     eth0
            fd00000000000000000000000000000a 02 40 00 00     eth0
            fe80000000000000000000000000000b 02 40 20 80     eth0
            20010db80000000000000000000000ff 03 40 00 80 meshtui0
            broken
            """
        #expect(
            LocalAddresses.ipv6(inProc: text, without: "meshtui0").map { "\($0.interface) \($0.address)" }
                == ["eth0 2001:db8::1", "eth0 fd00::a"])
    }

    @Test("the interfaces that lead everywhere are read from the kernel's routes")
    func defaultRoutes() {
        let v4 = """
            Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
            wlan0\t00000000\t010200C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
            tun0\t00000000\t0108000A\t0003\t0\t0\t0\t00000080\t0\t0\t0
            docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
            """
        let zero = String(repeating: "0", count: 32)
        let v6 = """
            \(zero) 00 \(zero) 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003 eth0
            fd000000000000000000000000000000 40 \(zero) 00 \(zero) 00000100 00000001 00000000 00000001 eth1
            \(zero) 00 \(zero) 00 \(zero) ffffffff 00000001 00000000 00200200 lo
            """
        #expect(LocalAddresses.defaultRoutes(v4: v4, v6: v6) == ["wlan0", "eth0"])
        #expect(LocalAddresses.defaultRoutes(v4: "", v6: "") == [])
    }

    @Test("the machine's own addresses are ones that a peer might reach")
    func localAddresses() {
        let all = LocalAddresses.current(without: "meshtui0")
        #expect(Set(all).count == all.count)
        #expect(all.filter { !$0.isReachable } == [])
    }
}

/// A folder that goes with its owner.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "meshtui-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
