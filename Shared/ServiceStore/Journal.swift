package import Foundation
package import GRDB
package import MessageSchema
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

    /// How far `stream` is read in the rows: the sequence of its last record, 0 before the first.
    static func lastSequence(of stream: StreamName, _ db: Database) throws -> UInt64 {
        let last = try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT last_sequence FROM journal WHERE origin = ? AND last_sequence IS NOT NULL
                    ORDER BY entry DESC LIMIT 1
                    """
            ),
            arguments: [stream.rawValue]
        )
        return UInt64(clamping: last ?? 0)
    }

    /// The record of that sequence as it was last read from `stream`; nil where it never was, or not since a reset below it.
    package static func record(_ sequence: UInt64, of stream: StreamName, _ db: Database) throws -> Data? {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT entry, last, kind, first_sequence, items FROM journal
                WHERE origin = :stream AND last_sequence >= :sequence AND first_sequence <= :sequence AND kind = 'record'
                ORDER BY entry DESC LIMIT 1
                """,
            arguments: ["stream": stream.rawValue, "sequence": Int64(clamping: sequence)]
        )
        guard let row else { return nil }
        let (entry, first): (Int64, Int64) = (row["entry"], row["first_sequence"])
        let items = try StoreError.items(in: row["items"], "journal entries from \(entry)")
        return items.dropFirst(Int(Int64(clamping: sequence) - first)).first
    }

    /// The epoch in which the service's own streams go on; nil where it is that of the database's beginning.
    package static func epoch(_ db: Database) throws -> String? {
        let items = try Data.fetchOne(
            db,
            sql: "SELECT items FROM journal WHERE kind = 'epoch' ORDER BY entry DESC LIMIT 1"
        )
        return try items.flatMap { try StoreError.items(in: $0, "the epoch in the journal").last }
            .map { String(decoding: try JournalItem(serializedBytes: $0).bytes, as: UTF8.self) }
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

    /// The entry of that number; nil where there is none in the rows.
    package static func entry(_ number: UInt64, _ db: Database) throws -> JournalEntry? {
        let row = try Row.fetchOne(
            db,
            sql: "SELECT * FROM journal WHERE entry <= ? ORDER BY entry DESC LIMIT 1",
            arguments: [Int64(clamping: number)]
        )
        guard let row else { return nil }
        let first: Int64 = row["entry"]
        let name = "journal entries from \(first)"
        let entries = try StoreError.reading(name) { try Self.entries(of: row, name) }
        return entries.dropFirst(Int(Int64(clamping: number) - first)).first
    }

    /// Hands every entry to `body`, in order, and holds each row's last against the chain.
    ///
    /// Errors: `store-damaged` where a row cannot be read, is not the next, or is not what was written: it names the entries.
    package static func forEach(_ db: Database, _ body: (JournalEntry) throws -> Void) throws {
        try forEachChained(db) { entry, _ in try body(entry) }
    }

    /// The chain after the entry of that number, recomputed from the first; nil where there are not so many. Errors: as `forEach`.
    static func chain(after number: Int64, _ db: Database) throws -> RecordHash? {
        var (count, found) = (0 as Int64, number == 0 ? RecordHash.none : nil)
        try forEachChained(db) { _, chain in
            count += 1
            if count == number { found = chain }
        }
        return found
    }

    private static func forEachChained(_ db: Database, _ body: (JournalEntry, RecordHash) throws -> Void) throws {
        var (chain, next) = (RecordHash.none, 1 as Int64)
        var scratch: [UInt8] = []
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM journal ORDER BY entry")
        while let row = try rows.next() {
            let (entry, last): (Int64, Int64) = (row["entry"], row["last"])
            let name = "journal entries \(entry) to \(last)"
            let entries = try StoreError.reading(name) { try Self.entries(of: row, name) }
            var chains: [RecordHash] = []
            for entry in entries {
                chain = entry.chained(after: chain, into: &scratch)
                chains.append(chain)
            }
            guard entry == next, Int64(entries.count) == last + 1 - entry else {
                throw StoreError(.damaged, "\(name) do not follow entry \(next - 1); restore a backup")
            }
            guard chain.bytes == row["chain"] as Data, Fingerprints(of: entries).encoded == Array(row["keys"] as Data)
            else {
                throw StoreError(.damaged, "\(name) are not what was written; restore a backup")
            }
            next = last + 1
            for (entry, chain) in zip(entries, chains) { try body(entry, chain) }
        }
    }

    private static func entries(of row: Row, _ name: String) throws -> [JournalEntry] {
        let (kind, now): (String, Int64) = (row["kind"], row["now_us"])
        guard let kind = InputKind(rawValue: kind) else {
            throw StoreError(.damaged, "\(name) of kind '\(kind)'; restore a backup")
        }
        let items = try StoreError.items(in: row["items"], name)
        let ids = try kind.isRecord ? [] : RecordID.list(row["ids"])
        guard kind.isRecord || ids.count == items.count else {
            throw StoreError(.damaged, "\(name) have \(ids.count) ids; restore a backup")
        }
        return try items.enumerated().map { index, bytes in
            let now = Instant(microseconds: now)
            guard !kind.isRecord else {
                let (header, falls) = (try RecordHeader(bytes), row["falls"] as Int)
                return JournalEntry(record: header, as: kind, bytes: bytes, hash: .of(bytes), now: now, falls: falls)
            }
            let item = try JournalItem(serializedBytes: bytes)
            return JournalEntry(
                kind: kind,
                id: ids[index],
                now: now,
                origin: row["origin"],
                subject: item.subject,
                sequence: UInt64(clamping: row["first_sequence"] as Int64? ?? 0),
                bytes: item.bytes,
                falls: row["falls"]
            )
        }
    }
}
