package import Foundation
package import GRDB
package import MessageSchema
package import Vocabulary

/// Takes old rows of the outbox away, at work, a few in a transaction.
///
/// What a row's records still say stays: the last record of each type and subject. So does the hash of the last record that went,
/// for the chain. The newest row is never taken.
package enum Retention {
    /// What one step did.
    package struct Step: Hashable, Sendable {
        /// How many records went.
        package var removed: UInt64 = 0
        /// The first sequence that is kept now.
        package var first: UInt64 = 1
        /// Subscribers that had not read all that went: beyond the hard cap.
        package var overrun: [ServiceName] = []
        /// There may be more to take.
        package var isMore = false
    }

    /// Takes at most `limit` rows of `stream` that `policy` lets go at `now`.
    ///
    /// `stands` says of a record's type whether the last one of each subject is to stay readable.
    package static func step(
        _ stream: StreamName,
        _ policy: RetentionPolicy,
        now: Instant,
        limit: Int = 64,
        stands: (String) -> Bool,
        _ db: Database
    ) throws -> Step {
        let head = try Outbox.head(stream, db)
        let subscribers = try Subscribers.all(of: stream, db)
        let unread = subscribers.map(\.next).min() ?? .max
        let old = try policy.age.map { try sequence(of: stream, noted: now - $0, db) } ?? 0
        var step = Step(first: try Outbox.first(stream, db))
        let rows = try Outbox.oldest(stream, limit: limit, db)
        for row in rows where row.last < head.sequence {
            let after = head.bytes - row.bytes
            let mayGo = row.last <= old || policy.bytes.map { after >= $0 } ?? false
            let isRead = row.last < unread
            guard mayGo && isRead || policy.cap.map({ after >= $0 }) ?? false else { return step }
            if !isRead { step.overrun = subscribers.filter { $0.next <= row.last }.map(\.service) }
            try take(row, stream, stands, db)
            step.removed += row.last + 1 - step.first
            step.first = row.last + 1
        }
        step.isMore = rows.count == limit
        return step
    }

    private static func take(
        _ row: Outbox.KeptRow,
        _ stream: StreamName,
        _ stands: (String) -> Bool,
        _ db: Database
    ) throws {
        try Outbox.forEach(stream, from: row.first, through: row.last, db) { sequence, record in
            let envelope = try Envelope.decode(record)
            guard stands(envelope.type) else { return }
            try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO standing (stream, type, subject, sequence, record) VALUES (?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                stream.rawValue, envelope.type, envelope.subject, Int64(clamping: sequence), record,
            ])
        }
        try db.execute(
            sql: "INSERT OR REPLACE INTO pruned (stream, last, hash, bytes) VALUES (?, ?, ?, ?)",
            arguments: [stream.rawValue, Int64(clamping: row.last), row.hash.bytes, Int64(clamping: row.bytes)]
        )
        try db.execute(
            sql: "DELETE FROM outbox WHERE stream = ? AND first = ?",
            arguments: [stream.rawValue, Int64(clamping: row.first)]
        )
    }

    // MARK: age

    /// Notes where `stream` stands at `now`, by which the age of its records is known; once an hour is enough.
    package static func note(_ stream: StreamName, sequence: UInt64, at now: Instant, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO stood (stream, at_us, sequence) VALUES (?, ?, ?)",
            arguments: [stream.rawValue, now.microseconds, Int64(clamping: sequence)]
        )
    }

    /// The last record that is known to have been written by `time`; 0 where none is. Older notes are not needed any more.
    private static func sequence(of stream: StreamName, noted time: Instant, _ db: Database) throws -> UInt64 {
        let row = try Row.fetchOne(
            db,
            sql: "SELECT at_us, sequence FROM stood WHERE stream = ? AND at_us <= ? ORDER BY at_us DESC LIMIT 1",
            arguments: [stream.rawValue, time.microseconds]
        )
        guard let row else { return 0 }
        let (at, sequence): (Int64, Int64) = (row["at_us"], row["sequence"])
        try db.execute(sql: "DELETE FROM stood WHERE stream = ? AND at_us < ?", arguments: [stream.rawValue, at])
        return UInt64(clamping: sequence)
    }

    // MARK: what still stands

    /// Where `stream` stood before its first record that is kept.
    package static func base(of stream: StreamName, _ db: Database) throws -> OutboxHead {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT last, hash, bytes FROM pruned WHERE stream = ?"),
            arguments: [stream.rawValue]
        )
        return try row.map(OutboxHead.init) ?? OutboxHead()
    }

    /// The records that still stand of those that went, after the sequence `after`: some, in order, and whether they are the last.
    package static func standing(_ stream: StreamName, after: UInt64, bytes budget: Int = 1 << 20, _ db: Database)
        throws
        -> (records: [Data], isLast: Bool)
    {
        var (records, size) = ([Data](), 0)
        let rows = try Data.fetchCursor(
            db,
            sql: "SELECT record FROM standing WHERE stream = ? AND sequence > ? ORDER BY sequence",
            arguments: [stream.rawValue, Int64(clamping: after)]
        )
        while let record = try rows.next() {
            guard size < budget else { return (records, false) }
            records.append(record)
            size += record.count
        }
        return (records, true)
    }
}
