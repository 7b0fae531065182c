package import FoundationEssentials

/// The identity of an input or a record: 16 bytes, derived from what caused it, so that a replay gives the same one.
///
/// The first 16 bytes of a SHA-256 over a label and the parts, each preceded by its length (8 bytes, big-endian), so
/// that no two lists of parts run together. CloudEvents JSON shows it as 32 hexadecimal digits.
package struct RecordID: Hashable, Comparable, Sendable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    /// How many bytes an id has.
    package static let byteCount = 16

    /// The id in those 16 bytes; an error with code `malformed-id` for any other number of bytes.
    package init(_ bytes: Data) throws(MessageError) {
        guard bytes.count == Self.byteCount else {
            throw MessageError(.malformedID, "an id has \(Self.byteCount) bytes, this one \(bytes.count)")
        }
        let span = bytes.span
        (high, low) = (span.bigEndianWord(at: 0), span.bigEndianWord(at: 8))
    }

    /// The same, of a part of larger bytes.
    init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(MessageError) {
        guard range.count == Self.byteCount else {
            throw MessageError(.malformedID, "an id has \(Self.byteCount) bytes, this one \(range.count)")
        }
        high = bytes.bigEndianWord(at: range.lowerBound)
        low = bytes.bigEndianWord(at: range.lowerBound + 8)
    }

    /// The id in those 32 hexadecimal digits; an error with code `malformed-id` for anything else.
    package init(hex: some StringProtocol) throws(MessageError) {
        guard hex.utf8.count == 32, hex.allSatisfy({ $0.isASCII && $0.isHexDigit }),
            let high = UInt64(hex.prefix(16), radix: 16),
            let low = UInt64(hex.suffix(16), radix: 16)
        else { throw MessageError(.malformedID, "an id is written as 32 hexadecimal digits") }
        (self.high, self.low) = (high, low)
    }

    /// What is hashed: a label and the parts, each preceded by its length.
    private struct Parts {
        private var bytes: [UInt8] = []

        init(_ label: String) {
            bytes.reserveCapacity(128)
            append(label.utf8)
        }

        mutating func append(_ part: some Collection<UInt8>) {
            bytes.append(word: UInt64(part.count))
            bytes.append(contentsOf: part)
        }

        mutating func append(_ id: RecordID) {
            bytes.append(word: UInt64(RecordID.byteCount))
            id.append(to: &bytes)
        }

        var id: RecordID {
            let words = RecordHash.of(bytes).words
            return RecordID(high: words.0, low: words.1)
        }
    }

    private init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// The id of an input from outside: the hash of its channel and natural content.
    package static func input(channel: String, content: Data) -> RecordID {
        var parts = Parts("input/\(channel)")
        parts.append(content)
        return parts.id
    }

    /// The id of a command: the hash of the id that its sender chose.
    package static func command(id: String) -> RecordID {
        var parts = Parts("command")
        parts.append(id.utf8)
        return parts.id
    }

    /// The id of the `ordinal`-th record that the input `cause` led to in `service`, from 0.
    package static func record(service: String, cause: RecordID, ordinal: Int) -> RecordID {
        var parts = Parts("record")
        parts.append(service.utf8)
        parts.append(cause)
        parts.append(String(ordinal).utf8)
        return parts.id
    }

    /// The id of the `ordinal`-th effect that the input `cause` asked for in `service`, from 0: the same in no other realm.
    package static func effect(service: String, realm: String, cause: RecordID, ordinal: Int) -> RecordID {
        var parts = Parts("effect")
        for text in [service, realm] { parts.append(text.utf8) }
        parts.append(cause)
        parts.append(String(ordinal).utf8)
        return parts.id
    }

    /// The id of a timer that came due.
    package static func timer(service: String, name: String, subject: String, dueMicroseconds: Int64) -> RecordID {
        var parts = Parts("timer")
        for text in [service, name, subject, String(dueMicroseconds)] { parts.append(text.utf8) }
        return parts.id
    }

    /// Appends the 16 bytes.
    package func append(to bytes: inout [UInt8]) {
        bytes.append(word: high)
        bytes.append(word: low)
    }

    /// The ids that stand one after the other in those bytes. Errors: `malformed-id`.
    package static func list(_ bytes: Data) throws(MessageError) -> [RecordID] {
        guard bytes.count.isMultiple(of: byteCount) else {
            throw MessageError(.malformedID, "\(bytes.count) bytes are no list of ids")
        }
        var ids: [RecordID] = []
        for start in stride(from: 0, to: bytes.count, by: byteCount) {
            ids.append(try RecordID(bytes.span, start..<start + byteCount))
        }
        return ids
    }

    /// 32 bits by which rows that may name the id are found.
    package var fingerprint: UInt32 { UInt32(truncatingIfNeeded: low) }

    /// The 16 bytes.
    package var bytes: Data {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Data($0) }
    }

    package var description: String { high.hex + low.hex }

    package static func < (one: Self, other: Self) -> Bool { (one.high, one.low) < (other.high, other.low) }
}

extension [UInt8] {
    mutating func append(word: UInt64) { Swift.withUnsafeBytes(of: word.bigEndian) { append(contentsOf: $0) } }
}

extension Span<UInt8> {
    func bigEndianWord(at offset: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in offset..<offset + 8 { word = word << 8 | UInt64(self[index]) }
        return word
    }
}

extension UInt64 {
    var hex: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
