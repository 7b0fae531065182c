import Foundation
import GRDB
import MessageSchema
import ServiceKit
import ServiceStore
import SwiftProtobuf
import TestSupport
import Testing
import Vocabulary

/// An input on which the service falls again and again is kept aside, and the stream goes on.
@Suite struct PoisonTests {
    let folder: TemporaryFolder
    let runs: FragileRuns
    var start: Instant { FragileRuns.start }

    init() throws {
        folder = try TemporaryFolder()
        runs = FragileRuns(path: folder.path + "/fragile.db")
    }

    @Test func `a record on which the service fell twice is kept aside the third time, and the next is handled`() throws
    {
        let records = try FragileRuns.records(["one", "throw", "three"])
        try runs.fall(on: records)
        #expect(try runs.heard() == [] && runs.codes() == [])
        try runs.fall(on: records)
        // The second run handled one by one: what stood before the poison is committed.
        #expect(try runs.heard() == ["one"] && runs.codes() == [] && runs.marked() == 1)
        let (engine, fell) = try runs.begin()
        #expect(fell)
        let batch = try engine.handle(Array(records.dropFirst()), at: start)
        #expect(try runs.heard() == ["one", "three"] && runs.codes() == ["poison"] && runs.marked() == 0)
        #expect(try batch.types == [IncidentVerified.type] && batch.noted.map(\.origin) == ["monitoring"])
        let cursor = try engine.store.read { try Cursors.load(.monitoring, $0) }
        #expect(cursor.next == 4)
        #expect(try runs.replays())
    }

