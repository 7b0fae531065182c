package import Foundation
package import MessageSchema
import SwiftProtobuf

/// One service's place on the bus: it publishes, answers requests, and reads the streams of others.
///
/// PUB is a hint and the log is the truth: a lost record is a gap, and gaps are fetched from the publisher's outbox. One
/// thread owns it; only `Doorbell` is for others.
package final class Bus {
    private(set) var sockets: any BusSockets
    private let open: (BusAddress) throws(BusError) -> any BusSockets
    let service: ServiceName
    /// Whose streams are read, in name order.
    private let writers: [ServiceName]
    private var address: BusAddress
    package internal(set) var readers: [StreamReader]
    /// Pages outstanding: the number of the request, what was next when it was asked, and how many waits ago that was.
    private var asked: [StreamName: (number: UInt64, next: UInt64, waits: Int)] = [:]
    /// How many pages were asked for to catch up, by stream.
    package private(set) var pagesAsked: [StreamName: UInt64] = [:]
    private var number: UInt64 = 0
    /// What came of snapshots that were asked for, by stream.
    var snapshots: [StreamName: Snapshot] = [:]
    /// Frames on the subscription that were no record: counted, dropped, and fetched as a gap if they were one.
    package internal(set) var malformed: UInt64 = 0

    /// After so many waits without a page, it is asked for again.
    static let patience = 20

    /// Binds this service's sockets and connects to the writers of the streams in `readers`.
    ///
    /// Errors: `BusError`; its code is `key` where the address is guarded and its keys are not those of `service`.
    package convenience init(service: ServiceName, address: BusAddress, readers: [StreamReader], doorbell: Doorbell)
        throws(BusError)
    {
        let (writers, topics) = (Self.writers(readers), Self.topics(readers))
        try self.init(service: service, address: address, readers: readers) { (address: BusAddress) throws(BusError) in
            guard try address.key(of: service) == address.keys?.publicKey else {
                throw BusError(
                    .key,
                    "the key is not the one that the bus's file gives \(service.rawValue); name its own with --key"
                )
            }
            let own = ZeroMQSockets.Places(
                publication: try address.bound(address.publication(service), service),
                requests: try address.bound(address.requests(service), service),
                guarded: address.server()
            )
            return try ZeroMQSockets(own, writers: writers, topics: topics, address: address, doorbell: doorbell)
        }
    }

    /// Reads the streams in `readers` as an onlooker: nothing is bound that anyone else could see.
    package convenience init(watching readers: [StreamReader], address: BusAddress, doorbell: Doorbell) throws(BusError)
    {
        let (writers, topics) = (Self.writers(readers), Self.topics(readers))
        let service = readers.first?.stream.writer ?? .monitoring
        try self.init(service: service, address: address, readers: readers) { (address: BusAddress) throws(BusError) in
            let own = ZeroMQSockets.Places(
                publication: "inproc://onlooker.pub",
                requests: "inproc://onlooker.req",
                guarded: .plain
            )
            return try ZeroMQSockets(own, writers: writers, topics: topics, address: address, doorbell: doorbell)
        }
    }

    /// A place on the bus whose bytes go through what `open` gives, at the start and when places or keys change at work; `address` says
    /// who may ask and command.
    package init(
        service: ServiceName,
        address: BusAddress,
        readers: [StreamReader],
        open: @escaping (BusAddress) throws(BusError) -> any BusSockets
    ) throws(BusError) {
        (self.service, self.address, self.readers, self.open) = (service, address, readers, open)
        sockets = try open(address)
        writers = Self.writers(readers)
    }

    private static func writers(_ readers: [StreamReader]) -> [ServiceName] {
        Set(readers.map(\.stream.writer)).sorted()
    }

    // MARK: writing

    /// Publishes records that are committed. A full queue drops: a gap, and gaps are fetched.
    package func publish(_ batches: [StreamBatch]) throws(BusError) {
        for batch in batches {
            let topic = Self.topic(of: batch.stream)
            for part in batch.parts(limit: Self.messageBytes) { _ = try sockets.publish([topic, part]) }
        }
    }

    /// Records go in messages of about this size: small enough that a full queue of them is 64 MB, large enough that a message
    /// costs nothing.
    package static let messageBytes = 1 << 16

    /// Tells where this service's streams stand, so that the loss of a last record is seen.
    package func publish(heads: [StreamHead]) throws(BusError) {
        var heartbeat = Heartbeat()
        heartbeat.service = service.rawValue
        heartbeat.heads = heads
        _ = try sockets.publish([Self.heartbeatTopic, try encode(heartbeat)])
    }

    /// Topics end in a line feed: none is the beginning of another, which a subscription would take for the same.
    package static let heartbeatTopic = Data("heartbeat\n".utf8)

    /// The topic of a stream's records.
    package static func topic(of stream: StreamName) -> Data { Data("\(stream.rawValue)\n".utf8) }

    private static func topics(_ readers: [StreamReader]) -> [Data] {
        [heartbeatTopic] + readers.map { topic(of: $0.stream) }
    }

    /// A request that waits for its answer, and where the answer goes.
    package struct Asked {
        package let request: Request
        /// The public key, Z85, that it came in under; empty on a bus without keys.
        package let key: String
        fileprivate let route: Data
    }

    /// The next request; nil if none waits. Bytes that are no request are dropped and counted.
    package func nextRequest() throws(BusError) -> Asked? {
        while let came = try sockets.nextRequest() {
            if came.frames.count == 2, let request = try? Request.decode(came.frames[1]) {
                // A key that was taken off the list at work keeps its connection; it gets no answer.
                if address.admits(came.key) { return Asked(request: request, key: came.key, route: came.frames[0]) }
                sockets.refuse(came.key, stream: nil)
                continue
            }
            malformed += 1
        }
        return nil
    }

    /// Answers; an asker that has gone is passed over.
    package func answer(_ asked: Asked, _ reply: Reply) throws(BusError) {
        var reply = reply
        reply.number = asked.request.number
        _ = try sockets.answer([asked.route, try encode(reply)])
    }

    /// Answers with a page of catch-up.
    package func answer(_ asked: Asked, head: StreamHead, records: [Data]) throws(BusError) {
        let page = EncodedPage(number: asked.request.number, head: head, records: records)
        let bytes: Data
        do {
            bytes = try page.encoded()
        } catch {
            throw BusError(.socket, "a page cannot be encoded: \(error.message)")
        }
        _ = try sockets.answer([asked.route, bytes])
    }

    // MARK: reading

    /// Waits for anything to do, at most `milliseconds`.
    package func wait(milliseconds: Int) { sockets.wait(milliseconds: milliseconds) }

    /// Decides who may come in, and gives those who may not; each once. A bus without keys has nobody to turn away.
    package func keepGate() throws(BusError) -> [TurnedAway] { try sockets.keepGate() }

    /// Why the command may not come under the key of the request; nil where it may.
    package func objection(to asked: Asked, commanding command: Command) -> BusAddress.Objection? {
        address.objection(to: asked.key, commanding: command.type, as: command.actor.person)
    }

    /// Whether the request came under the key of `service`.
    package func isWord(of service: ServiceName, _ asked: Asked) -> Bool { address.speaks(asked.key, for: service) }

    /// Whether what is read of `stream` may be answered under the key of the request; a refusal is told of as somebody turned away.
    package func admits(_ asked: Asked, reading stream: StreamName) -> Bool {
        if address.mayRead(stream, asked.key) { return true }
        sockets.refuse(asked.key, stream: stream)
        return false
    }

    /// Takes a changed list at work. A new key comes in with its next connection; one that was taken away gets no answer any more, and
    /// what it subscribed to it hears until its connection ends. Where places or services' keys changed, all sockets are opened anew:
    /// what was on its way is a gap, and gaps are fetched.
    ///
    /// Errors: `BusError` where a new place cannot be had: nobody is heard then, and the service is to stop.
    package func adopt(_ new: BusAddress) throws(BusError) {
        guard !new.hasSameSeats(as: address) else {
            address = new
            return sockets.admit(new)
        }
        // The old ones first: the new ones may want the same places.
        sockets = ClosedSockets()
        sockets = try open(new)
        (address, asked) = (new, [:])
    }

    /// How many connections were turned away.
    package var refused: UInt64 { sockets.refused }

    /// How many records are collected at a time, about.
    package static let collectLimit = 1_000

    /// All records that are in order now, bounded at about `limit`. Asks for pages where there are gaps.
    package func collect(limit: Int = collectLimit) throws(BusError) -> [StreamReader.Accepted] {
        var accepted: [StreamReader.Accepted] = []
        while accepted.count < limit, let frames = try sockets.nextPublication() {
            guard frames.count == 2 else {
                malformed += 1
                continue
            }
            if frames[0] == Self.heartbeatTopic {
                try hear(frames[1])
            } else {
                try offer(list: frames[1], &accepted)
            }
        }
        for writer in writers { try takePages(of: writer, &accepted) }
        try askForGaps()
        return accepted
    }

    /// Takes a barrier's word on where a stream stands.
    package func hear(_ heads: [StreamHead]) throws(BusError) {
        for head in heads {
            guard let index = readers.firstIndex(where: { $0.stream.rawValue == head.stream }) else { continue }
            try readers[index].hear(head)
        }
    }

    private func hear(_ bytes: Data) throws(BusError) {
        guard let heartbeat = try? Heartbeat.decode(bytes) else {
            malformed += 1
            return
        }
        try hear(heartbeat.heads)
    }

    private func offer(list: Data, _ accepted: inout [StreamReader.Accepted]) throws(BusError) {
        guard let records = try? ItemList.items(in: list) else {
            malformed += 1
            return
        }
        for record in records { try offer(record, &accepted) }
    }

    /// The epoch that the next record most likely has.
    private var likelyEpoch: String { readers.count == 1 ? readers[0].epoch : "" }

    /// `page` is the stream whose writer keeps these bytes: asked again it would give the same.
    private func offer(_ bytes: Data, page: String? = nil, _ accepted: inout [StreamReader.Accepted]) throws(BusError) {
        guard let header = try? RecordHeader(bytes, epoch: likelyEpoch) else {
            if let reader = readers.first(where: { $0.stream.rawValue == page }) { throw reader.unreadable }
            malformed += 1
            return
        }
        guard let index = readers.firstIndex(where: { $0.stream == header.stream }) else { return }
        try readers[index].offer(bytes, header, into: &accepted)
    }

    private func takePages(of writer: ServiceName, _ accepted: inout [StreamReader.Accepted]) throws(BusError) {
        while let bytes = try sockets.nextReply(of: writer) {
            guard let page = Self.page(bytes) else {
                try take(reply: bytes)
                continue
            }
            try hear(page)
            for record in page.records { try offer(record, page: page.head.stream, &accepted) }
        }
    }

    /// The head in a page is the answer to what was asked; that of a page that was given up is old.
    private func hear(_ page: EncodedPage) throws(BusError) {
        guard let index = readers.firstIndex(where: { $0.stream.rawValue == page.head.stream }) else { return }
        guard let question = asked[readers[index].stream], question.number == page.number else {
            return try readers[index].hear(page.head)
        }
        asked[readers[index].stream] = nil
        try readers[index].hear(page.head, askedAt: question.next)
    }

    /// What was asked of `stream` is answered, if that is the answer's number; false where it was given up.
    func answered(_ stream: StreamName, _ number: UInt64) -> Bool {
        guard asked[stream]?.number == number else { return false }
        asked[stream] = nil
        return true
    }

    /// The page in a reply; nil where it is none, or another reply.
    private static func page(_ bytes: Data) -> EncodedPage? {
        do { return try EncodedPage(bytes) } catch { return nil }
    }

    private func askForGaps() throws(BusError) {
        for reader in readers where reader.isBehind || reader.doubtsHead {
            guard snapshots[reader.stream]?.isWhole != true else { continue }
            if let question = asked[reader.stream], question.waits < Self.patience {
                asked[reader.stream]?.waits += 1
                continue
            }
            var request = Request()
            number += 1
            request.number = number
            if reader.needsSnapshot {
                request.snapshot = question(of: reader.stream)
            } else {
                request.catchUp.stream = reader.stream.rawValue
                request.catchUp.from = reader.next
                request.catchUp.epoch = reader.epoch
            }
            if try sockets.ask(reader.stream.writer, try encode(request)) {
                asked[reader.stream] = (number, reader.next, 0)
                pagesAsked[reader.stream, default: 0] += 1
            }
        }
    }

    func encode(_ message: some SwiftProtobuf.Message) throws(BusError) -> Data {
        do {
            return try message.serializedData()
        } catch {
            throw BusError(.socket, "a message cannot be encoded: \(error)")
        }
    }
}
