/// Mutates one field of an encoded message, or of a message within it, and encodes it again: lengths stay right.
///
/// Source: Protocol Buffers encoding, "Message structure". It knows no schema: bytes that read as a message are taken for one.
struct FieldMutation {
    let depth: Int

    /// A field as it is encoded.
    struct Field {
        var number: UInt64
        var value: Value

        enum Value {
            case number(UInt64)
            case bytes([UInt8])
            case fixed(UInt64, [UInt8])
        }

        var encoded: [UInt8] {
            switch value {
            case .number(let value): varint(number << 3) + varint(value)
            case .bytes(let bytes): varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
            case .fixed(let type, let bytes): varint(number << 3 | type) + bytes
            }
        }
    }

    /// The bytes with one field changed; as they are where they are no message.
    func apply(_ bytes: [UInt8], _ mutator: inout Mutator) -> [UInt8] {
        guard var fields = Self.fields(bytes), !fields.isEmpty else { return bytes }
        let index = mutator.below(fields.count)
        switch mutator.below(8) {
        case 0: fields.remove(at: index)
        case 1: fields.append(fields[index])
        case 2: fields.swapAt(index, mutator.below(fields.count))
        case 3: fields.append(Field(number: UInt64(1 + mutator.below(41)), value: .number(mutator.edge())))
        default: fields[index].value = change(fields[index].value, &mutator)
        }
        return fields.flatMap(\.encoded)
    }

    private func change(_ value: Field.Value, _ mutator: inout Mutator) -> Field.Value {
        switch value {
        case .number: return .number(mutator.edge())
        case .fixed(let type, let bytes): return .fixed(type, bytes.map { _ in UInt8(mutator.below(256)) })
        case .bytes(let bytes):
            if depth < 4, !bytes.isEmpty, mutator.below(4) > 0, Self.fields(bytes) != nil {
                return .bytes(FieldMutation(depth: depth + 1).apply(bytes, &mutator))
            }
            return .bytes(changeText(bytes, &mutator))
        }
    }

    private func changeText(_ bytes: [UInt8], _ mutator: inout Mutator) -> [UInt8] {
        var bytes = bytes
        switch mutator.below(6) {
        case 0: return []
        case 1: return bytes + [0, UInt8(mutator.below(256))]
        case 2: return Array("e".utf8) + (0..<mutator.below(300)).flatMap { _ in Array("\u{301}".utf8) }
        case 3: return bytes + bytes
        case 4 where !bytes.isEmpty: bytes[mutator.below(bytes.count)] = UInt8(mutator.below(256))
        default: if !bytes.isEmpty { bytes.removeLast(1 + mutator.below(bytes.count)) }
        }
        return bytes
    }

    /// The fields of an encoded message; nil where the bytes are none.
    static func fields(_ bytes: [UInt8]) -> [Field]? {
        var fields: [Field] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let tag = number(&rest), tag >> 3 > 0 else { return nil }
            switch tag & 7 {
            case 0:
                guard let value = number(&rest) else { return nil }
                fields.append(Field(number: tag >> 3, value: .number(value)))
            case 2:
                guard let count = number(&rest), count <= UInt64(rest.count) else { return nil }
                fields.append(Field(number: tag >> 3, value: .bytes(Array(rest.prefix(Int(count))))))
                rest = rest.dropFirst(Int(count))
            case 1, 5:
                let count = tag & 7 == 1 ? 8 : 4
                guard rest.count >= count else { return nil }
                fields.append(Field(number: tag >> 3, value: .fixed(tag & 7, Array(rest.prefix(count)))))
                rest = rest.dropFirst(count)
            default: return nil
            }
        }
        return fields
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: 0 as UInt64, to: 64, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
