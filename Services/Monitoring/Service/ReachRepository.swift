import Foundation
import GRDB
import MessageSchema
import MonitoringDomain
import ServiceStore
import SwiftProtobuf
import Vocabulary

/// Tables and SQL of who was reached.
///
/// Of each document that is open it is kept who was reached where; of one that is closed only which texts it had, for a while.
enum ReachRepository {
    static let migration = Migration(
        "monitoring-reach-1",
        """
        CREATE TABLE reach_document (document TEXT PRIMARY KEY, warning TEXT NOT NULL, is_open INTEGER NOT NULL,
            is_end INTEGER NOT NULL, opened_us INTEGER NOT NULL, deadline_us INTEGER NOT NULL, content BLOB NOT NULL) WITHOUT ROWID;
        CREATE INDEX reach_document_warning ON reach_document (warning, is_open);
        CREATE INDEX reach_document_opened ON reach_document (opened_us);
        CREATE TABLE reach_message (key BLOB PRIMARY KEY, document TEXT NOT NULL, channel TEXT NOT NULL, state INTEGER NOT NULL,
            message BLOB NOT NULL) WITHOUT ROWID;
        CREATE INDEX reach_message_document ON reach_message (document, channel, state);
        CREATE TABLE reach_channel (document TEXT NOT NULL, channel TEXT NOT NULL, place TEXT NOT NULL, crowd INTEGER NOT NULL,
            persons INTEGER NOT NULL, failure TEXT NOT NULL DEFAULT '', PRIMARY KEY (document, channel, place)) WITHOUT ROWID;
        CREATE TABLE reach_place (document TEXT NOT NULL, place TEXT NOT NULL, persons INTEGER NOT NULL,
            PRIMARY KEY (document, place)) WITHOUT ROWID;
        CREATE TABLE reach_person (document TEXT NOT NULL, subscriber BLOB NOT NULL, channel TEXT NOT NULL, place TEXT NOT NULL,
            PRIMARY KEY (document, subscriber, channel)) WITHOUT ROWID;
        CREATE TABLE reach_answer (document TEXT NOT NULL, channel TEXT NOT NULL, place TEXT NOT NULL, person TEXT NOT NULL,
            told INTEGER NOT NULL, PRIMARY KEY (document, channel, place, person)) WITHOUT ROWID;
        """
    )

    // MARK: documents

    /// A document that is brought to people.
    struct Document {
        let identifier: String
        let warning: String
        /// It says that the warning is over.
        let isEnd: Bool
        let isOpen: Bool
        let opened: Instant
        let deadline: Instant
        let content: WarningContent
    }

