import DispatchDomain
import Foundation
import GRDB
import ServiceStore
import Vocabulary

/// The dispatch service's tables and SQL.
enum DispatchRepository {
    static let migrations = [
        Migration(
            "dispatch-1",
            """
            CREATE TABLE incident (id TEXT PRIMARY KEY, hazard TEXT NOT NULL, closed INTEGER NOT NULL, state BLOB NOT NULL)
                WITHOUT ROWID;
            CREATE TABLE warning_link (warning TEXT PRIMARY KEY, incident TEXT NOT NULL) WITHOUT ROWID;
            """
        )
    ]

    /// The open incident of that hazard; nil if there is none.
    static func openIncident(_ hazard: Hazard, _ db: Database) throws -> Incident? {
        try state(
            Data.fetchOne(
                db,
                sql: "SELECT state FROM incident WHERE hazard = ? AND closed = 0 ORDER BY id LIMIT 1",
                arguments: [hazard.rawValue]
            )
        )
    }

    static func incident(_ id: String, _ db: Database) throws -> (Incident, hazard: String)? {
        let row = try Row.fetchOne(db, sql: "SELECT state, hazard FROM incident WHERE id = ?", arguments: [id])
        guard let row, let incident = try state(row["state"] as Data) else { return nil }
        return (incident, row["hazard"])
    }

    /// The incident that the warning belongs to; nil where none knows it.
    static func incident(of warning: String, _ db: Database) throws -> String? {
        try String.fetchOne(db, sql: "SELECT incident FROM warning_link WHERE warning = ?", arguments: [warning])
    }

    static func link(_ warning: String, to incident: String, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO warning_link (warning, incident) VALUES (?, ?)",
            arguments: [warning, incident]
        )
    }

    static func keep(_ incident: Incident, _ hazard: String, _ db: Database) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try db.execute(
            sql: "INSERT OR REPLACE INTO incident (id, hazard, closed, state) VALUES (?, ?, ?, ?)",
            arguments: [incident.id, hazard, incident.isClosed, try encoder.encode(incident)]
        )
    }

    private static func state(_ bytes: Data?) throws -> Incident? {
        try bytes.map { try JSONDecoder().decode(Incident.self, from: $0) }
    }
}
