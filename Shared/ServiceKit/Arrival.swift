package import Foundation
package import MessageSchema
package import ServiceStore
import Vocabulary

/// Something that reached a service and is not yet journaled.
package enum Arrival: Sendable {
    /// The next record of a stream, its place in the chain already checked.
    case record(ReceivedRecord)
    /// A record that still stands of those that its writer does not keep any more; followed by `position`, in one transaction.
    case standing(ReceivedRecord)
    /// The stream is read on after that head, for its writer does not keep what was before.
    case position(StreamHead)
    /// Bytes from outside.
    case external(ExternalInput)
    /// A timer that came due.
    case timer(TimerRow)

    /// The channel on which commands come.
    package static let commandChannel = "command"

    /// The channel on which results of effects come.
    package static let effectChannel = "effect"

    /// The entry that this becomes in a service's journal, known there as `id`; `falls` where it is kept aside because the service
    /// fell on it.
    func entry(_ id: RecordID, now: Instant, falls: Int) throws -> JournalEntry {
        switch self {
        case .record(let record):
            JournalEntry(record: record.header, bytes: record.bytes, hash: record.hash, now: now, falls: falls)
        case .standing(let record):
            JournalEntry(record: record.header, as: .standing, bytes: record.bytes, hash: record.hash, now: now)
        case .position(let head): try JournalEntry(readOnAfter: head, now: now)
        case .external(let input):
            JournalEntry(
                kind: .external,
                id: id,
                now: now,
                origin: input.channel,
                subject: input.sender,
                bytes: input.data,
                falls: falls
            )
        case .timer(let timer):
            JournalEntry(
                kind: .timer,
                id: id,
                now: now,
                origin: timer.name,
                subject: timer.subject,
                bytes: Data(),
                falls: falls
            )
        }
    }

    /// By what it is known as the same input when it comes again; on the channels `bySender` its sender is part of it.
    func id(in service: ServiceName, bySender: Set<String> = []) -> RecordID {
        switch self {
        case .record(let record), .standing(let record): record.id
        case .position(let head): .input(channel: "reset", content: head.hash)
        case .external(let input) where bySender.contains(input.channel):
            .input(channel: "\(input.channel)/\(input.sender)", content: input.data)
        case .external(let input): Self.identity(of: input)
        case .timer(let timer):
            .timer(
                service: service.rawValue,
                name: timer.name,
                subject: timer.subject,
                dueMicroseconds: timer.due.microseconds
            )
        }
    }

    /// A command is known by the id that its sender chose, anything else by its bytes.
    private static func identity(of input: ExternalInput) -> RecordID {
        if input.channel == commandChannel, let command = try? Command.decode(input.data), !command.id.isEmpty {
            return .command(id: command.id)
        }
        return .input(channel: input.channel, content: input.data)
    }
}

/// A record of another service's stream, in order and checked against the chain.
package struct ReceivedRecord: Sendable {
    let header: RecordHeader
    package let bytes: Data
    let hash: RecordHash

    /// `hash` is that of `bytes`.
    package init(header: RecordHeader, bytes: Data, hash: RecordHash) {
        (self.header, self.bytes, self.hash) = (header, bytes, hash)
    }

    package var stream: StreamName { header.stream }
    package var id: RecordID { header.id }
    package var sequence: UInt64 { header.sequence }
    /// The cursor once this record is handled.
    var cursorAfter: StreamCursor { StreamCursor(epoch: header.epoch, next: header.sequence + 1, hash: hash) }
}

/// What became of one input.
package enum Outcome: Hashable, Sendable {
    case handled
    /// The same input had been handled before; nothing was done.
    case duplicate
    /// The same input had been kept aside before, with that code, and still is; nothing was done.
    case keptBefore(code: String)
    /// Kept aside, with a stable code and a message.
    case deadLetter(code: String, message: String)
    /// A command's answer: the records that followed, or a refusal.
    case answered(CommandAnswer)
    /// What a source is told of its bytes, in the channel's own form; the same when they come again.
    case replied(Data)
}

/// What one committed transaction brought, or several in a row.
package struct Batch: Sendable {
    /// One for each input, in order; timers that fired are inputs too.
    package var outcomes: [Outcome] = []
    /// How many of the inputs had been handled before; a repeated command is answered as it was the first time.
    package var duplicates: UInt64 = 0
    /// The inputs that were kept aside or were commands, in order: what an operator is told of.
    package var noted: [NotedInput] = []
    /// To publish, in order.
    package var sent: [StreamBatch] = []
    /// For devices, in order.
    package var posts: [DevicePost] = []
    /// How many effects were asked for.
    package var effects = 0

    init() {}

    /// Adds what the next transaction brought.
    package mutating func append(_ next: Batch) {
        outcomes += next.outcomes
        duplicates += next.duplicates
        noted += next.noted
        sent += next.sent
        posts += next.posts
        effects += next.effects
    }

    /// The records to publish, in order within each stream.
    package var records: [(stream: StreamName, bytes: Data)] {
        get throws { try sent.flatMap { batch in try batch.records().map { (batch.stream, $0) } } }
    }
}

/// An input that an operator is told of: where it came from, the root of its chain, and what became of it.
package struct NotedInput: Hashable, Sendable {
    package let kind: InputKind
    /// Stream, channel or timer name.
    package let origin: String
    /// The record's or the command's type; empty where it has none.
    package let type: String
    package let correlation: RecordID
    package let outcome: Outcome

    /// Nil for an input that was simply handled, or handled before.
    init?(_ entry: JournalEntry, _ outcome: Outcome) {
        switch outcome {
        case .handled, .duplicate, .keptBefore, .replied: return nil
        case .deadLetter, .answered: break
        }
        let envelope = entry.kind.isRecord ? try? Envelope.decode(entry.bytes) : nil
        let command =
            entry.kind == .external && entry.origin == Arrival.commandChannel ? try? Command.decode(entry.bytes) : nil
        (kind, origin, self.outcome) = (entry.kind, entry.origin, outcome)
        type = (envelope?.type ?? command?.type ?? "").shown(128)
        correlation = envelope.flatMap { try? RecordID($0.correlation) } ?? entry.id
    }
}
