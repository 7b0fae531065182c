import Foundation
import GRDB
import MessageSchema
import MonitoringDomain
import ServiceKit
import ServiceStore
import Vocabulary

/// The tables of readings, and when each station was heard.
///
/// Stations and elements have numbers here. A station's readings stand together, in order of time: what one report brings is written to
/// one page, however many stations there are.
enum ReadingRepository {
    static let migration = Migration(
        "monitoring-readings-1",
        """
        CREATE TABLE station (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, registered BLOB, address TEXT, device TEXT);
        CREATE UNIQUE INDEX station_address ON station (address) WHERE address IS NOT NULL;
        CREATE UNIQUE INDEX station_device ON station (device) WHERE device IS NOT NULL;
        CREATE TABLE element (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
        INSERT INTO station (id) SELECT station FROM series GROUP BY station ORDER BY min(number);
        INSERT INTO element (id) SELECT element FROM series GROUP BY element ORDER BY min(number);
        CREATE TABLE kept (station INTEGER NOT NULL, observed_us INTEGER NOT NULL, element INTEGER NOT NULL,
            millionths INTEGER NOT NULL, usable INTEGER NOT NULL, record BLOB NOT NULL,
            PRIMARY KEY (station, observed_us, element)) WITHOUT ROWID;
        INSERT INTO kept SELECT station.number, observed_us, element.number, millionths, usable, record
            FROM reading JOIN series ON series.number = reading.series JOIN station ON station.id = series.station
            JOIN element ON element.id = series.element;
        DROP TABLE reading;
        DROP TABLE series;
        ALTER TABLE kept RENAME TO reading;
        CREATE TABLE heard (station INTEGER PRIMARY KEY, heard_us INTEGER NOT NULL);
        """
    )

    /// One element of one station, by their numbers.
    struct Key: Hashable {
        let station: Int64
        let element: Int64
    }

    // MARK: numbers

