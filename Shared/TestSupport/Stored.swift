package import Foundation
package import GRDB
package import MessageSchema
package import ServiceStore

/// What a service's database holds, as tests compare it.
package enum Stored {
    /// Every record of `stream` in its writer's outbox, as encoded.
    package static func outbox(_ stream: StreamName, _ db: Database) throws -> [Data] {
        var records: [Data] = []
        try Outbox.forEach(stream, db) { records.append($1) }
        return records
    }

    /// What was journaled from `stream`, in order.
    package static func journaled(_ stream: StreamName, _ db: Database) throws -> [Data] {
        try inputs(.record, db).filter { $0.origin == stream.rawValue }.map(\.bytes)
    }

    /// The journal's entries of that kind, in order.
    package static func inputs(_ kind: InputKind, _ db: Database) throws -> [JournalEntry] {
        var entries: [JournalEntry] = []
        try Journal.forEach(db) { if $0.kind == kind { entries.append($0) } }
        return entries
    }
}
