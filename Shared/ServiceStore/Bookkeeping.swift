package import Foundation
package import GRDB
package import MessageSchema
package import Vocabulary

/// How far a subscriber has come in one stream.
package struct StreamCursor: Hashable, Sendable {
    /// The publisher's epoch; empty before the first record.
    package var epoch: String
    /// The next sequence that is expected, from 1.
    package var next: UInt64
    /// Hash of the record before it.
    package var hash: RecordHash

    package init(epoch: String = "", next: UInt64 = 1, hash: RecordHash = .none) {
        (self.epoch, self.next, self.hash) = (epoch, next, hash)
    }
}

/// The cursors' SQL.
package enum Cursors {
    /// How far a stream was handled; nil before its first record.
    package static func load(_ stream: StreamName, _ db: Database) throws -> StreamCursor {
        let row = try Row.fetchOne(db, sql: "SELECT * FROM cursor WHERE stream = ?", arguments: [stream.rawValue])
        guard let row else { return StreamCursor() }
        let next: Int64 = row["next"]
        return StreamCursor(
            epoch: row["epoch"],
            next: UInt64(clamping: next),
            hash: try RecordHash(row["hash"] as Data)
        )
    }

    /// Moves the cursor; in the transaction that holds the effects.
    package static func save(_ cursor: StreamCursor, _ stream: StreamName, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO cursor (stream, epoch, next, hash) VALUES (?, ?, ?, ?)")
            .execute(arguments: [stream.rawValue, cursor.epoch, Int64(cursor.next), cursor.hash.bytes])
    }
}

/// A timer that waits: unique by name and subject; setting it again moves it.
package struct TimerRow: Hashable, Sendable {
    package let name: String
    package let subject: String
    package let due: Instant
    /// The input that set it, and the root of its chain.
    package let cause: RecordID
    package let correlation: RecordID

    package init(name: String, subject: String, due: Instant, cause: RecordID, correlation: RecordID) {
        (self.name, self.subject, self.due) = (name, subject, due)
        (self.cause, self.correlation) = (cause, correlation)
    }
}

/// The timers' SQL.
package enum Timers {
    /// Sets the timer, or moves it.
    package static func set(_ timer: TimerRow, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO timer (name, subject, due_us, cause, correlation) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [
            timer.name, timer.subject, timer.due.microseconds, timer.cause.bytes, timer.correlation.bytes,
        ])
    }

    /// Cancels the timer; nothing happens if none waits.
    package static func cancel(name: String, subject: String, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM timer WHERE name = ? AND subject = ?")
            .execute(arguments: [name, subject])
    }

    /// The timer that is due first, in (due, name, subject) order; nil if none waits.
    package static func first(_ db: Database) throws -> TimerRow? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT * FROM timer ORDER BY due_us, name, subject LIMIT 1")
        ).map(timer)
    }

    /// The timer of that name and subject; nil if none waits.
    package static func find(name: String, subject: String, _ db: Database) throws -> TimerRow? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT * FROM timer WHERE name = ? AND subject = ?"),
            arguments: [name, subject]
        ).map(timer)
    }

    private static func timer(_ row: Row) throws -> TimerRow {
        TimerRow(
            name: row["name"],
            subject: row["subject"],
            due: Instant(microseconds: row["due_us"]),
            cause: try RecordID(row["cause"] as Data),
            correlation: try RecordID(row["correlation"] as Data)
        )
    }
}

/// SQL of answers, dead letters, counters and lockstep steps.
package enum Ledgers {
    /// The answer that the command of that id got; nil if it never came.
    package static func answer(_ command: String, _ db: Database) throws -> Data? {
        try Data.fetchOne(db, sql: "SELECT bytes FROM answer WHERE command = ?", arguments: [command])
    }

    /// Keeps the answer to a command, so that its repetition gets the same.
    package static func keep(answer: Data, to command: String, _ db: Database) throws {
        try db.execute(sql: "INSERT INTO answer (command, bytes) VALUES (?, ?)", arguments: [command, answer])
    }

    /// Keeps aside the journal entry that could not be handled, and why.
    package static func keep(deadLetter entry: Int64, code: String, message: String, at: Instant, _ db: Database) throws
    {
        try db.execute(
            sql: "INSERT INTO dead_letter (entry, code, message, now_us) VALUES (?, ?, ?, ?)",
            arguments: [entry, code, message, at.microseconds]
        )
    }

    /// The last `count` dead letters, the newest first.
    package static func lastDeadLetters(_ count: Int, _ db: Database) throws -> [DeadLetter] {
        try Row.fetchAll(
            db,
            sql: "SELECT entry, code, message, now_us FROM dead_letter ORDER BY entry DESC LIMIT ?",
            arguments: [count]
        ).map { row in
            var letter = DeadLetter()
            letter.journalEntry = UInt64(clamping: row["entry"] as Int64)
            (letter.code, letter.message, letter.timeUs) = (row["code"], row["message"], row["now_us"])
            return letter
        }
    }

    /// Whether the input of that journal entry is kept aside.
    package static func hasDeadLetter(_ entry: UInt64, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: "SELECT EXISTS (SELECT 1 FROM dead_letter WHERE entry = ?)",
            arguments: [Int64(clamping: entry)]
        ) ?? false
    }

    /// Takes the dead letter off the list; its input stays in the journal.
    package static func remove(deadLetter entry: UInt64, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM dead_letter WHERE entry = ?", arguments: [Int64(clamping: entry)])
    }

    /// Adds `count` to the counter of that name.
    package static func add(_ count: Int, to name: String, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO counter (name, value) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET value = value + excluded.value
                """
        ).execute(arguments: [name, count])
    }

    /// Every counter, in name order.
    package static func counters(_ db: Database) throws -> [(name: String, value: Int64)] {
        try Row.fetchAll(db.cachedStatement(sql: "SELECT name, value FROM counter ORDER BY name")).map {
            ($0["name"], $0["value"])
        }
    }

    /// The number and result of the last step of `run`; nil before the first.
    package static func step(_ run: String, _ db: Database) throws -> (number: UInt64, done: Data)? {
        try Row.fetchOne(db, sql: "SELECT number, done FROM step WHERE run = ?", arguments: [run]).map {
            (UInt64(clamping: $0["number"] as Int64), $0["done"])
        }
    }

    /// Keeps what a lockstep step did, so that its repetition is answered alike.
    package static func keep(step number: UInt64, of run: String, done: Data, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO step (run, number, done) VALUES (?, ?, ?)",
            arguments: [run, Int64(clamping: number), done]
        )
    }
}