    static func open(_ document: Document, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO reach_document (document, warning, is_open, is_end, opened_us, deadline_us, content)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                document.identifier, document.warning, document.isOpen, document.isEnd, document.opened.microseconds,
                document.deadline.microseconds, try document.content.serializedData(),
            ]
        )
    }

    static func document(_ identifier: String, _ db: Database) throws -> Document? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT * FROM reach_document WHERE document = ?"),
            arguments: [identifier]
        ).map(document)
    }

    /// The document of that warning that is open; nil where none is.
    static func open(of warning: String, _ db: Database) throws -> Document? {
        try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT * FROM reach_document WHERE warning = ? AND is_open = 1 ORDER BY opened_us DESC LIMIT 1"
            ),
            arguments: [warning]
        ).map(document)
    }

    private static func document(_ row: Row) throws -> Document {
        Document(
            identifier: row["document"],
            warning: row["warning"],
            isEnd: row["is_end"],
            isOpen: row["is_open"],
            opened: Instant(microseconds: row["opened_us"]),
            deadline: Instant(microseconds: row["deadline_us"]),
            content: try WarningContent.decode(row["content"] as Data)
        )
    }

    /// Nothing more is counted: who was reached is forgotten, each person first of all.
    static func close(_ document: String, _ db: Database) throws {
        try db.execute(sql: "UPDATE reach_document SET is_open = 0 WHERE document = ?", arguments: [document])
        for table in ["reach_person", "reach_place", "reach_channel", "reach_answer"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE document = ?", arguments: [document])
        }
    }

    /// Forgets closed documents that were opened before that.
    static func forget(before: Instant, _ db: Database) throws {
        let old = "SELECT document FROM reach_document WHERE opened_us < ? AND is_open = 0"
        try db.execute(
            sql: "DELETE FROM reach_message WHERE document IN (\(old))",
            arguments: [before.microseconds]
        )
        try db.execute(
            sql: "DELETE FROM reach_document WHERE opened_us < ? AND is_open = 0",
            arguments: [before.microseconds]
        )
    }

    // MARK: texts

    /// Where a text stands.
    enum MessageState: Int {
        case waiting = 0
        case sent = 1
        case failed = 2
    }

    static func keep(_ message: ReachMessage, _ state: MessageState, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO reach_message (key, document, channel, state, message) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [
            message.key, message.document, message.channel, state.rawValue, try message.serializedData(),
        ])
    }

    static func message(_ key: Data, _ db: Database) throws -> ReachMessage? {
        try Data.fetchOne(
            db.cachedStatement(sql: "SELECT message FROM reach_message WHERE key = ?"),
            arguments: [key]
        ).map { try ReachMessage.decode($0) }
    }

    /// How many texts of the document the channel has in that state.
    static func count(_ state: MessageState, _ document: String, _ channel: ReachChannelID, _ db: Database) throws
        -> Int
    {
        try Int.fetchOne(
            db.cachedStatement(
                sql: "SELECT count(*) FROM reach_message WHERE document = ? AND channel = ? AND state = ?"
            ),
            arguments: [document, channel.value, state.rawValue]
        ) ?? 0
    }

    /// Whether any text of the warning was given to that channel.
    static func told(_ warning: String, by channel: ReachChannelID, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM reach_message JOIN reach_document USING (document)
                WHERE warning = ? AND channel = ?)
                """,
            arguments: [warning, channel.value]
        ) ?? false
    }

    // MARK: people

    /// One channel at one place, for one document.
    struct Spot: Hashable {
        let document: String
        let channel: ReachChannelID
        let place: ReachPlaceID
    }

    /// The crowd and the persons that the channel reached there.
    static func reached(_ spot: Spot, _ db: Database) throws -> (crowd: Int, persons: Int) {
        try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT crowd, persons FROM reach_channel WHERE document = ? AND channel = ? AND place = ?"
            ),
            arguments: [spot.document, spot.channel.value, spot.place.value]
        ).map { ($0[0], $0[1]) } ?? (0, 0)
    }

    /// A crowd there has at least so many; true where that is more than was known.
    static func raise(crowd: Int, _ spot: Spot, _ db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: """
                INSERT INTO reach_channel (document, channel, place, crowd, persons) VALUES (?, ?, ?, ?, 0)
                ON CONFLICT DO UPDATE SET crowd = excluded.crowd WHERE excluded.crowd > crowd
                """
        ).execute(arguments: [spot.document, spot.channel.value, spot.place.value, crowd])
        return db.changesCount > 0
    }

    /// The channel says that it failed there; false where it said so before.
    static func fail(_ reason: String, _ spot: Spot, _ db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: """
                INSERT INTO reach_channel (document, channel, place, crowd, persons, failure) VALUES (?, ?, ?, 0, 0, ?)
                ON CONFLICT DO UPDATE SET failure = excluded.failure WHERE failure = ''
                """
        ).execute(arguments: [spot.document, spot.channel.value, spot.place.value, reason])
        return db.changesCount > 0
    }

    /// Where that person was reached by the document before; nil where nowhere.
    static func place(of subscriber: Data, _ document: String, _ db: Database) throws -> ReachPlaceID? {
        try String.fetchOne(
            db.cachedStatement(sql: "SELECT place FROM reach_person WHERE document = ? AND subscriber = ? LIMIT 1"),
            arguments: [document, subscriber]
        ).map { ReachPlaceID($0) }
    }

    /// The channel reached that person there; false where it did before. `isNew`: no channel did.
    static func add(_ subscriber: Data, isNew: Bool, _ spot: Spot, _ db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO reach_person (document, subscriber, channel, place) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [spot.document, subscriber, spot.channel.value, spot.place.value])
        guard db.changesCount > 0 else { return false }
        try db.cachedStatement(
            sql: """
                INSERT INTO reach_channel (document, channel, place, crowd, persons) VALUES (?, ?, ?, 0, 1)
                ON CONFLICT DO UPDATE SET persons = persons + 1
                """
        ).execute(arguments: [spot.document, spot.channel.value, spot.place.value])
        guard isNew else { return true }
        try db.cachedStatement(
            sql: """
                INSERT INTO reach_place (document, place, persons) VALUES (?, ?, 1)
                ON CONFLICT DO UPDATE SET persons = persons + 1
                """
        ).execute(arguments: [spot.document, spot.place.value])
        return true
    }

    /// A person answered for the place; false where nothing new is said.
    static func answer(_ person: PersonID, told: Int, _ spot: Spot, _ db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: """
                INSERT INTO reach_answer (document, channel, place, person, told) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET told = excluded.told WHERE excluded.told > told
                """
        ).execute(arguments: [spot.document, spot.channel.value, spot.place.value, person.value, told])
        return db.changesCount > 0
    }

    /// How many persons answered for the channel at the place.
    static func answers(_ spot: Spot, _ db: Database) throws -> Int {
        try Int.fetchOne(
            db.cachedStatement(
                sql: "SELECT count(*) FROM reach_answer WHERE document = ? AND channel = ? AND place = ?"
            ),
            arguments: [spot.document, spot.channel.value, spot.place.value]
        ) ?? 0
    }

    /// The largest crowd of the place, and the different persons.
    static func reached(_ document: String, _ place: ReachPlaceID, _ db: Database) throws -> (crowd: Int, persons: Int)
    {
        let crowd = try Int.fetchOne(
            db.cachedStatement(sql: "SELECT max(crowd) FROM reach_channel WHERE document = ? AND place = ?"),
            arguments: [document, place.value]
        )
        let persons = try Int.fetchOne(
            db.cachedStatement(sql: "SELECT persons FROM reach_place WHERE document = ? AND place = ?"),
            arguments: [document, place.value]
        )
        return (crowd ?? 0, persons ?? 0)
    }

    /// How many people the channel reached in all places, each once.
    static func people(_ document: String, _ channel: ReachChannelID, _ db: Database) throws -> Int {
        try Int.fetchOne(
            db.cachedStatement(
                sql: "SELECT sum(max(crowd, persons)) FROM reach_channel WHERE document = ? AND channel = ?"
            ),
            arguments: [document, channel.value]
        ) ?? 0
    }
}
