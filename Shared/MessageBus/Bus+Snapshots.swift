import Foundation
package import MessageSchema

// What a reader does that comes too late: its writer does not keep what is next any more.

extension Bus {
    /// What still stands of the records that a writer does not keep any more, and where its stream stood after them.
    package struct Snapshot: Sendable {
        /// The stream is read on after it.
        package internal(set) var base = StreamHead()
        /// In order of sequence.
        package internal(set) var records: [StreamReader.Accepted] = []
        var isWhole = false
        var bytes = 0
    }

    /// A snapshot of more bytes is not taken: 256 MB.
    static let snapshotBytes = 256 << 20

    /// The next part of the snapshot that `stream` needs.
    func question(of stream: StreamName) -> SnapshotQuery {
        var query = SnapshotQuery()
        query.stream = stream.rawValue
        query.after = snapshots[stream]?.records.last?.sequence ?? 0
        return query
    }

    /// Takes a reply that is no page of catch-up.
    func take(reply bytes: Data) throws(BusError) {
        guard let reply = try? Reply.decode(bytes), let body = reply.body else {
            malformed += 1
            return
        }
        switch body {
        case .snapshot(let page): try take(page, number: reply.number)
        // The writer had just let go what was asked for: its next heartbeat says from where it keeps records.
        case .refused: for reader in readers { _ = answered(reader.stream, reply.number) }
        case .page, .answer, .stepDone, .status: malformed += 1
        }
    }

    private func take(_ page: SnapshotPage, number: UInt64) throws(BusError) {
        guard let reader = readers.first(where: { $0.stream.rawValue == page.base.stream }) else { return }
        guard answered(reader.stream, number), reader.needsSnapshot else { return }
        var snapshot = snapshots[reader.stream] ?? Snapshot()
        // Retention went on between two parts: what was taken is of another moment.
        if !snapshot.records.isEmpty, snapshot.base != page.base { snapshot = Snapshot() }
        snapshot.base = page.base
        for bytes in page.records {
            guard let header = try? RecordHeader(bytes), header.stream == reader.stream,
                header.sequence > snapshot.records.last?.sequence ?? 0, header.sequence <= page.base.sequence
            else { throw reader.unreadable }
            snapshot.records.append(StreamReader.Accepted(header: header, bytes: bytes, hash: .of(bytes)))
            snapshot.bytes += bytes.count
        }
        guard snapshot.bytes <= Self.snapshotBytes else {
            throw BusError(
                .oversized,
                "what stands in \(reader.stream.rawValue) has more than \(Self.snapshotBytes >> 20) MB; restore a backup of this service"
            )
        }
        snapshot.isWhole = page.last
        snapshots[reader.stream] = snapshot
    }

    /// The snapshots that are whole, to be handled before anything that follows in their streams; `resume` goes on after each.
    package var wholeSnapshots: [Snapshot] {
        readers.compactMap { reader in snapshots[reader.stream].flatMap { $0.isWhole ? $0 : nil } }
    }

    /// The snapshot is handled: its stream is read on after its base. Errors: `epoch-changed`, `chain-broken`.
    package func resume(after base: StreamHead) throws(BusError) {
        guard let index = readers.firstIndex(where: { $0.stream.rawValue == base.stream }) else { return }
        try readers[index].resume(after: base)
        snapshots[readers[index].stream] = nil
    }

    /// Tells the writers how far this service has come in their streams, so that they keep what it has not handled.
    ///
    /// `next` gives the next sequence that is to be handled. A lost word is said again by the next one.
    package func report(next: (StreamReader) -> UInt64) throws(BusError) {
        for reader in readers {
            var request = Request()
            request.reading.service = service.rawValue
            request.reading.stream = reader.stream.rawValue
            request.reading.epoch = reader.epoch
            request.reading.next = next(reader)
            _ = try sockets.ask(reader.stream.writer, try encode(request))
        }
    }
}
