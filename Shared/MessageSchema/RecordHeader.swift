package import FoundationEssentials

/// What places a record in its stream and in its chain of causes, read from the encoded envelope without decoding the rest.
///
/// A third of the cost of decoding all of it, and no more than these few bytes are kept.
package struct RecordHeader: Hashable, Sendable {
    package private(set) var id: RecordID
    package private(set) var stream: StreamName
    /// The writer's epoch.
    package private(set) var epoch: String
    /// From 1.
    package private(set) var sequence: UInt64
    package private(set) var previousHash: RecordHash
    /// The root of the chain of causes; nil where the envelope names none that is an id.
    package private(set) var correlation: RecordID?
    /// The immediate cause; nil where the envelope names none that is an id.
    package private(set) var cause: RecordID?
    /// When it happened, in microseconds since 1970.
    package private(set) var happened: Int64
    /// Where the payload stands in the encoded envelope, from its first byte.
    package private(set) var payload: Range<Int>

    /// Reads the header of the envelope in those bytes; its epoch most likely is `known`, and then shares its memory.
    ///
    /// Errors as `Envelope.decode`: `oversized`, `malformed-envelope`, `malformed-id`, `malformed-hash`, and `unknown-stream`.
    /// Fields beside the header are bounded and passed over: what is wrong in them is found by whoever decodes them.
    package init(_ bytes: Data, epoch known: String = "") throws(MessageError) {
        guard bytes.count <= Limits.recordBytes else {
            throw MessageError(.oversized, "\(bytes.count) bytes; a record has at most \(Limits.recordBytes)")
        }
        try self.init(bytes.span, known)
    }

    private init(_ bytes: Span<UInt8>, _ known: String) throws(MessageError) {
        var scanner = WireScanner()
        var id: Range<Int>?
        var stream: Range<Int>?
        var epoch: Range<Int>?
        var hash: Range<Int>?
        var hasType = false
        (sequence, happened, payload) = (0, 0, 0..<0)
        while let (field, value) = try scanner.next(bytes) {
            switch (field, value) {
            case (1, .bytes(let range)): id = range
            case (3, .bytes(let range)): hasType = !range.isEmpty
            case (5, .number(let number)): happened = Int64(bitPattern: number)
            case (10, .bytes(let range)): stream = range
            case (11, .bytes(let range)): epoch = range
            case (12, .number(let number)): sequence = number
            case (13, .bytes(let range)): hash = range
            case (20, .bytes(let range)):
                correlation = range.count == RecordID.byteCount ? try RecordID(bytes, range) : nil
            case (21, .bytes(let range)) where range.count == RecordID.byteCount && cause == nil:
                cause = try RecordID(bytes, range)
            case (40, .bytes(let range)): payload = range
            case (1, _), (3, _), (5, _), (10...13, _), (40, _): throw WireScanner.malformed
            default: break
            }
        }
        guard (1...Limits.lastSequence).contains(sequence), hasType, let stream, let epoch,
            (1...Limits.nameCharacters).contains(epoch.count), !epoch.contains(where: { bytes[$0] == 0 })
        else { throw MessageError(.malformedEnvelope, "type, stream, epoch or sequence is not set or out of range") }
        self.id = try RecordID(bytes, id ?? 0..<0)
        self.stream = try StreamName(bytes, stream)
        self.epoch = known.utf8.isSpelled(bytes, epoch) ? known : String(copying: bytes, epoch)
        previousHash = try RecordHash(bytes, hash ?? 0..<0)
    }
}

extension String {
    fileprivate init(copying bytes: Span<UInt8>, _ range: Range<Int>) {
        self = range.count <= Limits.nameCharacters ? String(decoding: range.map { bytes[$0] }, as: UTF8.self) : ""
    }
}

extension String.UTF8View {
    fileprivate func isSpelled(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard count == range.count else { return false }
        var at = range.lowerBound
        for letter in self {
            guard letter == bytes[at] else { return false }
            at += 1
        }
        return true
    }
}

extension StreamName {
    private static let all = allCases

    fileprivate init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(MessageError) {
        for name in Self.all where name.rawValue.utf8.isSpelled(bytes, range) {
            self = name
            return
        }
        try self.init(named: String(copying: bytes, range))
    }
}
