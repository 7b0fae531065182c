import Foundation
import GRDB
import InMemoryLogging
import Logging
import MessageBus
import MessageSchema
import ServiceKit
import ServiceStore
import SwiftProtobuf
import TestSupport
import Testing
import Vocabulary

/// A service that follows the fragile one, and notes what it hears of each incident.
struct FollowerCore: ServiceCore {
    static let name = ServiceName.stockpile
    static let subscriptions = [StreamName.dispatch]
    static let migrations = [
        Migration("follower-1", "CREATE TABLE heard (number INTEGER PRIMARY KEY, what TEXT NOT NULL)")
    ]
    let jurisdiction = "152202"

    init(configuration _: YAMLValue) throws {}

    static func register(_ routes: inout Routes<Self>) {
        routes.on(IncidentVerified.self) { _, message, turn in
            try turn.database.execute(sql: "INSERT INTO heard (what) VALUES (?)", arguments: [message.incident])
        }
    }
}

/// A follower of the rig's service, over the same sockets; made again on the same database it goes on where it was.
final class Follower {
    let path: String
    let engine: Engine<FollowerCore>
    let loop: ServiceLoop<FollowerCore>
    private let doorbell: Doorbell

    init(_ folder: TemporaryFolder) throws {
        path = folder.path + "/follower.db"
        let store = try ServiceStore(
            path: path,
            service: FollowerCore.name,
            realm: .live,
            epoch: "f",
            migrations: FollowerCore.migrations
        )
        engine = try Engine(store: store, configuration: "x: 1", file: "x.yaml", now: FragileRuns.start)
        doorbell = try Doorbell()
        loop = ServiceLoop(
            engine: engine,
            bus: try Bus(
                service: FollowerCore.name,
                address: BusAddress(folder: folder.path),
                readers: engine.readers(),
                doorbell: doorbell
            ),
            intake: Intake(doorbell: doorbell),
            mode: .live,
            log: Logger(label: "test") { _ in InMemoryLogHandler() }
        )
    }

    func turn() throws {
        doorbell.ring()
        try loop.turn()
    }

    func heard() throws -> [String] {
        try engine.store.read { try String.fetchAll($0, sql: "SELECT what FROM heard ORDER BY number") }
    }

    func entries(_ kind: InputKind) throws -> Int { try engine.store.read { try Stored.inputs(kind, $0) }.count }
}

