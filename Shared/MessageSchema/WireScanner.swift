/// Reads the top-level fields of an encoded message in order, without copying and never beyond its bytes.
///
/// Source: Protocol Buffers encoding, "Message structure". Groups and field number 0 are refused.
struct WireScanner {
    /// Where the next field begins.
    private var at = 0

    /// A field: a number, the range of its bytes, or four or eight bytes that no field of ours is.
    enum Value {
        case number(UInt64)
        case bytes(Range<Int>)
        case fixed
    }

    /// The next field; nil at the end. Errors: `malformed-envelope` where the bytes are no message.
    mutating func next(_ bytes: Span<UInt8>) throws(MessageError) -> (field: Int, value: Value)? {
        guard at < bytes.count else { return nil }
        let tag = try varint(bytes)
        guard tag >> 3 > 0, tag <= UInt64(UInt32.max) else { throw Self.malformed }
        let field = Int(tag >> 3)
        switch tag & 7 {
        case 0: return (field, .number(try varint(bytes)))
        case 1: _ = try skip(8, bytes)
        case 2: return (field, .bytes(try skip(varint(bytes), bytes)))
        case 5: _ = try skip(4, bytes)
        default: throw Self.malformed
        }
        return (field, .fixed)
    }

    private mutating func skip(_ count: UInt64, _ bytes: Span<UInt8>) throws(MessageError) -> Range<Int> {
        guard count <= UInt64(bytes.count - at) else { throw Self.malformed }
        defer { at += Int(count) }
        return at..<at + Int(count)
    }

    private mutating func varint(_ bytes: Span<UInt8>) throws(MessageError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0 as UInt64, to: 70, by: 7) {
            guard at < bytes.count else { throw Self.malformed }
            let byte = bytes[at]
            at += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw Self.malformed
    }

    static let malformed = MessageError(.malformedEnvelope, "the bytes are no envelope")
}

extension [UInt8] {
    /// Appends a varint.
    mutating func append(varint value: UInt64) {
        var value = value
        while value >= 0x80 {
            append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        append(UInt8(value))
    }

    /// Appends a field of bytes, whose tag is encoded already.
    mutating func append(_ tag: [UInt8], bytes: some Collection<UInt8>) {
        append(contentsOf: tag)
        append(varint: UInt64(bytes.count))
        append(contentsOf: bytes)
    }
}
