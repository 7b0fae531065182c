import MessageSchema
import TestSupport

/// Where every stream stood when its writer was last seen: nobody may have read beyond it, and it never goes back.
struct HeadWatch {
    private var heads: [StreamName: UInt64] = [:]

    subscript(_ stream: StreamName) -> UInt64 { heads[stream, default: 0] }

    /// Takes the heads of the writers that are up and holds their readers' cursors against them. What a writer published just
    /// before it fell is seen when it is back. Errors: `Broken`.
    ///
    /// `news` are those that may have written since the last check.
    mutating func check(_ nodes: [any SimulatedNode], news: [any SimulatedNode]) throws {
        for head in try news.flatMap({ try $0.heads() }) {
            let stream = try StreamName(named: head.stream)
            guard head.sequence >= self[stream] else {
                throw Broken("\(stream) stood at \(self[stream]) and stands at \(head.sequence)")
            }
            heads[stream] = head.sequence
        }
        let up = Set(nodes.filter(\.isUp).map(\.name))
        for node in nodes {
            for cursor in node.cursors where up.contains(cursor.stream.writer) {
                try Self.check(read: cursor.read, head: self[cursor.stream], "\(cursor.stream) in \(node.name)")
            }
        }
    }

    /// Errors: `Broken` where more was read than there is.
    static func check(read: UInt64, head: UInt64, _ what: String) throws {
        guard read <= head else { throw Broken("\(what) is read to \(read), and its head is \(head)") }
    }
}
