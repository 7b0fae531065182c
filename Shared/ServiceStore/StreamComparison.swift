import Foundation
import GRDB
package import MessageSchema

/// D2: what a subscriber journaled from a stream is exactly its writer's, up to the cursor.
package struct StreamComparison: Hashable, Sendable {
    /// How many records were compared.
    package let records: Int
    /// What differs first; nil where the promise holds.
    package let difference: String?

    package init(records: Int, difference: String?) { (self.records, self.difference) = (records, difference) }

    /// Compares the database of a subscriber with that of the stream's writer, neither of which is at work.
    ///
    /// What was read before a reset and lies beyond it is no part of the stream any more. Errors: `store-missing`,
    /// `store-damaged`; GRDB's.
    package static func make(of stream: StreamName, reader: String, writer: String) throws -> StreamComparison {
        let (read, next) = try ServiceStore.readOnly(path: reader) { db in
            try (ReadStretch(of: stream, db), Cursors.load(stream, db).next)
        }
        return try ServiceStore.readOnly(path: writer) { db in
            // What the writer does not keep any more can only be held against the chain, as it was when it was read.
            let first = max(read.first, try Outbox.first(stream, db))
            var (expected, difference) = (first, nil as String?)
            try Outbox.forEach(stream, from: first, through: read.last, db) { sequence, record in
                defer { expected = sequence + 1 }
                guard difference == nil else { return }
                if sequence != expected {
                    difference = "record \(expected) is not in its writer's outbox"
                } else if RecordHash.of(record) != read[sequence] {
                    difference = "record \(sequence) is another one"
                }
            }
            if difference == nil, first <= read.last, expected <= read.last {
                difference = "its writer has \(expected - 1) records, \(read.last) were read"
            }
            if difference == nil, next != read.last + 1 {
                difference = "the cursor stands at \(next), the journal at \(read.last)"
            }
            return StreamComparison(records: Int(read.last + 1 - read.first), difference: difference)
        }
    }
}

/// The contiguous records that a journal holds of a stream, up to the last one that was read.
private struct ReadStretch {
    /// Of the first record; one more than `last` where there is none.
    private(set) var first: UInt64 = 1
    private var hashes: [RecordHash] = []

    var last: UInt64 { first + UInt64(hashes.count) - 1 }

    subscript(sequence: UInt64) -> RecordHash { hashes[Int(sequence - first)] }

    init(of stream: StreamName, _ db: Database) throws {
        try Journal.forEach(db) { entry in
            guard entry.origin == stream.rawValue else { return }
            switch entry.kind {
            case .record: hashes.append(entry.contentHash)
            case .reset: readOn(after: entry.sequence)
            case .genesis, .configuration, .standing, .external, .timer, .epoch: break
            }
        }
    }

    /// A reset goes back within what was read, or on after what was pruned.
    private mutating func readOn(after sequence: UInt64) {
        if sequence + 1 >= first, sequence <= last {
            hashes.removeSubrange(Int(sequence + 1 - first)...)
        } else {
            (first, hashes) = (sequence + 1, [])
        }
    }
}
