import Crypto
package import Foundation
package import MessageSchema
package import Vocabulary

/// Where a journaled input came from.
package enum InputKind: String, Sendable {
    /// The start: identity and the whole configuration text.
    case genesis
    /// A later change of the configuration text.
    case configuration
    /// A record of another service's stream.
    case record
    /// Bytes from outside: a device's frame, a command.
    case external
    /// A timer that came due.
    case timer
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
    /// The sequence in its stream; 0 for anything but a record.
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
        bytes: Data,
        falls: Int = 0
    ) {
        (self.kind, self.id, self.now) = (kind, id, now)
        (self.origin, self.subject, self.bytes, self.falls) = (origin, subject, bytes, falls)
        (sequence, contentHash, correlation, cause) = (0, .of(bytes), nil, nil)
    }

    /// A record of another service's stream; `hash` is that of `bytes`, as its reader found it.
    package init(record header: RecordHeader, bytes: Data, hash: RecordHash, now: Instant, falls: Int = 0) {
        (kind, id, self.now) = (.record, header.id, now)
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
