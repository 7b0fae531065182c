import Foundation
import GRDB
import MessageSchema
import MonitoringDomain
import ServiceStore
import SwiftProtobuf
import Vocabulary

/// Tables and SQL of warnings drafted by hand, and of what every warning said when it was released last.
enum WarningRepository {
    static let migration = Migration(
        "monitoring-warning-1",
        """
        CREATE TABLE hand_warning (warning TEXT PRIMARY KEY, state BLOB NOT NULL, content BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE released_content (warning TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
        """
    )

    /// A warning drafted by hand, with what its last draft says.
    struct Known {
        var track: HandWarning
        var content: WarningContent
    }

    static func byHand(_ warning: String, _ db: Database) throws -> Known? {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT state, content FROM hand_warning WHERE warning = ?"),
            arguments: [warning]
        )
        guard let row else { return nil }
        let (state, content): (Data, Data) = (row[0], row[1])
        return Known(
            track: try JSONDecoder().decode(HandWarning.self, from: state),
            content: try WarningContent.decode(content)
        )
    }

    static func keep(_ known: Known, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO hand_warning (warning, state, content) VALUES (?, ?, ?)")
            .execute(arguments: [
                known.track.warning.value, try Data.sorted(known.track), try known.content.serializedData(),
            ])
    }

    /// What the warning said when it was released last; nil where it stands no more, or was never issued.
    static func released(_ warning: String, _ db: Database) throws -> WarningContent? {
        try Data.fetchOne(
            db.cachedStatement(sql: "SELECT content FROM released_content WHERE warning = ?"),
            arguments: [warning]
        ).map { try WarningContent.decode($0) }
    }

    /// What all warnings that stand said last, by id.
    static func standing(_ db: Database) throws -> [WarningContent] {
        try Data.fetchAll(db, sql: "SELECT content FROM released_content ORDER BY warning")
            .map { try WarningContent.decode($0) }
    }

    static func keep(released content: WarningContent, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO released_content (warning, content) VALUES (?, ?)")
            .execute(arguments: [content.warning, try content.serializedData()])
    }

    static func end(_ warning: String, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM released_content WHERE warning = ?").execute(arguments: [warning])
    }
}
