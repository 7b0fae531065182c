import Foundation
import GRDB
package import MessageBus
package import MessageSchema
package import ServiceStore
import SwiftProtobuf
package import Vocabulary

/// A service as a function of its journal: inputs go in, one transaction each batch; records to publish come out.
///
/// Nothing here knows sockets or the wall clock: the live loop, the lockstep clock and `verify` all drive this.
/// Each input is journaled before it is handled. A handler's typed complaint about its input rolls back what that input did
/// and keeps it as a dead letter (or answers the command with a refusal); any other error undoes the batch and stops the service.
/// An input on which the service fell twice is kept aside when it comes the third time, and is not handled.
package final class Engine<Core: ServiceCore> {
    package let store: ServiceStore
    let routes: Routes<Core>
    let writer: RecordWriter
    let journal: JournalWriter
    let memory = MemorySeat()
    let posts = PostBag()
    /// Inputs from outside that are kept aside.
    var aside: KeptAside
    private(set) var core: Core
    /// The input that is being handled.
    private var handling: RecordID?
    /// The input that has a transaction of its own: what fails in its commit is about it too.
    private var alone: RecordID?
    /// How often the service fell on inputs that are not past.
    private var falls: [RecordID: Int] = [:]
    /// After a fall: which inputs are handled one by one.
    private var caution: Caution?
    /// What the open transaction has counted, and how far it came in each stream: written once, at its end.
    private var tally = Tally()
    /// The logical time of the last input.
    package private(set) var now: Instant

    /// Opens the journal: a new one begins with `configuration`; a changed text is journaled as an input at `now`.
    ///
    /// Errors: `ConfigurationError`, `StoreError`.
    package init(store: ServiceStore, configuration: String, file: String, now: Instant) throws {
        self.store = store
        core = try Core(configuration: YAMLValue(text: configuration, file: file))
        writer = RecordWriter(identity: store.identity, jurisdiction: core.jurisdiction)
        journal = try store.read(JournalWriter.init)
        aside = try store.read(KeptAside.init)
        routes = .registered
        let (last, old) = try store.read { try (Journal.lastTime($0), Journal.configuration($0)) }
        self.now = max(last ?? now, now)
        if let epoch = try store.read(Journal.epoch) { writer.streams.renew(epoch: epoch) }
        try takeStartOrders()
        guard old != Data(configuration.utf8) else { return }
        let entry = JournalEntry(
            kind: old == nil ? .genesis : .configuration,
            id: .input(channel: "configuration", content: Data("\(self.now)\n\(configuration)".utf8)),
            now: self.now,
            origin: file,
            bytes: Data(configuration.utf8)
        )
        _ = try transaction(at: self.now) { db, _ in _ = try self.journal.append(entry, db) }
    }

    /// The streams that the service reads, each from where its cursor stands.
    package func readers() throws -> [StreamReader] {
        try store.read { db in
            try Core.subscriptions.map { stream in
                let cursor = try Cursors.load(stream, db)
                return StreamReader(stream: stream, epoch: cursor.epoch, next: cursor.next, hash: cursor.hash)
            }
        }
    }

    /// Marks that a run begins; true if the run before it did not end in order. After that inputs are handled one by one, until
    /// those are past that may have felled it.
    package func begin() throws -> Bool {
        let (fell, falls) = try store.transaction { (try Attempts.begin($0), try Attempts.all($0)) }
        self.falls = falls
        caution = fell ? Caution(start: now) : nil
        return fell
    }

    /// Marks that the run ends in order; nothing is handled after it.
    package func end() throws { try store.transaction(Attempts.end) }

    /// The records of `stream` that waited when the run began are handled.
    package func passed(_ stream: StreamName) { caution?.pass(stream) }

    /// Time goes by without an input: nothing is handled at an earlier time than `time`.
    package func advance(to time: Instant) { now = max(now, time) }

    /// Handles `arrivals` in order in one transaction, at `time` or at the last logical time if that is later.
    /// After a fall, those that may have felled the service are handled in a transaction of their own.
    package func handle(_ arrivals: [Arrival], at time: Instant) throws -> Batch {
        var whole = Batch()
        var rest = arrivals[...]
        while let first = rest.first {
            if isSuspect(first) {
                whole.append(try takeAlone(first, at: time))
                rest = rest.dropFirst()
                continue
            }
            let group = rest.prefix { !isSuspect($0) }
            rest = rest.dropFirst(group.count)
            whole.append(
                try transaction(at: time) { db, batch in
                    for arrival in group { try self.take(arrival, db, &batch) }
                }
            )
        }
        return whole
    }

    /// Fires the timers that are due at or before `time`, each at its own due time or later.
    package func fireTimers(at time: Instant) throws -> Batch {
        var whole = Batch()
        // Most turns of the loop find nothing due: they open no transaction.
        guard let due = try nextTimer(), due <= time else { return whole }
        while caution != nil, let timer = try store.look(Timers.first), timer.due <= time, isSuspect(.timer(timer)) {
            whole.append(try takeAlone(.timer(timer), at: timer.due))
        }
        whole.append(try transaction(at: now) { db, batch in try self.fire(through: time, db, &batch) })
        return whole
    }

    /// One step of the lockstep clock, applied once by run and number: timers, inputs, records, in that order.
    package func step(_ step: Step, records: [Arrival]) throws -> (done: StepDone, batch: Batch) {
        // Kept numbers end at what the database holds.
        let number = UInt64(Int64(clamping: step.number))
        if let last = try store.read({ try Ledgers.step(step.run, $0) }), last.number >= number {
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
            try Ledgers.keep(step: number, of: step.run, done: done.serializedData(), db)
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
            case .handled, .duplicate, .keptBefore, .replied: break
            case .deadLetter: done.deadLetters += 1
            case .answered(let answer): done.answers.append(answer)
            }
        }
        return done
    }

    /// When the next timer is due; nil if none waits.
    package func nextTimer() throws -> Instant? { try store.look { try Timers.first($0)?.due } }

    /// Encoded records ever written to `stream`, all together.
    package func bytes(of stream: StreamName) throws -> UInt64 {
        try store.look { try writer.streams.head(stream, $0) }.bytes
    }

    /// The epoch in which this service's own streams are written.
    package var epoch: String { writer.streams.epoch }

    /// Where this service's own streams stand.
    package func heads() throws -> [StreamHead] { try store.look(heads) }

    private func heads(_ db: Database) throws -> [StreamHead] {
        try Core.name.streams.map { stream in
            let head = try writer.streams.head(stream, db)
            var wire = StreamHead()
            wire.stream = stream.rawValue
            wire.epoch = writer.streams.epoch
            wire.sequence = head.sequence
            wire.hash = head.hash.bytes
            wire.first = try Outbox.first(stream, db)
            return wire
        }
    }

    // MARK: one transaction

    private func transaction(at time: Instant, _ body: (Database, inout Batch) throws -> Void) throws -> Batch {
        let before = now
        now = max(now, time)
        tally = Tally()
        posts.empty()
        do {
            var batch = Batch()
            batch.sent = try store.transaction { db in
                try body(db, &batch)
                try tally.write(db)
                try journal.finish(db)
                return try writer.streams.finish(db)
            }
            journal.adopt()
            (batch.posts, batch.effects) = (posts.posts, posts.effects)
            return batch
        } catch {
            now = before
            journal.forget()
            writer.streams.forget()
            memory.drop()
            keepFall(error)
            throw error
        }
    }

    /// After a fall: one input in a transaction of its own, its attempt marker committed first.
    private func takeAlone(_ arrival: Arrival, at time: Instant) throws -> Batch {
        let id = arrival.id(in: Core.name, bySender: routes.bySender)
        let known = falls[id, default: 0]
        if known < Self.fallLimit { try store.transaction { try Attempts.keep(known + 1, of: id, $0) } }
        alone = id
        defer { alone = nil }
        let batch = try transaction(at: time) { db, batch in
            try self.take(arrival, db, &batch)
            try Attempts.keep(0, of: id, db)
        }
        caution?.handled(arrival)
        return batch
    }

    /// An error that is not the disk's is a fall on the input that was being handled; the disk's takes its marker away.
    private func keepFall(_ error: any Error) {
        guard let id = handling ?? alone else { return }
        handling = nil
        if !Attempts.isStorage(error) { falls[id, default: 0] += 1 }
        // Where this fails too, the service stops with the first error: it says more, and the next start is cautious anyway.
        try? store.transaction { try Attempts.keep(falls[id, default: 0], of: id, $0) }
    }

    private func isSuspect(_ arrival: Arrival) -> Bool { caution?.suspects(arrival) ?? false }

    /// So many falls on one input, and it is kept aside.
    private static var fallLimit: Int { 2 }

    private func fire(through time: Instant, _ db: Database, _ batch: inout Batch) throws {
        while let timer = try Timers.first(db), timer.due <= time {
            now = max(now, timer.due)
            try take(.timer(timer), db, &batch)
        }
    }

    private func take(_ arrival: Arrival, _ db: Database, _ batch: inout Batch) throws {
        let id = arrival.id(in: Core.name, bySender: routes.bySender)
        let known = falls[id, default: 0]
        let fallen = known < Self.fallLimit ? 0 : known
        let entry = try arrival.entry(id, now: now, falls: fallen)
        if entry.kind == .external {
            let answer = try previousAnswer(entry, db)
            if answer != nil || journal.contains(entry.id) {
                tally.count("inputs.duplicate")
                batch.duplicates += 1
                let kept = aside.code(of: entry.id).map { Outcome.keptBefore(code: $0) }
                batch.outcomes.append(try answer ?? again(entry, db) ?? kept ?? .duplicate)
                return
            }
        }
        tally.count("inputs.\(entry.kind.rawValue)")
        handling = id
        let outcome = try apply(entry, db)
        handling = nil
        batch.outcomes.append(outcome)
        if let noted = NotedInput(entry, outcome) { batch.noted.append(noted) }
        if case .record(let record) = arrival { tally.cursors[record.stream] = record.cursorAfter }
        if known > 0 { try Attempts.keep(0, of: id, db) }
        try writer.streams.writeLarge(db)
    }

    private func previousAnswer(_ entry: JournalEntry, _ db: Database) throws -> Outcome? {
        guard entry.origin == Arrival.commandChannel else { return nil }
        guard let command = try? Command.decode(entry.bytes) else { return nil }
        return try Ledgers.answer(command.id, db).map { .answered(try CommandAnswer.decode($0)) }
    }

    /// Journals the entry, then does what its route says. The one path of live, lockstep and replay.
    func apply(_ entry: JournalEntry, _ db: Database) throws -> Outcome {
        let number = try journal.append(entry, db)
        guard try !adopt(entry) else { return .handled }
        let outcome = try entry.falls > 0 ? Self.outcome(of: Self.poison(entry), entry) : attempt(entry, db)
        try keep(outcome, entry: entry, number: number, db)
        return outcome
    }

    /// What concerns the service itself and no handler; false for any other entry.
    private func adopt(_ entry: JournalEntry) throws -> Bool {
        switch entry.kind {
        case .genesis, .configuration:
            let text = String(decoding: entry.bytes, as: UTF8.self)
            core = try Core(configuration: YAMLValue(text: text, file: entry.origin))
            memory.drop()
        case .epoch: writer.streams.renew(epoch: String(decoding: entry.bytes, as: UTF8.self))
        case .reset:
            let head = try StreamHead(serializedBytes: entry.bytes)
            tally.cursors[try StreamName(named: entry.origin)] = StreamCursor(
                epoch: head.epoch,
                next: head.sequence + 1,
                hash: try RecordHash(head.hash)
            )
        case .record, .standing, .external, .timer: return false
        }
        return true
    }

    /// What an operator decided while the service was down is journaled, and done.
    private func takeStartOrders() throws {
        let orders = try store.read(StartOrder.all)
        guard !orders.isEmpty else { return }
        _ = try transaction(at: now) { db, _ in
            for order in orders { _ = try self.apply(JournalEntry(order, now: self.now), db) }
            try StartOrder.clear(db)
        }
    }

    /// Does what the entry's route says, or nothing where it complains about the input.
    private func attempt(_ entry: JournalEntry, _ db: Database) throws -> Outcome {
        let (mark, remembered, posted) = (writer.streams.mark, memory.mark, posts.mark)
        // Cached statements: compiling them took longer than most inputs.
        try db.cachedStatement(sql: "SAVEPOINT input").execute()
        var outcome = Outcome.handled
        do {
            outcome = try route(entry, db)
        } catch let complaint where Self.isAboutInput(complaint) {
            try db.cachedStatement(sql: "ROLLBACK TO input").execute()
            writer.streams.rewind(to: mark)
            memory.rewind(to: remembered)
            posts.rewind(to: posted)
            outcome = Self.outcome(of: complaint, entry)
        }
        try db.cachedStatement(sql: "RELEASE input").execute()
        return outcome
    }

    private func keep(_ outcome: Outcome, entry: JournalEntry, number: Int64, _ db: Database) throws {
        switch outcome {
        case .handled, .duplicate, .keptBefore, .replied: break
        case .answered(let answer):
            try Ledgers.keep(answer: answer.serializedData(), to: answer.commandID, db)
            // A refusal is between the service and the sender; a fall is the operator's business too.
            if entry.falls > 0 { try keepAside(entry, number, answer.refusal.code, answer.refusal.message, db) }
        case .deadLetter(let code, let message): try keepAside(entry, number, code, message, db)
        }
    }

    private func keepAside(_ entry: JournalEntry, _ number: Int64, _ code: String, _ message: String, _ db: Database)
        throws
    {
        tally.count("inputs.dead-letter")
        if entry.kind.isRecord { tally.count("inputs.dead-letter.\(entry.origin)") }
        if entry.kind == .external { aside.insert(entry.id, code) }
        try Ledgers.keep(deadLetter: number, code: code, message: message, at: entry.now, db)
        try setAsideEffect(of: entry, db)
        // Its handler, which would have taken it away, left nothing.
        if entry.kind == .timer { try Timers.cancel(name: entry.origin, subject: entry.subject, db) }
    }
}
