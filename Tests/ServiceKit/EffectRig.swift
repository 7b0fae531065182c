import Dispatch
import Foundation
import GRDB
import Logging
import MessageBus
import MessageSchema
import ServiceKit
import ServiceStore
import SwiftProtobuf
import Synchronization
import TestSupport
import Vocabulary

/// A service that has letters carried: `ask LANE SUBJECT` and `withdraw LANE SUBJECT` come in on its channel, and it notes how each ended.
struct LetterCore: ServiceCore {
    static let name = ServiceName.dispatch
    static let subscriptions: [StreamName] = []
    static let migrations = [
        Migration("letter-1", "CREATE TABLE heard (number INTEGER PRIMARY KEY, what TEXT NOT NULL)")
    ]
    static let retry = EffectRetry(first: .microseconds(1_000), most: .seconds(1), attempts: 3)
    let jurisdiction = "152202"

    init(configuration _: YAMLValue) throws {}

    static func register(_ routes: inout Routes<Self>) {
        routes.device("ask") { _, bytes, turn in
            let words = String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
            if words[0] == "withdraw" {
                try turn.withdraw("letter", subject: words[2])
                return
            }
            let until = turn.now + (words[0] == "late" ? .seconds(-1) : .hours(1))
            try turn.perform("letter", lane: words[1], subject: words[2], bytes, retry: retry, until: until)
            if words[0] == "complain" { throw InputError("complaint", "as it was told") }
        }
        routes.effect("letter") { _, outcome, turn in
            let ending =
                switch outcome.ending {
                case .done: "done \(outcome.attempts)"
                case .failed(let reason): "failed \(reason) \(outcome.attempts) \(outcome.last)"
                }
            let what = "\(turn.subject) \(ending)"
            if outcome.detail == Data("fall".utf8) { throw Unexpected() }
            if outcome.detail == Data("complain".utf8) { throw InputError("complaint", "as it was told") }
            try turn.database.execute(sql: "INSERT INTO heard (what) VALUES (?)", arguments: [what])
            var sent = IncidentVerified()
            sent.incident = what
            try turn.send(sent, subject: what)
        }
    }

    static func ask(_ what: String) -> ExternalInput {
        var input = ExternalInput()
        (input.channel, input.data) = ("ask", Data(what.utf8))
        return input
    }
}

/// The product's loop with letters, on one database however often it is opened; each turn is a test's.
final class LetterRig {
    let engine: Engine<LetterCore>
    let intake: Intake
    private let loop: ServiceLoop<LetterCore>
    private let doorbell: Doorbell
    private let folder: TemporaryFolder

    init(_ folder: TemporaryFolder, mode: ServiceLoop<LetterCore>.Mode = .live, capacity: Int = 10_000) throws {
        self.folder = folder
        doorbell = try Doorbell()
        intake = Intake(capacity: capacity, doorbell: doorbell)
        engine = try Engine(
            store: Self.store(folder),
            configuration: "x: 1",
            file: "x.yaml",
            now: Instant(seconds: 1_790_784_000)
        )
        loop = ServiceLoop(
            engine: engine,
            bus: try Bus(
                service: .dispatch,
                address: BusAddress(folder: folder.path),
                readers: [],
                doorbell: doorbell
            ),
            intake: intake,
            mode: mode,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            timersHeld: .zero
        )
        try loop.begin()
    }

    private static func store(_ folder: TemporaryFolder) throws -> ServiceStore {
        try ServiceStore(
            path: folder.path + "/letter.db",
            service: .dispatch,
            realm: .live,
            epoch: "e",
            migrations: LetterCore.migrations
        )
    }

    func ask(_ words: String...) throws {
        _ = try engine.handle(words.map { .external(LetterCore.ask($0)) }, at: WallClock.now())
        intake.effects.expectMore()
    }