    /// The station's number, and how it is registered; nil where nothing of it was kept yet.
    static func station(_ id: StationID, _ db: Database) throws -> (number: Int64, registered: RegisteredStation?)? {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT number, registered FROM station WHERE id = ?"),
            arguments: [id.value]
        )
        guard let row else { return nil }
        return (row[0], try (row[1] as Data?).map(RegisteredStation.decode))
    }

    /// Gives the station its number.
    static func begin(_ station: StationID, _ db: Database) throws -> Int64 {
        try db.cachedStatement(sql: "INSERT INTO station (id) VALUES (?)").execute(arguments: [station.value])
        return db.lastInsertedRowID
    }

    /// The elements that have numbers.
    static func elements(_ db: Database) throws -> [ElementID: Int64] {
        var numbers: [ElementID: Int64] = [:]
        let rows = try Row.fetchCursor(db, sql: "SELECT id, number FROM element")
        while let row = try rows.next() { numbers[ElementID(row[0])] = row[1] }
        return numbers
    }

    /// Gives the element its number.
    static func begin(_ element: ElementID, _ db: Database) throws -> Int64 {
        try db.execute(sql: "INSERT INTO element (id) VALUES (?)", arguments: [element.value])
        return db.lastInsertedRowID
    }

    // MARK: series

    private static let columns = "observed_us, millionths, usable, record"

    /// The readings of the place from the last one that is `reach` older than the newest, or older still.
    static func series(_ key: Key, _ watch: Watch, _ db: Database) throws -> ReadingSeries {
        guard let newest = try last(key, through: Instant(microseconds: .max), db) else {
            return ReadingSeries([], isWhole: true, watch)
        }
        guard watch.reach > .zero else { return ReadingSeries([newest], isWhole: false, watch) }
        let start = try last(key, through: newest.observed - watch.reach, db)?.observed
        let first = start ?? Instant(microseconds: .min)
        let readings = try readings(key, from: first, through: newest.observed, db)
        return ReadingSeries(readings, isWhole: start == nil, watch)
    }

    private static func reading(_ row: Row) throws -> ReadingSeries.Reading {
        ReadingSeries.Reading(
            observed: Instant(microseconds: row[0]),
            millionths: row[1],
            isUsable: row[2],
            record: try RecordID(row[3] as Data)
        )
    }

    /// The last reading up to that instant.
    private static func last(_ key: Key, through instant: Instant, _ db: Database) throws -> ReadingSeries.Reading? {
        try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT \(columns) FROM reading WHERE station = ? AND observed_us <= ? AND element = ?
                    ORDER BY observed_us DESC LIMIT 1
                    """
            ),
            arguments: [key.station, instant.microseconds, key.element]
        ).map(reading)
    }

    /// The stored reading of that instant.
    static func reading(_ key: Key, at instant: Instant, _ db: Database) throws -> ReadingSeries.Reading? {
        try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT \(columns) FROM reading WHERE station = ? AND observed_us = ? AND element = ?"
            ),
            arguments: [key.station, instant.microseconds, key.element]
        ).map(reading)
    }

    /// The last usable reading before that instant.
    static func lastUsable(_ key: Key, before instant: Instant, _ db: Database) throws -> ReadingSeries.Reading? {
        try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT \(columns) FROM reading WHERE station = ? AND observed_us < ? AND element = ? AND usable
                    ORDER BY observed_us DESC LIMIT 1
                    """
            ),
            arguments: [key.station, instant.microseconds, key.element]
        ).map(reading)
    }

    /// Whether every reading since `duration` before the instant has that value, and one is that old.
    static func isUnchanged(
        _ value: Int64,
        _ key: Key,
        _ duration: Duration,
        before instant: Instant,
        _ db: Database
    ) throws -> Bool {
        guard let first = try last(key, through: instant - duration, db) else { return false }
        let since = try readings(key, from: first.observed, through: instant - .microseconds(1), db)
        return since.allSatisfy { $0.millionths == value }
    }

    /// The readings between two instants, both included, in order.
    static func readings(_ key: Key, from: Instant, through: Instant, _ db: Database) throws -> [ReadingSeries.Reading]
    {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT \(columns) FROM reading WHERE station = ? AND observed_us BETWEEN ? AND ? AND element = ?
                    ORDER BY observed_us
                    """
            ),
            arguments: [key.station, from.microseconds, through.microseconds, key.element]
        ).map(reading)
    }

    static func keep(_ reading: ReadingSeries.Reading, _ key: Key, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO reading (station, observed_us, element, millionths, usable, record)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            key.station, reading.observed.microseconds, key.element, reading.millionths, reading.isUsable,
            reading.record.bytes,
        ])
    }

    // MARK: silence

    /// Notes when the station was heard; gives whether it is the first time since it began, or was silent.
    static func hear(_ station: Int64, at now: Instant, _ db: Database) throws -> Bool {
        try db.cachedStatement(sql: "UPDATE heard SET heard_us = ? WHERE station = ?")
            .execute(arguments: [now.microseconds, station])
        guard db.changesCount == 0 else { return false }
        try db.cachedStatement(sql: "INSERT INTO heard (station, heard_us) VALUES (?, ?)")
            .execute(arguments: [station, now.microseconds])
        return true
    }

    /// When the station was heard last; nil where it was not, or is silent.
    static func heard(_ station: StationID, _ db: Database) throws -> Instant? {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: "SELECT heard_us FROM heard WHERE station = (SELECT number FROM station WHERE id = ?)"
            ),
            arguments: [station.value]
        ).map(Instant.init(microseconds:))
    }

    static func silence(_ station: StationID, since: Instant, _ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM heard WHERE station = (SELECT number FROM station WHERE id = ?)",
            arguments: [station.value]
        )
        try db.execute(
            sql: "INSERT OR REPLACE INTO silent (station, since_us) VALUES (?, ?)",
            arguments: [station.value, since.microseconds]
        )
    }

    /// Ends the station's silence; nil where it was not silent.
    static func endSilence(_ station: StationID, _ db: Database) throws -> Instant? {
        let since = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT since_us FROM silent WHERE station = ?"),
            arguments: [station.value]
        )
        guard let since else { return nil }
        try db.execute(sql: "DELETE FROM silent WHERE station = ?", arguments: [station.value])
        return Instant(microseconds: since)
    }
}
