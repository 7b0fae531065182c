import CommandCenterDomain
import Foundation
import GRDB
import ServiceStore
import Vocabulary

/// The command center's tables and SQL.
enum CommandCenterRepository {
    static let migrations = [
        Migration(
            "center-1",
            """
            CREATE TABLE session (id TEXT PRIMARY KEY, incident TEXT NOT NULL, ended INTEGER NOT NULL, state BLOB NOT NULL)
                WITHOUT ROWID;
            CREATE INDEX session_by_incident ON session (incident, ended);
            """
        )
    ]

    /// The session of that id; nil if there is none.
    static func session(_ id: String, _ db: Database) throws -> Session? {
        try Data.fetchOne(
            db.cachedStatement(sql: "SELECT state FROM session WHERE id = ?"),
            arguments: [id]
        ).map(state)
    }

    /// The incident's sessions that have not ended, in order of their ids.
    static func openSessions(of incident: String, _ db: Database) throws -> [Session] {
        try Data.fetchAll(
            db.cachedStatement(sql: "SELECT state FROM session WHERE incident = ? AND ended = 0 ORDER BY id"),
            arguments: [incident]
        ).map(state)
    }

    /// Keeps a new session.
    static func keep(_ session: Session, of incident: String, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO session (id, incident, ended, state) VALUES (?, ?, ?, ?)")
            .execute(arguments: [session.id.value, incident, session.isEnded, try bytes(session)])
    }

    /// Keeps what became of a session.
    static func update(_ session: Session, _ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE session SET ended = ?, state = ? WHERE id = ?")
            .execute(arguments: [session.isEnded, try bytes(session), session.id.value])
    }

    private static func state(_ bytes: Data) throws -> Session { try JSONDecoder().decode(Session.self, from: bytes) }

    private static func bytes(_ session: Session) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try encoder.encode(session)
    }
}
