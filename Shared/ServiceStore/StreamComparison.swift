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
            try (journaled(stream, db), Cursors.load(stream, db).next)
        }
        var position = 0
        var difference: String?
        try ServiceStore.readOnly(path: writer) { db in
            try Outbox.forEach(stream, db) { sequence, record in
                defer { position += 1 }
                guard position < read.count, difference == nil else { return }
                if sequence != UInt64(position + 1) {
                    difference = "record \(position + 1) is not in its writer's outbox"
                } else if RecordHash.of(record) != read[position] {
                    difference = "record \(sequence) is another one"
                }
            }
        }
        if difference == nil, position < read.count {
            difference = "its writer has \(position) records, \(read.count) were read"
        }
        if difference == nil, next != UInt64(read.count + 1) {
            difference = "the cursor stands at \(next), \(read.count) records are in the journal"
        }
        return StreamComparison(records: read.count, difference: difference)
    }

    private static func journaled(_ stream: StreamName, _ db: Database) throws -> [RecordHash] {
        var hashes: [RecordHash] = []
        try Journal.forEach(db) { entry in
            guard entry.origin == stream.rawValue else { return }
            switch entry.kind {
            case .record: hashes.append(entry.contentHash)
            case .reset: hashes.removeSubrange(min(hashes.count, Int(entry.sequence))...)
            case .genesis, .configuration, .external, .timer, .epoch: break
            }
        }
        return hashes
    }
}