/// Old records go, at work; what stands stays readable, and readers go on after it.
@Suite struct RetentionTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func head(_ rig: LoopRig) throws -> StreamHead {
        try #require(try rig.engine.heads().first)
    }

    /// Lets the rig's service say each of those names once, a transaction each.
    private func say(_ names: [String], _ rig: LoopRig) throws {
        for name in names { _ = try rig.engine.handle([FragileCore.gauge(name)], at: FragileRuns.start) }
    }

    /// Retention until there is nothing more to take.
    private func retain(_ policy: RetentionPolicy, _ rig: LoopRig, at now: Instant = FragileRuns.start) throws
        -> [Retention.Step]
    {
        var steps: [Retention.Step] = []
        let policies = RetentionPolicies([.dispatch: policy])
        while let step = try rig.engine.retain(policies, notingHour: false, at: now).first?.step { steps.append(step) }
        return steps
    }

    private func register(_ next: UInt64, _ rig: LoopRig) throws {
        let reader = RegisteredSubscriber(service: .stockpile, next: next, seen: FragileRuns.start)
        try rig.engine.register([(.dispatch, reader)])
    }

    @Test func `records go by size, oldest first, but none that a subscriber has not read`() throws {
        let rig = try LoopRig(folder)
        try say((1...10).map { "incident \($0)" }, rig)
        try register(5, rig)
        #expect(try retain(RetentionPolicy(bytes: 1), rig).reduce(0) { $0 + $1.removed } == 4)
        #expect(try head(rig).first == 5 && head(rig).sequence == 10)
        try register(11, rig)
        // The newest stays, whatever the size.
        #expect(try retain(RetentionPolicy(bytes: 1), rig).last?.first == 10)
        #expect(try retain(RetentionPolicy(bytes: 1_000_000), rig).isEmpty)
        #expect(try rig.runs.replays())
    }

    @Test func `beyond the hard cap records go unread, and it is said whose they were`() throws {
        let rig = try LoopRig(folder)
        try say((1...10).map { "incident \($0)" }, rig)
        try register(2, rig)
        let steps = try retain(RetentionPolicy(bytes: 1, cap: 1), rig)
        #expect(steps.contains { $0.overrun == [.stockpile] })
        #expect(try head(rig).first == 10 && rig.runs.replays())
    }

    @Test func `age is that of writing, as it was noted`() throws {
        let rig = try LoopRig(folder)
        let policies = RetentionPolicies([.dispatch: RetentionPolicy(age: .hours(24))])
        try say(["one", "two"], rig)
        _ = try rig.engine.retain(policies, notingHour: true, at: FragileRuns.start)
        try say(["three", "four"], rig)
        let nearly = FragileRuns.start + .hours(24) - .seconds(1)
        #expect(try rig.engine.retain(policies, notingHour: false, at: nearly).isEmpty)
        let step = try rig.engine.retain(policies, notingHour: false, at: FragileRuns.start + .hours(24)).first?.step
        #expect(step?.removed == 2 && step?.first == 3)
    }

    @Test func `a new subscriber resumes from what stands and the tail`() throws {
        let rig = try LoopRig(folder)
        // Of six records about three incidents, the last of each stands.
        try say(["a", "b", "complain", "c"], rig)
        for (number, name) in ["a", "b"].enumerated() {
            let again = try TestCommand.arrival(VerifyIncident.with { $0.incident = name }, id: "\(number)", by: "p")
            _ = try rig.engine.handle([again], at: FragileRuns.start)
        }
        try say(["d", "e"], rig)
        _ = try retain(RetentionPolicy(bytes: 500), rig)
        let first = try head(rig).first
        try #require(first > 4 && first <= 7)
        let follower = try Follower(folder)
        #expect(try turn(rig, follower) { try follower.heard().count >= 5 })
        // What was replaced before the first that is kept is not heard, all else is, in order.
        #expect(try Set(follower.heard()) == ["a", "b", "c", "d", "e"])
        #expect(try follower.entries(.standing) > 0 && follower.entries(.reset) == 1)
        let cursor = try follower.engine.store.read { try Cursors.load(.dispatch, $0) }
        #expect(try cursor.next == head(rig).sequence + 1)
        try check(rig, follower)
    }

    @Test func `a long-absent subscriber whose records went beyond the cap resumes from a snapshot`() throws {
        let rig = try LoopRig(folder)
        try say(["a", "b"], rig)
        do {
            let follower = try Follower(folder)
            #expect(try turn(rig, follower) { try follower.heard() == ["a", "b"] })
        }
        try say((1...20).map { "incident \($0)" } + ["last"], rig)
        _ = try retain(RetentionPolicy(bytes: 1, cap: 1), rig)
        let follower = try Follower(folder)
        #expect(try turn(rig, follower) { try follower.heard().last == "last" })
        // What was handled before it went is not told again.
        #expect(try follower.heard() == ["a", "b"] + (1...20).map { "incident \($0)" } + ["last"])
        try check(rig, follower)
    }

    @Test func `the writer knows who reads, and how far; a forgotten subscriber holds nothing back`() throws {
        let rig = try LoopRig(folder)
        try say(["a", "b"], rig)
        let follower = try Follower(folder)
        let isKnown = try turn(rig, follower) {
            try rig.engine.store.read { try Subscribers.all(of: .dispatch, $0) }.first?.next == 3
        }
        #expect(isKnown)
        let status = try #require(try rig.ask(.status(StatusQuery()))).status
        #expect(status.streams.first?.subscribers.first?.service == "stockpile")
        let order = ForgetSubscriber.with { ($0.stream, $0.service) = ("dispatch", "stockpile") }
        var command = Command()
        (command.id, command.type, command.realm) = ("forget", ForgetSubscriber.type, "live")
        (command.actor.person, command.actor.role) = ("p", "any")
        command.payload = try order.serializedData()
        let answer = try #require(try rig.ask(.command(command))).answer
        #expect(!answer.hasRefusal)
        #expect(try rig.engine.store.read { try Subscribers.all(of: .dispatch, $0) }.isEmpty)
        #expect(try rig.runs.replays())
    }

    /// A page below the first record is refused in so many words.
    @Test func `who asks for what went is told from where records are kept`() throws {
        let rig = try LoopRig(folder)
        try say(["a", "b", "c"], rig)
        _ = try retain(RetentionPolicy(bytes: 1), rig)
        var wanted = CatchUp()
        (wanted.stream, wanted.from) = ("dispatch", 1)
        let reply = try #require(try rig.ask(.catchUp(wanted)))
        #expect(reply.refused.code == "pruned" && reply.refused.message == "first = 3")
    }

    private func turn(_ rig: LoopRig, _ follower: Follower, until condition: () throws -> Bool) throws -> Bool {
        try rig.turn(hearing: false) {
            try follower.turn()
            return try condition()
        }
    }

    /// D1 of both, and D2 between them.
    private func check(_ rig: LoopRig, _ follower: Follower) throws {
        #expect(try rig.runs.replays())
        #expect(try Engine<FollowerCore>.verify(follower.engine.store, scratch: folder.path + Epoch.draw()).holds)
        let compared = try StreamComparison.make(of: .dispatch, reader: follower.path, writer: rig.runs.path)
        #expect(compared.difference == nil && compared.records > 0)
    }
}
