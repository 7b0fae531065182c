package import FoundationEssentials
package import SwiftProtobuf

extension Envelope {
    /// The envelope in those bytes.
    ///
    /// Errors: `oversized` beyond `Limits.recordBytes`, checked before decoding; `malformed-envelope` where the bytes
    /// are no envelope or lack id, type, stream or sequence; `malformed-id`, `malformed-hash`.
    package static func decode(_ bytes: Data) throws(MessageError) -> Envelope {
        guard bytes.count <= Limits.recordBytes else {
            throw MessageError(.oversized, "\(bytes.count) bytes; a record has at most \(Limits.recordBytes)")
        }
        let envelope: Envelope
        do {
            envelope = try Envelope(serializedBytes: bytes)
        } catch {
            throw MessageError(.malformedEnvelope, "the bytes are no envelope")
        }
        // Most envelopes hold no zero byte, and so no NUL.
        guard !bytes.contains(0) || !envelope.holdsNUL else {
            throw MessageError(.malformedEnvelope, "a text holds the character NUL")
        }
        guard (1...Limits.lastSequence).contains(envelope.sequence), !envelope.type.isEmpty, !envelope.stream.isEmpty,
            (1...Limits.nameCharacters).contains(envelope.epoch.utf8.count)
        else { throw MessageError(.malformedEnvelope, "type, stream, epoch or sequence is not set or out of range") }
        _ = try RecordID(envelope.id)
        _ = try RecordHash(envelope.previousHash)
        return envelope
    }

    /// The bytes of this envelope: what is stored, hashed and sent, encoded once.
    package func encoded() throws(MessageError) -> Data {
        do {
            return try serializedData()
        } catch {
            throw MessageError(.malformedEnvelope, "cannot be encoded: a text is no UTF-8 or the record exceeds 2 GiB")
        }
    }

    /// The payload as `Payload`; an error with code `malformed-payload` where it is not one.
    package func decodePayload<Payload: SwiftProtobuf.Message>(as type: Payload.Type) throws(MessageError) -> Payload {
        try Payload.decode(payload)
    }
}

extension SwiftProtobuf.Message {
    /// The message in those bytes; an error with code `malformed-payload` where they are none, or where a text holds a NUL.
    package static func decode(_ bytes: Data) throws(MessageError) -> Self {
        let message: Self
        do {
            message = try Self(serializedBytes: bytes)
        } catch {
            throw MessageError(.malformedPayload, "the bytes are no \(Self.protoMessageName)")
        }
        guard !bytes.contains(0) || !message.holdsNUL else {
            throw MessageError(.malformedPayload, "a text of the \(Self.protoMessageName) holds the character NUL")
        }
        return message
    }
}
