import Foundation
import GRDB
import MessageSchema
import ServiceStore
import TestSupport
import Testing
import Vocabulary

/// A database as programs before the migration `record-3` wrote it: a row for each entry and each record.
@Suite struct OldRowsTests {
    /// The tables of `record-1` and `record-2` as they were released; the rest of them is not touched here.
    private static let tables = """
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES ('record-1'), ('record-2');
        CREATE TABLE identity (one INTEGER PRIMARY KEY CHECK (one = 1), service TEXT NOT NULL, realm TEXT NOT NULL,
            epoch TEXT NOT NULL);
        INSERT INTO identity VALUES (1, 'monitoring', 'live', 'e');
        CREATE TABLE journal (entry INTEGER PRIMARY KEY, kind TEXT NOT NULL, id BLOB NOT NULL UNIQUE, now_us INTEGER NOT NULL,
            origin TEXT NOT NULL, subject TEXT NOT NULL, sequence INTEGER NOT NULL, bytes BLOB NOT NULL,
            falls INTEGER NOT NULL DEFAULT 0);
        CREATE INDEX journal_origin ON journal (origin, sequence) WHERE sequence > 0;
        CREATE TABLE outbox (stream TEXT NOT NULL, sequence INTEGER NOT NULL, id BLOB NOT NULL, hash BLOB NOT NULL,
            bytes BLOB NOT NULL, PRIMARY KEY (stream, sequence)) WITHOUT ROWID;
        """

    @Test func `what stood in it is read as it was, and goes on where it ended`() throws {
        let folder = try TemporaryFolder(inMemory: true)
        let path = folder.path + "/old.db"
        let record = try Self.record(stream: "dispatch", sequence: 1)
        let written = try Self.record(stream: "monitoring", sequence: 1)
        let old = try DatabaseQueue(path: path)
        try old.write { db in
            try db.execute(sql: Self.tables)
            for (kind, origin, subject, sequence, bytes) in [
                ("genesis", "m.yaml", "", 0, Data("a: 1".utf8)), ("external", "sl651", "peer", 0, Data([1, 2])),
                ("record", "dispatch", "", 1, record), ("timer", "tick", "x", 0, Data()),
            ] {
                try db.execute(
                    sql: """
                        INSERT INTO journal (kind, id, now_us, origin, subject, sequence, bytes) VALUES (?, ?, 7, ?, ?, ?, ?)
                        """,
                    arguments: [
                        kind, try kind == "record" ? RecordHeader(record).id.bytes : Self.id(kind).bytes, origin,
                        subject,
                        sequence, bytes,
                    ]
                )
            }
            try db.execute(
                sql: "INSERT INTO outbox VALUES ('monitoring', 1, ?, ?, ?)",
                arguments: [try RecordHeader(written).id.bytes, RecordHash.of(written).bytes, written]
            )
        }
        try old.close()
        let store = try ServiceStore(path: path, service: .monitoring, realm: .live, epoch: "new", migrations: [])
        #expect(store.identity.epoch == "e")
        try store.read { db in
            var entries: [String] = []
            try Journal.forEach(db) {
                entries.append("\($0.kind) \($0.origin) \($0.subject) \($0.sequence) \($0.bytes.count)")
            }
            #expect(
                entries == [
                    "genesis m.yaml  0 4", "external sl651 peer 0 2", "record dispatch  1 \(record.count)",
                    "timer tick x 0 0",
                ]
            )
            #expect(try Journal.configuration(db) == Data("a: 1".utf8))
            #expect(try Stored.outbox(.monitoring, db) == [written])
            #expect(
                try Outbox.head(.monitoring, db)
                    == OutboxHead(sequence: 1, hash: .of(written), bytes: UInt64(written.count))
            )
        }
        let journal = try store.read(JournalWriter.init)
        #expect(journal.length == 4 && journal.contains(Self.id("external")) && !journal.contains(Self.id("other")))
        #expect(try store.read { try journal.lastSequence(of: .dispatch, $0) } == 1)
    }

    private static func id(_ name: String) -> RecordID { .input(channel: "old", content: Data(name.utf8)) }

    private static func record(stream: String, sequence: UInt64) throws -> Data {
        var envelope = Envelope()
        (envelope.id, envelope.type, envelope.stream) = (id(stream).bytes, "t", stream)
        (envelope.epoch, envelope.sequence, envelope.previousHash) = ("e", sequence, RecordHash.none.bytes)
        return try envelope.encoded()
    }
}
