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

    /// Reads the header of the envelope in those bytes.
    ///
    /// Errors as `Envelope.decode`: `oversized`, `malformed-envelope`, `malformed-id`, `malformed-hash`, and `unknown-stream`.
    /// Fields beside the header are bounded and passed over: what is wrong in them is found by whoever decodes them.
    package init(_ bytes: Data) throws(MessageError) {
        guard bytes.count <= Limits.recordBytes else {
            throw MessageError(.oversized, "\(bytes.count) bytes; a record has at most \(Limits.recordBytes)")
        }
        try self.init(bytes.span)
    }

    private init(_ bytes: Span<UInt8>) throws(MessageError) {
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
            case (20, .bytes(let range)) where range.count == RecordID.byteCount:
                correlation = try RecordID(bytes, range)
            case (21, .bytes(let range)) where range.count == RecordID.byteCount && cause == nil:
                cause = try RecordID(bytes, range)
            case (40, .bytes(let range)): payload = range
            case (1, _), (3, _), (5, _), (10...13, _), (40, _): throw WireScanner.malformed
            default: break
            }
        }
        guard sequence > 0, hasType, let stream, let epoch, !epoch.isEmpty else {
            throw MessageError(.malformedEnvelope, "type, stream, epoch or sequence is not set")
        }
        self.id = try RecordID(bytes, id ?? 0..<0)
        self.stream = try StreamName(bytes, stream)
        self.epoch = String(copying: bytes, epoch)
        previousHash = try RecordHash(bytes, hash ?? 0..<0)
    }
}

extension String {
    fileprivate init(copying bytes: Span<UInt8>, _ range: Range<Int>) {
        self = range.count <= Limits.nameCharacters ? String(decoding: range.map { bytes[$0] }, as: UTF8.self) : ""
    }
}

extension StreamName {
    private static let spelled = allCases.map { (name: $0, letters: Array($0.rawValue.utf8)) }

    fileprivate init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(MessageError) {
        for (name, letters) in Self.spelled where letters.count == range.count {
            if letters.indices.allSatisfy({ letters[$0] == bytes[range.lowerBound + $0] }) {
                self = name
                return
            }
        }
        try self.init(named: String(copying: bytes, range))
    }
}
