import Foundation
import MessageBus
import MessageSchema
import Testing

/// Whoever watches a stream keeps no cursor: it begins at a sequence, or at what is heard first.
@Suite struct OnlookerTests {
    static func head(_ chain: [(Data, RecordHeader)]) -> StreamHead {
        var head = StreamHead()
        (head.stream, head.epoch, head.sequence) = ("dispatch", "e1", UInt64(chain.count))
        head.hash = chain.last.map { RecordHash.of($0.0).bytes } ?? RecordHash.none.bytes
        return head
    }

    @Test func `from a sequence on, the hash before it is taken as it comes, and the chain is checked from there`()
        throws
    {
        let chain = try StreamReaderTests.chain(5)
        var reader = StreamReader(watching: .dispatch, from: 3)
        try reader.hear(Self.head(chain))
        #expect(reader.isBehind && reader.next == 3)
        let accepted = try chain.flatMap { try reader.offer($0.0, $0.1).map(\.sequence) }
        #expect(accepted == [3, 4, 5])
        let forged = try StreamReaderTests.record(6, after: .none)
        #expect(throws: BusError.self) { try reader.offer(forged.0, forged.1) }
    }

    @Test func `from now on, the first head or the first record says where now is`() throws {
        let chain = try StreamReaderTests.chain(5)
        var byHead = StreamReader(watching: .dispatch, from: nil)
        try byHead.hear(Self.head(Array(chain[..<4])))
        #expect(!byHead.isBehind && byHead.next == 5)
        #expect(try byHead.offer(chain[4].0, chain[4].1).map(\.sequence) == [5])
        var byRecord = StreamReader(watching: .dispatch, from: nil)
        #expect(try byRecord.offer(chain[3].0, chain[3].1).map(\.sequence) == [4])
    }

    @Test func `a sequence that is not written yet is waited for, and no head is below it`() throws {
        var reader = StreamReader(watching: .dispatch, from: 9)
        try reader.hear(Self.head(StreamReaderTests.chain(5)))
        #expect(!reader.isBehind && reader.next == 9)
    }
}
