package import Foundation
package import GRDB
import MessageSchema
import SwiftProtobuf
package import Vocabulary

/// The journal's SQL: every input as it was handled, a row for entries alike in kind, origin and time.
package enum Journal {
    /// How many entries there are.
    package static func length(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT last FROM journal ORDER BY entry DESC LIMIT 1")) ?? 0
    }

    /// The logical time of the last entry; nil in an empty journal.
    package static func lastTime(_ db: Database) throws -> Instant? {
        try Int64.fetchOne(db, sql: "SELECT now_us FROM journal ORDER BY entry DESC LIMIT 1").map {
            Instant(microseconds: $0)
        }
    }

    /// The sequence of the last record of `stream` in the rows; 0 before the first.
    static func lastSequence(of stream: StreamName, _ db: Database) throws -> UInt64 {
        let last = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT max(last_sequence) FROM journal WHERE origin = ? AND last_sequence > 0"),
            arguments: [stream.rawValue]
        )
        return UInt64(clamping: last ?? 0)
    }

    /// The configuration text in force; nil in an empty journal.
    package static func configuration(_ db: Database) throws -> Data? {
        let items = try Data.fetchOne(
            db,
            sql: "SELECT items FROM journal WHERE kind IN ('genesis', 'configuration') ORDER BY entry DESC LIMIT 1"
        )
        return try items.flatMap { try StoreError.items(in: $0, "the configuration in the journal").last }
            .map { try JournalItem(serializedBytes: $0).bytes }
    }

    /// Hands every entry to `body`, in order, and holds each row's last against the chain.
    ///
    /// Errors: `store-damaged` where a row cannot be read, is not the next, or is not what was written: it names the entries.
    package static func forEach(_ db: Database, _ body: (JournalEntry) throws -> Void) throws {
        var (chain, next) = (RecordHash.none, 1 as Int64)
        var scratch: [UInt8] = []
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM journal ORDER BY entry")
        while let row = try rows.next() {
            let (entry, last): (Int64, Int64) = (row["entry"], row["last"])
            let name = "journal entries \(entry) to \(last)"
            let entries = try entries(of: row, name)
            for entry in entries { chain = entry.chained(after: chain, into: &scratch) }
            guard entry == next, Int64(entries.count) == last + 1 - entry else {
                throw StoreError(.damaged, "\(name) do not follow entry \(next - 1); restore a backup")
            }
            guard chain.bytes == row["chain"] as Data else {
                throw StoreError(.damaged, "\(name) are not what was written; restore a backup")
            }
            next = last + 1
            for entry in entries { try body(entry) }
        }
    }

    private static func entries(of row: Row, _ name: String) throws -> [JournalEntry] {
        let (kind, now): (String, Int64) = (row["kind"], row["now_us"])
        guard let kind = InputKind(rawValue: kind) else {
            throw StoreError(.damaged, "\(name) of kind '\(kind)'; restore a backup")
        }
        let items = try StoreError.items(in: row["items"], name)
        let ids = try kind == .record ? [] : RecordID.list(row["ids"])
        guard kind == .record || ids.count == items.count else {
            throw StoreError(.damaged, "\(name) have \(ids.count) ids; restore a backup")
        }
        return try items.enumerated().map { index, bytes in
            let now = Instant(microseconds: now)
            guard kind != .record else {
                let header = try RecordHeader(bytes)
                return JournalEntry(record: header, bytes: bytes, hash: .of(bytes), now: now, falls: row["falls"])
            }
            let item = try JournalItem(serializedBytes: bytes)
            return JournalEntry(
                kind: kind,
                id: ids[index],
                now: now,
                origin: row["origin"],
                subject: item.subject,
                bytes: item.bytes,
                falls: row["falls"]
            )
        }
    }
}
