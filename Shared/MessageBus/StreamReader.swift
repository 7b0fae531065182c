package import Foundation
package import MessageSchema
import Vocabulary

/// One stream as a subscriber reads it: next in order, or a duplicate, or a gap to be fetched.
///
/// A state machine without sockets. Records ahead of a gap wait in a bounded window; what falls out of it is fetched again.
package struct StreamReader: Sendable {
    package let stream: StreamName
    /// The publisher's epoch; empty until the first record.
    package private(set) var epoch: String
    /// The next sequence that is expected, from 1.
    package private(set) var next: UInt64
    /// Hash of the record before it.
    package private(set) var hash: RecordHash
    /// The publisher's head as last heard of.
    package private(set) var head: UInt64 = 0
    /// The first record that the publisher keeps, as last heard of.
    package private(set) var first: UInt64 = 1
    package private(set) var duplicates: UInt64 = 0
    package private(set) var gaps: UInt64 = 0
    /// How often the publisher was heard: records and heads.
    package private(set) var heard: UInt64 = 0
    private var start = Start.cursor
    private var ahead: [UInt64: (Data, RecordHeader)] = [:]
    private var aheadBytes = 0

    /// How many records may wait ahead of a gap, and until how many bytes wait another one is kept: 32 MiB.
    package static let (window, windowBytes) = (2_048, 32 << 20)

    /// What waits ahead of a gap.
    package var waiting: (count: Int, bytes: Int) { (ahead.count, aheadBytes) }

    package init(stream: StreamName, epoch: String, next: UInt64, hash: RecordHash) {
        (self.stream, self.epoch, self.next, self.hash) = (stream, epoch, next, hash)
        head = next - 1
    }

    /// How the first record is found.
    private enum Start: Hashable, Sendable {
        /// By the cursor: sequence and hash are known.
        case cursor
        /// By its sequence; the hash before it is not known and is taken as it comes.
        case sequence
        /// By whatever is heard first.
        case firstHeard
    }

    /// Reads `stream` as an onlooker, who keeps no cursor: from that sequence on, or from now on where it is nil.
    package init(watching stream: StreamName, from sequence: UInt64?) {
        self.init(stream: stream, epoch: "", next: max(1, sequence ?? 1), hash: .none)
        start = sequence == nil ? .firstHeard : .sequence
    }

    /// A record in its place, and where the reader stands after it.
    package struct Accepted: Sendable {
        package let header: RecordHeader
        package let bytes: Data
        /// Hash of this record.
        package let hash: RecordHash
        package var id: RecordID { header.id }
        package var sequence: UInt64 { header.sequence }
        package var epoch: String { header.epoch }
        /// The message as it was first encoded, sharing the memory of `bytes`.
        package var payload: Data {
            bytes[bytes.startIndex + header.payload.lowerBound..<bytes.startIndex + header.payload.upperBound]
        }
    }

    /// Whether records are missing before the head.
    package var isBehind: Bool { next <= head }

    /// What is next is not kept by the publisher any more: a snapshot of what stands takes its place.
    package var needsSnapshot: Bool { start == .cursor && next < first }

    /// A head below the cursor was heard. It may be an old word that records overtook on another socket: whoever asks the
    /// publisher now knows, by `hear(_:askedAt:)`.
    package private(set) var doubtsHead = false

    /// Takes a record as it came, and gives all that are now in order.
    ///
    /// Errors: `chain-broken`, `epoch-changed`: the stream cannot be read on without a person.
    package mutating func offer(_ bytes: Data, _ header: RecordHeader) throws(BusError) -> [Accepted] {
        var accepted: [Accepted] = []
        try offer(bytes, header, into: &accepted)
        return accepted
    }

    /// The same, appended to `accepted`.
    mutating func offer(_ bytes: Data, _ header: RecordHeader, into accepted: inout [Accepted]) throws(BusError) {
        try check(epoch: header.epoch)
        heard += 1
        if start == .firstHeard { (next, start) = (header.sequence, .sequence) }
        head = max(head, header.sequence)
        guard header.sequence >= next else {
            duplicates += 1
            return
        }
        if header.sequence > next {
            if ahead.isEmpty { gaps += 1 }
            keep(bytes, header)
            return
        }
        accepted.append(try accept(bytes, header))
        guard !ahead.isEmpty else { return }
        while let (bytes, header) = ahead.removeValue(forKey: next) {
            aheadBytes -= bytes.count
            accepted.append(try accept(bytes, header))
        }
    }

    private mutating func keep(_ bytes: Data, _ header: RecordHeader) {
        guard ahead.count < Self.window, aheadBytes < Self.windowBytes, ahead[header.sequence] == nil else { return }
        // A copy: what waits must not hold the whole message that it came in.
        ahead[header.sequence] = (Data(Array(bytes)), header)
        aheadBytes += bytes.count
    }

    /// Takes the publisher's answer to a question that was asked when `asked` was the next sequence.
    ///
    /// Errors: those of `hear(_:)`, and `head-below-cursor` where the stream then stood below what had been read from it.
    package mutating func hear(_ answered: StreamHead, askedAt asked: UInt64) throws(BusError) {
        doubtsHead = false
        if start == .cursor, answered.epoch == epoch || epoch.isEmpty, answered.sequence < asked - 1 {
            throw BusError(
                .headBelowCursor,
                "\(stream.rawValue) stands at \(answered.sequence), but \(asked - 1) was read from it: an old backup? \(remedy)"
            )
        }
        try hear(answered)
        doubtsHead = false
    }

    /// Takes the publisher's word on where the stream stands. Errors: `epoch-changed`, `chain-broken`.
    package mutating func hear(_ heard: StreamHead) throws(BusError) {
        guard heard.sequence <= Limits.lastSequence else { throw broken(at: heard.sequence) }
        self.heard += 1
        if start == .firstHeard {
            (next, hash) = (heard.sequence + 1, try Self.hash(of: heard))
            (epoch, start) = (heard.epoch, .cursor)
        }
        guard !epoch.isEmpty || heard.sequence > 0 else { return }
        if !epoch.isEmpty { try check(epoch: heard.epoch) }
        if start == .cursor, heard.sequence < next - 1 { doubtsHead = true }
        if start == .cursor, heard.sequence == next - 1, heard.hash != hash.bytes { throw broken(at: heard.sequence) }
        head = max(head, heard.sequence)
        first = max(first, min(heard.first, heard.sequence + 1))
        // An onlooker keeps no cursor: it begins where there is something to see.
        if start == .sequence, next < first {
            next = first
            forgetPassed()
        }
    }

    /// Goes on after `base`, before which the publisher keeps no records. Errors: `epoch-changed`, `chain-broken`.
    mutating func resume(after base: StreamHead) throws(BusError) {
        if !epoch.isEmpty { try check(epoch: base.epoch) }
        guard base.sequence >= next else { return }
        guard base.sequence <= Limits.lastSequence else { throw broken(at: base.sequence) }
        (epoch, next, hash, start) = (base.epoch, base.sequence + 1, try Self.hash(of: base), .cursor)
        forgetPassed()
    }

    /// What waited for a place that is passed, or reached without it, goes: what is next is asked for anyway.
    private mutating func forgetPassed() {
        ahead = ahead.filter { $0.key > next }
        aheadBytes = ahead.values.reduce(0) { $0 + $1.0.count }
    }

    private mutating func accept(_ bytes: Data, _ header: RecordHeader) throws(BusError) -> Accepted {
        // What waited ahead was taken in before the epoch was known.
        try check(epoch: header.epoch)
        guard start == .sequence || header.previousHash == hash else { throw broken(at: header.sequence) }
        (epoch, start) = (header.epoch, .cursor)
        hash = .of(bytes)
        next = header.sequence + 1
        return Accepted(header: header, bytes: bytes, hash: hash)
    }

    private static func hash(of head: StreamHead) throws(BusError) -> RecordHash {
        do {
            return try RecordHash(head.hash)
        } catch {
            throw BusError(.chainBroken, "the head of \(head.stream.shown(64)) has no hash: \(error.message)")
        }
    }

    private func check(epoch other: String) throws(BusError) {
        guard epoch.isEmpty || epoch == other else {
            throw BusError(.epochChanged, "\(stream.rawValue) was in epoch \(epoch) and is now in \(other). \(remedy)")
        }
    }

    private func broken(at sequence: UInt64) -> BusError {
        BusError(.chainBroken, "\(stream.rawValue) record \(sequence) does not follow from what was read. \(remedy)")
    }

    /// The next record is damaged where its writer keeps it.
    var unreadable: BusError {
        BusError(.chainBroken, "\(stream.rawValue) record \(next) cannot be read. Restore the publisher's database")
    }

    private var remedy: String {
        "If \(stream.writer.rawValue) was restored, stop this service and let it go on with "
            + "`fengsui cursor reset --service THIS --stream \(stream.rawValue) --data DIR --bus BUS`"
    }
}
