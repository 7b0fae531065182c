import TestSupport

/// Makes inputs of known ones: flips, inserts, cuts, doubles and joins; the same from the same seed.
///
/// Messages are mutated field by field as well, so that lengths stay right; texts number by number. Half of the inputs are repaired
/// where the target knows how.
package struct Mutator {
    /// Longer inputs are cut.
    static let longest = 8_192

    private let corpus: [[UInt8]]
    private let target: FuzzTarget
    private var random: Seeded

    package init(_ target: FuzzTarget, corpus: [[UInt8]], seed: UInt64) {
        (self.target, random) = (target, Seeded(seed))
        self.corpus = corpus.isEmpty ? [[]] : corpus
    }

    /// The next input.
    package mutating func next() -> [UInt8] {
        var bytes = pick(corpus)
        for _ in 0..<(1 + below(1 << below(4))) { mutate(&bytes) }
        if bytes.count > Self.longest { bytes.removeSubrange(Self.longest...) }
        if let repair = target.repair, below(2) == 0 { repair(&bytes) }
        return bytes
    }

    mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(max(1, limit))) }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        switch target.form {
        case .message where below(8) > 0:
            bytes = FieldMutation(depth: 0).apply(bytes, &self)
        case .text where below(2) == 0:
            mutateText(&bytes)
        case .binary, .message, .text: mutateBytes(&bytes)
        }
    }

    /// A place in `bytes` and a length from there.
    private mutating func range(_ bytes: [UInt8], atMost limit: Int) -> Range<Int> {
        let start = below(bytes.count + 1)
        return start..<min(bytes.count, start + 1 + below(limit))
    }

    private mutating func mutateBytes(_ bytes: inout [UInt8]) {
        let place = range(bytes, atMost: 1 << below(8))
        switch below(10) {
        case 0 where !place.isEmpty, 1 where !place.isEmpty:
            bytes[place.lowerBound] ^= 1 << below(8)
        case 2 where !place.isEmpty: bytes[place.lowerBound] = pick([0, 1, 0x7E, 0x7F, 0x80, 0xFE, 0xFF, 0x22, 0x2A])
        case 3: bytes.removeSubrange(place)
        case 4: bytes.insert(contentsOf: bytes[place], at: below(bytes.count + 1))
        case 5: bytes.removeSubrange(place.lowerBound...)
        case 6:
            let other = pick(corpus)
            bytes.replaceSubrange(range(bytes, atMost: bytes.count), with: other[range(other, atMost: other.count)])
        case 7: bytes.insert(contentsOf: edgeVarint(), at: place.lowerBound)
        case 8: bytes.replaceSubrange(place, with: (0..<place.count).map { _ in UInt8(below(256)) })
        default: bytes.insert(UInt8(below(256)), at: place.lowerBound)
        }
    }

    // MARK: texts

    private static let words: [[UInt8]] = [
        "0", "-0", "-1", "1e999", "NaN", "9223372036854775807", "-9223372036854775808", "18446744073709551616",
        "999999999999999999999999", "0.0000001", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
        "-9999-01-01T00:00:00Z", "292277026596-12-04T15:30:08Z", "2026-02-30T25:61:61.9999999+99:99", "", "\u{0}",
        "\\u0000", "\\ud800", "null", "true", "{}", "[]", "{", "[", "\"", "*a", "&a", "!!binary", "? ", "- ", ": ",
        "\n",
        "e\u{301}\u{301}\u{301}\u{301}", "\u{FEFF}", "10000000d", "0s",
    ].map { Array($0.utf8) }

    private mutating func mutateText(_ bytes: inout [UInt8]) {
        let marks: [UInt8] = Array(" \"',:{}[]\n".utf8)
        let start = below(bytes.count + 1)
        // The word that stands there, up to the next mark.
        let begin = bytes[..<start].lastIndex { marks.contains($0) }.map { $0 + 1 } ?? 0
        let end = bytes[start...].firstIndex { marks.contains($0) } ?? bytes.count
        switch below(4) {
        case 0: bytes.replaceSubrange(begin..<end, with: pick(Self.words))
        case 1: bytes.insert(contentsOf: pick(Self.words), at: start)
        case 2:
            let line = line(at: start, bytes)
            bytes.insert(contentsOf: bytes[line], at: line.lowerBound)
        default: bytes.removeSubrange(line(at: start, bytes))
        }
    }

    private func line(at place: Int, _ bytes: [UInt8]) -> Range<Int> {
        let newline = UInt8(ascii: "\n")
        let start = bytes[..<place].lastIndex(of: newline).map { $0 + 1 } ?? 0
        return start..<(bytes[place...].firstIndex(of: newline).map { $0 + 1 } ?? bytes.count)
    }

    // MARK: numbers

    private static let edges: [UInt64] = [
        0, 1, 2, 127, 128, 255, 1 << 16, 1 << 31, UInt64(UInt32.max), 1 << 32, 1 << 62, UInt64(Int64.max) - 1,
        UInt64(Int64.max), 1 << 63, .max - 1, .max, UInt64(bitPattern: -1_000_000), UInt64(bitPattern: Int64.min + 1),
    ]

    /// A number at an edge.
    mutating func edge() -> UInt64 { below(4) == 0 ? random.next() >> below(64) : pick(Self.edges) }

    private mutating func edgeVarint() -> [UInt8] {
        if below(16) == 0 { return Array(repeating: 0xFF, count: 9) + [UInt8(below(256))] }
        return varint(edge())
    }
}

/// A number as a varint.
func varint(_ value: UInt64) -> [UInt8] {
    var (value, bytes) = (value, [UInt8]())
    while value >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
        value >>= 7
    }
    return bytes + [UInt8(value)]
}
