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
        )
    ]

    /// The stored value at that instant, and the record that told it.
    static func reading(_ station: String, _ element: ObservedElement, at: Instant, _ db: Database) throws
        -> (millionths: Int64, record: Data)?
    {
        try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT millionths, record FROM reading WHERE station = ? AND element = ? AND observed_us = ?"
            ),
            arguments: [station, element.rawValue, at.microseconds]
        ).map { ($0["millionths"], $0["record"]) }
    }

    static func newest(_ station: String, _ element: ObservedElement, _ db: Database) throws -> Instant? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT max(observed_us) FROM reading WHERE station = ? AND element = ?"),
            arguments: [station, element.rawValue]
        ).map { Instant(microseconds: $0) }
    }

    static func keep(_ message: ObservationAccepted, millionths: Int64, record: RecordID, _ db: Database) throws {
        try db.cachedStatement(
            sql:
                "INSERT OR REPLACE INTO reading (station, element, observed_us, millionths, record) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [
            message.station, message.element.rawValue, message.observedUs, millionths, record.bytes,
        ])
    }

    /// The track, and the content of its last crossing as a message.
    static func track(_ rule: RuleID, _ station: StationID, _ db: Database) throws -> (WarningTrack, WarningContent) {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT state, crossing FROM track WHERE rule = ? AND station = ?"),
            arguments: [rule.value, station.value]
        )
        guard let row else { return (WarningTrack(), WarningContent()) }
        let (state, crossing): (Data, Data) = (row["state"], row["crossing"])
        return (try JSONDecoder().decode(WarningTrack.self, from: state), try WarningContent.decode(crossing))
    }

    static func keep(
        _ track: WarningTrack,
        _ crossing: WarningContent,
        _ rule: RuleID,
        _ station: StationID,
        _ db: Database
    ) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO track (rule, station, state, crossing) VALUES (?, ?, ?, ?)")
            .execute(arguments: [
                rule.value, station.value, try encoder.encode(track), try crossing.serializedData(),
            ])
    }

    static func silence(_ station: String, since: Instant, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO silent (station, since_us) VALUES (?, ?)",
            arguments: [station, since.microseconds]
        )
    }

    /// Ends the station's silence; nil where it was not silent.
    static func endSilence(_ station: String, _ db: Database) throws -> Instant? {
        let row = try Int64.fetchOne(db, sql: "SELECT since_us FROM silent WHERE station = ?", arguments: [station])
        guard let row else { return nil }
        try db.execute(sql: "DELETE FROM silent WHERE station = ?", arguments: [station])
        return Instant(microseconds: row)
    }
}
