import DispatchService
import Foundation
import MessageSchema
import ServiceKit
import ServiceStore
import TestSupport
import Testing
import Vocabulary

/// A response through the engine with a real store. Plan, teams and ways are those of compose/configuration/dispatch.yaml;
/// expected values are worked out by hand from them.
@Suite struct ResponseTests {
    let folder: TemporaryFolder
    let engine: Engine<DispatchCore>
    let monitoring = StreamFeed(.monitoring)
    let stockpile = StreamFeed(.stockpile)
    let center = StreamFeed(.center)
    static let noon = Instant(seconds: 1_790_769_600)  // 2026-09-30T12:00:00Z
    static let incident = "I.flash-flood.152202.202609301200"

    init() throws {
        folder = try TemporaryFolder()
        let text = try String(
            contentsOfFile: Checkout.root.path + "/compose/configuration/dispatch.yaml",
            encoding: .utf8
        )
        let store = try ServiceStore(
            path: folder.path + "/d.db",
            service: .dispatch,
            realm: .live,
            epoch: "e",
            migrations: DispatchCore.migrations
        )
        engine = try Engine(store: store, configuration: text, file: "dispatch.yaml", now: Self.noon)
    }

    func warn(_ colour: WarningColour, minute: Int64 = 0) throws -> Batch {
        var message = WarningIssued()
        message.content.warning = "W.1"
        message.content.hazard = .flashFlood
        message.content.colour = WireWarningColour(colour)
        message.content.stations = ["1522021001"]
        let time = Self.noon + .minutes(minute)
        return try engine.handle([monitoring.record(message, subject: "W.1", at: time)], at: time)
    }

    func give(_ command: some CommandMessage, by person: String, minute: Int64) throws -> Batch {
        let arrival = try TestCommand.arrival(command, id: "\(type(of: command)).\(minute).\(person)", by: person)
        return try engine.handle([arrival], at: Self.noon + .minutes(minute))
    }

    func travel(_ task: String, _ team: String, by person: String, minute: Int64) throws -> Batch {
        var departure = DepartTask()
        (departure.task, departure.team) = (task, team)
        _ = try give(departure, by: person, minute: minute)
        var arrival = ArriveTask()
        (arrival.task, arrival.team) = (task, team)
        return try give(arrival, by: person, minute: minute + 1)
    }

