import Foundation
import GRDB
import MessageSchema
import ServiceStore
import SwiftProtobuf
import Vocabulary

/// Tables and SQL of what comes in from sources and feeds.
enum InletRepository {
    static let migrations = [
        Migration(
            "monitoring-feeds-1",
            """
            CREATE TABLE source_batch (source TEXT NOT NULL, batch TEXT NOT NULL, content BLOB NOT NULL, answer BLOB NOT NULL,
                received_us INTEGER NOT NULL, PRIMARY KEY (source, batch)) WITHOUT ROWID;
            CREATE INDEX source_batch_received ON source_batch (received_us);
            CREATE TABLE refused_item (source TEXT NOT NULL, code TEXT NOT NULL, count INTEGER NOT NULL, last_us INTEGER NOT NULL,
                message TEXT NOT NULL, PRIMARY KEY (source, code)) WITHOUT ROWID;
            CREATE TABLE silent_feed (feed TEXT PRIMARY KEY, since_us INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE foreign_alert (sender TEXT NOT NULL, identifier TEXT NOT NULL, warning TEXT NOT NULL,
                PRIMARY KEY (sender, identifier)) WITHOUT ROWID;
            CREATE TABLE foreign_warning (warning TEXT PRIMARY KEY, content BLOB NOT NULL, expires_us INTEGER NOT NULL)
                WITHOUT ROWID;
            CREATE TABLE earthquake (event TEXT PRIMARY KEY, revision INTEGER NOT NULL, withdrawn INTEGER NOT NULL,
                content BLOB NOT NULL) WITHOUT ROWID;
            """
        )
    ]

    /// Until when a document is needed, and when the earth shook: nil for what was taken before it was kept.
    static let keeping = Migration(
        "monitoring-feeds-2",
        """
        ALTER TABLE foreign_alert ADD COLUMN needed_us INTEGER;
        CREATE INDEX foreign_alert_needed ON foreign_alert (needed_us);
        ALTER TABLE earthquake ADD COLUMN origin_us INTEGER;
        CREATE INDEX earthquake_origin ON earthquake (origin_us);
        """
    )

    // MARK: batches

    /// A batch that was taken: what it held, and what its source was told.
    struct KeptBatch {
        let content: RecordID
        let answer: Data
    }

