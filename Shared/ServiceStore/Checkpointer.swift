import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// Moves what was committed from the write-ahead log into the database, on a thread and a connection of its own.
///
/// Left to the writer, it would stand still each time. It still moves pages itself where this thread cannot keep up, so that
/// the log stays bounded. Source: SQLite, "Write-Ahead Logging", sections 2.2 and 2.3, and sqlite3_wal_hook.
final class Checkpointer: Sendable {
    /// With so many bytes in the log the thread is woken.
    private static let wakingBytes = 4_000_000
    /// With so many the writer moves them: written over and over, the log does not grow, and a commit writes no inode.
    private static let mostBytes = 8_000_000

    private let wakingPages: CInt
    private let mostPages: CInt

    private let wanted = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    /// Woken and not yet done: one waking is enough.
    private let isAwake = Atomic(false)
    private let isEnding = Atomic(false)

    /// Begins to follow the log that `writer` writes at `path`; `end` it before the writer closes.
    init(path: String, writer: DatabaseQueue, isScratch: Bool) throws {
        let pageBytes = try writer.read { try Int.fetchOne($0, sql: "PRAGMA page_size") } ?? ServiceStore.batchPageBytes
        wakingPages = CInt(Self.wakingBytes / pageBytes)
        mostPages = CInt(Self.mostBytes / pageBytes)
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        let own = try DatabaseQueue(path: path, configuration: configuration)
        if isScratch { try own.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = OFF") } }
        Thread.detachNewThread { [self] in
            while true {
                wanted.wait()
                if isEnding.load(ordering: .acquiring) { break }
                isAwake.store(false, ordering: .releasing)
                // What fails here is left in the log: the next one moves it, or the writer, which hears of the disk itself.
                _ = try? own.writeWithoutTransaction { try $0.checkpoint(.passive) }
            }
            // Closed before the writer: the last connection to close moves the whole log and takes it away.
            _ = try? own.close()
            ended.signal()
        }
        writer.inDatabase { db in
            // The pointer is this object's, whom the store that owns the writer keeps until `end`.
            _ = sqlite3_wal_hook(db.sqliteConnection, Self.committed, Unmanaged.passUnretained(self).toOpaque())
        }
    }

    /// Called by SQLite on the writer's thread after each commit, with the number of pages in the log.
    private static let committed:
        @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, CInt) -> CInt = {
            this,
            connection,
            _,
            pages in
            guard let this else { return SQLITE_OK }
            let checkpointer = Unmanaged<Checkpointer>.fromOpaque(this).takeUnretainedValue()
            guard pages >= checkpointer.wakingPages else { return SQLITE_OK }
            if pages >= checkpointer.mostPages {
                // As SQLite's own hook does it: whatever keeps it from the pages is no failure of the commit.
                _ = sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
            } else {
                checkpointer.wake()
            }
            return SQLITE_OK
        }

    private func wake() {
        if isAwake.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged {
            wanted.signal()
        }
    }

    /// Ends the thread; returns when it is at rest.
    func end(_ writer: DatabaseQueue) {
        writer.inDatabase { db in _ = sqlite3_wal_hook(db.sqliteConnection, nil, nil) }
        isEnding.store(true, ordering: .releasing)
        wanted.signal()
        ended.wait()
    }
}
