import Foundation
import GRDB
package import MessageSchema

/// Puts a backup in the place of a database that is gone.
package enum Restore {
    /// Copies `backup` to `path` and orders a new epoch, so that no subscriber takes what is written from now on for what was lost.
    ///
    /// The database is whole or not there. Errors: `StoreError` where there is no backup, `path` exists, the backup is damaged or
    /// another service's; GRDB's.
    package static func make(of service: ServiceName, from backup: String, to path: String, epoch: String) throws
        -> Backup
    {
        let files = FileManager.default
        guard files.fileExists(atPath: backup) else {
            throw StoreError(.missing, "there is no \(backup); name the folder that `fengsui backup --to` was given")
        }
        for suffix in ["", "-wal"] where files.fileExists(atPath: path + suffix) {
            throw StoreError(.occupied, "\(path)\(suffix) is there; stop its service and move it aside first")
        }
        let part = path + ".restoring"
        for suffix in ["", "-wal", "-shm", "-journal"] where files.fileExists(atPath: part + suffix) {
            try files.removeItem(atPath: part + suffix)
        }
        _ = try Backup.make(of: service, path: backup, to: part)
        let target = try DatabaseQueue(path: part)
        let restored = try target.write { db in
            let owner = try String.fetchOne(db, sql: "SELECT service FROM identity")
            guard owner == service.rawValue else {
                throw StoreError(.foreign, "\(backup) belongs to \(owner ?? "nobody"), not to \(service.rawValue)")
            }
            try StartOrder.epoch(epoch).give(db)
            return try Backup(of: service, db)
        }
        try target.close()
        try files.moveItem(atPath: part, toPath: path)
        return restored
    }
}
