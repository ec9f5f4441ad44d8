internal import MeshRules
internal import MeshWire

/// What a guard looks a packet up by: one own receiver index and one path left.
struct GuardElement: Hashable {
    /// 4 or 6, of the path left.
    var family: Int
    /// `index . address . port`.
    var key: String

    /// Everything that the guard rewrites, each once; the path wanted never is.
    static func all(of rule: RoamingGuardRule) -> [GuardElement] {
        var elements: [GuardElement] = []
        for index in rule.indexes {
            for left in rule.left where left != rule.wanted {
                let digits = String(index, radix: 16)
                let padded = String(repeating: "0", count: 8 - digits.count) + digits
                let element = GuardElement(
                    family: left.address.v4 == nil ? 6 : 4, key: "0x\(padded) . \(left.address) . \(left.port)")
                if !elements.contains(element) { elements.append(element) }
            }
        }
        return elements
    }
}
