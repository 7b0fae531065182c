import Foundation
import GRDB
import MonitoringDomain
import ServiceStore
import Vocabulary

/// The tables of what rules ask for beside readings.
enum RuleRepository {
    static let migration = Migration(
        "monitoring-rules-1",
        """
        CREATE TABLE live_warning (rule TEXT NOT NULL, station TEXT NOT NULL, colour INTEGER NOT NULL,
            PRIMARY KEY (rule, station)) WITHOUT ROWID;
        CREATE TABLE shake (event TEXT PRIMARY KEY, origin_us INTEGER NOT NULL, magnitude INTEGER NOT NULL,
            latitude INTEGER NOT NULL, longitude INTEGER NOT NULL, datum TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX shake_origin ON shake (origin_us);
        """
    )

    // MARK: live warnings

    /// The highest colour in which a warning of that rule is released and live; nil where there is none.
    static func liveColour(of rule: RuleID, _ db: Database) throws -> WarningColour? {
        try Int.fetchOne(
            db.cachedStatement(sql: "SELECT max(colour) FROM live_warning WHERE rule = ?"),
            arguments: [rule.value]
        ).flatMap { WarningColour(rawValue: $0) }
    }

    /// Keeps the released colour of the track's warning; nil: there is none.
    static func keep(_ colour: WarningColour?, _ rule: RuleID, _ station: StationID, _ db: Database) throws {
        guard let colour else {
            return try db.cachedStatement(sql: "DELETE FROM live_warning WHERE rule = ? AND station = ?")
                .execute(arguments: [rule.value, station.value])
        }
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO live_warning (rule, station, colour) VALUES (?, ?, ?)")
            .execute(arguments: [rule.value, station.value, colour.rawValue])
    }

    // MARK: earthquakes

    /// When and where the earth shook.
    struct Shake {
        let origin: Instant
        let epicentre: Position
    }

    /// A year's earthquakes are kept.
    private static let kept = Duration.hours(8_784)

    /// Keeps the event, or what is now known of it, and lets go of the old ones.
    static func keep(_ event: EarthquakeEvent, now: Instant, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO shake (event, origin_us, magnitude, latitude, longitude, datum)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            event.id, event.origin.microseconds, event.magnitudeHundredths, event.epicentre.latitudeMicrodegrees,
            event.epicentre.longitudeMicrodegrees, event.epicentre.datum.rawValue,
        ])
        try db.cachedStatement(sql: "DELETE FROM shake WHERE origin_us < ?")
            .execute(arguments: [(now - kept).microseconds])
    }

    /// Its network took it back.
    static func forget(shake event: String, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM shake WHERE event = ?").execute(arguments: [event])
    }

    /// The earthquakes of that magnitude and more, in hundredths, since then.
    static func shakes(since: Instant, magnitude: Int, _ db: Database) throws -> [Shake] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT origin_us, latitude, longitude, datum FROM shake
                    WHERE origin_us >= ? AND magnitude >= ? ORDER BY origin_us, event
                    """
            ),
            arguments: [since.microseconds, magnitude]
        ).compactMap { row in
            guard let datum = Datum(rawValue: row[3]) else { return nil }
            return Position(latitudeMicrodegrees: row[1], longitudeMicrodegrees: row[2], datum: datum).map {
                Shake(origin: Instant(microseconds: row[0]), epicentre: $0)
            }
        }
    }
}
