package import Foundation
package import GRDB
package import MessageSchema
import Vocabulary

/// Gives records their place in the streams of one service, and writes one row for all that a transaction appended to a stream.
///
/// How rows are cut is invisible: sequences, hashes and pages are those of records. Heads are kept in memory and adopted
/// when the transaction commits; `forget` returns to what the database holds. One owner.
package final class StreamWriter {
    private let identity: StoreIdentity
    private let jurisdiction: String
    /// The epoch in which records are written.
    package private(set) var epoch: String
    private var encoder: EnvelopeEncoder
    private var lanes: [Lane]
    private var written: [StreamBatch] = []

    /// A row is written when it has so many bytes, whatever follows in the transaction: a quarter of the largest page.
    package static let rowBytes = 1 << 20

    /// A writer of the streams of `identity`'s service; records carry that division code.
    package init(identity: StoreIdentity, jurisdiction: String) {
        (self.identity, self.jurisdiction, epoch) = (identity, jurisdiction, identity.epoch)
        encoder = Self.encoder(identity, jurisdiction, identity.epoch)
        lanes = identity.service.streams.map { Lane(stream: $0) }
    }

    private static func encoder(_ identity: StoreIdentity, _ jurisdiction: String, _ epoch: String) -> EnvelopeEncoder {
        EnvelopeEncoder(
            source: identity.service,
            epoch: epoch,
            realm: identity.realm.description,
            jurisdiction: jurisdiction
        )
    }

    /// Records are written in that epoch from now on. What a row holds is of one epoch: called before anything is appended.
    package func renew(epoch: String) {
        self.epoch = epoch
        encoder = Self.encoder(identity, jurisdiction, epoch)
    }

    private func lane(of stream: StreamName, _ db: Database) throws -> Int {
        guard let index = lanes.firstIndex(where: { $0.stream == stream }) else {
            throw StoreError(.foreign, "\(stream.rawValue) is another service's stream")
        }
        if lanes[index].head == nil { lanes[index].head = try Outbox.head(stream, db) }
        return index
    }

    /// Where `stream` stands, with what the open transaction appended.
    package func head(_ stream: StreamName, _ db: Database) throws -> OutboxHead {
        try lanes[lane(of: stream, db)].head ?? OutboxHead()
    }

    /// Appends a record: its sequence and previous hash are set here.
    ///
    /// Errors: `oversized` beyond `Limits.recordBytes`, for no subscriber would take it and the stream would stand still behind it.
    package func append(_ facts: RecordFacts, payload: Data, _ db: Database) throws {
        try lanes[lane(of: facts.stream, db)].append(facts, payload: payload, encoder)
    }

    // MARK: transactions

    /// Where the writer stood: before an input that may be complained about.
    package struct Mark {
        fileprivate let heads: [OutboxHead?]
        fileprivate let counts: [Int]
    }

    /// Where the writer stands.
    package var mark: Mark { Mark(heads: lanes.map(\.head), counts: lanes.map(\.items.count)) }

    /// Takes away what was appended since `mark`. No row was written since: `writeLarge` is called between inputs.
    package func rewind(to mark: Mark) {
        for index in lanes.indices { lanes[index].truncate(to: mark.counts[index], head: mark.heads[index]) }
    }

    /// Writes the rows that are large enough; between two inputs.
    package func writeLarge(_ db: Database) throws {
        for index in lanes.indices where lanes[index].items.bytes.count >= Self.rowBytes { try write(index, db) }
    }

    /// Writes what is left, as the transaction's last act, and gives all that it wrote, stream by stream in order.
    package func finish(_ db: Database) throws -> [StreamBatch] {
        for index in lanes.indices where lanes[index].items.count > 0 { try write(index, db) }
        defer { written = [] }
        return written
    }

    /// The transaction failed: nothing of it happened.
    package func forget() {
        lanes = lanes.map { Lane(stream: $0.stream) }
        written = []
    }

    private func write(_ index: Int, _ db: Database) throws {
        if let batch = try lanes[index].write(db) { written.append(batch) }
    }
}

/// Records of one stream that stand in no row yet.
private struct Lane {
    let stream: StreamName
    /// Nil until it was read from the database.
    var head: OutboxHead?
    private(set) var items = ItemList()
    private var happened: [Int64] = []
    private var keys = Fingerprints()
    private var scratch: [UInt8] = []

    init(stream: StreamName) { self.stream = stream }

    mutating func append(_ facts: RecordFacts, payload: Data, _ encoder: EnvelopeEncoder) throws {
        let head = head ?? OutboxHead()
        var facts = facts
        (facts.sequence, facts.previousHash) = (head.sequence + 1, head.hash)
        scratch.removeAll(keepingCapacity: true)
        try encoder.encode(facts, payload: payload, into: &scratch)
        guard scratch.count <= Limits.recordBytes else {
            throw MessageError(.oversized, "a record of \(scratch.count) bytes; one has at most \(Limits.recordBytes)")
        }
        let bytes = head.bytes + UInt64(scratch.count)
        self.head = OutboxHead(sequence: facts.sequence, hash: .of(scratch), bytes: bytes)
        items.append(scratch)
        happened.append(facts.happened)
        keys.insert(facts.id, facts.correlation, facts.cause)
    }

    mutating func truncate(to count: Int, head: OutboxHead?) {
        self.head = head
        items.truncate(to: count)
        happened.removeSubrange(count...)
        keys.truncate(to: count)
    }

    /// Writes the row; nil where there is nothing to write.
    mutating func write(_ db: Database) throws -> StreamBatch? {
        guard let head, let earliest = happened.min(), let latest = happened.max() else { return nil }
        let batch = StreamBatch(
            stream: stream,
            first: head.sequence + 1 - UInt64(items.count),
            items: items
        )
        try Outbox.append(batch, head: head, happened: earliest...latest, keys: keys, db)
        // The memory is kept: fresh pages for every transaction cost more than filling them.
        items.removeAll()
        happened.removeAll(keepingCapacity: true)
        keys.removeAll()
        return batch
    }
}
