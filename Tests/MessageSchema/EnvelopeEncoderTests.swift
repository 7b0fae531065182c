import FoundationEssentials
import MessageSchema
import SwiftProtobuf
import TestSupport
import Testing

/// The encoder and the header's reader are held against SwiftProtobuf, which knows nothing of them.
@Suite struct EnvelopeEncoderTests {
    private static func text(_ limit: Int, _ random: inout Seeded) -> String {
        String(
            (0..<Int.random(in: 0...limit, using: &random)).compactMap { _ in "aW-3市.雨".randomElement(using: &random) }
        )
    }

    private static func id(_ random: inout Seeded) -> RecordID {
        .input(channel: "test", content: Data("\(random.next())".utf8))
    }

    private static func facts(_ random: inout Seeded) -> RecordFacts {
        let times: [Int64] = [0, 1, -1, .max, .min, 1_790_000_000_000_000, 127, 128]
        var facts = RecordFacts(
            id: id(&random),
            stream: StreamName.allCases[Int(random.next() % UInt64(StreamName.allCases.count))],
            type: "t" + text(40, &random),
            subject: text(150, &random),
            happened: times[Int(random.next() % 8)],
            decided: times[Int(random.next() % 8)],
            correlation: id(&random),
            cause: id(&random)
        )
        facts.sequence = [1, 127, 128, 1 << 40, Limits.lastSequence][Int(random.next() % 5)]
        if random.next() % 2 == 0 { facts.previousHash = .of(Data(facts.subject.utf8)) }
        if random.next() % 2 == 0 {
            var actor = WireActor()
            (actor.person, actor.role) = ("p" + text(9, &random), text(9, &random))
            facts.actor = actor
        }
        return facts
    }

    private static func message(_ facts: RecordFacts, payload: Data) -> Envelope {
        var envelope = Envelope()
        (envelope.id, envelope.source, envelope.type) = (facts.id.bytes, "command-center", facts.type)
        (envelope.subject, envelope.timeUs, envelope.decidedUs) = (facts.subject, facts.happened, facts.decided)
        (envelope.stream, envelope.epoch, envelope.sequence) = (facts.stream.rawValue, "00ff", facts.sequence)
        (envelope.previousHash, envelope.correlation) = (facts.previousHash.bytes, facts.correlation.bytes)
        (envelope.causation, envelope.realm) = ([facts.cause.bytes], "exercise:演练")
        (envelope.jurisdiction, envelope.classification) = ("152202", .internal)
        envelope.schemaVersion = SchemaVersion.current
        if let actor = facts.actor { envelope.actor = actor }
        envelope.payload = payload
        return envelope
    }

