import Foundation
import MessageBus
import MessageSchema
import SwiftProtobuf
import TestSupport
import Testing

@Suite struct StreamReaderTests {
    /// A chain of records as a publisher would have written them.
    static func chain(_ count: Int, epoch: String = "e1") throws -> [(Data, RecordHeader)] {
        var hash = RecordHash.none
        return try (1...count).map { sequence in
            let record = try record(UInt64(sequence), after: hash, epoch: epoch)
            hash = .of(record.0)
            return record
        }
    }

    static func record(_ sequence: UInt64, after hash: RecordHash, epoch: String = "e1") throws -> (Data, RecordHeader)
    {
        var envelope = Envelope()
        envelope.id = RecordID.input(channel: "test", content: Data("\(sequence)".utf8)).bytes
        (envelope.type, envelope.stream, envelope.epoch) = ("t", "dispatch", epoch)
        (envelope.sequence, envelope.previousHash) = (sequence, hash.bytes)
        let bytes = try envelope.encoded()
        return (bytes, try RecordHeader(bytes))
    }

    static func reader() -> StreamReader { StreamReader(stream: .dispatch, epoch: "", next: 1, hash: .none) }

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func `whatever is lost, doubled or swapped, what is accepted is the chain`(seed: UInt64) throws {
        var random = Seeded(seed)
        let chain = try Self.chain(40)
        var reader = Self.reader()
        var accepted: [UInt64] = []
        var delivered = chain.filter { _ in Int.random(in: 0..<10, using: &random) > 1 }
        delivered += delivered.shuffled(using: &random).prefix(10)
        for (bytes, envelope) in delivered.shuffled(using: &random) {
            accepted += try reader.offer(bytes, envelope).map(\.sequence)
        }
        // What a page of catch-up brings: everything from the cursor on.
        for (bytes, envelope) in chain[Int(reader.next - 1)...] {
            accepted += try reader.offer(bytes, envelope).map(\.sequence)
        }
        #expect(accepted == Array(1...40), "seed \(seed)")
    }

    @Test func `a new epoch and a broken chain stop the reader`() throws {
        var reader = Self.reader()
        let chain = try Self.chain(3)
        _ = try reader.offer(chain[0].0, chain[0].1)
        let other = try Self.chain(2, epoch: "e2")
        #expect { _ = try reader.offer(other[1].0, other[1].1) } throws: { ($0 as? BusError)?.code == .epochChanged }
        let forged = try Self.record(2, after: .none)
        #expect { _ = try reader.offer(forged.0, forged.1) } throws: { ($0 as? BusError)?.code == .chainBroken }
    }

    @Test func `a head below the cursor may be an old word: only an answer to a later question stops the reader`()
        throws
    {
        let chain = try Self.chain(3)
        var reader = StreamReader(stream: .dispatch, epoch: "e1", next: 10, hash: .of(chain[2].0))
        var head = StreamHead()
        (head.stream, head.epoch, head.sequence) = ("dispatch", "e1", 3)
        // As a heartbeat that waited in a queue while a page brought what came after it.
        try reader.hear(head)
        #expect(reader.doubtsHead && !reader.isBehind)
        // As a page that was asked for when only two were read, and overtaken.
        try reader.hear(head, askedAt: 3)
        #expect(!reader.doubtsHead)
        #expect { try reader.hear(head, askedAt: 10) } throws: { ($0 as? BusError)?.code == .headBelowCursor }
    }

    @Test func `plain text is not bound beyond this machine`() throws {
        let context = try ZeroMQContext()
        let socket = try ZeroMQSocket.open(context, .publish, maxBytes: 1_000)
        let refused: BusError.Code?
        do { try socket.bind("tcp://0.0.0.0:5555"); refused = nil } catch { refused = error.code }
        #expect(refused == .plainText)
    }
}
