import Foundation
import GRDB
import MessageSchema
import Vocabulary

/// Databases written before `record-3` had a row for each entry and each record.
enum OldRows {
    /// Appends what stands in the old tables to the new ones, and drops them.
    static func move(_ db: Database) throws {
        let journal = try JournalWriter(db)
        let entries = try Row.fetchCursor(db, sql: "SELECT * FROM journal_rows ORDER BY entry")
        while let row = try entries.next() { _ = try journal.append(entry(row), db) }
        try journal.finish(db)
        for stream in StreamName.allCases {
            let records = try Row.fetchCursor(
                db,
                sql: "SELECT sequence, hash, bytes FROM outbox_rows WHERE stream = ? ORDER BY sequence",
                arguments: [stream.rawValue]
            )
            var bytes: UInt64 = 0
            while let row = try records.next() { try append(row, stream, &bytes, db) }
        }
        try db.execute(sql: "DROP TABLE journal_rows; DROP TABLE outbox_rows")
    }

    private static func entry(_ row: Row) throws -> JournalEntry {
        let (kind, bytes, now): (String, Data, Int64) = (row["kind"], row["bytes"], row["now_us"])
        guard let kind = InputKind(rawValue: kind) else {
            throw StoreError(.damaged, "journal entry of kind '\(kind)'; restore a backup")
        }
        guard kind != .record else {
            return JournalEntry(
                record: try RecordHeader(bytes),
                bytes: bytes,
                hash: .of(bytes),
                now: Instant(microseconds: now),
                falls: row["falls"]
            )
        }
        return JournalEntry(
            kind: kind,
            id: try RecordID(row["id"] as Data),
            now: Instant(microseconds: now),
            origin: row["origin"],
            subject: row["subject"],
            bytes: bytes,
            falls: row["falls"]
        )
    }

    private static func append(_ row: Row, _ stream: StreamName, _ total: inout UInt64, _ db: Database) throws {
        let (sequence, hash, bytes): (Int64, Data, Data) = (row["sequence"], row["hash"], row["bytes"])
        let header = try RecordHeader(bytes)
        total += UInt64(bytes.count)
        var (items, keys) = (ItemList(), Fingerprints())
        items.append(bytes)
        keys.insert(header.id, header.correlation, header.cause)
        try Outbox.append(
            StreamBatch(stream: stream, first: UInt64(clamping: sequence), items: items),
            head: OutboxHead(sequence: UInt64(clamping: sequence), hash: RecordHash(hash), bytes: total),
            happened: header.happened...header.happened,
            keys: keys,
            db
        )
    }
}
