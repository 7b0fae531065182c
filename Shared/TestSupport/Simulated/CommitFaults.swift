package import Foundation
package import GRDB
import ServiceStore

/// What befalls a service's database at its next commit that writes anything.
///
/// A fall before the commit undoes it as SQLite does. A power cut lets it be written, keeps the files as they lay on the disk with
/// that last commit torn, and nothing that the process does after it counts.
package final class CommitFaults: TransactionObserver {
    /// What is to befall it.
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
    /// The database as it lay there before the commit, the head of its log, and the commits in it.
    private var before: (database: Data, head: Data, commits: Int)?
    private let committed: (CommitFaults) -> Void

    /// Follows the commits of `database`, which lies at `path`; `committed` is told of each that wrote something.
    package init(_ database: Database, path: String, seed: UInt64, committed: @escaping (CommitFaults) -> Void) {
        (self.database, self.path, self.committed) = (database, path, committed)
        random = Seeded(seed)
        changes = database.totalChangesCount
        database.add(transactionObserver: self)
    }

    /// No single change is looked at: only commits.
    package func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
    /// Nothing: changes are counted at the commit.
    package func databaseDidChange(with event: DatabaseEvent) {}

    private var isWriting: Bool { database.totalChangesCount != changes }

    /// Undoes the commit where the process falls before it. Errors: `Fallen`.
    package func databaseWillCommit() throws {
        if hasFallen { throw Fallen() }
        guard isWriting else { return }
        switch plan {
        case .none: break
        case .fall:
            hasFallen = true
            throw Fallen()
        case .powerCut:
            // The log first: one that begins anew in between is then seen as another one.
            let log = FileManager.default.contents(atPath: path + "-wal") ?? Data()
            let commits = WriteAheadLog(log).commits.count
            before = (try Data(contentsOf: URL(fileURLWithPath: path)), logHead(log), commits)
        }
    }

    /// Keeps what a power cut within this commit leaves.
    package func databaseDidCommit(_ db: Database) {
        guard isWriting else { return }
        changes = database.totalChangesCount
        if let before, let log = FileManager.default.contents(atPath: path + "-wal") {
            left = cut(log, before)
            hasFallen = true
        }
        committed(self)
    }

    private func cut(_ log: Data, _ before: (database: Data, head: Data, commits: Int)) -> (database: Data, log: Data) {
        // A log that began anew holds this commit alone: what was in the old one was moved into the database, and synced, before.
        guard logHead(log) == before.head else {
            return (FileManager.default.contents(atPath: path) ?? before.database, log)
        }
        // Where a full disk undid what was written, the commit is empty: the last one in the log is older, and synced.
        let written = WriteAheadLog(log)
        return (before.database, written.commits.count > before.commits ? written.torn(&random) : log)
    }

    /// Salts and sequence of a log: another one each time that it begins anew. Source: SQLite, "Database File Format", 4.1.
    private func logHead(_ log: Data) -> Data { Data(log.prefix(32)) }

    /// What was undone does not count as written.
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