    static func batch(_ id: String, of source: String, _ db: Database) throws -> KeptBatch? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT content, answer FROM source_batch WHERE source = ? AND batch = ?"),
            arguments: [source, id]
        ).map { KeptBatch(content: try RecordID($0[0] as Data), answer: $0[1]) }
    }

    static func keep(_ batch: KeptBatch, _ id: String, of source: String, at now: Instant, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT INTO source_batch (source, batch, content, answer, received_us) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [source, id, batch.content.bytes, batch.answer, now.microseconds])
    }

    /// Forgets the batches that came before that.
    static func forgetBatches(before: Instant, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM source_batch WHERE received_us < ?")
            .execute(arguments: [before.microseconds])
    }

    /// Counts an item that was refused, and keeps the last message of its kind.
    static func count(refused code: String, _ message: String, of source: String, at now: Instant, _ db: Database)
        throws
    {
        try db.cachedStatement(
            sql: """
                INSERT INTO refused_item (source, code, count, last_us, message) VALUES (?, ?, 1, ?, ?)
                ON CONFLICT (source, code) DO UPDATE
                SET count = count + 1, last_us = excluded.last_us, message = excluded.message
                """
        ).execute(arguments: [source, code, now.microseconds, message])
    }

    // MARK: silence of feeds

    static func silence(_ feed: String, _ db: Database) throws -> Instant? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT since_us FROM silent_feed WHERE feed = ?"),
            arguments: [feed]
        ).map(Instant.init(microseconds:))
    }

    static func keep(silence since: Instant, of feed: String, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO silent_feed (feed, since_us) VALUES (?, ?)",
            arguments: [feed, since.microseconds]
        )
    }

    static func endSilence(of feed: String, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM silent_feed WHERE feed = ?", arguments: [feed])
    }

    // MARK: warnings of others

    /// The warning that the document belongs to, empty for one that was overtaken; nil for a document that never came.
    static func warning(of identifier: String, by sender: String, _ db: Database) throws -> String? {
        try String.fetchOne(
            db.cachedStatement(sql: "SELECT warning FROM foreign_alert WHERE sender = ? AND identifier = ?"),
            arguments: [sender, identifier]
        )
    }

    /// `needed`: until when it may hold, or is asked for.
    static func keep(
        alert identifier: String,
        by sender: String,
        of warning: String,
        needed: Instant,
        _ db: Database
    ) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO foreign_alert (sender, identifier, warning, needed_us) VALUES (?, ?, ?, ?)",
            arguments: [sender, identifier, warning, needed.microseconds]
        )
    }

    /// Forgets documents that nobody needed since `instant` and whose warning does not stand. Of those of whom it is not known they count from
    /// `now` on.
    static func forgetAlerts(before instant: Instant, now: Instant, _ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE foreign_alert SET needed_us = ? WHERE needed_us IS NULL")
            .execute(arguments: [now.microseconds])
        try db.cachedStatement(
            sql: """
                DELETE FROM foreign_alert WHERE needed_us < ?
                AND NOT EXISTS (SELECT 1 FROM foreign_warning WHERE foreign_warning.warning = foreign_alert.warning)
                """
        ).execute(arguments: [instant.microseconds])
    }

    /// The warnings that stand and did not lapse, by id.
    static func standing(at now: Instant, _ db: Database) throws -> [(warning: String, content: ForeignWarning)] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: "SELECT warning, content FROM foreign_warning WHERE expires_us > ? ORDER BY warning"
            ),
            arguments: [now.microseconds]
        ).map { ($0[0], try ForeignWarning.decode($0[1] as Data)) }
    }

    /// The warning as it stands; nil where it ended.
    static func standing(_ warning: String, _ db: Database) throws -> ForeignWarning? {
        try Data.fetchOne(
            db.cachedStatement(sql: "SELECT content FROM foreign_warning WHERE warning = ?"),
            arguments: [warning]
        ).map { try ForeignWarning.decode($0) }
    }

    static func keep(_ content: ForeignWarning, of warning: String, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO foreign_warning (warning, content, expires_us) VALUES (?, ?, ?)",
            arguments: [warning, try content.serializedData(), content.expiresUs]
        )
    }

    static func end(_ warning: String, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM foreign_warning WHERE warning = ?", arguments: [warning])
    }

    // MARK: earthquakes

    /// What was last said of the event, and whether it was taken back.
    static func earthquake(_ event: String, _ db: Database) throws -> (report: EarthquakeReported, isWithdrawn: Bool)? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT content, withdrawn FROM earthquake WHERE event = ?"),
            arguments: [event]
        ).map { (try EarthquakeReported.decode($0[0] as Data), $0[1]) }
    }

    static func keep(_ report: EarthquakeReported, isWithdrawn: Bool, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO earthquake (event, revision, withdrawn, content, origin_us)
                VALUES (?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            report.event, Int64(report.revision), isWithdrawn, try report.serializedData(), report.timeUs,
        ])
    }

    /// Forgets the events of before then.
    static func forgetEarthquakes(before instant: Instant, _ db: Database) throws {
        let undated = try Row.fetchAll(db, sql: "SELECT event, content FROM earthquake WHERE origin_us IS NULL")
        for row in undated {
            try db.execute(
                sql: "UPDATE earthquake SET origin_us = ? WHERE event = ?",
                arguments: [try EarthquakeReported.decode(row[1] as Data).timeUs, row[0] as String]
            )
        }
        try db.cachedStatement(sql: "DELETE FROM earthquake WHERE origin_us < ?")
            .execute(arguments: [instant.microseconds])
    }
}
