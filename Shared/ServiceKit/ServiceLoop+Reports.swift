import Foundation
import Logging
import MessageBus
import MessageSchema
import ServiceStore
import Vocabulary

// What the loop tells people: log lines, and the state that the HTTP edge shows.

extension ServiceLoop {
    /// Runs one transaction and counts it.
    func measured(_ body: () throws -> Batch) throws -> Batch {
        let began = clock.steady()
        let batch = try body()
        meter.count(batch, microseconds: began.duration(to: clock.steady()).inMicroseconds)
        return batch
    }

    /// Logs what a batch sent, one line a record, and what became of inputs that need a person's eye.
    func report(_ batch: Batch) {
        for sent in batch.sent {
            guard let records = try? sent.records() else { continue }
            if sent.stream == .observation { reportReadings(records) } else { records.forEach(reportRecord) }
        }
        for input in batch.noted { report(input) }
    }

    private func reportRecord(_ bytes: Data) {
        // What this program wrote it can read; a log line is not worth a trap.
        guard let envelope = try? Envelope.decode(bytes), let root = try? RecordID(envelope.correlation) else { return }
        log.log(
            .info,
            "record sent",
            [
                .recordType: envelope.type, .recordSubject: envelope.subject, .recordSequence: envelope.sequence,
                .correlation: root,
            ]
        )
    }

    /// One line for all readings of a batch; subject and chain where they have one in common.
    private func reportReadings(_ readings: [Data]) {
        guard let first = readings.first.flatMap({ try? Envelope.decode($0) }),
            let last = readings.last.flatMap({ try? Envelope.decode($0) }),
            let root = try? RecordID(first.correlation)
        else { return }
        var log = log
        if first.correlation == last.correlation {
            log[metadataKey: LogKey.correlation.rawValue] = "\(root)"
            log[metadataKey: LogKey.recordSubject.rawValue] = "\(first.subject)"
        }
        // Not `record.type`: that names one record.
        log.log(.info, "readings sent", [.recordTypes: first.type, .recordCount: readings.count])
    }

    private func report(_ input: NotedInput) {
        var log = log
        log[metadataKey: LogKey.correlation.rawValue] = "\(input.correlation)"
        switch input.outcome {
        case .handled, .duplicate, .keptBefore, .replied: break
        case .deadLetter(let code, let message):
            log.log(
                .warning,
                "input kept aside",
                [
                    .inputKind: input.kind.rawValue, .inputOrigin: input.origin, .inputType: input.type,
                    .errorCode: code, .errorMessage: message,
                ]
            )
        case .answered(let answer) where answer.hasRefusal:
            let refusal = answer.refusal
            log.log(
                .info,
                "command refused",
                [.inputType: input.type, .errorCode: refusal.code, .errorMessage: refusal.message]
            )
        case .answered(let answer):
            log.log(.info, "command done", [.inputType: input.type, .recordCount: answer.records.count])
        }
    }

    /// Logs somebody who was not let in.
    func report(_ refusal: TurnedAway) {
        let stream = refusal.stream?.rawValue ?? ""
        log.log(
            .warning,
            "peer turned away",
            [.peerAddress: refusal.address, .peerKey: refusal.key, .stream: stream]
        )
    }

    /// Takes the list of who may come in, if its file changed. A file that cannot be read changes nothing, and is told.
    func adoptList() throws {
        let news: BusAddress?
        do {
            news = try list?.news()
        } catch {
            return log.log(.error, "bus list not adopted", [.errorMessage: "\(error)"])
        }
        guard let news else { return }
        try bus.adopt(news)
        log.log(.info, "bus list adopted", [:])
    }

    /// Logs a command whose key may not give it. Nothing of it is journaled.
    func report(_ objection: BusAddress.Objection, _ command: Command, _ asked: Bus.Asked) {
        log.log(
            .warning,
            "command turned away",
            [.errorCode: objection.rawValue, .inputType: command.type.shown(128), .peerKey: asked.key]
        )
    }

    static func remedy(_ objection: BusAddress.Objection, _ command: Command) -> String {
        switch objection {
        case .noPerson: "this key is a service's; people and tools command, under keys of their own"
        case .anotherPerson:
            "bus.yaml does not let '\(command.actor.person.shown(64))' act under this key; use that person's own"
        case .notEntitled: "bus.yaml does not give this key '\(command.type.shown(128))'; ask whoever keeps that file"
        }
    }