    /// Turns until `condition` holds while `outside` performs on a thread of its own: those that tests share are held by others, some for
    /// minutes. False after two minutes.
    func turn(_ outside: Outside, until condition: () throws -> Bool) async throws -> Bool {
        let port = EffectPort(
            ["letter": outside],
            intake: intake,
            log: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
        )
        let thread = OwnThread()
        defer { withExtendedLifetime(thread) {} }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: thread) { try await port.run() }
            defer { group.cancelAll() }
            let deadline = ContinuousClock.now + .seconds(120)
            while try !condition() {
                guard ContinuousClock.now < deadline else { return false }
                doorbell.ring()
                try loop.turn()
            }
            return true
        }
    }

    func heard() throws -> [String] {
        try engine.store.read { try String.fetchAll($0, sql: "SELECT what FROM heard ORDER BY number") }
    }

    func count(_ state: EffectRow.State) throws -> Int { try engine.store.read { try Effects.count(state, $0) } }

    func codes() throws -> [String] { try engine.store.read { try Ledgers.lastDeadLetters(20, $0) }.map(\.code) }

    /// D1: which derived tables a replay finds otherwise. Nobody performs in it.
    func differences() throws -> [String] {
        try Engine<LetterCore>.verify(engine.store, scratch: folder.path + "/" + Epoch.draw()).differing
    }

    /// What comes back when the effect of that subject ended so.
    func result(_ subject: String, _ state: EffectState = .done, reason: String = "", detail: String = "") throws
        -> ExternalInput
    {
        let due = try engine.dueEffects(at: Instant(seconds: 4_000_000_000), limit: 1_000)
        var result = EffectResult()
        result.effect = due.first { $0.row.subject == subject }?.row.id.bytes ?? Data(count: 16)
        (result.kind, result.state, result.reason) = ("letter", state, reason)
        (result.detail, result.attempts) = (Data(detail.utf8), 1)
        var input = ExternalInput()
        (input.channel, input.sender, input.data) = (Arrival.effectChannel, "letter", try result.serializedData())
        return input
    }
}

/// Who carries the letters: remembers each key, and does with each attempt what it was told to.
final class Outside: EffectPerformer {
    private struct State {
        var attempts: [String: Int] = [:]
        var keys: [String: Set<RecordID>] = [:]
        var underWay: [String: Int] = [:]
        var mostUnderWay: [String: Int] = [:]
        var subjectsAtOnce: Set<String> = []
        var doubled = 0
    }

    private let state = Mutex(State())
    private let answer: @Sendable (_ row: EffectRow, _ attempt: Int) async -> EffectAttempt

    init(_ answer: @escaping @Sendable (_ row: EffectRow, _ attempt: Int) async -> EffectAttempt) {
        self.answer = answer
    }

    func perform(_ row: EffectRow) async -> EffectAttempt {
        let attempt = state.withLock { state in
            state.attempts[row.subject, default: 0] += 1
            state.keys[row.subject, default: []].insert(row.id)
            for lane in [row.lane, "all"] {
                state.underWay[lane, default: 0] += 1
                state.mostUnderWay[lane] = max(state.mostUnderWay[lane] ?? 0, state.underWay[lane] ?? 0)
            }
            if !state.subjectsAtOnce.insert(row.subject).inserted { state.doubled += 1 }
            return state.attempts[row.subject] ?? 0
        }
        let outcome = await answer(row, attempt)
        state.withLock { state in
            for lane in [row.lane, "all"] { state.underWay[lane, default: 1] -= 1 }
            state.subjectsAtOnce.remove(row.subject)
        }
        return outcome
    }

    func attempts(_ subject: String) -> Int { state.withLock { $0.attempts[subject] ?? 0 } }
    func keys(_ subject: String) -> Int { state.withLock { $0.keys[subject]?.count ?? 0 } }
    func most(in lane: String) -> Int { state.withLock { $0.mostUnderWay[lane] ?? 0 } }
    var doubled: Int { state.withLock { $0.doubled } }
}

/// Runs tasks one after the other on a thread that no other test waits for.
private final class OwnThread: TaskExecutor {
    private let queue = DispatchQueue(label: "outside")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
