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
        ),
        Migration(
            "dispatch-2",
            """
            CREATE TABLE task (id TEXT PRIMARY KEY, incident TEXT NOT NULL, status TEXT NOT NULL, team TEXT,
                created_us INTEGER NOT NULL, state BLOB NOT NULL) WITHOUT ROWID;
            CREATE INDEX task_status ON task (status, created_us, id);
            CREATE INDEX task_incident ON task (incident, id);
            CREATE TABLE requirement (subject TEXT PRIMARY KEY, incident TEXT NOT NULL, state BLOB NOT NULL) WITHOUT ROWID;
            CREATE INDEX requirement_incident ON requirement (incident, subject);
            CREATE TABLE consignment (supply_order TEXT NOT NULL, store TEXT NOT NULL, status TEXT NOT NULL,
                PRIMARY KEY (supply_order, store)) WITHOUT ROWID;
            """
        ),
    ]

    // MARK: incidents

    /// The open incident of that hazard; nil if there is none.
    static func openIncident(_ hazard: Hazard, _ db: Database) throws -> Incident? {
        try Data.fetchOne(
            db,
            sql: "SELECT state FROM incident WHERE hazard = ? AND closed = 0 ORDER BY id LIMIT 1",
            arguments: [hazard.rawValue]
        ).map { try state($0) }
    }

    static func incident(_ id: String, _ db: Database) throws -> (Incident, hazard: String)? {
        try Row.fetchOne(db, sql: "SELECT state, hazard FROM incident WHERE id = ?", arguments: [id])
            .map { (try state($0["state"]), $0["hazard"]) }
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
        try db.execute(
            sql: "INSERT OR REPLACE INTO incident (id, hazard, closed, state) VALUES (?, ?, ?, ?)",
            arguments: [incident.id.value, hazard, incident.isClosed, try bytes(incident)]
        )
    }

    // MARK: tasks

    static func task(_ id: String, _ db: Database) throws -> ResponseTask? {
        try Data.fetchOne(db, sql: "SELECT state FROM task WHERE id = ?", arguments: [id]).map { try state($0) }
    }

    /// In order of their ids.
    static func tasks(of incident: IncidentID, _ db: Database) throws -> [ResponseTask] {
        try Data.fetchAll(
            db,
            sql: "SELECT state FROM task WHERE incident = ? ORDER BY id",
            arguments: [incident.value]
        ).map { try state($0) }
    }

    /// The oldest first.
    static func waitingTasks(_ db: Database) throws -> [ResponseTask] {
        try Data.fetchAll(
            db,
            sql: "SELECT state FROM task WHERE status = ? ORDER BY created_us, id",
            arguments: [ResponseTask.State.waiting.rawValue]
        ).map { try state($0) }
    }

    /// Which task holds which team.
    static func busy(_ db: Database) throws -> [(team: TeamID, task: TaskID)] {
        let held = ResponseTask.State.allCases.filter { $0.holdsTeam }.map { "'\($0.rawValue)'" }.joined(
            separator: ", "
        )
        return try Row.fetchAll(db, sql: "SELECT team, id FROM task WHERE status IN (\(held)) ORDER BY id")
            .map { (TeamID($0["team"]), TaskID($0["id"])) }
    }

    /// Saves the task; `now` is kept as its creation where it is new.
    static func keep(_ task: ResponseTask, at now: Instant, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO task (id, incident, status, team, created_us, state) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET status = excluded.status, team = excluded.team, state = excluded.state
                """,
            arguments: [
                task.id.value, task.incident.value, task.state.rawValue, task.team?.value, now.microseconds,
                try bytes(task),
            ]
        )
    }

    // MARK: requests

    static func requirement(_ subject: String, _ db: Database) throws -> (Requirement, incident: IncidentID)? {
        try Row.fetchOne(db, sql: "SELECT state, incident FROM requirement WHERE subject = ?", arguments: [subject])
            .map { (try state($0["state"]), IncidentID($0["incident"])) }
    }

    static func requirements(of incident: IncidentID, _ db: Database) throws -> [Requirement] {
        try Data.fetchAll(
            db,
            sql: "SELECT state FROM requirement WHERE incident = ? ORDER BY subject",
            arguments: [incident.value]
        ).map { try state($0) }
    }

    static func keep(_ requirement: Requirement, _ subject: String, _ incident: IncidentID, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO requirement (subject, incident, state) VALUES (?, ?, ?)",
            arguments: [subject, incident.value, try bytes(requirement)]
        )
    }

    /// Where a consignment is.
    enum ConsignmentStatus: String {
        case underway
        case arrived
    }

    static func consignment(_ order: String, from store: String, _ db: Database) throws -> ConsignmentStatus? {
        let status = try String.fetchOne(
            db,
            sql: "SELECT status FROM consignment WHERE supply_order = ? AND store = ?",
            arguments: [order, store]
        )
        return try status.map { text in
            guard let known = ConsignmentStatus(rawValue: text) else {
                throw StoreError(.damaged, "consignment status '\(text)'; restore a backup")
            }
            return known
        }
    }

    static func keep(consignment order: String, from store: String, _ status: ConsignmentStatus, _ db: Database) throws
    {
        try db.execute(
            sql: "INSERT OR REPLACE INTO consignment (supply_order, store, status) VALUES (?, ?, ?)",
            arguments: [order, store, status.rawValue]
        )
    }

    // MARK: states

    private static func state<State: Decodable>(_ bytes: Data) throws -> State {
        try JSONDecoder().decode(State.self, from: bytes)
    }

    private static func bytes(_ state: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try encoder.encode(state)
    }
}