    @Test(arguments: 1...500 as ClosedRange<UInt64>)
    func `an envelope is the bytes that SwiftProtobuf writes, and its header what SwiftProtobuf reads`(seed: UInt64)
        throws
    {
        var random = Seeded(seed)
        let encoder = EnvelopeEncoder(
            source: .commandCenter,
            epoch: "00ff",
            realm: "exercise:演练",
            jurisdiction: "152202"
        )
        let facts = Self.facts(&random)
        let payload = Data((0..<Int(random.next() % 400)).map { UInt8(truncatingIfNeeded: $0) })
        var bytes: [UInt8] = [9]
        try encoder.encode(facts, payload: payload, into: &bytes)
        let message = Self.message(facts, payload: payload)
        #expect(Data(bytes.dropFirst()) == (try message.encoded()), "seed \(seed)")
        let encoded = try message.encoded()
        let header = try RecordHeader(encoded)
        #expect(
            header.id == facts.id && header.stream == facts.stream && header.epoch == "00ff"
                && header.sequence == facts.sequence && header.previousHash == facts.previousHash
                && header.correlation == facts.correlation && header.cause == facts.cause
                && header.happened == facts.happened && payload == encoded[header.payload],
            "seed \(seed)"
        )
    }

    @Test(arguments: 1...2_000 as ClosedRange<UInt64>)
    func `what the header's reader takes from spoilt bytes, SwiftProtobuf reads alike`(seed: UInt64) throws {
        var random = Seeded(seed)
        var bytes = try Self.message(Self.facts(&random), payload: Data([1, 2, 3])).encoded()
        for _ in 0...random.next() % 3 { bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() % 256) }
        if random.next() % 4 == 0 { bytes = bytes.prefix(Int(random.next() % UInt64(bytes.count))) }
        guard let header = try? RecordHeader(bytes), let message = try? Envelope.decode(bytes) else { return }
        #expect(
            header.sequence == message.sequence && header.id.bytes == message.id
                && header.previousHash.bytes == message.previousHash && header.stream.rawValue == message.stream
                && header.happened == message.timeUs,
            "seed \(seed)"
        )
    }

    @Test func `a header is refused like an envelope, and a stream that nobody writes too`() throws {
        func refusal(_ change: (inout Envelope) -> Void) -> MessageError.Code? {
            do {
                _ = try RecordHeader(envelope(change).encoded())
                return nil
            } catch { return error.code }
        }
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0.sequence = 0 } == .malformedEnvelope)
        #expect(refusal { $0.type = "" } == .malformedEnvelope)
        #expect(refusal { $0.epoch = "" } == .malformedEnvelope)
        #expect(refusal { $0.id = Data([1]) } == .malformedID)
        // Whoever decodes it keeps the record aside: it has a place in the stream all the same.
        #expect(refusal { $0.correlation = Data([1]) } == nil)
        #expect(refusal { $0.previousHash = Data([1]) } == .malformedHash)
        #expect(refusal { $0.stream = "weather" } == .unknownStream)
        #expect(refusal { $0.payload = Data(count: Limits.recordBytes) } == .oversized)
    }
}

@Suite struct ItemListTests {
    private static func list(_ sizes: [Int]) -> (ItemList, [Data]) {
        var list = ItemList()
        let items = sizes.enumerated().map { Data(repeating: UInt8($0 % 256), count: $1) }
        for item in items { list.append(item) }
        return (list, items)
    }

    @Test func `a list is a RecordBatch, and a page's records are a list`() throws {
        let (list, items) = Self.list([3, 0, 200, 70_000])
        #expect(try RecordBatch(serializedBytes: list.bytes).records == items)
        var page = Page()
        page.records = items
        #expect(try ItemList.items(in: page.serializedData()) == items)
        #expect(try ItemList.items(in: Data()) == [])
    }

    @Test func `a list that is cut, or holds something else, is refused`() throws {
        let (list, _) = Self.list([3, 200])
        for count in [1, 4, 6, list.bytes.count - 1] {
            #expect(throws: MessageError.self) { try ItemList.items(in: Data(list.bytes.prefix(count))) }
        }
        #expect(throws: MessageError.self) { try ItemList.items(in: Data([0x08, 1])) }
        #expect(throws: MessageError.self) { try ItemList.items(in: Data([0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])) }
    }

    @Test func `items taken away leave the list as it was`() throws {
        var (list, items) = Self.list([3, 0, 200])
        list.truncate(to: 1)
        list.append(Data([7]))
        #expect(try ItemList.items(in: Data(list.bytes)) == [items[0], Data([7])])
        list.truncate(to: 0)
        #expect(list.bytes.isEmpty && list.count == 0)
    }

    @Test(arguments: [1, 100, 250, 1_000, 100_000])
    func `the parts of a batch are lists of whole records, together all of them, none larger than it must be`(
        limit: Int
    )
        throws
    {
        let (list, items) = Self.list((0..<40).map { $0 * 13 % 200 })
        let parts = StreamBatch(stream: .dispatch, first: 1, items: list).parts(limit: limit)
        #expect(try parts.flatMap { try ItemList.items(in: $0) } == items)
        for part in parts { #expect(try part.count <= limit || ItemList.items(in: part).count == 1) }
        #expect(parts.count == 1 || zip(parts, parts.dropFirst()).allSatisfy { $0.count + $1.count > limit })
    }
}
