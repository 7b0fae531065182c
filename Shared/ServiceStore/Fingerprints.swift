import Foundation
import MessageSchema

/// Which ids a row of many records may name: found without decoding the rows that do not.
///
/// Distinct 32-bit fingerprints in order, big-endian: one row in 4 million is decoded in vain for each id that it holds.
struct Fingerprints {
    private var prints: [UInt32] = []

    /// Keeps `id`, if there is one.
    mutating func insert(_ id: RecordID?) {
        guard let id, prints.last != id.fingerprint else { return }
        prints.append(id.fingerprint)
    }

    var encoded: Data {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(prints.count * 4)
        var last: UInt32?
        for print in prints.sorted() where print != last {
            Swift.withUnsafeBytes(of: print.bigEndian) { bytes.append(contentsOf: $0) }
            last = print
        }
        return Data(bytes)
    }

    /// Whether the encoded fingerprints hold that of `id`. A binary search.
    static func hold(_ id: RecordID, in bytes: Data) -> Bool {
        let span = bytes.span
        var (low, high) = (0, bytes.count / 4)
        while low < high {
            let middle = (low + high) / 2
            let print = (0..<4).reduce(0 as UInt32) { $0 << 8 | UInt32(span[middle * 4 + $1]) }
            if print == id.fingerprint { return true }
            if print < id.fingerprint { low = middle + 1 } else { high = middle }
        }
        return false
    }
}
