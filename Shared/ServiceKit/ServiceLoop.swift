import Foundation
package import Logging
package import MessageBus
import MessageSchema
import ServiceStore
import SwiftProtobuf
package import Synchronization
import Vocabulary

/// The thread that owns a service's sockets and its database: receive, handle, commit, publish, in turn.
///
/// Live, inputs are handled as they come and timers as the clock passes them. In lockstep the player owns time: only its
/// steps are handled, and requests that read.
package final class ServiceLoop<Core: ServiceCore> {
    /// Who owns logical time.
    package enum Mode: Sendable { case live, lockstep }

    let engine: Engine<Core>
    let bus: Bus
    let intake: Intake
    let mode: Mode
    let log: Logger
    let board: StateBoard
    let clock: LoopClock
    let startedAt: Instant
    var meter = LoopMeter()
    var watch: StreamWatch
    /// Who may come in, where a file says so.
    var list: BusList?
    var standings: [StreamStanding] = []
    var rates = StreamRates()
    /// Where the streams stand is logged once in that time, and when next.
    let reporting: Duration
    var nextReport: ContinuousClock.Instant
    /// In order and not yet handled; lockstep keeps them until a barrier names them.
    private(set) var pending: [StreamReader.Accepted] = []
    /// For whom records are kept, and for how long.
    var keeping: Keeping
    /// A step that waits for records before its barrier.
    private var waiting: Bus.Asked?
    /// When the next heartbeat is due, whatever becomes of the wall clock; nil before the first.
    private var nextHeartbeat: ContinuousClock.Instant?
    /// When effects that failed for now are looked at again; nil before the first time.
    var nextEffects: ContinuousClock.Instant?
    private var startingHeads: StartingHeads
    /// Until when timers wait for the starting heads; nil once they may fire.
    private var timersHeldUntil: ContinuousClock.Instant?

    /// Nothing that only time brings about happens yet.
    var holdsTimers: Bool { timersHeldUntil != nil }

    /// `board` is where the loop shows its state; a stream is logged as silent after `limits.silence`. After the start timers wait
    /// until every stream is read up to where it stood, but no longer than `timersHeld`, for a writer may be away for long.
    package init(
        engine: Engine<Core>,
        bus: Bus,
        intake: Intake,
        mode: Mode,
        log: Logger,
        board: StateBoard = StateBoard(),
        limits: HealthLimits = HealthLimits(),
        list: BusList? = nil,
        retention: RetentionPolicies = RetentionPolicies(),
        clock: LoopClock = .machine,
        timersHeld: Duration = .seconds(30),
        reporting: Duration = .seconds(60)
    ) {
        (self.engine, self.bus, self.intake, self.mode, self.log) = (engine, bus, intake, mode, log)
        (self.board, self.list, keeping) = (board, list, Keeping(policies: retention))
        (self.clock, startedAt) = (clock, clock.wall())
        watch = StreamWatch(startedAt: startedAt, silence: limits.silence)
        startingHeads = StartingHeads(bus.readers.map(\.stream))
        let now = clock.steady()
        timersHeldUntil = now + timersHeld
        (self.reporting, nextReport) = (reporting, now + reporting)
    }

    /// Runs until `stop` is true; the open transaction is finished first.
    package func run(until stop: borrowing Atomic<Bool>) throws {
        try begin()
        while !stop.load(ordering: .acquiring) { try turn() }
        try end()
    }

    /// Before the first turn: marks that a run begins.
    package func begin() throws {
        log.log(.info, "service started", [.service: Core.name.rawValue, .realm: engine.store.identity.realm])
        if try engine.begin() { log.log(.warning, "last run fell, inputs are handled one by one at first", [:]) }
    }

    /// After the last turn: says where the streams stand, and marks that the run ended in order.
    package func end() throws {
        try bus.publish(heads: engine.heads())
        try engine.end()
        log.log(.info, "service stopped", [.service: Core.name.rawValue])
    }

    /// One turn: everything that waits, at most a second of waiting.
    package func turn() throws {
        bus.wait(milliseconds: try patience())
        for refusal in try bus.keepGate() { report(refusal) }
        pending += try bus.collect()
        while let asked = try bus.nextRequest() { try serve(asked) }
        switch mode {
        case .live:
            try handleLive()
            noteStartingHeads()
        case .lockstep: if let asked = waiting { try stepIfComplete(asked) }
        }
        intake.outlet.deliver()
        try takeSnapshots()
        let now = clock.wall()
        try performEffects(at: now)
        watchStreams(at: now)
        if nextHeartbeat.map({ clock.steady() >= $0 }) ?? true {
            nextHeartbeat = clock.steady() + .milliseconds(500)
            try adoptList()
            let heads = try engine.heads()
            try bus.publish(heads: heads)
            try keepRecords()
            try showState(heads, at: now)
        }
    }

    private func patience() throws -> Int {
        // Whoever waits for this service hears of its start at once.
        guard nextHeartbeat != nil else { return 0 }
        guard mode == .live else { return 50 }
        guard let due = try engine.nextTimer() else { return 500 }
        let wait = timersHeldUntil.map { clock.steady().duration(to: $0) } ?? (due - clock.wall())
        return Int(max(0, min(500_000, wait.inMicroseconds)) / 1_000)
    }

    /// After a start: notes which streams are handled up to where they stood, and lets timers fire when all are, for what waited in
    /// them may cancel a timer.
    private func noteStartingHeads() {
        for stream in startingHeads.observe(bus.readers) { engine.passed(stream) }
        guard let limit = timersHeldUntil else { return }
        let missing = startingHeads.missing
        guard missing.isEmpty || clock.steady() >= limit else { return }
        if !missing.isEmpty { reportTimersReleased(missing) }
        timersHeldUntil = nil
        engine.advance(to: clock.wall())
    }

    private func handleLive() throws {
        let now = clock.wall()
        if timersHeldUntil == nil { try finish(measured { try engine.fireTimers(at: now) }) }
        let items = intake.take(limit: Intake.batch)
        guard !pending.isEmpty || !items.isEmpty else { return }
        let arrivals = pending.map(Self.arrival) + items.map { .external($0.input) }
        let batch = try measured { try engine.handle(arrivals, at: now) }
        let outcomes = batch.outcomes.suffix(items.count)
        pending = []
        try finish(batch)
        for (item, outcome) in zip(items, outcomes) { item.completion(outcome) }
    }

    func finish(_ batch: Batch) throws {
        try bus.publish(batch.sent)
        intake.outlet.hold(batch.posts)
        if batch.effects > 0 { intake.effects.expectMore() }
        report(batch)
    }

    private static func arrival(_ record: StreamReader.Accepted) -> Arrival {
        .record(ReceivedRecord(header: record.header, bytes: record.bytes, hash: record.hash))
    }

    // MARK: requests

    private func serve(_ asked: Bus.Asked) throws {
        switch asked.request.body {
        case .catchUp(let wanted): try answer(asked, wanted)
        case .status: try bus.answer(asked, status())
        case .command(let command): try answer(asked, command)
        case .reading(let reading): note(reading, asked)
        case .snapshot(let wanted): try answer(asked, wanted)
        case .step where mode == .lockstep: waiting = asked
        case .step: try refuse(asked, "not-in-lockstep", "this service follows the clock; start it with --lockstep")
        case nil: try refuse(asked, "unknown-request", "the request has no body that this program knows")
        }
    }

    func refuse(_ asked: Bus.Asked, _ code: String, _ message: String) throws {
        var reply = Reply()
        reply.refused.code = code
        reply.refused.message = message
        try bus.answer(asked, reply)
    }

    private func answer(_ asked: Bus.Asked, _ command: Command) throws {
        guard mode == .live else {
            return try refuse(asked, "in-lockstep", "the player brings commands; send them through the recording")
        }
        if let objection = bus.objection(to: asked, commanding: command) {
            report(objection, command, asked)
            return try refuse(asked, objection.rawValue, Self.remedy(objection, command))
        }
        // Who it came from is what the key proves, not what the sender says.
        var command = command
        command.actor.verifiedKey = asked.key
        var input = ExternalInput()
        input.channel = Arrival.commandChannel
        input.data = try command.serializedData()
        let batch = try measured { try engine.handle([.external(input)], at: clock.wall()) }
        try finish(batch)
        guard case .answered(let answer) = batch.outcomes.last else {
            return try refuse(asked, "malformed-command", "the command was kept aside; see the dead letters")
        }
        var reply = Reply()
        reply.answer = answer
        try bus.answer(asked, reply)
    }

    private func answer(_ asked: Bus.Asked, _ wanted: CatchUp) throws {
        guard let stream = StreamName(rawValue: wanted.stream),
            let head = try engine.heads().first(where: { $0.stream == wanted.stream })
        else {
            return try refuse(
                asked,
                "unknown-stream",
                "\(Core.name.rawValue) does not write '\(wanted.stream.shown(64))'"
            )
        }
        guard bus.admits(asked, reading: stream) else { return try refuse(asked, "not-entitled", Self.readingRemedy) }
        guard wanted.from >= head.first else {
            return try refuse(asked, "pruned", "first = \(head.first)")
        }
        let records = try engine.store.read { try Outbox.page(stream, from: wanted.from, $0) }
        try bus.answer(asked, head: head, records: records)
    }

    private func status() throws -> Reply {
        let now = clock.wall()
        watchStreams(at: now)
        var status = Status()
        status.service = Core.name.rawValue
        status.realm = engine.store.identity.realm.description
        status.heads = try engine.heads()
        status.logicalTimeUs = engine.now.microseconds
        status.streams = try written(status.heads, at: now).map(StreamStatus.init)
        let counters = try engine.store.read(Ledgers.counters)
        status.cursors = zip(bus.readers, standings).map { reader, standing in
            let name = "inputs.dead-letter.\(reader.stream.rawValue)"
            return Cursor(standing, epoch: reader.epoch, deadLetters: counters.first { $0.name == name }?.value ?? 0)
        }
        status.counters = (counters + intake.counts).map { name, value in
            var counter = Counter()
            (counter.name, counter.value) = (name, UInt64(clamping: value))
            return counter
        }
        status.deadLetters = try engine.store.read { try Ledgers.lastDeadLetters(20, $0) }
        var reply = Reply()
        reply.status = status
        return reply
    }

    // MARK: lockstep

    /// Does the waiting step once every record before its barrier is here.
    private func stepIfComplete(_ asked: Bus.Asked) throws {
        guard case .step(let step) = asked.request.body else { return }
        try bus.hear(step.barrier)
        let records = pending.filter { item in
            step.barrier.contains { $0.stream == item.header.stream.rawValue && item.sequence <= $0.sequence }
        }.sorted { ($0.header.stream, $0.sequence) < ($1.header.stream, $1.sequence) }
        for head in step.barrier {
            let reader = bus.readers.first { $0.stream.rawValue == head.stream }
            guard reader.map({ $0.next > head.sequence }) ?? true else { return }
        }
        var done = StepDone()
        let batch = try measured {
            let stepped = try engine.step(step, records: records.map(Self.arrival))
            done = stepped.done
            return stepped.batch
        }
        let taken = Set(records.map(\.id))
        pending.removeAll { taken.contains($0.id) }
        waiting = nil
        try finish(batch)
        var reply = Reply()
        reply.stepDone = done
        try bus.answer(asked, reply)
    }
}
