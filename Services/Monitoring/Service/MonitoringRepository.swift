import Foundation
import GRDB
import MessageSchema
import MonitoringDomain
import ServiceKit
import ServiceStore
import SwiftProtobuf
import Vocabulary

/// The monitoring service's tables and SQL.
enum MonitoringRepository {
    static let migrations = [
        Migration(
            "monitoring-1",
            """
            CREATE TABLE reading (station TEXT NOT NULL, element INTEGER NOT NULL, observed_us INTEGER NOT NULL,
                millionths INTEGER NOT NULL, record BLOB NOT NULL, PRIMARY KEY (station, element, observed_us)) WITHOUT ROWID;
            CREATE TABLE track (rule TEXT NOT NULL, station TEXT NOT NULL, state BLOB NOT NULL, crossing BLOB NOT NULL,
                PRIMARY KEY (rule, station)) WITHOUT ROWID;
            CREATE TABLE silent (station TEXT PRIMARY KEY, since_us INTEGER NOT NULL) WITHOUT ROWID;
            """
        ),
        Migration(
            "monitoring-2",
            """
            ALTER TABLE reading ADD COLUMN usable INTEGER NOT NULL DEFAULT 1;
            CREATE TABLE cap_document (identifier TEXT PRIMARY KEY, warning TEXT NOT NULL, sent_us INTEGER NOT NULL)
                WITHOUT ROWID;
            CREATE INDEX cap_document_warning ON cap_document (warning, sent_us, identifier);
            CREATE INDEX cap_document_sent ON cap_document (sent_us);
            """
        ),
        Migration(
            "monitoring-3",
            """
            CREATE TABLE series (number INTEGER PRIMARY KEY, station TEXT NOT NULL, element TEXT NOT NULL,
                UNIQUE (station, element));
            INSERT INTO series (station, element) SELECT DISTINCT station, CASE element WHEN 1 THEN 'stage' WHEN 2 THEN 'flow'
                WHEN 3 THEN 'rain_1h' WHEN 4 THEN 'rain_5min' WHEN 5 THEN 'rain_accumulated' ELSE 'battery' END
                FROM reading ORDER BY station, element;
            CREATE TABLE value (series INTEGER NOT NULL, observed_us INTEGER NOT NULL, millionths INTEGER NOT NULL,
                usable INTEGER NOT NULL, record BLOB NOT NULL, PRIMARY KEY (series, observed_us)) WITHOUT ROWID;
            INSERT INTO value SELECT series.number, observed_us, millionths, usable, record FROM reading JOIN series
                ON series.station = reading.station AND series.element = CASE reading.element WHEN 1 THEN 'stage'
                WHEN 2 THEN 'flow' WHEN 3 THEN 'rain_1h' WHEN 4 THEN 'rain_5min' WHEN 5 THEN 'rain_accumulated' ELSE 'battery' END;
            DROP TABLE reading;
            ALTER TABLE value RENAME TO reading;
            """
        ),
        StationRepository.migration,
    ]

    // MARK: readings

    /// One element of one station.
    struct Place: Hashable {
        let station: StationID
        let element: ElementID
    }

