import Foundation
import GRDB
import MonitoringDomain
import ServiceStore

/// The table of the flood of alarms, of one row.
enum AlarmFloodRepository {
    static let migration = Migration(
        "monitoring-alarm-floods-1",
        "CREATE TABLE alarm_flood (id INTEGER PRIMARY KEY CHECK (id = 1), state BLOB NOT NULL)"
    )

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
}
