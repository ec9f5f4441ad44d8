import MeshWire

extension InviteCode.Host {
    /// As it is written in a URL's host part, without brackets.
    package var text: String {
        switch self {
        case .address(let address): "\(address)"
        case .name(let name): name
        }
    }
}
