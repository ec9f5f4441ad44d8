/// A machine of the lab with the node that runs on it.
struct Node: Equatable {
    let site: String
    /// What the other members see.
    let name: String
    let interface: String
}
