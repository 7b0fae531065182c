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
        let identity = store.identity
        let empty = try ServiceStore(
            path: scratch,
            service: identity.service,
            realm: identity.realm,
            epoch: identity.epoch,
            migrations: Core.migrations
        )
        var engine: Engine?
        var entries = 0
        try store.read { source in
            try Soundness.check(source)
            try Journal.forEach(source) { entry in
                entries += 1
                if let engine {
                    try engine.replay(entry)
                } else {
                    let text = String(decoding: entry.bytes, as: UTF8.self)
                    engine = try Engine(store: empty, configuration: text, file: entry.origin, now: entry.now)
                }
            }
        }
        let (original, replayed) = try (store.read { try Digest.tables($0) }, empty.read { try Digest.tables($0) })
        let differing = zip(original, replayed).filter { $0 != $1 }.map(\.0.table)
        let missing = Set(original.map(\.table)).symmetricDifference(replayed.map(\.table)).sorted()
        return Verification(entries: entries, differing: (differing + missing).sorted())
    }

    private func replay(_ entry: JournalEntry) throws {
        try store.transaction { db in
            _ = try self.apply(entry, db)
            try self.journal.finish(db)
            _ = try self.writer.streams.finish(db)
        }
        journal.adopt()
    }
}
