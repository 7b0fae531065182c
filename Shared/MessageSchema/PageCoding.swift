package import FoundationEssentials
import SwiftProtobuf

/// A page of catch-up: a `Reply` whose records go from the row that keeps them to the socket, and from there to the reader, as
/// they are. Building the message first took longer than reading the rows.
package struct EncodedPage: Sendable {
    /// The number of the request that it answers.
    package let number: UInt64
    package let head: StreamHead
    /// The encoded records in order, sharing one memory.
    package let records: [Data]

    package init(number: UInt64, head: StreamHead, records: [Data]) {
        (self.number, self.head, self.records) = (number, head, records)
    }

    private static let (pageTag, headTag, recordTag): ([UInt8], [UInt8], [UInt8]) = ([0x12], [0x0A], [0x12])

    /// The bytes of the reply. Errors: `malformed-envelope` where the head cannot be encoded.
    package func encoded() throws(MessageError) -> Data {
        var page: [UInt8] = []
        page.reserveCapacity(records.reduce(256) { $0 + $1.count + 8 })
        do {
            page.append(Self.headTag, bytes: try head.serializedBytes() as [UInt8])
        } catch {
            throw MessageError(.malformedEnvelope, "the head cannot be encoded: a text is no UTF-8")
        }
        for record in records { record.withUnsafeBytes { page.append(Self.recordTag, bytes: $0) } }
        var start: [UInt8] = []
        if number > 0 {
            start.append(0x08)
            start.append(varint: number)
        }
        start.append(contentsOf: Self.pageTag)
        start.append(varint: UInt64(page.count))
        var reply = Data(capacity: start.count + page.count)
        reply.append(contentsOf: start)
        reply.append(contentsOf: page)
        return reply
    }

    /// The page in the bytes of a reply; nil where the reply is another. Errors: `malformed-envelope`.
    package init?(_ reply: Data) throws(MessageError) {
        var scanner = WireScanner()
        var page: Range<Int>?
        var number: UInt64 = 0
        while let (field, value) = try scanner.next(reply.span) {
            switch (field, value) {
            case (1, .number(let value)): number = value
            case (2, .bytes(let range)) where page == nil: page = range
            default: return nil
            }
        }
        guard let page else { return nil }
        let bytes = reply[reply.startIndex + page.lowerBound..<reply.startIndex + page.upperBound]
        var head: StreamHead?
        var records: [Data] = []
        scanner = WireScanner()
        while let (field, value) = try scanner.next(bytes.span) {
            guard case .bytes(let range) = value else { continue }
            let part = bytes[bytes.startIndex + range.lowerBound..<bytes.startIndex + range.upperBound]
            switch field {
            case 1:
                guard head == nil else { throw WireScanner.malformed }
                do { head = try StreamHead.decode(part) } catch { throw WireScanner.malformed }
            case 2: records.append(part)
            default: break
            }
        }
        self.init(number: number, head: head ?? StreamHead(), records: records)
    }
}
