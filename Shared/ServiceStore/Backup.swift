import Foundation
import GRDB
package import MessageSchema

/// What a copy of a database holds.
package struct Backup: Hashable, Sendable {
    /// Journal entries.
    package let entries: Int64
    /// The last sequence of each stream that its service writes, in order of the streams.
    package let heads: [UInt64]

    /// What the database of `service` holds.
    init(of service: ServiceName, _ db: Database) throws {
        entries = try Journal.length(db)
        heads = try service.streams.map { try Outbox.head($0, db).sequence }
    }

    /// Copies the database at `path` as it is at one moment, while its service runs or not, to `copy`.
    ///
    /// The copy is whole or not there: it is checked and synced under another name first. Source: SQLite's online backup and
    /// integrity check. Errors: `StoreError` where there is no database, `copy` exists, or the copy is damaged; GRDB's.
    package static func make(of service: ServiceName, path: String, to copy: String) throws -> Backup {
        let files = FileManager.default
        guard files.fileExists(atPath: path) else {
            throw StoreError(.missing, "there is no database at \(path); name the folder that its service runs with")
        }
        guard !files.fileExists(atPath: copy) else {
            throw StoreError(.occupied, "\(copy) is there already; name another folder for each backup")
        }
        let part = copy + ".part"
        for suffix in ["", "-wal", "-shm", "-journal"] { try? files.removeItem(atPath: part + suffix) }
        var reading = Configuration()
        reading.readonly = true
        reading.busyMode = .timeout(5)
        let target = try StoreError.explaining(part) { try DatabaseQueue(path: part) }
        try StoreError.explaining(path) { try DatabaseQueue(path: path, configuration: reading).backup(to: target) }
        let backup = try target.writeWithoutTransaction { db in
            guard try String.fetchAll(db, sql: "PRAGMA integrity_check") == ["ok"] else {
                throw StoreError(
                    .damaged,
                    "the copy of \(path) is damaged; so is that database: restore an older backup"
                )
            }
            // One file: without a WAL beside it.
            _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE")
            return try Backup(of: service, db)
        }
        try target.close()
        try files.moveItem(atPath: part, toPath: copy)
        return backup
    }
}
