import Foundation
import GRDB
import MessageSchema
import MonitoringDomain
import ServiceStore
import SwiftProtobuf
import Vocabulary

/// Tables and SQL of suspensions, great events and the newest forecasts.
enum SuspensionRepository {
    static let migration = Migration(
        "monitoring-suspension-1",
        """
        CREATE TABLE suspension (warning TEXT NOT NULL, definition TEXT NOT NULL, state BLOB NOT NULL,
            PRIMARY KEY (warning, definition)) WITHOUT ROWID;
        CREATE TABLE great_event (event TEXT PRIMARY KEY, from_us INTEGER NOT NULL, until_us INTEGER NOT NULL, due_us INTEGER)
            WITHOUT ROWID;
        CREATE TABLE newest_forecast (forecast TEXT NOT NULL, station TEXT NOT NULL, record BLOB NOT NULL, content BLOB NOT NULL,
            PRIMARY KEY (forecast, station)) WITHOUT ROWID;
        """
    )

    // MARK: suspensions

    /// What the warning has stop by that plan; a new one where nothing was kept.
    static func track(_ definition: String, of warning: String, _ db: Database) throws -> SuspensionTrack {
        try Data.fetchOne(
            db.cachedStatement(sql: "SELECT state FROM suspension WHERE warning = ? AND definition = ?"),
            arguments: [warning, definition]
        ).map { try JSONDecoder().decode(SuspensionTrack.self, from: $0) } ?? SuspensionTrack()
    }

    static func keep(_ track: SuspensionTrack, _ definition: String, of warning: String, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO suspension (warning, definition, state) VALUES (?, ?, ?)")
            .execute(arguments: [warning, definition, try Data.sorted(track)])
    }

    /// The plans by which the warning had something stop, in order of their ids.
    static func tracks(of warning: String, _ db: Database) throws -> [(definition: String, track: SuspensionTrack)] {
        try Row.fetchAll(
            db.cachedStatement(sql: "SELECT definition, state FROM suspension WHERE warning = ? ORDER BY definition"),
            arguments: [warning]
        ).map { ($0[0], try JSONDecoder().decode(SuspensionTrack.self, from: $0[1] as Data)) }
    }

    static func end(_ warning: String, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM suspension WHERE warning = ?").execute(arguments: [warning])
    }

    // MARK: great events

    /// The watch of an event as its timer was set for it.
    struct Watched: Hashable {
        let from: Instant
        let until: Instant
        /// Nil: no report is due any more.
        let due: Instant?
    }

    static func watched(_ event: String, _ db: Database) throws -> Watched? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT from_us, until_us, due_us FROM great_event WHERE event = ?"),
            arguments: [event]
        ).map { row in
            let due: Int64? = row[2]
            return Watched(
                from: Instant(microseconds: row[0]),
                until: Instant(microseconds: row[1]),
                due: due.map { Instant(microseconds: $0) }
            )
        }
    }

    static func keep(_ watched: Watched, of event: String, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO great_event (event, from_us, until_us, due_us) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [
            event, watched.from.microseconds, watched.until.microseconds, watched.due?.microseconds,
        ])
    }

    // MARK: forecasts

    static func keep(_ forecast: ForecastComputed, _ record: RecordID, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO newest_forecast (forecast, station, record, content) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [forecast.forecast, forecast.station, record.bytes, try forecast.serializedData()])
    }

    /// The newest of each forecast and station, in order of their ids.
    static func newestForecasts(_ db: Database) throws -> [(forecast: ForecastComputed, record: Data)] {
        try Row.fetchAll(db, sql: "SELECT content, record FROM newest_forecast ORDER BY forecast, station")
            .map { (try ForecastComputed.decode($0[0] as Data), $0[1]) }
    }
}
