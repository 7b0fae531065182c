package import MessageBus
package import MessageSchema

/// Where the streams stood when the service started, as first heard from their writers, and which are read up to there.
package struct StartingHeads: Sendable {
    /// Not heard of since the start.
    private var silent: Set<StreamName>
    /// Heard of, and not yet read up to that head.
    private var behind: [StreamName: UInt64] = [:]

    package init(_ streams: [StreamName]) { silent = Set(streams) }

    /// Takes what the readers say; gives the streams that are now read up to where they stood.
    package mutating func observe(_ readers: [StreamReader]) -> [StreamName] {
        for reader in readers where reader.heard > 0 && silent.remove(reader.stream) != nil {
            behind[reader.stream] = reader.head
        }
        let reached = readers.filter { reader in behind[reader.stream].map { reader.next > $0 } ?? false }
        for reader in reached { behind[reader.stream] = nil }
        return reached.map(\.stream)
    }

    /// The streams that are silent or not yet read so far, in name order.
    package var missing: [StreamName] { (Array(silent) + behind.keys).sorted() }
}
