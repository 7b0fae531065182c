import Crypto
import Foundation
package import GRDB
package import MessageSchema

/// What a database decided, in one number: equal digests are equal tables, row for row.
package enum Digest {
    /// SHA-256 of each derived table in primary-key order, by table name in order; of a stream's records those from `first` on.
    package static func tables(
        _ db: Database,
        except: Set<String> = ServiceStore.operationalTables,
        from first: [StreamName: UInt64] = [:]
    ) throws -> [(table: String, digest: String)] {
        let names = try String.fetchAll(
            db,
            sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        return try names.filter { !except.contains($0) && $0 != "grdb_migrations" }.map {
            ($0, try table($0, first, db))
        }
    }

    /// The outbox is digested record by record: how its rows were cut depends on what came together.
    private static func outbox(_ first: [StreamName: UInt64], _ db: Database) throws -> String {
        var hash = SHA256()
        for stream in StreamName.allCases {
            try Outbox.forEach(stream, from: first[stream] ?? 1, db) { sequence, record in
                hash.update(data: encode(stream.rawValue.databaseValue))
                hash.update(data: encode(Int64(clamping: sequence).databaseValue))
                hash.update(data: encode(record.databaseValue))
            }
        }
        return hash.finalize().map { String($0, radix: 16) }.joined(separator: " ")
    }

    private static func table(_ name: String, _ first: [StreamName: UInt64], _ db: Database) throws -> String {
        guard name != "outbox" else { return try outbox(first, db) }
        let key = try db.primaryKey(name).columns.map { "\"\($0)\"" }.joined(separator: ", ")
        var hash = SHA256()
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \"\(name)\" ORDER BY \(key)")
        while let row = try rows.next() {
            for value in row.databaseValues { hash.update(data: encode(value)) }
        }
        return hash.finalize().map { String($0, radix: 16) }.joined(separator: " ")
    }

    /// Kind, length and bytes, so that no two rows run together.
    private static func encode(_ value: DatabaseValue) -> Data {
        let (kind, bytes): (String, Data) =
            switch value.storage {
            case .null: ("n", Data())
            case .int64(let number): ("i", Data(String(number).utf8))
            case .double(let number): ("d", Data(String(number.bitPattern).utf8))
            case .string(let text): ("s", Data(text.utf8))
            case .blob(let data): ("b", data)
            }
        return Data("\(kind)\(bytes.count):".utf8) + bytes
    }
}
