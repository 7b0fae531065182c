import Foundation
package import GRDB
package import MessageSchema
package import Vocabulary

/// One numbered change of the tables, applied once in its own transaction. Never edited after it landed.
package struct Migration: Sendable {
    package let name: String
    package let sql: String
    /// What SQL alone cannot do, after it and in the same transaction.
    let then: @Sendable (Database) throws -> Void

    package init(_ name: String, _ sql: String) { self.init(name, sql, then: { _ in }) }

    init(_ name: String, _ sql: String, then: @escaping @Sendable (Database) throws -> Void) {
        (self.name, self.sql, self.then) = (name, sql, then)
    }
}

/// What a database is for, fixed when it is created.
package struct StoreIdentity: Hashable, Sendable {
    package let service: ServiceName
    package let realm: Realm
    package let epoch: String

    package init(service: ServiceName, realm: Realm, epoch: String) {
        self.service = service
        self.realm = realm
        self.epoch = epoch
    }
}

/// A service's SQLite database: its journal, its outbox and its derived tables, with one owner thread.
///
/// WAL and synchronous = FULL, asserted when opened: a commit survives a power cut. A database of a newer program, another
/// service or another realm is refused with the remedy. Not Sendable: the thread that opened it writes it.
package final class ServiceStore {
    package let identity: StoreIdentity
    private let path: String
    private let queue: DatabaseQueue
    private let checkpointer: Checkpointer

    /// Opens or creates the database at `path`.
    ///
    /// `epoch` is used only where the database is new, and so is `pageBytes`, a power of two: rows that hold whole batches take a quarter
    /// less time with large pages, rows that are changed one here and one there a quarter of it with small ones. Errors: `StoreError`.
    package convenience init(
        path: String,
        service: ServiceName,
        realm: Realm,
        epoch: String,
        migrations: [Migration],
        pageBytes: Int = ServiceStore.batchPageBytes
    ) throws {
        let identity = StoreIdentity(service: service, realm: realm, epoch: epoch)
        try self.init(path: path, identity, isScratch: false, migrations: migrations, pageBytes: pageBytes)
    }

    /// A new database at `path` that is thrown away after use: nothing is synced, a power cut leaves anything. Errors: `StoreError`.
    package convenience init(
        scratch path: String,
        as identity: StoreIdentity,
        migrations: [Migration],
        pageBytes: Int = ServiceStore.batchPageBytes
    ) throws {
        try self.init(path: path, identity, isScratch: true, migrations: migrations, pageBytes: pageBytes)
    }

    /// The page of a database whose rows hold whole batches.
    package static let batchPageBytes = 16_384

    private init(path: String, _ wanted: StoreIdentity, isScratch: Bool, migrations: [Migration], pageBytes: Int) throws
    {
        self.path = path
        try Self.refuseLogAlone(path)
        (queue, identity, checkpointer) = try StoreError.explaining(path) {
            let queue = try Self.open(path, label: wanted.service.rawValue, isScratch: isScratch, pageBytes)
            // Before its migrations are looked at: another service's are no newer ones.
            try queue.write { db in
                if try db.tableExists("identity") { _ = try Self.identity(db, path: path, wanted: wanted) }
            }
            try Self.migrate(queue, path: path, migrations: migrations)
            let identity = try queue.write { try Self.identity($0, path: path, wanted: wanted) }
            return (queue, identity, try Checkpointer(path: path, writer: queue, isScratch: isScratch))
        }
    }

    deinit { checkpointer.end(queue) }

    /// SQLite would throw a log away whose database is gone or empty: nothing that it does itself leaves them so.
    private static func refuseLogAlone(_ path: String) throws {
        let size = { (path: String) in
            try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        }
        guard size(path) ?? 0 == 0, let left = size(path + "-wal"), left > 0 else { return }
        throw StoreError(
            .damaged,
            "\(path) is gone or empty, and its log \(path)-wal is not; move both aside and restore a backup with `fengsui restore`"
        )
    }

    /// Opens the file as a log that survives a power cut, but for a scratch one. Errors: `store-not-durable`; GRDB's.
    private static func open(_ path: String, label: String, isScratch: Bool, _ pageBytes: Int) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.label = label
        // A report that reads the file just after a fall recovers its WAL, and locks it for a moment.
        configuration.busyMode = .timeout(5)
        // A container's root is read-only: what SQLite spills has nowhere to go but memory. Where thousands of stations write in
        // turn, the pages of all are in use: 64 MB hold them, and are taken only as they are needed.
        configuration.prepareDatabase {
            try $0.execute(
                sql: "PRAGMA page_size = \(pageBytes); PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536"
            )
        }
        let queue: DatabaseQueue
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
            throw StoreError.damaged(error, path: path)
        }
        // GRDB sets NORMAL with WAL after any pragma of ours, so FULL comes last.
        let synchronous = isScratch ? 0 : 2
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = \(synchronous)") }
        let durable = try queue.writeWithoutTransaction { db in
            try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal"
                && Int.fetchOne(db, sql: "PRAGMA synchronous") == synchronous
        }
        guard durable else {
            throw StoreError(.notDurable, "\(path) is not on a file system that can hold a WAL; choose another folder")
        }
        return queue
    }

    private static func migrate(_ queue: DatabaseQueue, path: String, migrations: [Migration]) throws {
        var migrator = DatabaseMigrator()
        for migration in recordTables + migrations {
            migrator.registerMigration(migration.name) { db in
                try db.execute(sql: migration.sql)
                try migration.then(db)
            }
        }
        guard try !queue.read(migrator.hasBeenSuperseded) else {
            throw StoreError(.newer, "\(path) was written by a newer program; start that one, or restore a backup")
        }
        try migrator.migrate(queue)
    }

    private static func identity(_ db: Database, path: String, wanted: StoreIdentity) throws -> StoreIdentity {
        guard let row = try Row.fetchOne(db, sql: "SELECT service, realm, epoch FROM identity") else {
            try db.execute(
                sql: "INSERT INTO identity (one, service, realm, epoch) VALUES (1, ?, ?, ?)",
                arguments: [wanted.service.rawValue, wanted.realm.description, wanted.epoch]
            )
            return wanted
        }
        let (service, realm, epoch): (String, String, String) = (row["service"], row["realm"], row["epoch"])
        guard service == wanted.service.rawValue, realm == wanted.realm.description else {
            throw StoreError(
                .foreign,
                "\(path) belongs to \(service) in realm \(realm); name that realm or another folder"
            )
        }
        return StoreIdentity(service: wanted.service, realm: wanted.realm, epoch: epoch)
    }

    /// Runs `body` in one transaction: it commits whole, or throws and leaves nothing.
    ///
    /// Errors: those of `body`; `StoreError` where the disk or the file fails.
    package func transaction<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try StoreError.explaining(path) {
            try queue.writeWithoutTransaction { db in
                var result: Result?
                try db.inTransaction(.immediate) {
                    result = try body(db)
                    return .commit
                }
                guard let result else { throw StoreError(.damaged, "the transaction ended without a result") }
                return result
            }
        }
    }

    /// Reads what has been committed to the database at `path`, which stays as it is, beside its service or without it.
    ///
    /// Errors: `StoreError` where there is no database, or it cannot be read.
    package static func readOnly<Result>(path: String, _ body: (Database) throws -> Result) throws -> Result {
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError(.missing, "there is no database at \(path); name the folder that its service runs with")
        }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        return try StoreError.explaining(path) {
            try DatabaseQueue(path: path, configuration: configuration).read(body)
        }
    }

    /// Gives an order for the next start of the service whose database is at `path`. Errors: as `readOnly`.
    package static func give(_ order: StartOrder, path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError(.missing, "there is no database at \(path); name the folder that its service runs with")
        }
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        try StoreError.explaining(path) {
            try DatabaseQueue(path: path, configuration: configuration).write(order.give)
        }
    }

    /// Reads what has been committed, as it stood at one moment.
    package func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try StoreError.explaining(path) { try queue.read(body) }
    }

    /// The same without a transaction around it, which takes longer than most reads: for the service's own thread, between whose
    /// reads nobody writes.
    package func look<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try StoreError.explaining(path) { try queue.inDatabase { db in try db.readOnly { try body(db) } } }
    }
}
