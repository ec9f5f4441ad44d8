internal import MeshRules
internal import MeshWire

/// The text of the node's nftables table and of each change to it. The table holds the log rule for outgoing
/// handshakes and the roaming guards: own receiver index and source of an arriving packet are looked up, and what comes
/// from a path left gets the source wanted (DESIGN.md §3).
struct GuardRules {
    let table: String
    private let port: UInt16
    private let group: UInt16
    private var standing: [PublicKey: RoamingGuardRule] = [:]

    /// `group` is the log group of outgoing handshakes.
    init(interface: String, port: UInt16, group: UInt16) {
        table = "inet meshtui_\(interface)"
        (self.port, self.group) = (port, group)
    }

    /// Makes the table. Its owner is the netlink socket that sends this; nobody else can change it, and it goes with it.
    var creation: String {
        """
        table \(table) {
          flags owner;
          map late4 { typeof @th,96,32 . ip saddr . udp sport : verdict; }
          map response4 { typeof @th,128,32 . ip saddr . udp sport : verdict; }
          chain data { @th,96,32 . ip saddr . udp sport vmap @late4; }
          chain response { @th,128,32 . ip saddr . udp sport vmap @response4; }
          chain in {
            type filter hook input priority 200; policy accept;
            udp dport \(port) @th,64,32 vmap { 0x04000000 : jump data, 0x02000000 : jump response }
          }
          chain out {
            type filter hook output priority 0; policy accept;
            udp sport \(port) @th,64,32 { 0x01000000, 0x02000000 } log group \(group) snaplen \(HandshakeLog.copiedBytes)
          }
        }

        """
    }

    var removal: String { "delete table \(table)\n" }
    var counters: String { "list counters table \(table)\n" }
    var peers: [PublicKey] { standing.keys.sorted() }

    static func counter(of peer: PublicKey) -> String { "hits_\(peer.hex)" }

    /// Stands a guard, or changes the one that stands for the peer; empty when nothing changes. The counter goes on.
    mutating func stand(_ rule: RoamingGuardRule) -> String {
        let old = standing[rule.peer]
        guard old != rule else { return "" }
        // The lookups are IPv4's: a pair that moves to IPv6 goes without a guard.
        guard let wanted = rule.wanted.address.v4 else { return end(rule.peer) }
        let chain = Self.chain(of: rule.peer)
        let counter = Self.counter(of: rule.peer)
        var text = ""
        if old == nil {
            text += "add counter \(table) \(counter)\nadd chain \(table) \(chain)\n"
        } else if old?.wanted != rule.wanted {
            text += "flush chain \(table) \(chain)\n"
        }
        if old?.wanted != rule.wanted {
            let source = "ip saddr set \(IPAddress(v4: wanted)) udp sport set \(rule.wanted.port)"
            // A checksum of 0 (none) must stay 0: it would be "mended" from nothing and the packet dropped.
            text +=
                "add rule \(table) \(chain) udp checksum 0 \(source) udp checksum set 0 counter name \(counter) accept\n"
            text += "add rule \(table) \(chain) \(source) counter name \(counter) accept\n"
        }
        let before = old.map(Self.keys(of:)) ?? []
        let after = Self.keys(of: rule)
        text += elements("delete", before.filter { !after.contains($0) }, chain)
        text += elements("add", after.filter { !before.contains($0) }, chain)
        standing[rule.peer] = rule
        return text
    }

    /// Takes the peer's guard away; empty when none stands.
    mutating func end(_ peer: PublicKey) -> String {
        guard let rule = standing.removeValue(forKey: peer) else { return "" }
        let chain = Self.chain(of: peer)
        return elements("delete", Self.keys(of: rule), chain)
            + "delete chain \(table) \(chain)\ndelete counter \(table) \(Self.counter(of: peer))\n"
    }

    private static func chain(of peer: PublicKey) -> String { "to_\(peer.hex)" }

    /// `index . address . port` of everything the guard rewrites, in the order given; the wanted path never is.
    private static func keys(of rule: RoamingGuardRule) -> [String] {
        var keys: [String] = []
        for index in rule.indexes {
            for left in rule.left where left != rule.wanted && left.address.v4 != nil {
                let digits = String(index, radix: 16)
                let key =
                    "0x\(String(repeating: "0", count: 8 - digits.count))\(digits) . \(left.address) . \(left.port)"
                if !keys.contains(key) { keys.append(key) }
            }
        }
        return keys
    }

    private func elements(_ verb: String, _ keys: [String], _ chain: String) -> String {
        guard !keys.isEmpty else { return "" }
        let list = keys.map { "\($0) : goto \(chain)" }.joined(separator: ", ")
        return ["late4", "response4"].map { "\(verb) element \(table) \($0) { \(list) }\n" }.joined()
    }
}
