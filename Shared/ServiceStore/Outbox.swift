package import Foundation
package import GRDB
package import MessageSchema

/// Where a stream stands in its writer's database.
package struct OutboxHead: Hashable, Sendable {
    /// 0 before the first record.
    package var sequence: UInt64
    package var hash: RecordHash

    package init(sequence: UInt64 = 0, hash: RecordHash = .none) {
        self.sequence = sequence
        self.hash = hash
    }
}

/// The outbox's SQL: every record that the service wrote, as first encoded.
package enum Outbox {
    /// Appends the record of that sequence.
    package static func append(
        stream: StreamName,
        sequence: UInt64,
        id: RecordID,
        hash: RecordHash,
        bytes: Data,
        _ db: Database
    ) throws {
        try db.cachedStatement(sql: "INSERT INTO outbox (stream, sequence, id, hash, bytes) VALUES (?, ?, ?, ?, ?)")
            .execute(arguments: [stream.rawValue, Int64(sequence), id.bytes, hash.bytes, bytes])
    }

    /// Where `stream` stands.
    package static func head(_ stream: StreamName, _ db: Database) throws -> OutboxHead {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT sequence, hash FROM outbox WHERE stream = ? ORDER BY sequence DESC LIMIT 1"
            ),
            arguments: [stream.rawValue]
        )
        guard let row else { return OutboxHead() }
        let (sequence, hash): (Int64, Data) = (row["sequence"], row["hash"])
        return OutboxHead(sequence: UInt64(clamping: sequence), hash: try RecordHash(hash))
    }

    /// The encoded records from `from` on, up to `limit` of them and about `bytes` bytes; at least one if there is one.
    package static func page(
        _ stream: StreamName,
        from: UInt64,
        limit: Int = 1_000,
        bytes budget: Int = 1 << 20,
        _ db: Database
    ) throws -> [Data] {
        let records = try Data.fetchCursor(
            db.cachedStatement(
                sql: "SELECT bytes FROM outbox WHERE stream = ? AND sequence >= ? ORDER BY sequence LIMIT ?"
            ),
            arguments: [stream.rawValue, Int64(clamping: from), limit]
        )
        var page: [Data] = []
        var size = 0
        while let record = try records.next() {
            page.append(record)
            size += record.count
            if size >= budget { break }
        }
        return page
    }
}
