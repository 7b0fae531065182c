package import Foundation
package import MessageSchema
import SwiftProtobuf
package import Vocabulary

/// Where a journaled input came from.
package enum InputKind: String, Sendable {
    /// The start: identity and the whole configuration text.
    case genesis
    /// A later change of the configuration text.
    case configuration
    /// A record of another service's stream.
    case record
    /// A record that still stands of those that its writer does not keep any more: it moves no cursor, the reset after it does.
    case standing
    /// Bytes from outside: a device's frame, a command.
    case external
    /// A timer that came due.
    case timer
    /// The database was restored: the service's own streams go on in a new epoch.
    case epoch
    /// A stream is read on after another record than the last that was handled.
    case reset

    /// Whether it is an encoded record, which says itself what the journal says of other inputs beside them.
    package var isRecord: Bool { self == .record || self == .standing }
}

/// One entry of the journal: an input as it reached the service, and the logical time at which it was handled.
package struct JournalEntry: Sendable {
    package let kind: InputKind
    package let id: RecordID
    package let now: Instant
    /// Stream, channel or timer name.
    package let origin: String
    /// The sender of bytes from outside, the subject of a timer; empty otherwise.
    package let subject: String
    /// The sequence in its stream; of a reset, that of the record after which the stream is read on; 0 for anything else.
    package let sequence: UInt64
    package let bytes: Data
    /// How often the service fell on it before it was kept aside unhandled; 0 for an input that was handled. A replay keeps it
    /// aside by this, and does not run its handler.
    package let falls: Int
    /// SHA-256 of `bytes`: of a record it is known when it arrives.
    let contentHash: RecordHash
    /// The root of a record's chain of causes and its immediate cause, where they are known.
    let correlation: RecordID?
    let cause: RecordID?

    /// An input that is no record.
    package init(
        kind: InputKind,
        id: RecordID,
        now: Instant,
        origin: String,
        subject: String = "",
        sequence: UInt64 = 0,
        bytes: Data,
        falls: Int = 0
    ) {
        (self.kind, self.id, self.now) = (kind, id, now)
        (self.origin, self.subject, self.bytes, self.falls) = (origin, subject, bytes, falls)
        (self.sequence, contentHash, correlation, cause) = (sequence, .of(bytes), nil, nil)
    }

    /// The same input, handled once more at `now`.
    package func again(at now: Instant) throws -> JournalEntry {
        guard kind.isRecord else {
            return JournalEntry(kind: kind, id: id, now: now, origin: origin, subject: subject, bytes: bytes)
        }
        return JournalEntry(record: try RecordHeader(bytes), as: kind, bytes: bytes, hash: contentHash, now: now)
    }

    /// What an operator decided while the service was down.
    package init(_ order: StartOrder, now: Instant) throws {
        switch order {
        case .epoch(let epoch):
            let bytes = Data(epoch.utf8)
            self.init(kind: .epoch, id: .input(channel: "epoch", content: bytes), now: now, origin: "", bytes: bytes)
        case .reset(let head): try self.init(readOnAfter: head, now: now)
        }
    }

    /// The stream of `head` is read on after it.
    package init(readOnAfter head: StreamHead, now: Instant) throws {
        let bytes = try head.serializedData()
        self.init(
            kind: .reset,
            id: .input(channel: "reset", content: Data("\(now)".utf8) + bytes),
            now: now,
            origin: head.stream,
            sequence: head.sequence,
            bytes: bytes
        )
    }

    /// Whether it says how far a stream is read.
    var isPosition: Bool { kind == .record || kind == .reset }

    /// A record of another service's stream; `hash` is that of `bytes`, as its reader found it. `kind` is `record` or `standing`.
    package init(
        record header: RecordHeader,
        as kind: InputKind = .record,
        bytes: Data,
        hash: RecordHash,
        now: Instant,
        falls: Int = 0
    ) {
        (self.kind, id, self.now) = (kind, header.id, now)
        (origin, subject, sequence) = (header.stream.rawValue, "", header.sequence)
        (self.bytes, self.falls, contentHash) = (bytes, falls, hash)
        (correlation, cause) = (header.correlation, header.cause)
    }

    /// The journal's chain after this entry: SHA-256 of the chain before it and of everything that the entry says, each text
    /// preceded by its length (8 bytes, big-endian like every number). How rows are cut does not matter.
    func chained(after previous: RecordHash, into scratch: inout [UInt8]) -> RecordHash {
        scratch.removeAll(keepingCapacity: true)
        previous.append(to: &scratch)
        id.append(to: &scratch)
        contentHash.append(to: &scratch)
        for number in [now.microseconds, Int64(bitPattern: sequence), Int64(falls)] { scratch.append(number: number) }
        for text in [kind.rawValue, origin, subject] {
            scratch.append(number: Int64(text.utf8.count))
            scratch.append(contentsOf: text.utf8)
        }
        return .of(scratch)
    }
}

extension [UInt8] {
    fileprivate mutating func append(number: Int64) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
}
