package import Foundation
package import GRDB
import ServiceStore

/// What befalls a service's database at its next commit that writes anything.
///
/// A fall before the commit undoes it as SQLite does. A power cut lets it be written, keeps the files as they lay on the disk with
/// that last commit torn, and nothing that the process does after it counts.
package final class CommitFaults: TransactionObserver {
    package enum Plan: Sendable { case none, fall, powerCut }

    /// The process is gone: nothing commits any more.
    package struct Fallen: Error {}

    package var plan = Plan.none
    /// The files that a power cut left.
    package private(set) var left: (database: Data, log: Data)?
    package private(set) var hasFallen = false
    private let path: String
    private unowned let database: Database
    private var random: Seeded
    private var changes: Int
    private var before: Data?
    private let committed: (CommitFaults) -> Void

    /// Follows the commits of `database`, which lies at `path`; `committed` is told of each that wrote something.
    package init(_ database: Database, path: String, seed: UInt64, committed: @escaping (CommitFaults) -> Void) {
        (self.database, self.path, self.committed) = (database, path, committed)
        random = Seeded(seed)
        changes = database.totalChangesCount
        database.add(transactionObserver: self)
    }

    package func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
    package func databaseDidChange(with event: DatabaseEvent) {}

    private var isWriting: Bool { database.totalChangesCount != changes }

    package func databaseWillCommit() throws {
        if hasFallen { throw Fallen() }
        guard isWriting else { return }
        switch plan {
        case .none: break
        case .fall:
            hasFallen = true
            throw Fallen()
        case .powerCut: before = try Data(contentsOf: URL(fileURLWithPath: path))
        }
    }

    package func databaseDidCommit(_ db: Database) {
        guard isWriting else { return }
        changes = database.totalChangesCount
        if let before, let log = FileManager.default.contents(atPath: path + "-wal") {
            left = (before, WriteAheadLog(log).torn(&random))
            hasFallen = true
        }
        committed(self)
    }

    package func databaseDidRollback(_ db: Database) { changes = database.totalChangesCount }
}

/// A disk without room for another page, by SQLite's own bound. Source: SQLite, "PRAGMA max_page_count".
package enum FullDisk {
    /// The database may have `pages` more pages than it has, on this connection.
    package static func leave(_ pages: Int, _ db: Database) throws {
        let count = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(count + pages)")
    }

    /// Whether the error says that there was no room.
    package static func isCause(of error: any Error) -> Bool {
        (error as? StoreError)?.code == .full || (error as? DatabaseError)?.resultCode == .SQLITE_FULL
    }
}
