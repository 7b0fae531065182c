package import Foundation
package import MessageSchema
import SwiftProtobuf

/// One service's place on the bus: it publishes, answers requests, and reads the streams of others.
///
/// PUB is a hint and the log is the truth: a lost record is a gap, and gaps are fetched from the publisher's outbox. One
/// thread owns it; only `Doorbell` is for others.
package final class Bus {
    private let publication: ZeroMQSocket
    private let requests: ZeroMQSocket
    private let subscription: ZeroMQSocket
    private let peers: [(writer: ServiceName, peer: Peer)]
    private let gatekeeper: Gatekeeper?
    private let doorbell: Doorbell
    private let service: ServiceName
    private var address: BusAddress
    package private(set) var readers: [StreamReader]
    /// Pages outstanding: the number of the request, what was next when it was asked, and how many waits ago that was.
    private var asked: [StreamName: (number: UInt64, next: UInt64, waits: Int)] = [:]
    /// How many pages were asked for to catch up, by stream.
    package private(set) var pagesAsked: [StreamName: UInt64] = [:]
    private var number: UInt64 = 0
    /// Frames on the subscription that were no record: counted, dropped, and fetched as a gap if they were one.
    package private(set) var malformed: UInt64 = 0

    /// After so many waits without a page, it is asked for again.
    static let patience = 20

    /// Binds this service's sockets and connects to the writers of the streams in `readers`.
    ///
    /// Errors: `BusError`; its code is `key` where the address is guarded and its keys are not those of `service`.
    package convenience init(service: ServiceName, address: BusAddress, readers: [StreamReader], doorbell: Doorbell)
        throws(BusError)
    {
        guard try address.key(of: service) == address.keys?.publicKey else {
            throw BusError(
                .key,
                "the key is not the one that the bus's file gives \(service.rawValue); name its own with --key"
            )
        }
        let own = (
            try address.bound(address.publication(service), service),
            try address.bound(address.requests(service), service)
        )
        try self.init(
            service: service,
            bound: own,
            guarded: address.server(),
            address: address,
            readers: readers,
            doorbell: doorbell
        )
    }

    /// Reads the streams in `readers` as an onlooker: nothing is bound that anyone else could see.
    package convenience init(watching readers: [StreamReader], address: BusAddress, doorbell: Doorbell) throws(BusError)
    {
        let own = ("inproc://onlooker.pub", "inproc://onlooker.req")
        let service = readers.first?.stream.writer ?? .monitoring
        try self.init(
            service: service,
            bound: own,
            guarded: .plain,
            address: address,
            readers: readers,
            doorbell: doorbell
        )
    }

    private init(
        service: ServiceName,
        bound: (publication: String, requests: String),
        guarded: SocketGuard,
        address: BusAddress,
        readers: [StreamReader],
        doorbell: Doorbell
    ) throws(BusError) {
        let context = try ZeroMQContext()
        if case .server = guarded {
            gatekeeper = try Gatekeeper(context, allowed: address.allowed)
        } else {
            gatekeeper = nil
        }
        publication = try ZeroMQSocket.open(
            context,
            .publish,
            highWater: Self.queue,
            maxBytes: Int64(Limits.requestBytes)
        )
        try publication.bind(bound.publication, guarded)
        requests = try ZeroMQSocket.open(context, .answer, maxBytes: Int64(Limits.requestBytes))
        try requests.bind(bound.requests, guarded)
        // Beyond this libzmq closes the connection for good, so a record that is too large for us must still fit.
        subscription = try ZeroMQSocket.open(
            context,
            .subscribe,
            highWater: Self.queue,
            maxBytes: Int64(Limits.requestBytes)
        )
        var peers: [(ServiceName, Peer)] = []
        for writer in Set(readers.map(\.stream.writer)).sorted() {
            try subscription.connect(address.publication(writer), address.client(of: writer))
            peers.append((writer, try Peer(context, writer, at: address)))
        }
        self.peers = peers
        (self.service, self.address) = (service, address)
        (self.readers, self.doorbell) = (readers, doorbell)
    }

    // MARK: writing

    /// Publishes records that are committed. A full queue drops: a gap, and gaps are fetched.
    package func publish(_ batches: [StreamBatch]) throws(BusError) {
        for batch in batches {
            let topic = Data(batch.stream.rawValue.utf8)
            for part in batch.parts(limit: Self.messageBytes) { _ = try publication.send([topic, part]) }
        }
    }

    /// Records go in messages of about this size: small enough that `queue` of them are 64 MB, large enough that a message costs nothing.
    package static let messageBytes = 1 << 16
    /// How many messages wait for a subscriber, and with it.
    static let queue: CInt = 1_000

    /// Tells where this service's streams stand, so that the loss of a last record is seen.
    package func publish(heads: [StreamHead]) throws(BusError) {
        var heartbeat = Heartbeat()
        heartbeat.service = service.rawValue
        heartbeat.heads = heads
        _ = try publication.send([Data(Self.heartbeatTopic.utf8), try encode(heartbeat)])
    }

    static let heartbeatTopic = "heartbeat"

    /// A request that waits for its answer, and where the answer goes.
    package struct Asked {
        package let request: Request
        /// The public key, Z85, that it came in under; empty on a bus without keys.
        package let key: String
        fileprivate let route: Data
    }

    /// The next request; nil if none waits. Bytes that are no request are dropped and counted.
    package func nextRequest() throws(BusError) -> Asked? {
        var key: String? = ""
        while let frames = try requests.receive(senderKey: &key) {
            if frames.count == 2, let request = try? Request.decode(frames[1]) {
                // A key that was taken off the list at work keeps its connection; it gets no answer.
                if address.admits(key ?? "") { return Asked(request: request, key: key ?? "", route: frames[0]) }
                gatekeeper?.refuse(key ?? "")
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
        _ = try requests.send([asked.route, try encode(reply)])
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
        _ = try requests.send([asked.route, bytes])
    }

    // MARK: reading

    /// Waits for anything to do, at most `milliseconds`.
    package func wait(milliseconds: Int) {
        doorbell.wait(
            subscription,
            requests,
            asking: peers.map(\.peer),
            gatekeeper: gatekeeper,
            milliseconds: milliseconds
        )
    }

    /// Decides who may come in, and gives those who may not; each once. A bus without keys has nobody to turn away.
    package func keepGate() throws(BusError) -> [TurnedAway] {
        try gatekeeper?.serve()
        return gatekeeper?.takeNews() ?? []
    }

    /// Why a command of that type may not come under the key of the request; nil where it may.
    package func objection(to asked: Asked, commanding type: String) -> BusAddress.Objection? {
        address.objection(to: asked.key, commanding: type)
    }

    /// Takes a changed list of who may come in, at work: a new key comes in with its next connection, one that was taken away gets
    /// no answer any more; what it subscribed to it hears until its connection ends.
    ///
    /// Errors: `address` where services, hosts, ports or their keys changed: that takes a new start.
    package func adopt(_ new: BusAddress) throws(BusError) {
        guard new.hasSameSeats(as: address) else {
            throw BusError(.address, "services, places or their keys changed; start \(service.rawValue) again")
        }
        address = new
        gatekeeper?.allowed = new.allowed
    }

    /// How many connections were turned away.
    package var refused: UInt64 { gatekeeper?.refused ?? 0 }

    /// How many records are collected at a time, about.
    package static let collectLimit = 1_000

    /// All records that are in order now, bounded at about `limit`. Asks for pages where there are gaps.
    package func collect(limit: Int = collectLimit) throws(BusError) -> [StreamReader.Accepted] {
        var accepted: [StreamReader.Accepted] = []
        while accepted.count < limit, let frames = try subscription.receive() {
            guard frames.count == 2 else {
                malformed += 1
                continue
            }
            if frames[0] == Data(Self.heartbeatTopic.utf8) {
                try hear(frames[1])
            } else {
                try offer(list: frames[1], &accepted)
            }
        }
        for (_, peer) in peers { try takePages(peer, &accepted) }
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

    private func takePages(_ peer: Peer, _ accepted: inout [StreamReader.Accepted]) throws(BusError) {
        while let bytes = try peer.receive() {
            guard let page = Self.page(bytes) else {
                malformed += 1
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

    /// The page in a reply; nil where it is none, or another reply.
    private static func page(_ bytes: Data) -> EncodedPage? {
        do { return try EncodedPage(bytes) } catch { return nil }
    }

    private func askForGaps() throws(BusError) {
        for reader in readers where reader.isBehind || reader.doubtsHead {
            if let question = asked[reader.stream], question.waits < Self.patience {
                asked[reader.stream]?.waits += 1
                continue
            }
            guard let peer = peers.first(where: { $0.writer == reader.stream.writer })?.peer else { continue }
            var request = Request()
            number += 1
            request.number = number
            request.catchUp.stream = reader.stream.rawValue
            request.catchUp.from = reader.next
            request.catchUp.epoch = reader.epoch
            if try peer.send(try encode(request)) {
                asked[reader.stream] = (number, reader.next, 0)
                pagesAsked[reader.stream, default: 0] += 1
            }
        }
    }

    private func encode(_ message: some SwiftProtobuf.Message) throws(BusError) -> Data {
        do {
            return try message.serializedData()
        } catch {
            throw BusError(.socket, "a message cannot be encoded: \(error)")
        }
    }
}
