import Foundation
import GRDB
package import MessageSchema
package import ServiceStore
import SwiftProtobuf
package import Vocabulary

/// A service as a function of its journal: inputs go in, one transaction each batch; records to publish come out.
///
/// Nothing here knows sockets or the wall clock: the live loop, the lockstep clock and `verify` all drive this.
/// Each input is journaled before it is handled. A handler's typed complaint about its input rolls back what that input did
/// and keeps it as a dead letter (or answers the command with a refusal); any other error undoes the batch and stops the service.
package final class Engine<Core: ServiceCore> {
    package let store: ServiceStore
    private let routes: Routes<Core>
    private let writer: RecordWriter
    private var core: Core
    /// The logical time of the last input.
    package private(set) var now: Instant

    /// Opens the journal: a new one begins with `configuration`; a changed text is journaled as an input at `now`.
    ///
    /// Errors: `ConfigurationError`, `StoreError`.
    package init(store: ServiceStore, configuration: String, file: String, now: Instant) throws {
        self.store = store
        core = try Core(configuration: YAMLValue(text: configuration, file: file))
        writer = RecordWriter(identity: store.identity, jurisdiction: core.jurisdiction)
        routes = .registered
        let (last, old) = try store.read { try (Journal.lastTime($0), Journal.configuration($0)) }
        self.now = max(last ?? now, now)
        guard old != Data(configuration.utf8) else { return }
        let entry = JournalEntry(
            kind: old == nil ? .genesis : .configuration,
            id: .input(channel: "configuration", content: Data("\(self.now)\n\(configuration)".utf8)),
            now: self.now,
            origin: file,
            bytes: Data(configuration.utf8)
        )
        _ = try store.transaction { try Journal.append(entry, $0) }
    }

    /// Handles `arrivals` in order in one transaction, at `time` or at the last logical time if that is later.
    package func handle(_ arrivals: [Arrival], at time: Instant) throws -> Batch {
        try transaction(at: time) { db, batch in
            for arrival in arrivals { try self.take(arrival, db, &batch) }
        }
    }

    /// Fires the timers that are due at or before `time`, each at its own due time or later.
    package func fireTimers(at time: Instant) throws -> Batch {
        try transaction(at: now) { db, batch in try self.fire(through: time, db, &batch) }
    }

    /// One step of the lockstep clock, applied once by run and number: timers, inputs, records, in that order.
    package func step(_ step: Step, records: [Arrival]) throws -> (done: StepDone, batch: Batch) {
        if let last = try store.read({ try Ledgers.step(step.run, $0) }), last.number >= step.number {
            return (try StepDone.decode(last.done), Batch())
        }
        var done = StepDone()
        let batch = try transaction(at: now) { db, batch in
            let time = Instant(microseconds: step.timeUs)
            if step.timers { try self.fire(through: time, db, &batch) }
            self.now = max(self.now, time)
            for input in step.inputs { try self.take(.external(input), db, &batch) }
            for record in records { try self.take(record, db, &batch) }
            done = try self.summary(of: step, batch, db)
            try Ledgers.keep(step: step.number, of: step.run, done: done.serializedData(), db)
        }
        return (done, batch)
    }

    private func summary(of step: Step, _ batch: Batch, _ db: Database) throws -> StepDone {
        var done = StepDone()
        done.number = step.number
        done.heads = try heads(db)
        done.duplicates = batch.duplicates
        done.nextTimerUs = try Timers.first(db)?.due.microseconds ?? 0
        for outcome in batch.outcomes {
            switch outcome {
            case .handled, .duplicate: break
            case .deadLetter: done.deadLetters += 1
            case .answered(let answer): done.answers.append(answer)
            }
        }
        return done
    }

    /// When the next timer is due; nil if none waits.
    package func nextTimer() throws -> Instant? { try store.read { try Timers.first($0)?.due } }

    /// Where this service's own streams stand.
    package func heads() throws -> [StreamHead] { try store.read(heads) }

    private func heads(_ db: Database) throws -> [StreamHead] {
        try Core.name.streams.map { stream in
            let head = try Outbox.head(stream, db)
            var wire = StreamHead()
            wire.stream = stream.rawValue
            wire.epoch = store.identity.epoch
            wire.sequence = head.sequence
            wire.hash = head.hash.bytes
            wire.first = 1
            return wire
        }
    }

    // MARK: one transaction

    private func transaction(at time: Instant, _ body: (Database, inout Batch) throws -> Void) throws -> Batch {
        let before = now
        now = max(now, time)
        writer.appended = []
        do {
            var batch = Batch()
            try store.transaction { try body($0, &batch) }
            batch.records = writer.appended
            return batch
        } catch {
            now = before
            writer.heads = [:]
            throw error
        }
    }

    private func fire(through time: Instant, _ db: Database, _ batch: inout Batch) throws {
        while let timer = try Timers.first(db), timer.due <= time {
            now = max(now, timer.due)
            try take(.timer(timer), db, &batch)
        }
    }

    private func take(_ arrival: Arrival, _ db: Database, _ batch: inout Batch) throws {
        let entry = arrival.entry(service: Core.name, now: now)
        if entry.kind == .external, try Journal.contains(entry.id, db) {
            try Ledgers.count("inputs.duplicate", db)
            batch.duplicates += 1
            batch.outcomes.append(try previousAnswer(entry, db) ?? .duplicate)
            return
        }
        try Ledgers.count("inputs.\(entry.kind.rawValue)", db)
        let outcome = try apply(entry, db)
        batch.outcomes.append(outcome)
        if let noted = NotedInput(entry, outcome) { batch.noted.append(noted) }
        if case .record(let record) = arrival { try Cursors.save(record.cursorAfter, record.stream, db) }
    }

    private func previousAnswer(_ entry: JournalEntry, _ db: Database) throws -> Outcome? {
        guard entry.origin == Arrival.commandChannel else { return nil }
        let command = try Command.decode(entry.bytes)
        return try Ledgers.answer(command.id, db).map { .answered(try CommandAnswer.decode($0)) }
    }

    /// Journals the entry, then does what its route says. The one path of live, lockstep and replay.
    func apply(_ entry: JournalEntry, _ db: Database) throws -> Outcome {
        let number = try Journal.append(entry, db)
        if entry.kind == .configuration || entry.kind == .genesis {
            let text = String(decoding: entry.bytes, as: UTF8.self)
            core = try Core(configuration: YAMLValue(text: text, file: entry.origin))
            return .handled
        }
        let (heads, appended) = (writer.heads, writer.appended.count)
        var outcome = Outcome.handled
        try db.inSavepoint {
            do {
                outcome = try route(entry, db)
                return .commit
            } catch let complaint where Self.isAboutInput(complaint) {
                writer.heads = heads
                writer.appended.removeSubrange(appended...)
                outcome = Self.outcome(of: complaint, entry)
                return .rollback
            }
        }
        try keep(outcome, entry: entry, number: number, db)
        return outcome
    }

    private func keep(_ outcome: Outcome, entry: JournalEntry, number: Int64, _ db: Database) throws {
        switch outcome {
        case .handled, .duplicate: break
        case .answered(let answer): try Ledgers.keep(answer: answer.serializedData(), to: answer.commandID, db)
        case .deadLetter(let code, let message):
            try Ledgers.count("inputs.dead-letter", db)
            try Ledgers.keep(deadLetter: number, code: code, message: message, at: entry.now, db)
        }
    }

    private func route(_ entry: JournalEntry, _ db: Database) throws -> Outcome {
        switch entry.kind {
        case .genesis, .configuration: return .handled
        case .record: return try routeRecord(entry, db)
        case .timer: return try routeTimer(entry, db)
        case .external where entry.origin == Arrival.commandChannel: return try routeCommand(entry, db)
        case .external:
            guard let handler = routes.devices[entry.origin] else {
                throw InputError("unknown-channel", "\(Core.name.rawValue) has no device channel '\(entry.origin)'")
            }
            let turn = Turn(database: db, writer: writer, input: entry.context(happened: entry.now))
            try handler(core, entry.bytes, turn)
            return .handled
        }
    }

    private func routeRecord(_ entry: JournalEntry, _ db: Database) throws -> Outcome {
        let envelope = try Envelope.decode(entry.bytes)
        guard envelope.realm == store.identity.realm.description else {
            throw MessageError(
                .foreignRealm,
                "the record is of realm '\(envelope.realm.prefix(64))', this database of \(store.identity.realm)"
            )
        }
        guard envelope.schemaVersion <= SchemaVersion.current || routes.records[envelope.type] != nil else {
            throw MessageError(.unsupportedVersion, "schema version \(envelope.schemaVersion); update this program")
        }
        _ = try MessageCatalogue.message(envelope.type)
        guard let handler = routes.records[envelope.type] else { return .handled }
        let context = InputContext(
            now: entry.now,
            cause: entry.id,
            correlation: try RecordID(envelope.correlation),
            happened: Instant(microseconds: envelope.timeUs),
            subject: envelope.subject,
            actor: nil,
            record: RecordContext(
                stream: try StreamName(named: entry.origin),
                sequence: entry.sequence,
                type: envelope.type,
                decided: Instant(microseconds: envelope.decidedUs),
                actor: envelope.hasActor ? try envelope.actor.checked() : nil,
                payload: envelope.payload
            )
        )
        try handler(core, envelope.payload, Turn(database: db, writer: writer, input: context))
        return .handled
    }

    private func routeTimer(_ entry: JournalEntry, _ db: Database) throws -> Outcome {
        guard let timer = try Timers.find(name: entry.origin, subject: entry.subject, db),
            let handler = routes.timers[entry.origin]
        else { throw InputError("unknown-timer", "no timer '\(entry.origin)' of '\(entry.subject)' waits") }
        try Timers.cancel(name: timer.name, subject: timer.subject, db)
        let context = InputContext(
            now: entry.now,
            cause: entry.id,
            correlation: timer.correlation,
            happened: timer.due,
            subject: timer.subject,
            actor: nil
        )
        try handler(core, entry.bytes, Turn(database: db, writer: writer, input: context))
        return .handled
    }

    private func routeCommand(_ entry: JournalEntry, _ db: Database) throws -> Outcome {
        let command = try Command.decode(entry.bytes)
        guard !command.id.isEmpty, command.id.utf8.count <= 64 else {
            throw MessageError(.missingField, "a command's id has 1 to 64 characters")
        }
        guard command.realm == store.identity.realm.description else {
            throw CommandRefusal("foreign-realm", "this service works in realm \(store.identity.realm)")
        }
        guard let handler = routes.commands[command.type] else {
            throw CommandRefusal("unknown-type", "\(Core.name.rawValue) takes no '\(command.type.prefix(64))'")
        }
        let turn = Turn(
            database: db,
            writer: writer,
            input: entry.context(happened: Instant(microseconds: command.timeUs), actor: try command.actor.checked())
        )
        try handler(core, command.payload, turn)
        var answer = CommandAnswer()
        answer.commandID = command.id
        answer.records = turn.sent.map(\.bytes)
        return .answered(answer)
    }

    private static func isAboutInput(_ error: any Error) -> Bool {
        error is InputError || error is MessageError || error is CommandRefusal
    }

    private static func outcome(of error: any Error, _ entry: JournalEntry) -> Outcome {
        let (code, message): (String, String) =
            switch error {
            case let error as InputError: (error.code, error.message)
            case let error as MessageError: (error.code.rawValue, error.message)
            case let error as CommandRefusal: (error.code, error.message)
            default: ("unknown", "\(error)")
            }
        guard entry.origin == Arrival.commandChannel, entry.kind == .external,
            let command = try? Command.decode(entry.bytes), !command.id.isEmpty, command.id.utf8.count <= 64
        else { return .deadLetter(code: code, message: message) }
        var answer = CommandAnswer()
        answer.commandID = command.id
        answer.refusal.code = code
        answer.refusal.message = message
        return .answered(answer)
    }
}

extension JournalEntry {
    fileprivate func context(happened: Instant, actor: Actor? = nil) -> InputContext {
        InputContext(now: now, cause: id, correlation: id, happened: happened, subject: subject, actor: actor)
    }
}