    /// A real fall: the process is gone in the middle of the handler, with its transaction open.
    @Test func `a trap is found among many inputs: one start to suspect, two to be sure`() async throws {
        for run in 1...3 {
            await #expect(processExitsWith: .failure) { [runs = runs as FragileRuns] in
                let (engine, _) = try runs.begin()
                let cursor = try engine.store.read { try Cursors.load(.monitoring, $0) }
                let records = try FragileRuns.records(["one", "trap", "three"])
                _ = try engine.handle(Array(records.dropFirst(Int(cursor.next) - 1)), at: FragileRuns.start)
            }
            #expect(try runs.marked() == (run == 1 ? 0 : 1) && runs.codes() == [])
        }
        let (engine, fell) = try runs.begin()
        _ = try engine.handle(Array(FragileRuns.records(["one", "trap", "three"]).dropFirst()), at: start)
        #expect(try fell && runs.heard() == ["one", "three"] && runs.codes() == ["poison"] && runs.replays())
    }

    @Test
    func `the controls of a replay: the poison stands in the journal, and a changed verdict is found`() throws {
        let records = try FragileRuns.records(["throw"])
        for _ in 1...3 { try runs.fall(on: records) }
        #expect(try runs.replays())
        try runs.store().transaction { try $0.execute(sql: "UPDATE journal SET falls = 0") }
        #expect(throws: StoreError.self) { try runs.replays() }
    }

    @Test func `bytes from outside and timers are kept aside too, a command's sender is told, and none comes again`()
        throws
    {
        var verify = VerifyIncident()
        verify.incident = "throw"
        let command = try TestCommand.arrival(verify, id: "c1", by: "p-wang")
        let setting = FragileCore.gauge("set throw")
        try runs.begin().engine.end()
        _ = try runs.begin().engine.handle([setting], at: start)
        for input in [FragileCore.gauge("throw"), command] { for _ in 1...2 { try runs.fall(on: [input]) } }
        for _ in 1...2 {
            let (engine, _) = try runs.begin()
            #expect(throws: Unexpected.self) { try engine.fireTimers(at: start + .hours(1)) }
        }
        let (engine, _) = try runs.begin()
        let outcomes = try engine.handle([FragileCore.gauge("throw"), command, command], at: start).outcomes
        guard case .deadLetter("poison", _) = outcomes[0], case .answered(let answer) = outcomes[1] else {
            Issue.record("unexpected \(outcomes)")
            return
        }
        #expect(answer.refusal.code == "poison" && outcomes[2] == outcomes[1])
        let fired = try engine.fireTimers(at: start + .hours(1))
        #expect(try fired.noted.count == 1 && engine.nextTimer() == nil)
        #expect(try runs.codes() == ["poison", "poison", "poison"] && runs.marked() == 0 && runs.replays())
    }

    @Test func `a full disk says nothing about the input`() throws {
        for _ in 1...5 { try runs.fall(on: [FragileCore.gauge("disk full")]) }
        #expect(try runs.marked() == 0 && runs.codes() == [])
    }

    /// Found by the simulation: the journal's row is written last, and what failed there was held against the input.
    @Test func `a disk that is full at whichever write of a transaction says nothing about the input`() throws {
        try runs.begin().engine.store.transaction {
            try Attempts.keep(1, of: .input(channel: "gauge", content: Data()), $0)
        }
        let input = FragileCore.gauge(String(repeating: "x", count: 40_000))
        var failures = 0
        for pages in 0...40 {
            for _ in 1...3 {
                let (engine, fell) = try runs.begin()
                try engine.store.transaction { try FullDisk.leave(pages, $0) }
                do { _ = try engine.handle([input], at: start) } catch is StoreError { failures += 1 }
                #expect(fell)
            }
        }
        #expect(failures > 3)
        #expect(try runs.heard().count == 1)
        #expect(try runs.codes() == [])
        #expect(try runs.marked() == 1)
    }

    @Test func `an end in order leaves no mark`() throws {
        try runs.fall(on: FragileRuns.records(["throw"]))
        let (engine, fell) = try runs.begin()
        try engine.end()
        #expect(try fell && runs.marked() == 0)
        #expect(try !runs.begin().fell)
    }

    /// Whether the first of two inputs is committed when the second throws: they were handled one by one.
    private func oneByOne(_ engine: Engine<FragileCore>, _ arrivals: [Arrival]) throws -> Bool {
        let before = try runs.heard().count
        #expect(throws: Unexpected.self) { try engine.handle(arrivals, at: start) }
        return try runs.heard().count > before
    }

    @Test func `without a fall inputs share a transaction`() throws {
        #expect(try !oneByOne(runs.begin().engine, [FragileCore.gauge("one"), FragileCore.gauge("throw")]))
    }

    @Test func `after a fall records go one by one until those that waited are handled, then in groups again`() throws {
        _ = try runs.begin()
        let records = try FragileRuns.records(["one", "throw"])
        #expect(try oneByOne(runs.begin().engine, records))
        let rest = try FragileRuns.records(["one", "two", "throw"]).dropFirst()
        let (engine, _) = try runs.begin()
        engine.passed(.monitoring)
        #expect(try !oneByOne(engine, Array(rest)))
    }

    @Test func `after a fall inputs from outside go one by one until their senders have had time to repeat`() throws {
        _ = try runs.begin()
        let (engine, _) = try runs.begin()
        #expect(try oneByOne(engine, [FragileCore.gauge("a"), FragileCore.gauge("throw")]))
        _ = try engine.handle((1...1_000).map { FragileCore.gauge("report \($0)") }, at: start)
        let last = Data("throw".utf8)
        var other = ExternalInput()
        (other.channel, other.sender, other.data) = (FragileCore.channel, "other", last)
        #expect(try !oneByOne(engine, [FragileCore.gauge("b"), .external(other)]))
    }

    @Test func `a timer that its handler complains about is kept aside and does not come again`() throws {
        let (engine, _) = try runs.begin()
        _ = try engine.handle([FragileCore.gauge("set complain")], at: start)
        _ = try engine.fireTimers(at: start + .seconds(1))
        #expect(try runs.codes() == ["complaint"] && engine.nextTimer() == nil && runs.replays())
    }

    @Test func `bytes that are no command are kept aside once, and known when they come again`() throws {
        let (engine, _) = try runs.begin()
        var input = ExternalInput()
        (input.channel, input.data) = (Arrival.commandChannel, Data(repeating: 0xFF, count: 9))
        #expect(try engine.handle([.external(input)], at: start).noted.count == 1)
        #expect(try engine.handle([.external(input)], at: start).outcomes == [.keptBefore(code: "malformed-payload")])
        #expect(try runs.codes() == ["malformed-payload"])
    }
}
