package import FoundationEssentials

/// Byte strings in order, encoded as field 2, repeated: a `RecordBatch` on the bus, a row of the journal or the outbox.
///
/// `Page` numbers its records alike, so what one program wrote is read as it stands, by any Protocol Buffers tool.
package struct ItemList: Sendable {
    /// The encoded list.
    package private(set) var bytes: [UInt8] = []
    /// Where each item ends in `bytes`.
    package private(set) var ends: [Int] = []

    package init() {}

    /// How many items there are.
    package var count: Int { ends.count }

    /// Appends an item.
    package mutating func append(_ item: [UInt8]) {
        bytes.append(Self.tag, bytes: item)
        ends.append(bytes.count)
    }

    /// Appends an item.
    package mutating func append(_ item: Data) {
        item.withUnsafeBytes { bytes.append(Self.tag, bytes: $0) }
        ends.append(bytes.count)
    }

    /// Takes away all items but the first `count`.
    package mutating func truncate(to count: Int) {
        guard count < ends.count else { return }
        ends.removeSubrange(count...)
        bytes.removeSubrange((ends.last ?? 0)...)
    }

    /// Takes away all items and keeps the memory for the next ones.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    private static let tag: [UInt8] = [0x12]

    /// The items of an encoded list, sharing its memory. Errors: `malformed-envelope` where the bytes are no list.
    package static func items(in bytes: Data) throws(MessageError) -> [Data] {
        var items: [Data] = []
        try forEach(in: bytes) { (item: Data) throws(MessageError) in items.append(item) }
        return items
    }

    /// Hands every item of an encoded list to `body`, in order, sharing its memory. Errors: `malformed-envelope`, and those of `body`.
    package static func forEach(in bytes: Data, _ body: (Data) throws(MessageError) -> Void) throws(MessageError) {
        let span = bytes.span
        var scanner = WireScanner()
        while let (field, value) = try scanner.next(span) {
            guard field == 2, case .bytes(let range) = value else { throw WireScanner.malformed }
            try body(bytes[bytes.startIndex + range.lowerBound..<bytes.startIndex + range.upperBound])
        }
    }
}

/// Contiguous records of one stream: what one transaction wrote, one row keeps and one message carries.
package struct StreamBatch: Sendable {
    package let stream: StreamName
    /// Sequence of its first record.
    package let first: UInt64
    /// The encoded `ItemList`.
    package let bytes: Data
    /// Where each record ends in `bytes`.
    private let ends: [Int]

    package init(stream: StreamName, first: UInt64, items: ItemList) {
        self.init(stream: stream, first: first, bytes: Data(items.bytes), ends: items.ends)
    }

    package init(stream: StreamName, first: UInt64, bytes: Data, ends: [Int]) {
        (self.stream, self.first, self.bytes, self.ends) = (stream, first, bytes, ends)
    }

    /// How many records there are.
    package var count: Int { ends.count }

    /// The encoded envelopes. Errors: `MessageError`; none for what this program wrote.
    package func records() throws(MessageError) -> [Data] { try ItemList.items(in: bytes) }

    /// The list cut into lists of at most `limit` bytes; a larger record stands alone.
    package func parts(limit: Int) -> [Data] {
        guard bytes.count > limit else { return bytes.isEmpty ? [] : [bytes] }
        var parts: [Data] = []
        var (start, last) = (0, 0)
        for end in ends {
            if end - start > limit, last > start {
                parts.append(bytes[start..<last])
                start = last
            }
            last = end
        }
        parts.append(bytes[start..<last])
        return parts
    }
}
