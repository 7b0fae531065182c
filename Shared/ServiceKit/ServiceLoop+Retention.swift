import Logging
import MessageBus
import MessageSchema
import ServiceStore
import Vocabulary

/// For whom a service keeps records, and what is done about those that may go.
struct Keeping {
    let policies: RetentionPolicies
    /// What subscribers said since it was written down.
    var said: [StreamName: [ServiceName: RegisteredSubscriber]] = [:]
    /// Subscribers that are written down: a new one is at once.
    var known: Set<String> = []
    var nextReport: ContinuousClock.Instant?
    var nextWriting: ContinuousClock.Instant?
    var nextStep: ContinuousClock.Instant?
    var nextHour: ContinuousClock.Instant?

    /// How often the own cursors are told, what others told is written down, and old records are looked for.
    static let (report, writing, step, hour) = (
        Duration.seconds(2), Duration.seconds(10), Duration.seconds(60), Duration.seconds(3_600)
    )
}

extension ServiceLoop {
    /// Notes how far a subscriber says it has come. What is not of this service's streams, of another epoch, or under another's key is
    /// passed over.
    func note(_ reading: Reading, _ asked: Bus.Asked) {
        guard let service = ServiceName(rawValue: reading.service), let stream = StreamName(rawValue: reading.stream),
            stream.writer == Core.name, reading.next > 0, [engine.epoch, ""].contains(reading.epoch),
            bus.isWord(of: service, asked)
        else { return }
        keeping.said[stream, default: [:]][service] = RegisteredSubscriber(
            service: service,
            next: reading.next,
            seen: clock.wall()
        )
    }

    /// Tells how far this service has come, writes down how far others have, and lets old records go; a little at a time.
    func keepRecords() throws {
        let now = clock.steady()
        if isDue(&keeping.nextReport, Keeping.report, now) {
            let pending = pending
            try bus.report { reader in pending.first { $0.header.stream == reader.stream }?.sequence ?? reader.next }
        }
        let names = keeping.said.flatMap { stream, said in said.keys.map { "\(stream.rawValue) \($0.rawValue)" } }
        if isDue(&keeping.nextWriting, Keeping.writing, now) || !keeping.known.isSuperset(of: names) {
            try engine.register(keeping.said.flatMap { stream, said in said.values.map { (stream, $0) } })
            keeping.known.formUnion(names)
            keeping.said = [:]
        }
        guard isDue(&keeping.nextStep, Keeping.step, now) else { return }
        let hour = isDue(&keeping.nextHour, Keeping.hour, now)
        for (stream, step) in try engine.retain(keeping.policies, notingHour: hour, at: clock.wall()) {
            report(step, of: stream)
            // There is more: at the next heartbeat, and not before, for others wait too.
            if step.isMore { keeping.nextStep = now }
        }
    }

    /// Whether `next` has come; then it is put off by `period`.
    private func isDue(
        _ next: inout ContinuousClock.Instant?,
        _ period: Duration,
        _ now: ContinuousClock.Instant
    ) -> Bool {
        guard next.map({ now >= $0 }) ?? true else { return false }
        next = now + period
        return true
    }

    private func report(_ step: Retention.Step, of stream: StreamName) {
        log.log(
            .info,
            "old records let go",
            [.stream: stream.rawValue, .recordCount: step.removed, .streamFirst: step.first]
        )
        for service in step.overrun {
            log.log(
                .error,
                "records let go unread, the hard cap is reached",
                [.stream: stream.rawValue, .subscriber: service.rawValue, .streamFirst: step.first]
            )
        }
    }

    // MARK: what still stands

    static var readingRemedy: String { "bus.yaml does not give this key the stream; ask whoever keeps that file" }

    func answer(_ asked: Bus.Asked, _ wanted: SnapshotQuery) throws {
        guard let stream = StreamName(rawValue: wanted.stream), stream.writer == Core.name else {
            return try refuse(
                asked,
                "unknown-stream",
                "\(Core.name.rawValue) does not write '\(wanted.stream.shown(64))'"
            )
        }
        guard bus.admits(asked, reading: stream) else { return try refuse(asked, "not-entitled", Self.readingRemedy) }
        var reply = Reply()
        try engine.store.read { db in
            let base = try Retention.base(of: stream, db)
            reply.snapshot.base.stream = stream.rawValue
            reply.snapshot.base.epoch = engine.epoch
            (reply.snapshot.base.sequence, reply.snapshot.base.hash) = (base.sequence, base.hash.bytes)
            reply.snapshot.base.first = base.sequence + 1
            (reply.snapshot.records, reply.snapshot.last) = try Retention.standing(stream, after: wanted.after, db)
        }
        try bus.answer(asked, reply)
    }

    /// Handles what stands of streams whose next record is not kept any more, and goes on after it: in one transaction each.
    func takeSnapshots() throws {
        for snapshot in bus.wholeSnapshots
        where pending.allSatisfy({ $0.header.stream.rawValue != snapshot.base.stream }) {
            // What was handled before it went is not handled again.
            let next = bus.readers.first { $0.stream.rawValue == snapshot.base.stream }?.next ?? 1
            let arrivals = snapshot.records.filter { $0.sequence >= next }.map {
                Arrival.standing(ReceivedRecord(header: $0.header, bytes: $0.bytes, hash: $0.hash))
            }
            let batch = try measured { try engine.handle(arrivals + [.position(snapshot.base)], at: clock.wall()) }
            try bus.resume(after: snapshot.base)
            try finish(batch)
            log.log(
                .warning,
                "stream read on from a snapshot",
                [
                    .stream: snapshot.base.stream, .recordCount: arrivals.count,
                    .streamFirst: snapshot.base.sequence + 1,
                ]
            )
        }
    }
}
