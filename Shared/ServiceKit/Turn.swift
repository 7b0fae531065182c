package import Foundation
package import GRDB
package import MessageSchema
package import ServiceStore
import SwiftProtobuf
package import Vocabulary

/// One input being handled: when, from whom, and the ways out. Valid only within the handler that it is passed to.
package final class Turn {
    /// The open transaction.
    package let database: Database
    /// The logical time of this input: the only clock that a handler knows.
    package let now: Instant
    /// The input's id: the immediate cause of all that is sent.
    package let cause: RecordID
    /// The root of the chain.
    package let correlation: RecordID
    /// When it happened, as its sender saw it.
    package let happened: Instant
    /// What the input is about: the record's subject, the timer's, the sender of device bytes.
    package let subject: String
    /// Who gave the command; nil for anything else.
    package let actor: Actor?
    /// Where the record stands that is being handled; nil for anything else.
    package let record: RecordContext?

    let writer: RecordWriter
    private let journal: JournalWriter
    private let memory: MemorySeat
    private let posts: PostBag
    private var effectCount = 0
    private(set) var sent: [RecordID] = []

    init(
        database: Database,
        writer: RecordWriter,
        journal: JournalWriter,
        memory: MemorySeat,
        posts: PostBag,
        input: InputContext
    ) {
        self.database = database
        (self.writer, self.journal, self.memory, self.posts) = (writer, journal, memory, posts)
        now = input.now
        cause = input.cause
        correlation = input.correlation
        happened = input.happened
        subject = input.subject
        actor = input.actor
        record = input.record
    }

    /// Whether this is real or an exercise.
    package var realm: Realm { writer.identity.realm }

    /// What the service remembers of its tables, of that type.
    package func memory<Memory: TableMemory>(of type: Memory.Type) -> Memory { memory.of(type) }

    /// Appends a record to its stream; it is published after the commit.
    ///
    /// `happened` is the record's CloudEvents time; the input's if not given. Gives the record's id.
    @discardableResult
    package func send(_ message: some StreamMessage, subject: String, happened: Instant? = nil) throws -> RecordID {
        let id = RecordID.record(service: writer.identity.service.rawValue, cause: cause, ordinal: sent.count)
        try writer.append(message, id: id, subject: subject, happened: happened ?? self.happened, turn: self)
        sent.append(id)
        return id
    }

    /// Leaves bytes for a device: written after the commit if it is connected, and else dropped, for nothing waits outside the tables.
    package func post(_ bytes: Data, to device: DeviceName) { posts.append(DevicePost(device: device, bytes: bytes)) }

    /// Asks for something to be done outside, after the commit and at least once, by whoever performs effects of that kind; gives its
    /// idempotency key.
    ///
    /// How it ended comes back as an input to the kind's handler: done, refused for good, given up after the last attempt of `retry`,
    /// or too late after `until`. Effects of one subject are done one after the other.
    @discardableResult
    package func perform(
        _ kind: String,
        lane: String,
        subject: String,
        _ payload: Data,
        retry: EffectRetry,
        until: Instant
    ) throws -> RecordID {
        let service = writer.identity.service.rawValue
        let id = RecordID.effect(
            service: service,
            realm: realm.description,
            cause: cause,
            ordinal: effectCount
        )
        effectCount += 1
        posts.effects += 1
        let row = EffectRow(
            id: id,
            kind: kind,
            lane: lane,
            subject: subject,
            payload: payload,
            due: now,
            until: until,
            retry: retry,
            cause: cause,
            correlation: correlation
        )
        try Effects.add(row, database)
        return id
    }

    /// What waits under that kind and subject is not begun any more; gives how many effects those were. An attempt that is under way goes
    /// on, and its result comes.
    @discardableResult
    package func withdraw(_ kind: String, subject: String) throws -> Int {
        try Effects.withdraw(kind: kind, subject: subject, at: now, database)
    }

    /// How far this service has come in `stream`, this input included: the last record it handled, or wrote where the stream is
    /// its own; 0 before the first.
    package func position(of stream: StreamName) throws -> UInt64 {
        guard stream.writer == writer.identity.service else { return try journal.lastSequence(of: stream, database) }
        return try writer.streams.head(stream, database).sequence
    }

    /// Sets the timer of that name and subject, or moves it.
    package func setTimer(_ name: String, subject: String, due: Instant) throws {
        try Timers.set(
            TimerRow(name: name, subject: subject, due: due, cause: cause, correlation: correlation),
            database
        )
    }

    /// Cancels the timer of that name and subject; does nothing if none waits.
    package func cancelTimer(_ name: String, subject: String) throws {
        try Timers.cancel(name: name, subject: subject, database)
    }
}

/// What a handler is told about its input.
struct InputContext {
    let now: Instant
    let cause: RecordID
    let correlation: RecordID
    let happened: Instant
    let subject: String
    let actor: Actor?
    var record: RecordContext?
}

/// What the envelope of a handled record says beyond what every input has. Its id is the turn's `cause`.
package struct RecordContext: Hashable, Sendable {
    package let stream: StreamName
    /// From 1, without gaps within the stream.
    package let sequence: UInt64
    /// CloudEvents type.
    package let type: String
    /// The writer's logical time when it decided.
    package let decided: Instant
    /// Who gave the command that the record follows from; nil where no person did.
    package let actor: Actor?
    /// The message as it was first encoded.
    package let payload: Data
}

/// Writes the messages of one service as records.
final class RecordWriter {
    let identity: StoreIdentity
    let streams: StreamWriter

    init(identity: StoreIdentity, jurisdiction: String) {
        self.identity = identity
        streams = StreamWriter(identity: identity, jurisdiction: jurisdiction)
    }

    func append<M: StreamMessage>(_ message: M, id: RecordID, subject: String, happened: Instant, turn: Turn) throws {
        let facts = RecordFacts(
            id: id,
            stream: M.stream,
            type: M.type,
            subject: subject,
            happened: happened.microseconds,
            decided: turn.now.microseconds,
            correlation: turn.correlation,
            cause: turn.cause,
            actor: turn.actor.map { WireActor($0) }
        )
        try streams.append(facts, payload: message.serializedData(), turn.database)
    }
}
