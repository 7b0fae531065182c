import Foundation
import GRDB
import MessageSchema
import ServiceStore
import Vocabulary

// What is done with an entry, by its kind and type.

extension Engine {
    /// Does what the entry's route says.
    func route(_ entry: JournalEntry, _ db: Database) throws -> Outcome {
        switch entry.kind {
        case .genesis, .configuration, .epoch, .reset: return .handled
        case .record, .standing: return try routeRecord(entry, db)
        case .timer: return try routeTimer(entry, db)
        case .external where entry.origin == Arrival.commandChannel: return try routeCommand(entry, db)
        case .external where entry.origin == Arrival.effectChannel: return try routeEffect(entry, db)
        case .external:
            guard let handler = routes.devices[entry.origin] else {
                throw InputError("unknown-channel", "\(Core.name.rawValue) has no device channel '\(entry.origin)'")
            }
            let turn = turn(db, entry.context(happened: entry.now))
            try handler(core, entry.bytes, turn)
            return try answer(to: entry, db) ?? .handled
        }
    }

    /// Why the record's type is not known here; nil if it is.
    private static func unknown(_ envelope: Envelope) -> MessageError? {
        do throws(MessageError) {
            _ = try MessageCatalogue.message(envelope.type)
            return nil
        } catch {
            guard envelope.schemaVersion > SchemaVersion.current else { return error }
            return MessageError(
                .unsupportedVersion,
                "'\(envelope.type.prefix(64))' of schema version \(envelope.schemaVersion); update this program"
            )
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
        if let error = Self.unknown(envelope) { throw error }
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
        try handler(core, envelope.payload, turn(db, context))
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
        try handler(core, entry.bytes, turn(db, context))
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
        if let outcome = try decideDeadLetter(command, at: entry, db) ?? forgetSubscriber(command, db) {
            return outcome
        }
        guard let handler = routes.commands[command.type] else {
            throw CommandRefusal("unknown-type", "\(Core.name.rawValue) takes no '\(command.type.prefix(64))'")
        }
        let turn = turn(
            db,
            entry.context(happened: Instant(microseconds: command.timeUs), actor: try command.actor.checked())
        )
        try handler(core, command.payload, turn)
        var answer = CommandAnswer()
        answer.commandID = command.id
        answer.records = turn.sent.map(\.bytes)
        return .answered(answer)
    }

    /// What the sender of the bytes is told; nil where nobody waits for it.
    private func answer(to entry: JournalEntry, _ db: Database) throws -> Outcome? {
        try routes.answers[entry.origin].map { .replied(try $0(core, entry.bytes, entry.subject, db)) }
    }

    /// What became of bytes that had been handled before: whoever waits for an answer gets the same; nil where nobody does.
    func again(_ entry: JournalEntry, _ db: Database) throws -> Outcome? {
        do {
            return try answer(to: entry, db)
        } catch let complaint where Self.isAboutInput(complaint) {
            return Self.outcome(of: complaint, entry)
        }
    }

    func turn(_ db: Database, _ input: InputContext) -> Turn {
        Turn(database: db, writer: writer, journal: journal, memory: memory, posts: posts, input: input)
    }

    // MARK: complaints

    /// Whether `error` is a typed complaint about the input; anything else is a fall.
    static func isAboutInput(_ error: any Error) -> Bool {
        error is InputError || error is MessageError || error is CommandRefusal
    }

    /// What becomes of an input that is complained about: a command is refused, anything else kept aside.
    static func outcome(of error: any Error, _ entry: JournalEntry) -> Outcome {
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

    /// The complaint about an input on which the service fell too often.
    static func poison(_ entry: JournalEntry) -> InputError {
        InputError("poison", "the service fell \(entry.falls) times while handling it; report it, then send it anew")
    }
}

extension JournalEntry {
    fileprivate func context(happened: Instant, actor: Actor? = nil) -> InputContext {
        InputContext(now: now, cause: id, correlation: id, happened: happened, subject: subject, actor: actor)
    }
}
