import Foundation
import GRDB
import MessageSchema
package import ServiceStore

/// The outcome of D1: the journal replayed into an empty store, compared with what the service had written.
package struct Verification: Hashable, Sendable {
    /// Journal entries replayed.
    package let entries: Int
    /// Derived tables whose rows differ, in name order; empty when the promise holds.
    package let differing: [String]

    package var holds: Bool { differing.isEmpty }
}

extension Engine {
    /// Replays the journal of `store` into an empty store at `scratch` and compares every derived table, the outbox
    /// with its sequences among them, byte for byte (D1). `scratch` must not exist.
    ///
    /// Errors: `store-damaged` where the file is not sound, or an entry is not what was written.
    package static func verify(_ store: ServiceStore, scratch: String) throws -> Verification {
        let empty = try ServiceStore(
            scratch: scratch,
            as: store.identity,
            migrations: Core.migrations,
            pageBytes: Core.pageBytes
        )
        var engine: Engine?
        var entries = 0
        var waiting: [JournalEntry] = []
        var bytes = 0
        try store.read { source in
            try Soundness.check(source)
            try Journal.forEach(source) { entry in
                entries += 1
                if engine == nil {
                    let text = String(decoding: entry.bytes, as: UTF8.self)
                    engine = try Engine(store: empty, configuration: text, file: entry.origin, now: entry.now)
                } else {
                    waiting.append(entry)
                    bytes += entry.bytes.count
                }
                guard waiting.count >= replayedTogether.entries || bytes >= replayedTogether.bytes else { return }
                try engine?.replay(waiting)
                (waiting, bytes) = ([], 0)
            }
        }
        try engine?.replay(waiting)
        return Verification(entries: entries, differing: try differences(store, empty))
    }

    /// So many entries at the most share a transaction, or a little more than so many bytes: the result does not depend on it.
    private static var replayedTogether: (entries: Int, bytes: Int) { (20_000, 16 << 20) }

    /// The derived tables that differ, and `standing` where a record that was kept back from retention is not the one replayed.
    private static func differences(_ store: ServiceStore, _ replayed: ServiceStore) throws -> [String] {
        let first = try store.read { db in
            Dictionary(uniqueKeysWithValues: try Core.name.streams.map { ($0, try Outbox.first($0, db)) })
        }
        let tables = try store.read { try Digest.tables($0, from: first) }
        let others = try replayed.read { try Digest.tables($0, from: first) }
        var differing = Set(zip(tables, others).filter { $0 != $1 }.map(\.0.table))
        differing.formUnion(Set(tables.map(\.table)).symmetricDifference(others.map(\.table)))
        for stream in Core.name.streams {
            let standing = try store.read { try Retention.standing(stream, after: 0, bytes: .max, $0).records }
            for record in standing {
                let sequence = try RecordHeader(record).sequence
                let original = try replayed.read { try Outbox.page(stream, from: sequence, limit: 1, $0).first }
                if original != record { differing.insert("standing") }
            }
        }
        return differing.sorted()
    }

    private func replay(_ entries: [JournalEntry]) throws {
        try store.transaction { db in
            for entry in entries {
                _ = try self.apply(entry, db)
                try self.writer.streams.writeLarge(db)
            }
            try self.journal.finish(db)
            _ = try self.writer.streams.finish(db)
        }
        journal.adopt()
    }
}
