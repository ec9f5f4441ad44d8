/// The nft rules that make a Linux router behave as a household's NAT. Mapping and filtering in the words of RFC 4787.
enum NATRules {
    static func text(for site: Site) -> String? {
        switch site.kind {
        case .open, .server: nil
        case .portRestricted, .doubleNAT: router(translation: mapping(), firewall: closedDoor)
        case .symmetric: router(translation: mapping(flags: " fully-random"), firewall: closedDoor)
        case .fullCone: router(translation: mapping() + inbound(to: site.hostAddress), firewall: closedDoor)
        case .restrictedCone:
            router(
                translation: mapping() + inbound(to: site.hostAddress, from: "ip saddr @contacted "),
                firewall: closedDoor + contacts, sets: contactedSet)
        case .udpBlocked: router(translation: mapping(), firewall: closedDoor + noUDP)
        }
    }

    /// Linux keeps the source port where it can, so one port of the machine is one port outside, whoever it talks to.
    private static func mapping(flags: String = "") -> String {
        """
          chain outbound {
            type nat hook postrouting priority srcnat
            oifname "wan" masquerade\(flags)
          }

        """
    }

    private static func inbound(to host: IPv4, from condition: String = "") -> String {
        """
          chain inbound {
            type nat hook prerouting priority dstnat
            iifname "wan" meta l4proto udp \(condition)dnat to \(host)
          }

        """
    }

    /// Without it one unsolicited packet takes the connection-tracking entry that the household's own packet would need,
    /// and the household's mapping moves to another port.
    private static let closedDoor = """
          chain door {
            type filter hook input priority filter
            iifname "wan" meta l4proto != icmp drop
          }

        """

    private static let contactedSet = """
          set contacted {
            type ipv4_addr
            flags dynamic, timeout
            timeout 2m
          }

        """

    private static let contacts = """
          chain contacts {
            type filter hook forward priority filter
            oifname "wan" meta l4proto udp update @contacted { ip daddr }
          }

        """

    private static let noUDP = """
          chain silence {
            type filter hook forward priority filter
            meta l4proto udp drop
          }

        """

    private static func router(translation: String, firewall: String, sets: String = "") -> String {
        "table ip household {\n" + sets + translation + firewall + "}"
    }
}
