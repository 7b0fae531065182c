package import Foundation

/// The write-ahead log of a SQLite database as it lies on the disk: where its commits end.
///
/// Source: SQLite, "Database File Format", section 4: a header of 32 bytes; frames of 24 bytes and a page. A frame counts while its
/// salts are the header's, and ends a commit where its second word is not 0.
package struct WriteAheadLog {
    private let bytes: Data

    package init(_ bytes: Data) { self.bytes = Data(bytes) }

    private func word(_ offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Where each commit ends, in order.
    package var commits: [Int] {
        guard bytes.count >= 32 else { return [] }
        let frame = 24 + Int(word(8))
        let salts = (word(16), word(20))
        var ends: [Int] = []
        var offset = 32
        while offset + frame <= bytes.count, (word(offset + 8), word(offset + 12)) == salts {
            if word(offset + 4) != 0 { ends.append(offset + frame) }
            offset += frame
        }
        return ends
    }

    /// The log as a power cut leaves it that comes while the last commit is written: what was synced before is whole, of
    /// the rest some bytes are there, and after them nothing, or whatever the disk held.
    package func torn(_ random: inout Seeded) -> Data {
        let commits = commits
        guard let end = commits.last else { return bytes }
        let synced = commits.count > 1 ? commits[commits.count - 2] : 0
        // At least one byte of the commit is missing.
        let cut = synced + Int(Double(end - synced) * Double(random.next() % 1_000) / 1_000)
        let isFilled = random.chance(500)
        let rest = isFilled ? Data((cut..<end).map { _ in UInt8(truncatingIfNeeded: random.next()) }) : Data()
        return bytes.prefix(cut) + rest
    }
}
