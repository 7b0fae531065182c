import Foundation
import MessageBus
import MessageSchema
import SwiftProtobuf
import Vocabulary

// What travels between services.

extension FuzzTarget {
    /// A record: whatever both the header's reader and the whole decoder accept, they read alike.
    static let envelope = FuzzTarget(name: "envelope", form: .message) {
        { bytes in
            let bytes = Data(bytes)
            let (header, first) = try attempt { try RecordHeader(bytes) }
            let (envelope, second) = try attempt { try Envelope.decode(bytes) }
            if let header, let envelope { try agree(header, envelope, bytes) }
            guard let envelope else { return "\(first), \(second)" }
            let again = try Envelope.decode(envelope.encoded())
            try Finding.unless(again == envelope, "encoded and decoded again it is another")
            return try "\(first), \(second), " + outcome { _ = try envelope.cloudEventJSON() }
        }
    }

    private static func agree(_ header: RecordHeader, _ envelope: Envelope, _ bytes: Data) throws {
        try Finding.unless(header.id.bytes == envelope.id, "another id")
        try Finding.unless(header.stream.rawValue == envelope.stream, "another stream")
        try Finding.unless(header.epoch.utf8.elementsEqual(envelope.epoch.utf8), "another epoch")
        try Finding.unless(header.sequence == envelope.sequence, "another sequence")
        try Finding.unless(header.previousHash.bytes == envelope.previousHash, "another hash")
        try Finding.unless(header.happened == envelope.timeUs, "another time")
        try Finding.unless(bytes[header.payload] == envelope.payload, "another payload")
        let correlation = envelope.correlation.count == RecordID.byteCount ? envelope.correlation : nil
        try Finding.unless(header.correlation?.bytes == correlation, "another correlation")
        let cause = envelope.causation.first { $0.count == RecordID.byteCount }
        try Finding.unless(header.cause?.bytes == cause, "another cause")
    }

    /// A list of records, a page of catch-up, the parts of a batch: read like the messages that they are.
    static let list = FuzzTarget(name: "list", form: .message) {
        { bytes in
            let bytes = Data(bytes)
            let (items, first) = try attempt { try ItemList.items(in: bytes) }
            if let items, let batch = try? RecordBatch(serializedBytes: bytes) {
                try Finding.unless(items == batch.records, "the list has other items than the message")
                try checkParts(items)
            }
            let (page, second) = try attempt { try EncodedPage(bytes) }
            guard let page else { return "\(first), \(second)" }
            if let page, let reply = try? Reply(serializedBytes: bytes), case .page(let whole) = reply.body {
                try Finding.unless(
                    page.number == reply.number && page.head == whole.head && page.records == whole.records,
                    "the page has another content than the message"
                )
                let again = try EncodedPage(page.encoded())
                try Finding.unless(again?.records == page.records && again?.head == page.head, "another page")
            }
            return "\(first), \(page == nil ? "no page" : "page")"
        }
    }

    private static func checkParts(_ items: [Data]) throws {
        var list = ItemList()
        for item in items { list.append(item) }
        let batch = StreamBatch(stream: .dispatch, first: 1, items: list)
        for limit in [1, 16, 64, 1 << 16] {
            let parts = batch.parts(limit: limit)
            try Finding.unless(parts.reduce(Data(), +) == batch.bytes, "the parts are not the whole")
            for part in parts where part.count > limit {
                try Finding.unless(try ItemList.items(in: part).count == 1, "a part is larger than it need be")
            }
        }
    }

    /// Heads as a publisher tells them, to a reader with a cursor, one at a beginning and two onlookers.
    static let heartbeat = FuzzTarget(name: "heartbeat", form: .message) {
        let known = RecordHash.of(Data("known".utf8))
        let readers = [
            StreamReader(stream: .monitoring, epoch: "e", next: 42, hash: known),
            StreamReader(stream: .dispatch, epoch: "", next: 1, hash: .none),
            StreamReader(watching: .stockpile, from: nil), StreamReader(watching: .center, from: 7),
        ]
        return { bytes in
            guard let heartbeat = try? Heartbeat(serializedBytes: Data(bytes)) else { return "no-message" }
            var readers = readers
            return try outcome {
                for head in heartbeat.heads {
                    guard let index = readers.firstIndex(where: { $0.stream.rawValue == head.stream }) else { continue }
                    let before = readers[index]
                    try readers[index].hear(head)
                    try readers[index].hear(head, askedAt: readers[index].next)
                    try Finding.unless(readers[index].next >= before.next, "a head took the cursor back")
                    _ = (readers[index].isBehind, readers[index].doubtsHead)
                }
            }
        }
    }
}
