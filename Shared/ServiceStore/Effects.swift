package import Foundation
package import GRDB
package import MessageSchema
package import Vocabulary

/// How often, and how soon, what failed for now is tried again.
package struct EffectRetry: Hashable, Sendable {
    /// After the first failure; twice as long after each further one, up to `most`.
    package let first: Duration
    package let most: Duration
    /// So many attempts at the most, from 1.
    package let attempts: Int

    package init(first: Duration, most: Duration, attempts: Int) {
        (self.first, self.most, self.attempts) = (first, most, attempts)
    }

    /// How long to wait after so many failed attempts, from 1.
    package func wait(after failures: Int) -> Duration {
        min(max(first, most), first * (1 << min(20, max(0, failures - 1))))
    }
}

/// Something to be done outside, once it is committed: at least once, and under one key however often.
package struct EffectRow: Hashable, Sendable {
    /// Where it stands.
    package enum State: String, Sendable {
        /// To be done.
        case waiting
        /// Not to be done any more; if it is being done, its result still counts.
        case withdrawn
        /// Its result could not be handled and is a dead letter: it is not done again.
        case aside
    }

    /// Derived from its cause: the idempotency key, which the outside sees in hexadecimal digits.
    package let id: RecordID
    /// Names what is done and who handles the result.
    package let kind: String
    /// Where it is done: one lane that stands still does not hold up the others.
    package let lane: String
    /// What it is about; those of one subject are done one after the other.
    package let subject: String
    package let payload: Data
    /// Not before.
    package let due: Instant
    /// Not after: then it has failed.
    package let until: Instant
    package let retry: EffectRetry
    package let state: State
    /// The input that asked for it, and the root of its chain.
    package let cause: RecordID
    package let correlation: RecordID

    package init(
        id: RecordID,
        kind: String,
        lane: String,
        subject: String,
        payload: Data,
        due: Instant,
        until: Instant,
        retry: EffectRetry,
        state: State = .waiting,
        cause: RecordID,
        correlation: RecordID
    ) {
        (self.id, self.kind, self.lane, self.subject) = (id, kind, lane, subject)
        (self.payload, self.due, self.until, self.retry) = (payload, due, until, retry)
        (self.state, self.cause, self.correlation) = (state, cause, correlation)
    }
}

/// An effect that is due, and how often it was attempted and failed for now.
package struct PendingEffect: Hashable, Sendable {
    package let row: EffectRow
    package let failures: Int

    package init(row: EffectRow, failures: Int) { (self.row, self.failures) = (row, failures) }
}

/// An attempt that failed for now, and when the next one is due.
package struct EffectFailure: Hashable, Sendable {
    package let effect: RecordID
    /// With this one.
    package let failures: Int
    package let next: Instant
    /// Stable and hyphenated.
    package let reason: String

    package init(effect: RecordID, failures: Int, next: Instant, reason: String) {
        (self.effect, self.failures, self.next, self.reason) = (effect, failures, next, reason)
    }
}

/// What is not handed out for now: effects in these lanes, which are full, and of these subjects, of which one is out.
package struct EffectsWaiting: Hashable, Sendable {
    package let lanes: [String]
    package let subjects: [String]

    package init(lanes: [String] = [], subjects: [String] = []) { (self.lanes, self.subjects) = (lanes, subjects) }
}

