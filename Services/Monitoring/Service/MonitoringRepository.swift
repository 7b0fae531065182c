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
        StationRepository.migration, ReadingRepository.migration,
    ]

    /// One element of one station.
    struct Place: Hashable {
        let station: StationID
        let element: ElementID
    }

    // MARK: warnings

    /// Which tracks are kept, up to so many.
    static func trackKeys(upTo limit: Int, _ db: Database) throws -> [(rule: RuleID, station: StationID)] {
        try Row.fetchAll(db, sql: "SELECT rule, station FROM track LIMIT ?", arguments: [limit])
            .map { (RuleID($0[0]), StationID($0[1])) }
    }

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
}