    @Test func `a red warning puts every clause up to level II in force, with tasks, orders and a session`() throws {
        let batch = try warn(.red)
        let levels = try batch.messages(ResponseLevelChanged.self)
        #expect(levels.map(\.clause) == ["3.2"])
        #expect(
            try batch.messages(PlanActivated.self).map(\.clauses) == [
                ["3.2", "patrol", "session", "evacuate-yirshi", "shelter", "rescue", "shelter-bailang"]
            ]
        )
        let assigned = try batch.messages(TaskAssigned.self)
        // patrol: T-town is at hand. Evacuation: T-fire (10 min), then T-bailang (45). Rescue: T-fire is busy, T-water goes;
        // the second rescue team does not exist: T-blue-sky is off duty.
        #expect(assigned.map(\.team) == ["T-town", "T-fire", "T-bailang", "T-water"])
        let shortfall = try #require(try batch.messages(ShortfallReported.self).first)
        #expect(shortfall.kind == .team && shortfall.subject == Self.incident + "/rescue/2")
        #expect(shortfall.verdicts.first { $0.team == "T-blue-sky" }?.verdict == .offDuty)
        #expect(shortfall.verdicts.first { $0.team == "T-fire" }?.busyWith == Self.incident + "/evacuate-yirshi/1")
        #expect(try batch.messages(SuppliesRequested.self).map(\.destination) == ["yirshi", "bailang"])
        let session = try #require(try batch.messages(SessionRequested.self).first)
        #expect(session.stations == ["1522021001"] && session.roles.first == "commander")
        #expect(session.neededByUs == (Self.noon + .minutes(20)).microseconds)
    }

    @Test func `a team that is free again takes the task that waits`() throws {
        _ = try warn(.red)
        let evacuation = Self.incident + "/evacuate-yirshi/1"
        _ = try travel(evacuation, "T-fire", by: "p-gao", minute: 5)
        var done = CompleteTask()
        (done.task, done.team) = (evacuation, "T-fire")
        let batch = try give(done, by: "p-gao", minute: 40)
        #expect(try batch.messages(TaskAssigned.self).map(\.task) == [Self.incident + "/rescue/2"])
        #expect(try batch.messages(TaskAssigned.self).map(\.team) == ["T-fire"])
    }

    @Test func `only a team's leader or the duty officer reports for it, in the right order`() throws {
        _ = try warn(.blue)
        var arrival = ArriveTask()
        (arrival.task, arrival.team) = (Self.incident + "/patrol/1", "T-town")
        #expect(try give(arrival, by: "p-lan", minute: 1).refusal == "role-missing")
        #expect(try give(arrival, by: "p-guo", minute: 2).refusal == "not-departed")
        #expect(try travel(arrival.task, "T-town", by: "p-sun", minute: 3).refusal == nil)
        arrival.task = "nowhere"
        #expect(try give(arrival, by: "p-guo", minute: 5).refusal == "unknown-task")
    }

    @Test func `an arrival after the deadline is overdue once, and the clause stands unmet`() throws {
        _ = try warn(.blue)
        let overdue = try engine.fireTimers(at: Self.noon + .minutes(46))
        #expect(try overdue.messages(TaskOverdue.self).map(\.task) == [Self.incident + "/patrol/1"])
        _ = try travel(Self.incident + "/patrol/1", "T-town", by: "p-guo", minute: 50)
        let closed = try close(minute: 60)
        let message = try #require(try closed.messages(IncidentClosed.self).first)
        // Due at minute 45, there at minute 51: 360 s late. The session was never joined.
        #expect(
            message.unmet.map { "\($0.clause) \($0.reason) \($0.lateSeconds)" } == [
                "patrol team-late 360", "session never-done 0",
            ]
        )
        #expect(
            message.asOf.map { "\($0.stream) \($0.sequence)" } == [
                "center 0", "dispatch \(try head())", "monitoring 2", "stockpile 0",
            ]
        )
    }

    func head() throws -> UInt64 { try engine.heads().first { $0.stream == "dispatch" }?.sequence ?? 0 }

    /// Ends the warning, lets the response end an hour later, and closes.
    func close(minute: Int64) throws -> Batch {
        var cancelled = WarningCancelled()
        cancelled.warning = "W.1"
        let time = Self.noon + .minutes(minute)
        _ = try engine.handle([monitoring.record(cancelled, subject: "W.1", at: time)], at: time)
        var order = CloseIncident()
        order.incident = Self.incident
        #expect(try give(order, by: "p-zhao", minute: minute + 1).refusal == "response-not-ended")
        _ = try engine.fireTimers(at: time + .hours(1))
        return try give(order, by: "p-zhao", minute: minute + 61)
    }

    @Test func `supplies and session are met by what stockpile and command-center report`() throws {
        _ = try warn(.orange)
        let order = Self.incident + "/shelter"
        var arrive = ArriveTransport()
        (arrive.order, arrive.store) = (order, "S-1")
        #expect(try give(arrive, by: "p-ma", minute: 1).refusal == "not-shipped")
        var shipped = SuppliesShipped()
        (shipped.order, shipped.store) = (order, "S-1")
        _ = try engine.handle([stockpile.record(shipped, subject: order, at: Self.noon)], at: Self.noon)
        #expect(try give(arrive, by: "p-ma", minute: 2).types == [TransportArrived.type])
        #expect(try give(arrive, by: "p-ma", minute: 3).refusal == "already-arrived")
        var received = SuppliesReceived()
        (received.order, received.store, received.complete) = (order, "S-1", true)
        var opened = SessionOpened()
        (opened.session, opened.chair) = (Self.incident + "/session", "u-zhao")
        var joined = ParticipantJoined()
        (joined.session, joined.participant) = (opened.session, "u-zhao")
        let arrivals = [
            try stockpile.record(received, subject: order, at: Self.noon),
            try center.record(opened, subject: opened.session, at: Self.noon),
            try center.record(joined, subject: opened.session, at: Self.noon),
        ]
        _ = try engine.handle(arrivals, at: Self.noon + .minutes(10))
        let message = try #require(try close(minute: 60).messages(IncidentClosed.self).first)
        #expect(message.unmet.map(\.clause) == ["patrol", "evacuate-yirshi"])
    }

    @Test func `a shortage and an absence are reported as shortfalls`() throws {
        _ = try warn(.orange)
        var shortage = ShortageReported()
        (shortage.order, shortage.item, shortage.wanted, shortage.reserved) = (
            Self.incident + "/shelter", "1010100", 150, 90
        )
        var failed = ParticipantFailed()
        (failed.session, failed.participant, failed.reason) = (Self.incident + "/session", "u-he", .declined)
        let batch = try engine.handle(
            [
                stockpile.record(shortage, subject: shortage.order, at: Self.noon),
                center.record(failed, subject: failed.session, at: Self.noon),
            ],
            at: Self.noon
        )
        let shortfalls = try batch.messages(ShortfallReported.self)
        #expect(shortfalls.map(\.reason) == ["stock-short", "declined"])
        #expect(shortfalls[0].missing.map(\.quantity) == [60] && shortfalls[1].participant == "u-he")
    }

    @Test func `a response that ended calls off tasks that nobody left for, and the journal replays to the same`()
        throws
    {
        _ = try warn(.orange)
        var cancelled = WarningCancelled()
        cancelled.warning = "W.1"
        _ = try engine.handle([monitoring.record(cancelled, subject: "W.1", at: Self.noon)], at: Self.noon)
        let batch = try engine.fireTimers(at: Self.noon + .hours(1))
        #expect(try batch.messages(TaskCancelled.self).count == 3)
        let again = try warn(.blue, minute: 90)
        #expect(try again.messages(TaskCreated.self).map(\.task) == [Self.incident + "/patrol~2/1"])
        #expect(try Engine<DispatchCore>.verify(engine.store, scratch: folder.path + "/replayed.db").holds)
    }
}