/// The effects' SQL. What is to be done is derived; how often it was attempted is operational, and decides nothing but when it is
/// attempted again: what a service is told of an effect is its result, an input of the journal.
package enum Effects {
    /// So long a withdrawn effect waits for the result of an attempt that was under way.
    private static let withdrawnFor = Duration.hours(24)

    /// Keeps what is to be done.
    package static func add(_ effect: EffectRow, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO effect (id, kind, lane, subject, payload, due_us, until_us, first_us, most_us, most_attempts, state,
                    cause, correlation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            effect.id.bytes, effect.kind, effect.lane, effect.subject, effect.payload, effect.due.microseconds,
            effect.until.microseconds, effect.retry.first.inMicroseconds, effect.retry.most.inMicroseconds,
            effect.retry.attempts, effect.state.rawValue, effect.cause.bytes, effect.correlation.bytes,
        ])
    }

    /// The effect of that id; nil once it has its result.
    package static func find(_ id: RecordID, _ db: Database) throws -> EffectRow? {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM effect WHERE id = ?"), arguments: [id.bytes])
            .map(effect)
    }

    /// It has its result.
    package static func remove(_ id: RecordID, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM effect WHERE id = ?").execute(arguments: [id.bytes])
        try db.cachedStatement(sql: "DELETE FROM effect_attempt WHERE effect = ?").execute(arguments: [id.bytes])
    }

    /// What waits under that kind and subject is not to be done any more; gives how many those are.
    package static func withdraw(kind: String, subject: String, at now: Instant, _ db: Database) throws -> Int {
        try db.cachedStatement(sql: "DELETE FROM effect WHERE state = 'withdrawn' AND due_us < ?")
            .execute(arguments: [(now - withdrawnFor).microseconds])
        try db.cachedStatement(
            sql: """
                UPDATE effect SET state = 'withdrawn', due_us = ? WHERE kind = ? AND subject = ? AND state = 'waiting'
                """
        ).execute(arguments: [now.microseconds, kind, subject])
        return db.changesCount
    }

    /// Its result is a dead letter.
    package static func setAside(_ id: RecordID, _ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE effect SET state = 'aside' WHERE id = ?").execute(arguments: [id.bytes])
    }

    /// Those that are due at `now`, in (due, id) order, but for what has to wait in a full lane, or for another of its subject.
    package static func due(at now: Instant, except waiting: EffectsWaiting, limit: Int, _ db: Database) throws
        -> [PendingEffect]
    {
        func places(_ names: [String]) -> String { names.map { _ in "?" }.joined(separator: ", ") }
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT effect.*, coalesce(attempts, 0) AS failures FROM effect
                LEFT JOIN effect_attempt ON effect_attempt.effect = effect.id
                WHERE state = 'waiting' AND due_us <= ? AND coalesce(next_us, 0) <= ?
                AND lane NOT IN (\(places(waiting.lanes))) AND subject NOT IN (\(places(waiting.subjects)))
                ORDER BY due_us, id LIMIT ?
                """,
            arguments: StatementArguments([now.microseconds, now.microseconds])
                + StatementArguments(waiting.lanes + waiting.subjects) + [limit]
        )
        return try rows.map { PendingEffect(row: try effect($0), failures: $0["failures"]) }
    }

    /// Keeps that an attempt failed for now; nothing where the effect is gone.
    package static func keep(_ failure: EffectFailure, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO effect_attempt (effect, attempts, next_us, reason)
                SELECT id, ?, ?, ? FROM effect WHERE id = ?
                """
        ).execute(arguments: [failure.failures, failure.next.microseconds, failure.reason, failure.effect.bytes])
    }

    /// How many are in that state.
    package static func count(_ state: EffectRow.State, _ db: Database) throws -> Int {
        try Int.fetchOne(
            db.cachedStatement(sql: "SELECT count(*) FROM effect WHERE state = ?"),
            arguments: [state.rawValue]
        ) ?? 0
    }

    private static func effect(_ row: Row) throws -> EffectRow {
        let (name, first, most): (String, Int64, Int64) = (row["state"], row["first_us"], row["most_us"])
        guard let state = EffectRow.State(rawValue: name) else {
            throw StoreError(.damaged, "an effect in state '\(name)'; restore a backup")
        }
        return EffectRow(
            id: try RecordID(row["id"] as Data),
            kind: row["kind"],
            lane: row["lane"],
            subject: row["subject"],
            payload: row["payload"],
            due: Instant(microseconds: row["due_us"]),
            until: Instant(microseconds: row["until_us"]),
            retry: EffectRetry(first: .microseconds(first), most: .microseconds(most), attempts: row["most_attempts"]),
            state: state,
            cause: try RecordID(row["cause"] as Data),
            correlation: try RecordID(row["correlation"] as Data)
        )
    }
}
