import Crypto
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
        (high, low) = (bytes.bigEndianWord(at: 0), bytes.bigEndianWord(at: 8))
    }

    /// The id in those 32 hexadecimal digits; an error with code `malformed-id` for anything else.
    package init(hex: some StringProtocol) throws(MessageError) {
        guard hex.utf8.count == 32, hex.allSatisfy({ $0.isASCII && $0.isHexDigit }),
            let high = UInt64(hex.prefix(16), radix: 16),
            let low = UInt64(hex.suffix(16), radix: 16)
        else { throw MessageError(.malformedID, "an id is written as 32 hexadecimal digits") }
        (self.high, self.low) = (high, low)
    }

    private init(label: String, parts: [some ContiguousBytes]) {
        var hash = SHA256()
        hash.update(part: Array(label.utf8))
        for part in parts { hash.update(part: part) }
        let digest = hash.finalize().withUnsafeBytes { Data($0) }
        (high, low) = (digest.bigEndianWord(at: 0), digest.bigEndianWord(at: 8))
    }

    /// The id of an input from outside: the hash of its channel and natural content.
    package static func input(channel: String, content: Data) -> RecordID {
        RecordID(label: "input/\(channel)", parts: [content])
    }

    /// The id of a command: the hash of the id that its sender chose.
    package static func command(id: String) -> RecordID { RecordID(label: "command", parts: [Array(id.utf8)]) }

    /// The id of the `ordinal`-th record that the input `cause` led to in `service`, from 0.
    package static func record(service: String, cause: RecordID, ordinal: Int) -> RecordID {
        RecordID(label: "record", parts: [Array(service.utf8), Array(cause.bytes), Array(String(ordinal).utf8)])
    }

    /// The id of a timer that came due.
    package static func timer(service: String, name: String, subject: String, dueMicroseconds: Int64) -> RecordID {
        let parts = [service, name, subject, String(dueMicroseconds)].map { Array($0.utf8) }
        return RecordID(label: "timer", parts: parts)
    }

    /// The 16 bytes.
    package var bytes: Data {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Data($0) }
    }

    package var description: String { high.hex + low.hex }

    package static func < (one: Self, other: Self) -> Bool { (one.high, one.low) < (other.high, other.low) }
}

/// SHA-256 of a record's encoded envelope: the link of the chain.
package struct RecordHash: Hashable, Sendable, CustomStringConvertible {
    /// 32 bytes.
    package let bytes: Data

    /// What stands before the first record of a stream: 32 zero bytes.
    package static let none = RecordHash(unchecked: Data(count: 32))

    private init(unchecked bytes: Data) { self.bytes = bytes }

    /// The hash in those 32 bytes; an error with code `malformed-hash` for any other number.
    package init(_ bytes: Data) throws(MessageError) {
        guard bytes.count == 32 else {
            throw MessageError(.malformedHash, "a hash has 32 bytes, this one \(bytes.count)")
        }
        self.bytes = bytes
    }

    /// The hash of those bytes.
    package static func of(_ bytes: some DataProtocol) -> RecordHash {
        RecordHash(unchecked: SHA256.hash(data: bytes).withUnsafeBytes { Data($0) })
    }

    package var description: String { bytes.map { UInt64($0).hex.suffix(2) }.joined() }
}

extension SHA256 {
    fileprivate mutating func update(part: some ContiguousBytes) {
        part.withUnsafeBytes { bytes in
            withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { update(bufferPointer: $0) }
            update(bufferPointer: bytes)
        }
    }
}

extension Data {
    fileprivate func bigEndianWord(at offset: Int) -> UInt64 {
        self[startIndex + offset..<startIndex + offset + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension UInt64 {
    fileprivate var hex: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
