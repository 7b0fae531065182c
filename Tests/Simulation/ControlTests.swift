import Foundation
import GRDB
import MessageSchema
import ServiceKit
import ServiceStore
import TestSupport
import Testing
import Vocabulary

/// What the invariants are worth: a run that is broken on purpose is caught by the one that it breaks.
@Suite struct ControlTests {
    /// A suite at rest after the flood, without faults, for which everything holds.
    static func sound() throws -> Invariants {
        let story = try Story.tents.get()
        let suite = try SimulatedSuite(seed: 1, telling: story)
        suite.endTroubles()
        try suite.play(story)
        let invariants = Invariants(suite: suite, story: story)
        #expect(try invariants.broken(replaying: suite.nodes.map(\.name)) == [])
        return invariants
    }

    /// A suite whose stockpile has read nothing of dispatch, and what it would have read.
    static func unread() throws -> (invariants: Invariants, records: [Data]) {
        let story = try Story.session.get()
        let suite = try SimulatedSuite(seed: 1, telling: story)
        suite.endTroubles()
        let stockpile = try suite.node(.stockpile)
        for writer in [ServiceName.dispatch] {
            suite.network.cut(writer, .stockpile, bothWays: true, microseconds: .max / 2)
        }
        try suite.tell(story)
        #expect(stockpile.cursors.allSatisfy { $0.read == 0 })
        let records = try suite.node(.dispatch).read { try Stored.outbox(.dispatch, $0) }
        try #require(records.count > 14)
        return (Invariants(suite: suite, story: story), records)
    }

    @Test func `a record dropped, doubled or changed on its way past the reader breaks D2`() throws {
        let (invariants, records) = try Self.unread()
        let stockpile = try invariants.suite.node(.stockpile)
        func wrong() throws -> [String] { try invariants.transport().filter { $0.contains("stockpile journaled") } }
        // Whole, it holds; so it is the one record that makes the difference.
        try stockpile.handle(records[..<10].map { try .received($0) })
        #expect(try wrong().count == 1)
        try stockpile.handle(records[10...].map { try .received($0) })
        #expect(try wrong() == [])
        try stockpile.handle([.received(records[records.count - 1])])
        #expect(try wrong().count == 1)
    }

    @Test func `a dropped record is caught although everything else came`() throws {
        let (invariants, records) = try Self.unread()
        let others = records.indices.filter { $0 != 12 }.map { records[$0] }
        try invariants.suite.node(.stockpile).handle(others.map { try .received($0) })
        #expect(try invariants.transport().contains { $0.contains("stockpile journaled \(others.count)") })
    }

    @Test func `a changed byte is caught although every record came once`() throws {
        let (invariants, records) = try Self.unread()
        var changed = records
        changed[12][changed[12].endIndex - 1] ^= 1
        try invariants.suite.node(.stockpile).handle(changed.map { try .received($0) })
        #expect(
            try invariants.transport().contains {
                $0.contains("stockpile journaled \(records.count) records of dispatch, written are \(records.count)")
            }
        )
    }

    @Test func `a changed row breaks D1, a piece too many breaks the ledger, another answer breaks answers`() throws {
        let invariants = try Self.sound()
        let (suite, stockpile) = (invariants.suite, try invariants.suite.node(.stockpile))
        try suite.node(.monitoring).write("UPDATE timer SET due_us = due_us + 1")
        #expect(try invariants.replay([.monitoring, .dispatch]).count == 1)
        try stockpile.write("UPDATE balance SET amount = amount + 1 WHERE account LIKE 'shelf/%'")
        #expect(try !invariants.ledger().isEmpty)
        #expect(try invariants.receipts() == [] && invariants.texts() == [])
        #expect(!suite.gateway.memory.taken.isEmpty && suite.gateway.memory.said.count > 3)
        try suite.node(.monitoring).write("UPDATE reach_channel SET persons = persons + 1, crowd = crowd + 1")
        #expect(try !invariants.receipts().isEmpty)
        try suite.node(.monitoring).write("UPDATE reach_message SET key = randomblob(16) WHERE state = 1")
        #expect(try invariants.texts().contains { $0.hasSuffix("was never taken") })
        try stockpile.write("DELETE FROM answer")
        #expect(try invariants.answers().count > 1)
        #expect(try invariants.deadLetters() == [])
        try stockpile.write("INSERT INTO dead_letter (entry, code, message, now_us) VALUES (1, 'c', 'm', 0)")
        #expect(try invariants.deadLetters().count == 1)
    }

    @Test func `an input that was lost, came twice, or was never sent is named`() throws {
        #expect(Invariants.onceEach(["a", "b"], of: ["a", "b"]) == [])
        #expect(Invariants.onceEach(["a"], of: ["a", "b"]) == ["b stands 0 times"])
        #expect(Invariants.onceEach(["a", "b", "a"], of: ["a", "b"]) == ["a stands 2 times"])
        #expect(Invariants.onceEach(["a", "c"], of: ["a"]) == ["c was never sent"])
    }

    @Test func `a cursor beyond the head and a head that goes back are caught`() throws {
        #expect(throws: Never.self) { try HeadWatch.check(read: 3, head: 3, "s") }
        #expect(throws: Broken.self) { try HeadWatch.check(read: 4, head: 3, "s") }
        let story = try Story.session.get()
        let suite = try SimulatedSuite(seed: 1, telling: story)
        suite.endTroubles()
        try suite.play(story)
        var watch = HeadWatch()
        try watch.check(suite.nodes, news: suite.nodes)
        let monitoring = try suite.node(.monitoring)
        // As a restore of an old backup would do it: the stream is shorter than it was.
        try monitoring.write("DELETE FROM outbox WHERE batch > 1")
        try monitoring.fall(.killed)
        try monitoring.start()
        #expect(throws: Broken.self) { try watch.check(suite.nodes, news: suite.nodes) }
    }

    @Test func `a write-ahead log is cut within its last commit and nowhere else`() throws {
        var random = Seeded(3)
        let folder = try TemporaryFolder(inMemory: true)
        let store = try ServiceStore(
            path: folder.path + "/a.db",
            service: .dispatch,
            realm: Setting.realm,
            epoch: "e",
            migrations: [Migration("rows", "CREATE TABLE counted (number INTEGER PRIMARY KEY)")]
        )
        for number in 1...3 { try store.transaction { try $0.execute(sql: "INSERT INTO counted VALUES (\(number))") } }
        let log = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/a.db-wal"))
        let commits = WriteAheadLog(log).commits
        try #require(commits.count > 3)
        #expect(commits.last == log.count)
        for _ in 0..<50 {
            let torn = WriteAheadLog(log).torn(&random)
            #expect(torn != log && torn.prefix(commits[commits.count - 2]) == log.prefix(commits[commits.count - 2]))
            let path = folder.path + "/torn.db"
            for suffix in ["", "-wal", "-shm"] { _ = try? FileManager.default.removeItem(atPath: path + suffix) }
            try FileManager.default.copyItem(atPath: folder.path + "/a.db", toPath: path)
            try torn.write(to: URL(fileURLWithPath: path + "-wal"))
            let left = try ServiceStore.readOnly(path: path) { try Int.fetchAll($0, sql: "SELECT number FROM counted") }
            #expect(left == [1, 2])
        }
    }
}
