import FoundationEssentials
import MessageSchema
import Testing

/// A valid envelope, changed by `change`.
func envelope(_ change: (inout Envelope) -> Void = { _ in }) -> Envelope {
    var envelope = Envelope()
    envelope.id = RecordID.command(id: "cmd-42").bytes
    envelope.source = "monitoring"
    envelope.type = "monitoring.warning.issued"
    envelope.subject = "W-1"
    envelope.timeUs = -1
    envelope.stream = "monitoring"
    envelope.epoch = "00ff"
    envelope.sequence = 1
    envelope.previousHash = RecordHash.none.bytes
    envelope.realm = "live"
    envelope.payload = Data([1, 2, 3])
    change(&envelope)
    return envelope
}

/// The code with which those bytes are refused; nil where they are accepted.
func refusal(_ bytes: Data) -> MessageError.Code? {
    do {
        _ = try Envelope.decode(bytes)
        return nil
    } catch {
        return error.code
    }
}

@Suite struct EnvelopeTests {
    @Test func `an envelope reads back as it was written`() throws {
        let sent = envelope()
        #expect(try Envelope.decode(try sent.encoded()) == sent)
    }

    @Test func `a record of the greatest size is read and one byte more is refused`() throws {
        func encoded(payload: Int) throws -> Data { try envelope { $0.payload = Data(count: payload) }.encoded() }
        let frame = try encoded(payload: 1 << 19).count - (1 << 19)
        let most = Limits.recordBytes - frame
        #expect(try encoded(payload: most).count == Limits.recordBytes)
        #expect(refusal(try encoded(payload: most)) == nil)
        #expect(refusal(try encoded(payload: most + 1)) == .oversized)
    }

    @Test func `bytes beyond the limit are refused before they are decoded`() {
        #expect(refusal(Data(repeating: 0xFF, count: Limits.recordBytes + 1)) == .oversized)
    }

    @Test func `bytes that are no envelope are refused`() throws {
        #expect(refusal(Data()) == .malformedEnvelope)
        #expect(refusal(Data(repeating: 0xFF, count: 64)) == .malformedEnvelope)
        #expect(refusal(Data("{\"id\":\"x\"}".utf8)) == .malformedEnvelope)
    }

    @Test func `an envelope cut short anywhere is refused or at least never accepted whole`() throws {
        let bytes = try envelope().encoded()
        for count in 0..<bytes.count {
            guard let shorter = try? Envelope.decode(bytes.prefix(count)) else { continue }
            #expect(shorter != envelope(), "\(count) bytes")
        }
    }

    @Test func `an envelope without type, stream, epoch or sequence is refused`() throws {
        #expect(refusal(try envelope { $0.type = "" }.encoded()) == .malformedEnvelope)
        #expect(refusal(try envelope { $0.stream = "" }.encoded()) == .malformedEnvelope)
        #expect(refusal(try envelope { $0.epoch = "" }.encoded()) == .malformedEnvelope)
        #expect(refusal(try envelope { $0.sequence = 0 }.encoded()) == .malformedEnvelope)
    }

    @Test func `an envelope with a malformed id or previous hash is refused`() throws {
        #expect(refusal(try envelope { $0.id = Data() }.encoded()) == .malformedID)
        #expect(refusal(try envelope { $0.id = Data(count: 17) }.encoded()) == .malformedID)
        #expect(refusal(try envelope { $0.previousHash = Data() }.encoded()) == .malformedHash)
    }

    @Test func `a payload that is not what its type says is refused`() throws {
        let damaged = envelope { $0.payload = Data([0xFF]) }
        let error = #expect(throws: MessageError.self) { try damaged.decodePayload(as: WarningIssued.self) }
        #expect(error?.code == .malformedPayload)
    }
}
