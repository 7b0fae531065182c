package import Crypto
package import FoundationEssentials

/// SHA-256 of a record's encoded envelope: the link of the chain.
///
/// Four words in place: a hash for each record would otherwise be an allocation for each record.
package struct RecordHash: Sendable, CustomStringConvertible {
    let words: (UInt64, UInt64, UInt64, UInt64)

    /// How many bytes a hash has.
    package static let byteCount = 32

    /// What stands before the first record of a stream: 32 zero bytes.
    package static let none = RecordHash(words: (0, 0, 0, 0))

    private init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// The hash in those 32 bytes; an error with code `malformed-hash` for any other number.
    package init(_ bytes: Data) throws(MessageError) { try self.init(bytes.span, 0..<bytes.count) }

    /// The same, of a part of larger bytes.
    init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(MessageError) {
        guard range.count == Self.byteCount else {
            throw MessageError(.malformedHash, "a hash has \(Self.byteCount) bytes, this one \(range.count)")
        }
        let at = range.lowerBound
        words = (
            bytes.bigEndianWord(at: at), bytes.bigEndianWord(at: at + 8), bytes.bigEndianWord(at: at + 16),
            bytes.bigEndianWord(at: at + 24)
        )
    }

    /// What a hash function came to.
    package init(_ digest: SHA256Digest) {
        words = digest.withUnsafeBytes { bytes in
            func word(_ index: Int) -> UInt64 {
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
            }
            return (word(0), word(1), word(2), word(3))
        }
    }

    /// The hash of those bytes.
    package static func of(_ bytes: some ContiguousBytes) -> RecordHash {
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return RecordHash(hash.finalize())
    }

    /// Appends the 32 bytes.
    package func append(to bytes: inout [UInt8]) {
        bytes.append(word: words.0)
        bytes.append(word: words.1)
        bytes.append(word: words.2)
        bytes.append(word: words.3)
    }

    /// The 32 bytes.
    package var bytes: Data {
        withUnsafeBytes(of: (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)) { Data($0) }
    }

    package var description: String { words.0.hex + words.1.hex + words.2.hex + words.3.hex }
}

extension RecordHash: Hashable {
    package static func == (one: Self, other: Self) -> Bool { one.words == other.words }

    package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
