import Foundation
import GRDB
import MessageSchema
import ServiceStore
import Vocabulary

/// One record as it was received, ready to be told.
struct TimelineRow: Hashable {
    let stream: StreamName
    let sequence: UInt64
    let id: Data
    let type: String
    let subject: String
    let decided: Instant
    /// Who acted; empty where no person did.
    let person: String
    let payload: Data
}

/// Assessment's tables and SQL.
enum AssessmentRepository {
    static let migrations = [
        Migration(
            "assessment-1",
            """
            CREATE TABLE timeline (stream TEXT NOT NULL, sequence INTEGER NOT NULL, id BLOB NOT NULL, type TEXT NOT NULL,
                subject TEXT NOT NULL, decided_us INTEGER NOT NULL, person TEXT NOT NULL, payload BLOB NOT NULL,
                PRIMARY KEY (stream, sequence)) WITHOUT ROWID;
            CREATE INDEX timeline_by_id ON timeline (id);
            CREATE INDEX timeline_by_subject ON timeline (subject);
            CREATE TABLE awaited (incident TEXT PRIMARY KEY, closing BLOB NOT NULL) WITHOUT ROWID;
            CREATE TABLE report (incident TEXT NOT NULL, language TEXT NOT NULL, html BLOB NOT NULL,
                PRIMARY KEY (incident, language)) WITHOUT ROWID;
            """
        ),
        // After a reset a place in a stream is taken anew, by another record or by the same.
        Migration(
            "assessment-2",
            """
            ALTER TABLE timeline RENAME TO timeline_by_place;
            DROP INDEX timeline_by_id;
            DROP INDEX timeline_by_subject;
            CREATE TABLE timeline (id BLOB PRIMARY KEY, stream TEXT NOT NULL, sequence INTEGER NOT NULL, type TEXT NOT NULL,
                subject TEXT NOT NULL, decided_us INTEGER NOT NULL, person TEXT NOT NULL, payload BLOB NOT NULL) WITHOUT ROWID;
            INSERT INTO timeline (stream, sequence, id, type, subject, decided_us, person, payload)
                SELECT stream, sequence, id, type, subject, decided_us, person, payload FROM timeline_by_place;
            DROP TABLE timeline_by_place;
            CREATE INDEX timeline_by_subject ON timeline (subject);
            """
        ),
    ]
    private static let columns = "stream, sequence, id, type, subject, decided_us, person, payload"

    /// A record that comes again after a restore takes the place of the one that was lost.
    static func insert(_ row: TimelineRow, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO timeline (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .execute(
                arguments: [
                    row.stream.rawValue, Int64(row.sequence), row.id, row.type, row.subject, row.decided.microseconds,
                    row.person, row.payload,
                ]
            )
    }

    /// The record of that id; nil if it was not received yet.
    static func row(id: Data, _ db: Database) throws -> TimelineRow? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT \(columns) FROM timeline WHERE id = ?"),
            arguments: [id]
        ).flatMap(row)
    }

    /// The records about `subject`, and about what is named below it (`subject/…`), in order of stream and sequence.
    static func rows(about subject: String, _ db: Database) throws -> [TimelineRow] {
        // The character after a slash is a zero: everything below the subject lies between them.
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT \(columns) FROM timeline WHERE subject = ?
                    UNION ALL SELECT \(columns) FROM timeline WHERE subject > ? AND subject < ?
                    ORDER BY stream, sequence, id
                    """
            ),
            arguments: [subject, subject + "/", subject + "0"]
        ).compactMap(row)
    }

    private static func row(_ row: Row) -> TimelineRow? {
        StreamName(rawValue: row["stream"]).map { stream in
            TimelineRow(
                stream: stream,
                sequence: UInt64(clamping: row["sequence"] as Int64),
                id: row["id"],
                type: row["type"],
                subject: row["subject"],
                decided: Instant(microseconds: row["decided_us"]),
                person: row["person"],
                payload: row["payload"]
            )
        }
    }

    // MARK: closed incidents whose records have not all come

    static func await(_ incident: String, closing: Data, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO awaited (incident, closing) VALUES (?, ?)")
            .execute(arguments: [incident, closing])
    }

    static func awaited(_ db: Database) throws -> [Data] {
        try Data.fetchAll(db.cachedStatement(sql: "SELECT closing FROM awaited ORDER BY incident"))
    }

    static func stopAwaiting(_ incident: String, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM awaited WHERE incident = ?").execute(arguments: [incident])
    }

    // MARK: reports

    static func keep(report html: String, of incident: String, in language: Language, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO report (incident, language, html) VALUES (?, ?, ?)")
            .execute(arguments: [incident, language.rawValue, Data(html.utf8)])
    }

    static func report(of incident: String, in language: String, _ db: Database) throws -> Data? {
        try Data.fetchOne(
            db,
            sql: "SELECT html FROM report WHERE incident = ? AND language = ?",
            arguments: [incident, language]
        )
    }

    static func reported(_ db: Database) throws -> [String] {
        try String.fetchAll(db, sql: "SELECT DISTINCT incident FROM report ORDER BY incident")
    }
}
