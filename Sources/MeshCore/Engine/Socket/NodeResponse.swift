/// What the node makes of a request.
package enum NodeResponse: Sendable {
    case one(NodeReply)
    /// Replies until the client goes or the stream ends.
    case stream(any AsyncSequence<NodeReply, Never> & Sendable)
    /// The last reply of this node: the server ends when it is written.
    case last(NodeReply)
}
