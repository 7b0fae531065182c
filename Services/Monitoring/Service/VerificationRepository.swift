import Foundation
import GRDB
import MessageSchema
import MonitoringDomain
import ServiceStore
import SwiftProtobuf
import Vocabulary

/// Tables and SQL of what happened, what was warned of, and how well.
enum VerificationRepository {
    static let migration = Migration(
        "monitoring-verification-1",
        """
        CREATE TABLE event (event TEXT PRIMARY KEY, hazard TEXT NOT NULL, began_us INTEGER NOT NULL, content BLOB NOT NULL)
            WITHOUT ROWID;
        CREATE INDEX event_hazard ON event (hazard, began_us, event);
        CREATE TABLE event_track (definition TEXT NOT NULL, station TEXT NOT NULL, event TEXT NOT NULL, state BLOB NOT NULL,
            PRIMARY KEY (definition, station)) WITHOUT ROWID;
        CREATE TABLE release (warning TEXT PRIMARY KEY, rule TEXT NOT NULL, station TEXT NOT NULL, issued_us INTEGER NOT NULL,
            ended_us INTEGER, colours BLOB NOT NULL) WITHOUT ROWID;
        CREATE INDEX release_rule ON release (rule, station, issued_us, warning);
        CREATE TABLE score (rule TEXT NOT NULL, station TEXT NOT NULL, colour INTEGER NOT NULL, season TEXT NOT NULL,
            year INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (rule, station, colour, season, year)) WITHOUT ROWID;
        CREATE TABLE score_schedule (id INTEGER PRIMARY KEY, due_us INTEGER NOT NULL);
        """
    )

    // MARK: events

    static func event(_ id: String, _ db: Database) throws -> ObservedEvent? {
        try Data.fetchOne(
            db.cachedStatement(sql: "SELECT content FROM event WHERE event = ?"),
            arguments: [id]
        ).map { try ObservedEvent.decode($0) }
    }

    /// Those of the hazard that did happen, the earliest first.
    static func events(_ hazard: Hazard, _ db: Database) throws -> [ObservedEvent] {
        let rows = try Data.fetchCursor(
            db.cachedStatement(sql: "SELECT content FROM event WHERE hazard = ? ORDER BY began_us, event"),
            arguments: [hazard.rawValue]
        )
        var events: [ObservedEvent] = []
        while let row = try rows.next() {
            let event = try ObservedEvent.decode(row)
            if !event.withdrawn { events.append(event) }
        }
        return events
    }

    static func keep(_ event: ObservedEvent, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO event (event, hazard, began_us, content) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [
            event.event, try event.hazard.checked().rawValue, event.beganUs, try event.serializedData(),
        ])
    }

    /// What readings of a station say by that definition, and the event that they are about; a new one where nothing was kept.
    static func track(_ definition: String, _ station: StationID, _ db: Database) throws -> (ObservedEventTrack, String)
    {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT state, event FROM event_track WHERE definition = ? AND station = ?"),
            arguments: [definition, station.value]
        )
        guard let row else { return (ObservedEventTrack(), "") }
        return (try JSONDecoder().decode(ObservedEventTrack.self, from: row[0] as Data), row[1])
    }

    static func keep(
        _ track: ObservedEventTrack,
        of event: String,
        _ definition: String,
        _ station: StationID,
        _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO event_track (definition, station, event, state) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [definition, station.value, event, try Data.sorted(track)])
    }

    // MARK: warnings

    /// A warning as far as it was released.
    struct Released {
        let warning: String
        let rule: String
        let station: String
        var colours: [Colour]
        var ended: Instant?

        struct Colour: Codable {
            let colour: WarningColour
            let at: Instant
            /// What a person warned; nil of a rule's warning, which is of its station.
            var divisions: [String]?
        }
    }

    private static func released(_ row: Row) throws -> Released {
        let ended: Int64? = row[3]
        return Released(
            warning: row[0],
            rule: row[1],
            station: row[2],
            colours: try JSONDecoder().decode([Released.Colour].self, from: row[4] as Data),
            ended: ended.map { Instant(microseconds: $0) }
        )
    }

    static func released(_ warning: String, _ db: Database) throws -> Released? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT warning, rule, station, ended_us, colours FROM release WHERE warning = ?"),
            arguments: [warning]
        ).map(released)
    }

    /// The rule's warnings at the station, the earliest first.
    static func released(by rule: RuleID, at station: StationID, _ db: Database) throws -> [Released] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT warning, rule, station, ended_us, colours FROM release WHERE rule = ? AND station = ?
                    ORDER BY issued_us, warning
                    """
            ),
            arguments: [rule.value, station.value]
        ).map(released)
    }

    static func keep(_ released: Released, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO release (warning, rule, station, issued_us, ended_us, colours)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            released.warning, released.rule, released.station, released.colours.first?.at.microseconds ?? 0,
            released.ended?.microseconds, try Data.sorted(released.colours),
        ])
    }

    // MARK: scores

    /// What was told last of that score; nil where nothing was.
    static func told(_ score: VerificationComputed, _ db: Database) throws -> VerificationComputed? {
        try Data.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT content FROM score WHERE rule = ? AND station = ? AND colour = ? AND season = ? AND year = ?
                    """
            ),
            arguments: [
                score.rule, score.station, score.fromColour.rawValue, score.season, score.seasonYear,
            ]
        ).map { try VerificationComputed.decode($0) }
    }

    /// What was told last of every score of the rule.
    static func told(of rule: RuleID, _ db: Database) throws -> [VerificationComputed] {
        try Data.fetchAll(
            db,
            sql: "SELECT content FROM score WHERE rule = ? ORDER BY station, colour, season, year",
            arguments: [rule.value]
        ).map { try VerificationComputed.decode($0) }
    }

    static func keep(_ score: VerificationComputed, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO score (rule, station, colour, season, year, content) VALUES (?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [
            score.rule, score.station, score.fromColour.rawValue, score.season, score.seasonYear,
            try score.serializedData(),
        ])
    }

    /// When the scores are due; nil where they never were.
    static func due(_ db: Database) throws -> Instant? {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT due_us FROM score_schedule WHERE id = 1"))
            .map { Instant(microseconds: $0) }
    }

    static func keep(due: Instant, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO score_schedule (id, due_us) VALUES (1, ?)")
            .execute(arguments: [due.microseconds])
    }
}
