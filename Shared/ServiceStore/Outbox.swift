package import Foundation
package import GRDB
package import MessageSchema

/// Where a stream stands in its writer's database.
package struct OutboxHead: Hashable, Sendable {
    /// 0 before the first record.
    package var sequence: UInt64
    package var hash: RecordHash
    /// Encoded records ever written to the stream, all together.
    package var bytes: UInt64

    package init(sequence: UInt64 = 0, hash: RecordHash = .none, bytes: UInt64 = 0) {
        (self.sequence, self.hash, self.bytes) = (sequence, hash, bytes)
    }
}

/// The outbox's SQL: every record that the service wrote, as first encoded, a row for what one transaction wrote.
package enum Outbox {
    /// Appends a row.
    static func append(
        _ batch: StreamBatch,
        head: OutboxHead,
        happened: ClosedRange<Int64>,
        keys: Fingerprints,
        _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO outbox (stream, first, last, hash, bytes, from_us, to_us, keys, records)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            batch.stream.rawValue, Int64(batch.first), Int64(head.sequence), head.hash.bytes,
            Int64(clamping: head.bytes),
            happened.lowerBound, happened.upperBound, Data(keys.encoded), batch.bytes,
        ])
    }

    /// Where `stream` stands.
    package static func head(_ stream: StreamName, _ db: Database) throws -> OutboxHead {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT last, hash, bytes FROM outbox WHERE stream = ? ORDER BY first DESC LIMIT 1"
            ),
            arguments: [stream.rawValue]
        )
        return try row.map(OutboxHead.init) ?? OutboxHead()
    }

    /// The first sequence that is kept: 1 until something went by `Retention`.
    package static func first(_ stream: StreamName, _ db: Database) throws -> UInt64 {
        let last = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT last FROM pruned WHERE stream = ?"),
            arguments: [stream.rawValue]
        )
        return UInt64(clamping: last ?? 0) + 1
    }

    /// A row as retention sees it: what it holds, and where the stream stood after it.
    struct KeptRow {
        let first: UInt64
        let last: UInt64
        let hash: RecordHash
        /// Encoded records written to the stream up to its end.
        let bytes: UInt64
    }

    /// The oldest rows of `stream`, at most `limit`.
    static func oldest(_ stream: StreamName, limit: Int, _ db: Database) throws -> [KeptRow] {
        try Row.fetchAll(
            db,
            sql: "SELECT first, last, hash, bytes FROM outbox WHERE stream = ? ORDER BY first LIMIT ?",
            arguments: [stream.rawValue, limit]
        ).map { row in
            let head = try OutboxHead(row)
            return KeptRow(
                first: UInt64(clamping: row["first"] as Int64),
                last: head.sequence,
                hash: head.hash,
                bytes: head.bytes
            )
        }
    }

    /// The encoded records from `from` on, up to `limit` of them and about `bytes` bytes; at least one if there is one.
    package static func page(
        _ stream: StreamName,
        from: UInt64,
        limit: Int = 4_000,
        bytes budget: Int = 1 << 20,
        _ db: Database
    ) throws -> [Data] {
        var page: [Data] = []
        var size = 0
        let rows = try rows(of: stream, from: from, db)
        while page.count < limit, size < budget, let row = try rows.next() {
            for record in try row.records().dropFirst(Int(clamping: from.subtractingClamped(row.first))) {
                guard page.count < limit, size < budget else { break }
                page.append(record)
                size += record.count
            }
        }
        return page
    }

    /// Hands the records of `stream` from `from` to `through` to `body`, each with its sequence, in order.
    package static func forEach(
        _ stream: StreamName,
        from: UInt64 = 1,
        through last: UInt64 = .max,
        _ db: Database,
        _ body: (UInt64, Data) throws -> Void
    ) throws {
        let rows = try rows(of: stream, from: from, db)
        while let row = try rows.next(), row.first <= last {
            var sequence = row.first
            for record in try row.records() {
                if sequence >= from, sequence <= last { try body(sequence, record) }
                sequence += 1
            }
        }
    }

    private static func rows(of stream: StreamName, from: UInt64, _ db: Database) throws -> RowCursor {
        // The row that holds `from` begins at or before it.
        let cursor = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT first, last, records FROM outbox WHERE stream = :stream AND first >= coalesce(
                        (SELECT max(first) FROM outbox WHERE stream = :stream AND first <= :from), 0)
                    ORDER BY first
                    """
            ),
            arguments: ["stream": stream.rawValue, "from": Int64(clamping: from)]
        )
        return RowCursor(stream: stream, rows: cursor)
    }
}

extension OutboxHead {
    /// Where a stream stands after a row that has these columns: `last`, `hash`, `bytes`.
    init(_ row: Row) throws {
        let (sequence, hash, bytes): (Int64, Data, Int64) = (row["last"], row["hash"], row["bytes"])
        self.init(
            sequence: UInt64(clamping: sequence),
            hash: try RecordHash(hash),
            bytes: UInt64(clamping: bytes)
        )
    }
}

/// Rows of the outbox, one after the other.
private struct RowCursor {
    let stream: StreamName
    let rows: GRDB.RowCursor

    struct OutboxRow {
        let stream: StreamName
        let first: UInt64
        let last: UInt64
        let bytes: Data

        /// The records, as many as the row says. Errors: `store-damaged`.
        func records() throws -> [Data] {
            let records = try StoreError.items(in: bytes, "\(stream.rawValue) records \(first) to \(last)")
            guard records.count == last + 1 - first else {
                throw StoreError(.damaged, "\(stream.rawValue) records \(first) to \(last) are \(records.count)")
            }
            return records
        }
    }

    func next() throws -> OutboxRow? {
        guard let row = try rows.next() else { return nil }
        let (first, last, bytes): (Int64, Int64, Data) = (row["first"], row["last"], row["records"])
        return OutboxRow(
            stream: stream,
            first: UInt64(clamping: first),
            last: UInt64(clamping: last),
            bytes: bytes
        )
    }
}

extension UInt64 {
    fileprivate func subtractingClamped(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}