    /// Logs streams that fell behind or silent, or came back.
    func watchStreams(at now: Instant) {
        let (standings, events) = watch.observe(bus.readers, pages: bus.pagesAsked, at: now)
        self.standings = standings
        for event in events {
            switch event {
            case .fellBehind(let stream): report(.info, "catching up", stream)
            case .caughtUp(let stream): report(.info, "caught up", stream)
            case .fellSilent(let stream): report(.warning, "stream silent", stream)
            case .heardAgain(let stream): report(.info, "stream heard again", stream)
            }
        }
    }

    private func report(_ level: Logger.Level, _ message: Logger.Message, _ standing: StreamStanding) {
        log.log(
            level,
            message,
            [
                .stream: standing.stream.rawValue, .streamNext: standing.next, .streamHead: standing.head,
                .streamLag: standing.lag,
            ]
        )
    }

    /// Logs that timers fire although what waited in these streams is not known.
    func reportTimersReleased(_ missing: [StreamName]) {
        let streams = missing.map(\.rawValue).joined(separator: ",")
        log.log(.warning, "timers fire before all streams were heard", [.stream: streams])
    }

    /// Where the streams stand that the service writes.
    func written(_ heads: [StreamHead], at now: Instant) throws -> [WrittenStream] {
        try heads.map { head in
            let stream = try StreamName(named: head.stream)
            let (base, subscribers) = try engine.store.look {
                (try Retention.base(of: stream, $0), try Subscribers.all(of: stream, $0))
            }
            let bytes = try engine.bytes(of: stream)
            return WrittenStream(
                stream: stream,
                epoch: head.epoch,
                first: head.first,
                head: head.sequence,
                bytes: bytes,
                keptBytes: bytes - base.bytes,
                subscribers: subscribers,
                recordsPerSecond: rates.perSecond(stream, head: head.sequence, at: now)
            )
        }
    }

    /// Logs where every stream stands that the service writes or reads.
    func reportStandings(_ state: ServiceState) {
        for stream in state.written {
            log.log(
                .info,
                "stream written",
                [
                    .stream: stream.stream.rawValue, .streamEpoch: stream.epoch, .streamFirst: stream.first,
                    .streamHead: stream.head, .streamBytes: stream.bytes, .streamRate: stream.recordsPerSecond.tenths,
                ]
            )
        }
        for stream in state.streams {
            log.log(
                .info,
                "stream read",
                [
                    .stream: stream.stream.rawValue, .streamNext: stream.next, .streamHead: stream.head,
                    .streamLag: stream.lag, .streamBehindSeconds: stream.behindSeconds, .streamGaps: stream.gaps,
                    .streamPages: stream.pages, .streamDuplicates: stream.duplicates,
                    .streamDeadLetters: state.deadLetters(of: stream.stream),
                ]
            )
        }
    }

    /// Shows where the service stands. Reads the database on the thread that owns it.
    func showState(_ heads: [StreamHead], at now: Instant) throws {
        var state = ServiceState(
            service: Core.name,
            realm: engine.store.identity.realm,
            startedAt: startedAt,
            answeredAt: now
        )
        state.streams = standings
        state.written = try written(heads, at: now)
        rates.note(state.heads, at: now)
        let (counters, entries) = try engine.store.look { try (Ledgers.counters($0), Journal.length($0)) }
        for (name, value) in counters + intake.counts { state.counters[name] = value }
        state.journalEntries = entries
        state.queues = [
            QueueDepth(name: "intake", depth: intake.depth, capacity: intake.capacity),
            QueueDepth(name: "effects", depth: intake.effects.depth, capacity: EffectQueue.capacity),
            QueueDepth(name: "pending", depth: pending.count, capacity: StreamReader.window + Bus.collectLimit),
        ]
        state.malformedFrames = bus.malformed
        state.refusedPeers = bus.refused
        state.meter = meter
        board.show(state)
        guard mode == .live, clock.steady() >= nextReport else { return }
        nextReport = clock.steady() + reporting
        reportStandings(state)
    }
}

extension Double {
    /// With one decimal, as people read it.
    package var tenths: Double { (self * 10).rounded() / 10 }
}

extension StreamStanding {
    /// `behind` in seconds, with one decimal.
    package var behindSeconds: Double { (Double(behind.inMicroseconds) / 1_000_000).tenths }
}
