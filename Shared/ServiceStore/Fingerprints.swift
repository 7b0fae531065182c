import Foundation
import MessageSchema

/// Which ids a row of many records names: found without decoding the rows that do not.
///
/// 32 bits of each, big-endian, in no order: one row in some millions is decoded in vain.
struct Fingerprints {
    private(set) var encoded: [UInt8] = []

    init() {}

    /// Those of a row of the journal.
    init(of entries: [JournalEntry]) {
        for entry in entries { insert(entry.id, entry.correlation, entry.cause) }
    }

    /// Keeps the ids of one record or entry, so that it can be taken away: always three.
    mutating func insert(_ id: RecordID, _ correlation: RecordID?, _ cause: RecordID?) {
        append(id)
        append(correlation ?? id)
        append(cause ?? id)
    }

    private mutating func append(_ id: RecordID) {
        Swift.withUnsafeBytes(of: id.fingerprint.bigEndian) { encoded.append(contentsOf: $0) }
    }

    /// Takes away all but those of the first `count` records.
    mutating func truncate(to count: Int) { encoded.removeSubrange(min(count * 12, encoded.count)...) }

    /// Takes away all and keeps the memory.
    mutating func removeAll() { encoded.removeAll(keepingCapacity: true) }

    /// Whether encoded fingerprints hold that of `id`.
    static func hold(_ id: RecordID, in bytes: Data) -> Bool {
        let (span, wanted) = (bytes.span, id.fingerprint)
        return stride(from: 0, to: bytes.count - 3, by: 4).contains { at in
            (0..<4).reduce(0 as UInt32) { $0 << 8 | UInt32(span[at + $1]) } == wanted
        }
    }
}
