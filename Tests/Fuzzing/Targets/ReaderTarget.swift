import Foundation
import MessageBus
import MessageSchema

extension FuzzTarget {
    /// A reader under a program of records and heads: right and wrong, near and far, small and large.
    ///
    /// An instruction is one byte of operation and one of argument. What is accepted must be a chain, in order and of one epoch; what
    /// waits must be bounded.
    static let reader = FuzzTarget(name: "reader", form: .binary, share: 10_000) {
        { bytes in
            var run = ReaderRun(bytes.first ?? 0)
            for at in stride(from: 1, to: min(bytes.count, 512) - 1, by: 2) {
                do {
                    try run.step(bytes[at], bytes[at + 1])
                } catch {
                    return try code(of: error)
                }
            }
            return run.accepted.isEmpty ? "nothing accepted" : "accepted"
        }
    }
}

/// A reader, and what is known of the stream that it reads.
private struct ReaderRun {
    private var reader: StreamReader
    private(set) var accepted: [StreamReader.Accepted] = []

    /// Whether some records are large, so that what waits is bounded by bytes before it is by number.
    private let isLarge: Bool

    private static let (small, large) = (chain(isLarge: false), chain(isLarge: true))

    /// The hash after each record of the true stream, by sequence.
    private static func chain(isLarge: Bool) -> [RecordHash] {
        (1..<512 as Range<UInt64>).reduce(into: [.none]) { hashes, sequence in
            hashes.append(.of(record(sequence, after: hashes[hashes.count - 1], epoch: "e", isLarge)))
        }
    }

    init(_ kind: UInt8) {
        isLarge = kind >= 0xF8
        reader =
            switch kind % 3 {
            case 0: StreamReader(stream: .dispatch, epoch: "", next: 1, hash: .none)
            case 1: StreamReader(watching: .dispatch, from: nil)
            default: StreamReader(watching: .dispatch, from: 3)
            }
    }

    mutating func step(_ operation: UInt8, _ argument: UInt8) throws {
        let near = UInt64(argument) + 1
        switch operation % 8 {
        case 0, 1, 2: try offer(reader.next, .right)
        case 3: try offer(reader.next &+ near, .right)
        case 4: try offer(near, .right)
        case 5: try offer(reader.next &+ near % 4, argument.isMultiple(of: 2) ? .wrongHash : .otherEpoch)
        case 6: try offer(Self.extreme(argument), .right)
        default:
            var head = StreamHead()
            (head.stream, head.epoch) = ("dispatch", argument.isMultiple(of: 7) ? "other" : "e")
            head.sequence = argument.isMultiple(of: 2) ? Self.extreme(argument) : reader.next &- 1
            head.first = argument < 64 ? 0 : argument < 128 ? near : Self.extreme(argument &+ 1)
            head.hash = (argument.isMultiple(of: 3) ? reader.hash : hash(after: head.sequence)).bytes
            if argument.isMultiple(of: 5) {
                try reader.hear(head, askedAt: reader.next)
            } else {
                try reader.hear(head)
            }
        }
        try Finding.unless(reader.waiting.count <= StreamReader.window, "too many records wait")
        try Finding.unless(
            reader.waiting.bytes <= StreamReader.windowBytes + Limits.recordBytes,
            "\(reader.waiting.bytes) bytes wait"
        )
    }

    private static func extreme(_ argument: UInt8) -> UInt64 {
        let edges: [UInt64] = [
            .max, .max - 1, UInt64(Int64.max), UInt64(Int64.max) - 1, UInt64(Int64.max) + 1, 1 << 32, 1, 2,
        ]
        return edges[Int(argument) % edges.count]
    }

    private enum Kind { case right, wrongHash, otherEpoch }

    /// The hash after that record of the true stream; far ones are not worked out.
    private func hash(after sequence: UInt64) -> RecordHash {
        let hashes = isLarge ? Self.large : Self.small
        return sequence < UInt64(hashes.count) ? hashes[Int(sequence)] : .none
    }

    private static func record(_ sequence: UInt64, after hash: RecordHash, epoch: String, _ isLarge: Bool) -> Data {
        var envelope = Envelope()
        envelope.id = Data(hash.bytes.prefix(RecordID.byteCount))
        (envelope.type, envelope.stream, envelope.epoch) = ("t", "dispatch", epoch)
        (envelope.sequence, envelope.previousHash) = (sequence, hash.bytes)
        if isLarge, sequence.isMultiple(of: 5) { envelope.payload = Data(count: 700_000) }
        return (try? envelope.encoded()) ?? Data()
    }

    private mutating func offer(_ sequence: UInt64, _ kind: Kind) throws {
        guard sequence > 0 else { return }
        let before = kind == .wrongHash ? RecordHash.of(Data("wrong".utf8)) : hash(after: sequence - 1)
        let bytes = Self.record(sequence, after: before, epoch: kind == .otherEpoch ? "other" : "e", isLarge)
        let known = accepted.count
        accepted += try reader.offer(bytes, RecordHeader(bytes))
        try check(from: known)
    }

    /// What was accepted from that place on continues what was accepted before.
    private func check(from place: Int) throws {
        for index in max(1, place)..<max(1, accepted.count) {
            let (one, other) = (accepted[index - 1], accepted[index])
            try Finding.unless(
                one.sequence + 1 == other.sequence,
                "\(other.sequence) was accepted after \(one.sequence)"
            )
            try Finding.unless(other.header.previousHash == one.hash, "\(other.sequence) does not follow")
            try Finding.unless(one.epoch == other.epoch, "records of two epochs")
        }
    }
}
