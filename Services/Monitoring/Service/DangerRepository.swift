import Foundation
import GRDB
import MessageSchema
import MonitoringDomain
import ServiceStore
import SwiftProtobuf
import Vocabulary

/// Tables and SQL of hidden dangers and risk points.
enum DangerRepository {
    static let migration = Migration(
        "monitoring-danger-1",
        """
        CREATE TABLE danger (danger TEXT PRIMARY KEY, is_open INTEGER NOT NULL, is_major INTEGER NOT NULL,
            risk_point TEXT NOT NULL, found BLOB NOT NULL, state BLOB NOT NULL) WITHOUT ROWID;
        CREATE INDEX danger_open ON danger (is_open, is_major, risk_point);
        CREATE TABLE risk_point (risk_point TEXT PRIMARY KEY, registered BLOB NOT NULL, own INTEGER NOT NULL,
            is_retired INTEGER NOT NULL) WITHOUT ROWID;
        """
    )

    // MARK: dangers

    /// A danger, with the record of its finding.
    struct Known {
        let found: DangerFound
        var danger: HiddenDanger
    }

    static func danger(_ id: DangerID, _ db: Database) throws -> Known? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT found, state FROM danger WHERE danger = ?"),
            arguments: [id.value]
        ).map(known)
    }

    private static func known(_ row: Row) throws -> Known {
        let (found, state): (Data, Data) = (row[0], row[1])
        return Known(
            found: try DangerFound.decode(found),
            danger: try JSONDecoder().decode(HiddenDanger.self, from: state)
        )
    }

    /// Those that are not closed, by id.
    static func open(_ db: Database) throws -> [Known] {
        try Row.fetchAll(db, sql: "SELECT found, state FROM danger WHERE is_open = 1 ORDER BY danger").map(known)
    }

    static func keep(_ known: Known, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO danger (danger, is_open, is_major, risk_point, found, state)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            known.danger.id.value, known.danger.state != .closed, known.danger.grade == .major, known.found.riskPoint,
            try known.found.serializedData(), try JSONEncoder.sorted.encode(known.danger),
        ])
    }

    static func openMajorDangers(on point: RiskPointID, _ db: Database) throws -> Int {
        try Int.fetchOne(
            db.cachedStatement(
                sql: "SELECT count(*) FROM danger WHERE is_open = 1 AND is_major = 1 AND risk_point = ?"
            ),
            arguments: [point.value]
        ) ?? 0
    }

    // MARK: risk points

    /// A risk point as it was registered, with its own colour now.
    struct Point: Sendable {
        let registered: RiskPointRegistered
        var own: WarningColour
        var isRetired = false
    }

    static func point(_ id: RiskPointID, _ db: Database) throws -> Point? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT registered, own, is_retired FROM risk_point WHERE risk_point = ?"),
            arguments: [id.value]
        ).map(point)
    }

    private static func point(_ row: Row) throws -> Point {
        let (registered, own): (Data, Int) = (row[0], row[1])
        return Point(
            registered: try RiskPointRegistered.decode(registered),
            own: WarningColour(rawValue: own) ?? .red,
            isRetired: row[2]
        )
    }

    /// All of them, the retired ones too, by id.
    static func points(_ db: Database) throws -> [Point] {
        try Row.fetchAll(db, sql: "SELECT registered, own, is_retired FROM risk_point ORDER BY risk_point").map(point)
    }

    static func keep(_ point: Point, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO risk_point (risk_point, registered, own, is_retired) VALUES (?, ?, ?, ?)
                """
        ).execute(arguments: [
            point.registered.riskPoint, try point.registered.serializedData(), point.own.rawValue, point.isRetired,
        ])
    }
}
