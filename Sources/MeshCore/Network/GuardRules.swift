internal import MeshRules
internal import MeshWire

/// The text of the node's nftables table and of each change to it. The table holds the log rule for outgoing
/// handshakes and the roaming guards: own receiver index and source of an arriving packet are looked up, and what comes
/// from a path left gets the source wanted (DESIGN.md §3).
struct GuardRules {
    let name: String
    private var table: String { "inet \(name)" }
    private let port: UInt16
    private let group: UInt16
    private var standing: [PublicKey: RoamingGuardRule] = [:]

    /// `group` is the log group of outgoing handshakes.
    init(interface: String, port: UInt16, group: UInt16) {
        name = "meshtui_\(interface)"
        (self.port, self.group) = (port, group)
    }

    /// Makes the table. Its owner is the netlink socket that sends this; nobody else can change it, and it goes with it.
    /// The receiver index stands at byte 4 of data (type 4) and at byte 8 of a response (type 2).
    var creation: String {
        """
        table \(table) {
          flags owner;
          map late4 { typeof @th,96,32 . ip saddr . udp sport : verdict; }
          map late6 { typeof @th,96,32 . ip6 saddr . udp sport : verdict; }
          map response4 { typeof @th,128,32 . ip saddr . udp sport : verdict; }
          map response6 { typeof @th,128,32 . ip6 saddr . udp sport : verdict; }
          chain data {
            @th,96,32 . ip saddr . udp sport vmap @late4
            @th,96,32 . ip6 saddr . udp sport vmap @late6
          }
          chain response {
            @th,128,32 . ip saddr . udp sport vmap @response4
            @th,128,32 . ip6 saddr . udp sport vmap @response6
          }
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
    var peers: [PublicKey] { standing.keys.sorted() }

    static func counter(of peer: PublicKey) -> String { "hits_\(peer.hex)" }

    /// Stands a guard, or changes the one that stands for the peer; empty when nothing changes. The counter goes on.
    mutating func stand(_ rule: RoamingGuardRule) -> String {
        let old = standing[rule.peer]
        guard old != rule else { return "" }
        let chain = Self.chain(of: rule.peer)
        var text = ""
        if old == nil {
            text += "add counter \(table) \(Self.counter(of: rule.peer))\nadd chain \(table) \(chain)\n"
        } else if old?.wanted != rule.wanted {
            text += "flush chain \(table) \(chain)\n"
        }
        if old?.wanted != rule.wanted {
            for action in Self.actions(rule) { text += "add rule \(table) \(chain) \(action)\n" }
        }
        let before = old.map(GuardElement.all(of:)) ?? []
        let after = GuardElement.all(of: rule)
        text += elements("delete", before.filter { !after.contains($0) }, chain)
        text += elements("add", after.filter { !before.contains($0) }, chain)
        standing[rule.peer] = rule
        return text
    }

    /// Takes the peer's guard away; empty when none stands.
    mutating func end(_ peer: PublicKey) -> String {
        guard let rule = standing.removeValue(forKey: peer) else { return "" }
        let chain = Self.chain(of: peer)
        return elements("delete", GuardElement.all(of: rule), chain)
            + "delete chain \(table) \(chain)\ndelete counter \(table) \(Self.counter(of: peer))\n"
    }

    private static func chain(of peer: PublicKey) -> String { "to_\(peer.hex)" }

    /// What happens to a packet that came from a path left.
    private static func actions(_ rule: RoamingGuardRule) -> [String] {
        let wanted = rule.wanted
        let hit = "counter name \(counter(of: rule.peer))"
        // One of the other family can't be given the source wanted, and would move WireGuard back if it were let in.
        let other = "\(hit) drop"
        if wanted.address.v4 == nil {
            return ["ip6 saddr set \(wanted.address) udp sport set \(wanted.port) \(hit) accept", other]
        }
        let source = "ip saddr set \(wanted.address) udp sport set \(wanted.port)"
        // A checksum of 0 (none) must stay 0: it would be "mended" from nothing and the packet dropped.
        return ["udp checksum 0 \(source) udp checksum set 0 \(hit) accept", "\(source) \(hit) accept", other]
    }

    private func elements(_ verb: String, _ elements: [GuardElement], _ chain: String) -> String {
        var text = ""
        for family in [4, 6] {
            let keys = elements.filter { $0.family == family }.map { "\($0.key) : goto \(chain)" }
            if keys.isEmpty { continue }
            for map in ["late\(family)", "response\(family)"] {
                text += "\(verb) element \(table) \(map) { \(keys.joined(separator: ", ")) }\n"
            }
        }
        return text
    }
}
