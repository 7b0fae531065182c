import Foundation
import GRDB
import MonitoringDomain
import ServiceStore
import Vocabulary

/// The tables of what rules ask for: warnings that are released and stand, and earthquakes.
enum RuleRepository {
    static let migrations = [rules, floods]

    private static let floods = Migration(
        "monitoring-alarm-floods-1",
        "CREATE TABLE alarm_flood (id INTEGER PRIMARY KEY CHECK (id = 1), state BLOB NOT NULL)"
    )

    private static let rules = Migration(
        "monitoring-rules-1",
        """
        CREATE TABLE live_warning (warning TEXT PRIMARY KEY, rule TEXT NOT NULL, hazard TEXT NOT NULL, colour INTEGER NOT NULL)
            WITHOUT ROWID;
        CREATE INDEX live_warning_rule ON live_warning (rule, colour);
        CREATE INDEX live_warning_hazard ON live_warning (hazard, colour);
        CREATE TABLE shake (event TEXT PRIMARY KEY, magnitude INTEGER NOT NULL, origin_us INTEGER NOT NULL,
            latitude INTEGER NOT NULL, longitude INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX shake_origin ON shake (origin_us);
        """
    )

    // MARK: floods

    /// The flood as it stands, or what may become one.
    static func flood(_ db: Database) throws -> AlarmFlood {
        try Data.fetchOne(db.cachedStatement(sql: "SELECT state FROM alarm_flood")).map {
            try JSONDecoder().decode(AlarmFlood.self, from: $0)
        } ?? AlarmFlood()
    }

    static func keep(_ flood: AlarmFlood, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO alarm_flood (id, state) VALUES (1, ?)")
            .execute(arguments: [try Data.sorted(flood)])
    }

    // MARK: warnings

    /// The warning stands in that colour; `rule` is empty where no rule of ours made it.
    static func keep(_ warning: String, rule: String, _ hazard: Hazard, _ colour: WarningColour, _ db: Database) throws
    {
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO live_warning (warning, rule, hazard, colour) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [warning, rule, hazard.rawValue, colour.rawValue])
    }

    /// Forgets the warning; gives the rule and the hazard of one that stood.
    static func end(_ warning: String, _ db: Database) throws -> (rule: RuleID, hazard: Hazard)? {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT rule, hazard FROM live_warning WHERE warning = ?"),
            arguments: [warning]
        )
        guard let row, let hazard = Hazard(rawValue: row[1]) else { return nil }
        try db.cachedStatement(sql: "DELETE FROM live_warning WHERE warning = ?").execute(arguments: [warning])
        return (RuleID(row[0]), hazard)
    }

    /// Whether that rule has a warning in that colour or a worse one.
    static func isLive(_ rule: RuleID, from colour: WarningColour, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM live_warning WHERE rule = ? AND colour >= ?)"),
            arguments: [rule.value, colour.rawValue]
        ) ?? false
    }

    /// Whether anybody but that rule warns of the hazard in that colour or a worse one.
    static func isLive(_ hazard: Hazard, from colour: WarningColour, but rule: RuleID, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(
                sql: "SELECT EXISTS (SELECT 1 FROM live_warning WHERE hazard = ? AND colour >= ? AND rule <> ?)"
            ),
            arguments: [hazard.rawValue, colour.rawValue, rule.value]
        ) ?? false
    }

    // MARK: earthquakes

    static func keep(_ event: EarthquakeEvent, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO shake (event, magnitude, origin_us, latitude, longitude) VALUES (?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            event.id, event.magnitudeHundredths, event.origin.microseconds, event.epicentre.latitudeMicrodegrees,
            event.epicentre.longitudeMicrodegrees,
        ])
    }

    static func withdraw(_ event: String, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM shake WHERE event = ?").execute(arguments: [event])
    }

    /// Where the earthquakes of that magnitude or more were since then.
    static func epicentres(magnitude: Int, since: Instant, _ db: Database) throws -> [Position] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: "SELECT latitude, longitude FROM shake WHERE origin_us >= ? AND magnitude >= ? ORDER BY event"
            ),
            arguments: [since.microseconds, magnitude]
        ).compactMap { Position(latitudeMicrodegrees: $0[0], longitudeMicrodegrees: $0[1], datum: .wgs84) }
    }
}
