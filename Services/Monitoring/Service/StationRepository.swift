import Foundation
import GRDB
import MessageSchema
import MonitoringCodecs
import MonitoringDomain
import ServiceStore
import SwiftProtobuf
import Vocabulary

/// The tables of stations' links, orders and pictures.
enum StationRepository {
    static let migration = Migration(
        "monitoring-stations-1",
        """
        CREATE TABLE station_link (station TEXT PRIMARY KEY, channel TEXT NOT NULL, name TEXT NOT NULL,
            centre INTEGER NOT NULL, secret TEXT NOT NULL, system TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE station_order (station TEXT NOT NULL, question INTEGER NOT NULL, id TEXT NOT NULL, ask BLOB NOT NULL,
            request TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, due_us INTEGER NOT NULL,
            expires_us INTEGER NOT NULL, PRIMARY KEY (station, question)) WITHOUT ROWID;
        CREATE TABLE picture (station TEXT NOT NULL, observed_us INTEGER NOT NULL, sha256 BLOB NOT NULL, bytes BLOB NOT NULL,
            PRIMARY KEY (station, observed_us, sha256));
        """
    )

    static let codings = Migration(
        "monitoring-stations-2",
        "ALTER TABLE station_link ADD COLUMN coding TEXT NOT NULL DEFAULT 'binary'"
    )

    // MARK: links

    static func link(of station: StationID, _ db: Database) throws -> StationLink? {
        try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT channel, name, centre, secret, system, coding FROM station_link WHERE station = ?"
            ),
            arguments: [station.value]
        ).map { row in
            StationLink(
                channel: row[0],
                name: row[1],
                centre: row[2],
                secret: row[3],
                system: row[4],
                // The column holds what `keep` wrote.
                coding: SL651Frame.Coding(rawValue: row[5]) ?? .binary
            )
        }
    }

    static func keep(_ link: StationLink, of station: StationID, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO station_link (station, channel, name, centre, secret, system, coding)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            station.value, link.channel, link.name, link.centre, link.secret, link.system, link.coding.rawValue,
        ])
    }

    // MARK: orders

    /// The stations for which orders are kept.
    static func stationsWithOrders(_ db: Database) throws -> Set<String> {
        try String.fetchSet(db, sql: "SELECT DISTINCT station FROM station_order")
    }

    /// The station's orders, by question.
    static func orders(to station: StationID, _ db: Database) throws -> [StationOrder] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT id, ask, request, state, attempts, due_us, expires_us FROM station_order
                    WHERE station = ? ORDER BY question
                    """
            ),
            arguments: [station.value]
        ).map { row in
            let (state, attempts): (String, Int) = (row[3], row[4])
            return StationOrder(
                id: row[0],
                ask: try AskStation.decode(row[1]),
                request: row[2],
                track: StationOrderTrack(
                    // The column holds what `keep` wrote.
                    state: StationOrderTrack.State(rawValue: state) ?? .waiting,
                    attempts: attempts,
                    due: Instant(microseconds: row[5]),
                    expires: Instant(microseconds: row[6])
                )
            )
        }
    }

    static func keep(_ order: StationOrder, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO station_order (station, question, id, ask, request, state, attempts, due_us, expires_us)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            order.ask.station, order.ask.question.rawValue, order.id, try order.ask.serializedData(), order.request,
            order.track.state.rawValue, order.track.attempts, order.track.due.microseconds,
            order.track.expires.microseconds,
        ])
    }

    static func remove(_ order: StationOrder, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM station_order WHERE station = ? AND question = ?")
            .execute(arguments: [order.ask.station, order.ask.question.rawValue])
    }

    // MARK: pictures

    /// So many pictures of a station are kept, the newest by their time.
    static let pictures = 96

    /// Keeps the picture; false where it is kept already.
    static func keep(picture bytes: Data, sha256: Data, of station: StationID, _ observed: Instant, _ db: Database)
        throws
        -> Bool
    {
        try db.execute(
            sql: "INSERT OR IGNORE INTO picture (station, observed_us, sha256, bytes) VALUES (?, ?, ?, ?)",
            arguments: [station.value, observed.microseconds, sha256, bytes]
        )
        guard db.changesCount > 0 else { return false }
        try db.execute(
            sql: """
                DELETE FROM picture WHERE station = ? AND rowid NOT IN (SELECT rowid FROM picture WHERE station = ?
                    ORDER BY observed_us DESC, sha256 LIMIT ?)
                """,
            arguments: [station.value, station.value, pictures]
        )
        return true
    }

    /// The newest picture of the station that was taken after `start` and up to `end`; nil where there is none.
    static func newestPicture(of station: StationID, after start: Instant, through end: Instant, _ db: Database) throws
        -> StationPicture?
    {
        try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT observed_us, sha256 FROM picture WHERE station = ? AND observed_us > ? AND observed_us <= ?
                    ORDER BY observed_us DESC, sha256 LIMIT 1
                    """
            ),
            arguments: [station.value, start.microseconds, end.microseconds]
        ).map { row in
            var picture = StationPicture()
            (picture.station, picture.observedUs, picture.sha256) = (station.value, row[0], row[1])
            return picture
        }
    }
}

/// How a station was reached last: the words that an order to it repeats.
struct StationLink: Hashable, Sendable {
    /// `MonitoringCore.sl651` or `hj212`.
    let channel: String
    /// SL 651 address, or MN.
    let name: String
    /// SL 651 only.
    let centre: Int
    /// The password as sent.
    let secret: String
    /// ST of HJ 212.
    let system: String
    /// SL 651 only.
    var coding = SL651Frame.Coding.binary
}

/// An order that is on its way.
struct StationOrder: Sendable {
    let id: String
    let ask: AskStation
    /// QN of the last sending, for HJ 212.
    var request = ""
    var track: StationOrderTrack
}

/// What monitoring remembers of these tables.
final class StationMemory {
    private static let limit = 1 << 16

    private(set) var version = 0
    private var links: [StationID: StationLink] = [:]
    private var waiting: Set<String>?

    /// Keeps how the station was reached, where that is new.
    func keep(_ link: StationLink, of station: StationID, _ db: Database) throws {
        guard try self.link(of: station, db) != link else { return }
        version += 1
        try StationRepository.keep(link, of: station, db)
        links[station] = link
    }

    func link(of station: StationID, _ db: Database) throws -> StationLink? {
        if let known = links[station] { return known }
        guard let link = try StationRepository.link(of: station, db) else { return nil }
        if links.count >= Self.limit { links.removeAll() }
        links[station] = link
        return link
    }

    /// The station's orders, by question; mostly none.
    func orders(to station: StationID, _ db: Database) throws -> [StationOrder] {
        let known = try waiting ?? StationRepository.stationsWithOrders(db)
        waiting = known
        return known.contains(station.value) ? try StationRepository.orders(to: station, db) : []
    }

    func keep(_ order: StationOrder, _ db: Database) throws {
        version += 1
        try StationRepository.keep(order, db)
        waiting?.insert(order.ask.station)
    }

    func remove(_ order: StationOrder, _ db: Database) throws {
        version += 1
        try StationRepository.remove(order, db)
        waiting = nil
    }
}