    /// The number of the place's series; nil where it has none yet.
    private static func number(of place: Place, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT number FROM series WHERE station = ? AND element = ?"),
            arguments: [place.station.value, place.element.value]
        )
    }

    /// Begins a series for the place; gives its number.
    static func begin(_ place: Place, _ db: Database) throws -> Int64 {
        try db.cachedStatement(sql: "INSERT INTO series (station, element) VALUES (?, ?)")
            .execute(arguments: [place.station.value, place.element.value])
        return db.lastInsertedRowID
    }

    /// The readings of the place from the last one that is `reach` older than the newest, or older still.
    static func series(_ place: Place, reach: Duration, _ db: Database) throws -> ReadingSeries {
        guard let number = try number(of: place, db) else {
            return ReadingSeries(number: nil, [], isWhole: true, reach: reach)
        }
        let newest = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT max(observed_us) FROM reading WHERE series = ?"),
            arguments: [number]
        )
        guard let newest else { return ReadingSeries(number: number, [], isWhole: true, reach: reach) }
        let start = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT max(observed_us) FROM reading WHERE series = ? AND observed_us <= ?"),
            arguments: [number, (Instant(microseconds: newest) - reach).microseconds]
        )
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT observed_us, millionths, usable, record FROM reading
                    WHERE series = ? AND observed_us >= ? ORDER BY observed_us
                    """
            ),
            arguments: [number, start ?? .min]
        )
        var readings: [ReadingSeries.Reading] = []
        while let row = try rows.next() { readings.append(try reading(row)) }
        return ReadingSeries(number: number, readings, isWhole: start == nil, reach: reach)
    }

    /// `row` has the columns observed_us, millionths, usable, record.
    private static func reading(_ row: Row) throws -> ReadingSeries.Reading {
        ReadingSeries.Reading(
            observed: Instant(microseconds: row[0]),
            millionths: row[1],
            isUsable: row[2],
            record: try RecordID(row[3] as Data)
        )
    }

    /// The stored reading of that instant.
    static func reading(_ series: Int64, at instant: Instant, _ db: Database) throws -> ReadingSeries.Reading? {
        try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT observed_us, millionths, usable, record FROM reading
                    WHERE series = ? AND observed_us = ?
                    """
            ),
            arguments: [series, instant.microseconds]
        ).map(reading)
    }

    /// The last usable reading before that instant.
    static func lastUsable(_ series: Int64, before instant: Instant, _ db: Database) throws -> ReadingSeries.Reading? {
        try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT observed_us, millionths, usable, record FROM reading
                    WHERE series = ? AND observed_us < ? AND usable ORDER BY observed_us DESC LIMIT 1
                    """
            ),
            arguments: [series, instant.microseconds]
        ).map(reading)
    }

    /// Whether every reading since `duration` before the instant has that value, and one is that old.
    static func isUnchanged(
        _ value: Int64,
        _ series: Int64,
        _ duration: Duration,
        _ instant: Instant,
        _ db: Database
    ) throws -> Bool {
        let start = (instant - duration).microseconds
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT count(*) FILTER (WHERE millionths <> ?) AS others, min(observed_us) AS first FROM reading
                    WHERE series = ? AND observed_us >= coalesce((SELECT max(observed_us) FROM reading
                        WHERE series = ? AND observed_us <= ?), ?) AND observed_us < ?
                    """
            ),
            arguments: [value, series, series, start, start, instant.microseconds]
        )
        guard let row, let first = row[1] as Int64?, first <= start else { return false }
        return (row[0] as Int64) == 0
    }

    /// The readings between two instants, both included, in order.
    static func readings(_ series: Int64, from: Instant, through: Instant, _ db: Database) throws
        -> [ReadingSeries.Reading]
    {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT observed_us, millionths, usable, record FROM reading WHERE series = ?
                    AND observed_us BETWEEN ? AND ? ORDER BY observed_us
                    """
            ),
            arguments: [series, from.microseconds, through.microseconds]
        ).map(reading)
    }

    static func keep(_ reading: ReadingSeries.Reading, in series: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO reading (series, observed_us, millionths, usable, record) VALUES (?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            series, reading.observed.microseconds, reading.millionths, reading.isUsable, reading.record.bytes,
        ])
    }

    // MARK: warnings

    /// The track, and the content of its last crossing as a message; a new one where nothing was kept.
    static func track(_ rule: RuleID, _ station: StationID, _ db: Database) throws -> (WarningTrack, WarningContent) {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT state, crossing FROM track WHERE rule = ? AND station = ?"),
            arguments: [rule.value, station.value]
        )
        guard let row else { return (WarningTrack(), WarningContent()) }
        let (state, crossing): (Data, Data) = (row[0], row[1])
        return (try JSONDecoder().decode(WarningTrack.self, from: state), try WarningContent.decode(crossing))
    }

    static func keep(
        _ track: WarningTrack,
        _ crossing: WarningContent,
        _ rule: RuleID,
        _ station: StationID,
        _ db: Database
    ) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO track (rule, station, state, crossing) VALUES (?, ?, ?, ?)")
            .execute(arguments: [
                rule.value, station.value, try Data.sorted(track), try crossing.serializedData(),
            ])
    }

    /// A CAP document that went out.
    struct SentDocument {
        let identifier: String
        let sent: Instant
    }

    /// The documents of that warning, the earliest first.
    static func documents(of warning: String, _ db: Database) throws -> [SentDocument] {
        try Row.fetchAll(
            db,
            sql: "SELECT identifier, sent_us FROM cap_document WHERE warning = ? ORDER BY sent_us, identifier",
            arguments: [warning]
        ).map { SentDocument(identifier: $0["identifier"], sent: Instant(microseconds: $0["sent_us"])) }
    }

    /// When the last document went out; nil before the first.
    static func lastSent(_ db: Database) throws -> Instant? {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(sent_us) FROM cap_document"))
            .map(Instant.init(microseconds:))
    }

    /// How many documents went out in that second.
    static func documents(sent: Instant, _ db: Database) throws -> Int {
        try Int.fetchOne(
            db,
            sql: "SELECT count(*) FROM cap_document WHERE sent_us = ?",
            arguments: [sent.microseconds]
        ) ?? 0
    }

    static func keep(_ document: SentDocument, of warning: String, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO cap_document (identifier, warning, sent_us) VALUES (?, ?, ?)",
            arguments: [document.identifier, warning, document.sent.microseconds]
        )
    }

    // MARK: silence

    static func silence(_ station: String, since: Instant, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO silent (station, since_us) VALUES (?, ?)",
            arguments: [station, since.microseconds]
        )
    }

    /// The stations that are silent, each with since when.
    static func silent(_ db: Database) throws -> [String: Instant] {
        var silent: [String: Instant] = [:]
        let rows = try Row.fetchCursor(db, sql: "SELECT station, since_us FROM silent")
        while let row = try rows.next() { silent[row[0]] = Instant(microseconds: row[1]) }
        return silent
    }

    static func endSilence(_ station: String, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM silent WHERE station = ?", arguments: [station])
    }
}
