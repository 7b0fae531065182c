package import Foundation
package import GRDB
package import MessageSchema
package import Vocabulary

/// Where a journaled input came from.
package enum InputKind: String, Sendable {
    /// The start: identity and the whole configuration text.
    case genesis
    /// A later change of the configuration text.
    case configuration
    /// A record of another service's stream.
    case record
    /// Bytes from outside: a device's frame, a command.
    case external
    /// A timer that came due.
    case timer
}

/// One entry of the journal: an input as it reached the service, and the logical time at which it was handled.
package struct JournalEntry: Sendable {
    package let kind: InputKind
    package let id: RecordID
    package let now: Instant
    /// Stream, channel or timer name.
    package let origin: String
    /// The sender of bytes from outside, the subject of a timer; empty otherwise.
    package let subject: String
    /// The sequence in its stream; 0 for anything but a record.
    package let sequence: UInt64
    package let bytes: Data
    /// How often the service fell on it before it was kept aside unhandled; 0 for an input that was handled. A replay keeps it
    /// aside by this, and does not run its handler.
    package let falls: Int

    package init(
        kind: InputKind,
        id: RecordID,
        now: Instant,
        origin: String,
        subject: String = "",
        sequence: UInt64 = 0,
        bytes: Data,
        falls: Int = 0
    ) {
        (self.kind, self.id, self.now) = (kind, id, now)
        (self.origin, self.subject, self.sequence, self.bytes) = (origin, subject, sequence, bytes)
        self.falls = falls
    }
}

/// The journal's SQL.
package enum Journal {
    /// Appends `entry` and gives its number, from 1.
    package static func append(_ entry: JournalEntry, _ db: Database) throws -> Int64 {
        try db.cachedStatement(
            sql: """
                INSERT INTO journal (kind, id, now_us, origin, subject, sequence, bytes, falls)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            entry.kind.rawValue, entry.id.bytes, entry.now.microseconds, entry.origin, entry.subject,
            Int64(entry.sequence), entry.bytes, entry.falls,
        ])
        return db.lastInsertedRowID
    }

    /// Whether an input of that id is in the journal already.
    package static func contains(_ id: RecordID, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM journal WHERE id = ?)"),
            arguments: [id.bytes]
        ) ?? false
    }

    /// How many entries there are.
    package static func length(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(entry) FROM journal")) ?? 0
    }

    /// The logical time of the last entry; nil in an empty journal.
    package static func lastTime(_ db: Database) throws -> Instant? {
        try Int64.fetchOne(db, sql: "SELECT now_us FROM journal ORDER BY entry DESC LIMIT 1").map {
            Instant(microseconds: $0)
        }
    }

    /// The sequence of the last record of `stream` in the journal; 0 before the first.
    package static func lastSequence(of stream: StreamName, _ db: Database) throws -> UInt64 {
        let last = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT max(sequence) FROM journal WHERE origin = ? AND sequence > 0"),
            arguments: [stream.rawValue]
        )
        return UInt64(clamping: last ?? 0)
    }

    /// The configuration text in force; nil in an empty journal.
    package static func configuration(_ db: Database) throws -> Data? {
        try Data.fetchOne(
            db,
            sql: "SELECT bytes FROM journal WHERE kind IN ('genesis', 'configuration') ORDER BY entry DESC LIMIT 1"
        )
    }

    /// Hands every entry to `body`, in order.
    package static func forEach(_ db: Database, _ body: (JournalEntry) throws -> Void) throws {
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM journal ORDER BY entry")
        while let row = try rows.next() {
            let (kind, sequence): (String, Int64) = (row["kind"], row["sequence"])
            guard let kind = InputKind(rawValue: kind), sequence >= 0 else {
                throw StoreError(.damaged, "journal entry of kind '\(kind)'; restore a backup")
            }
            try body(
                JournalEntry(
                    kind: kind,
                    id: RecordID(row["id"] as Data),
                    now: Instant(microseconds: row["now_us"]),
                    origin: row["origin"],
                    subject: row["subject"],
                    sequence: UInt64(sequence),
                    bytes: row["bytes"],
                    falls: row["falls"]
                )
            )
        }
    }
}
