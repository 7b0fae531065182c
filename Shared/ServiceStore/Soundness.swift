import Foundation
package import GRDB
import MessageSchema

/// What a replay does not see: the file's own structure, its indexes, and what rows say of the records that they hold.
package enum Soundness {
    /// Checks the whole database. Source: SQLite's integrity check. Errors: `store-damaged`; GRDB's.
    package static func check(_ db: Database) throws {
        let found = try String.fetchAll(db, sql: "PRAGMA integrity_check(1)")
        guard found == ["ok"] else {
            let first = found.first.map { $0.replacing("\n", with: " ") } ?? "nothing said"
            throw StoreError(.damaged, "the database file is damaged (\(first)); restore a backup")
        }
        for stream in StreamName.allCases { try checkOutbox(stream, db) }
    }

    private static func checkOutbox(_ stream: StreamName, _ db: Database) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT * FROM outbox WHERE stream = ? ORDER BY first",
            arguments: [stream.rawValue]
        )
        var total: Int64?
        while let row = try rows.next() {
            let (first, last): (Int64, Int64) = (row["first"], row["last"])
            let name = "\(stream.rawValue) records \(first) to \(last)"
            let records = try StoreError.items(in: row["records"], name)
            let written = try StoreError.reading(name) { try Summary(records) }
            let before = total ?? (row["bytes"] &- written.bytes)
            guard records.count == last + 1 - first, written.isSaid(by: row, after: before) else {
                throw StoreError(.damaged, "\(name) are not what their row says; restore a backup")
            }
            total = row["bytes"]
        }
    }
}

/// What the row of some records must say of them.
private struct Summary {
    var keys = Fingerprints()
    var bytes: Int64 = 0
    var happened: ClosedRange<Int64>
    var hash = RecordHash.none

    init(_ records: [Data]) throws {
        let headers = try records.map { try RecordHeader($0) }
        let times = headers.map(\.happened)
        happened = (times.min() ?? 0)...(times.max() ?? 0)
        for (record, header) in zip(records, headers) {
            keys.insert(header.id, header.correlation, header.cause)
            bytes += Int64(record.count)
        }
        if let last = records.last { hash = .of(last) }
    }

    /// Whether the row says so; `before` are the bytes of all records before it.
    func isSaid(by row: Row, after before: Int64) -> Bool {
        let (hash, keys): (Data, Data) = (row["hash"], row["keys"])
        let (total, from, to): (Int64, Int64, Int64) = (row["bytes"], row["from_us"], row["to_us"])
        return hash == self.hash.bytes && keys == Data(self.keys.encoded) && total == before &+ bytes
            && from == happened.lowerBound && to == happened.upperBound
    }
}

extension StoreError {
    /// Runs `body`, which reads what this program wrote: where it cannot be read, the row is damaged. Errors: `store-damaged`; GRDB's.
    static func reading<Result>(_ row: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch  where !(error is StoreError || error is DatabaseError) {
            throw StoreError(.damaged, "\(row) cannot be read (\(error)); restore a backup")
        }
    }
}
