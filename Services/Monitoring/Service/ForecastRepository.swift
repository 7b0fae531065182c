import Foundation
import GRDB
import MessageSchema
import MonitoringDomain
import ServiceStore
import Vocabulary

/// The tables of forecasts, and the readings that they are made of.
enum ForecastRepository {
    static let migration = Migration(
        "monitoring-forecasts-1",
        """
        CREATE TABLE forecast (id TEXT PRIMARY KEY, state BLOB, base_us INTEGER, withheld TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE punctuality (station TEXT PRIMARY KEY, since_us INTEGER NOT NULL, state BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE chain (definition TEXT PRIMARY KEY, id TEXT NOT NULL, revision INTEGER NOT NULL, state BLOB NOT NULL)
            WITHOUT ROWID;
        """
    )

    // MARK: forecasts

    /// How far a forecast has come.
    struct Progress {
        /// Its own state, as JSON.
        var state: Data?
        /// The end of the period that is due next.
        var base: Instant?
        /// Why it was withheld last; empty after a result.
        var withheld = ""
    }

    static func progress(_ id: String, _ db: Database) throws -> Progress {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT state, base_us, withheld FROM forecast WHERE id = ?"),
            arguments: [id]
        )
        guard let row else { return Progress() }
        let base: Int64? = row[1]
        return Progress(state: row[0], base: base.map { Instant(microseconds: $0) }, withheld: row[2])
    }

    static func keep(_ progress: Progress, of id: String, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO forecast (id, state, base_us, withheld) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [id, progress.state, progress.base?.microseconds, progress.withheld])
    }

    // MARK: readings

    /// A usable reading.
    struct Reading {
        let observed: Instant
        let millionths: Int64
        let record: RecordID

        var value: Double { Double(millionths) / 1_000_000 }
    }

    /// The sum of their values in millionths; nil where no value can say it: a sender may write any number.
    static func total(_ readings: some Sequence<Reading>) -> Int64? {
        Int64(exactly: readings.reduce(Int128(0)) { $0 + Int128($1.millionths) })
    }

    /// The usable readings after `start` up to `end`, in order.
    static func readings(
        _ station: StationID,
        _ element: ElementID,
        after start: Instant,
        through end: Instant,
        _ db: Database
    ) throws -> [Reading] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT observed_us, millionths, record FROM reading
                    WHERE station = (SELECT number FROM station WHERE id = ?)
                    AND element = (SELECT number FROM element WHERE id = ?) AND observed_us > ? AND observed_us <= ? AND usable ORDER BY observed_us
                    """
            ),
            arguments: [station.value, element.value, start.microseconds, end.microseconds]
        ).map {
            Reading(observed: Instant(microseconds: $0[0]), millionths: $0[1], record: try RecordID($0[2] as Data))
        }
    }

    /// The stored reading of that instant, usable or not.
    static func stored(_ station: StationID, _ element: ElementID, at instant: Instant, _ db: Database) throws
        -> Reading?
    {
        try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT millionths, record FROM reading
                    WHERE station = (SELECT number FROM station WHERE id = ?)
                    AND element = (SELECT number FROM element WHERE id = ?) AND observed_us = ?
                    """
            ),
            arguments: [station.value, element.value, instant.microseconds]
        ).map { Reading(observed: instant, millionths: $0[0], record: try RecordID($0[1] as Data)) }
    }

    // MARK: punctuality

    static func punctuality(_ station: StationID, _ db: Database) throws -> (since: Instant, StationPunctuality)? {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT since_us, state FROM punctuality WHERE station = ?"),
            arguments: [station.value]
        )
        guard let row else { return nil }
        return (
            Instant(microseconds: row[0]), try JSONDecoder().decode(StationPunctuality.self, from: row[1] as Data)
        )
    }

    static func keep(_ punctuality: StationPunctuality, since: Instant, of station: StationID, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO punctuality (station, since_us, state) VALUES (?, ?, ?)")
            .execute(arguments: [station.value, since.microseconds, try Data.sorted(punctuality)])
    }

    // MARK: chains

    /// A chain that runs.
    struct RunningChain {
        var id: String
        var revision: UInt32
        var run: HazardChainRun
    }

    static func chain(_ definition: String, _ db: Database) throws -> RunningChain? {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT id, revision, state FROM chain WHERE definition = ?"),
            arguments: [definition]
        )
        guard let row else { return nil }
        return RunningChain(
            id: row[0],
            revision: row[1],
            run: try JSONDecoder().decode(HazardChainRun.self, from: row[2] as Data)
        )
    }

    static func keep(_ chain: RunningChain, of definition: String, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO chain (definition, id, revision, state) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [definition, chain.id, chain.revision, try Data.sorted(chain.run)])
    }

    static func end(chainOf definition: String, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM chain WHERE definition = ?", arguments: [definition])
    }
}

extension Data {
    /// JSON with its keys in order: equal values are equal bytes.
    static func sorted(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try encoder.encode(value)
    }
}
