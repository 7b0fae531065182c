import Foundation
import MessageSchema

/// A service's place on the bus over ZeroMQ: PUB and ROUTER are bound, SUB and a DEALER for each writer are connected.
final class ZeroMQSockets: BusSockets {
    private let publication: ZeroMQSocket
    private let requests: ZeroMQSocket
    private let subscription: ZeroMQSocket
    private let peers: [(writer: ServiceName, peer: Peer)]
    private let gatekeeper: Gatekeeper?
    private let doorbell: Doorbell
    private var address: BusAddress

    /// Where a service's own sockets are bound.
    struct Places {
        let publication: String
        let requests: String
        let guarded: SocketGuard
    }

    /// Binds at `places` and connects to `writers`. Errors: `BusError`.
    init(
        _ places: Places,
        writers: [ServiceName],
        topics: [Data],
        address: BusAddress,
        doorbell: Doorbell
    ) throws(BusError) {
        self.address = address
        let context = try ZeroMQContext()
        if case .server = places.guarded {
            gatekeeper = try Gatekeeper(context, allowed: address.allowed)
        } else {
            gatekeeper = nil
        }
        // On a guarded bus each subscription is looked at: a key lets a peer in, and may not let it read every stream.
        publication = try ZeroMQSocket.open(
            context,
            gatekeeper == nil ? .publish : .publishToAdmitted,
            highWater: Self.queue,
            maxBytes: Int64(Limits.requestBytes)
        )
        try publication.bind(places.publication, places.guarded)
        requests = try ZeroMQSocket.open(context, .answer, maxBytes: Int64(Limits.requestBytes))
        try requests.bind(places.requests, places.guarded)
        // Beyond this libzmq closes the connection for good, so a record that is too large for us must still fit.
        subscription = try ZeroMQSocket.open(
            context,
            .subscribe,
            highWater: Self.queue,
            maxBytes: Int64(Limits.requestBytes)
        )
        for topic in topics { try subscription.subscribe(to: topic) }
        var peers: [(ServiceName, Peer)] = []
        for writer in writers {
            try subscription.connect(address.publication(writer), address.client(of: writer))
            peers.append((writer, try Peer(context, writer, at: address)))
        }
        (self.peers, self.doorbell) = (peers, doorbell)
    }

    /// How many messages wait for a subscriber, and with it.
    private static let queue: CInt = 1_000

    func publish(_ frames: [Data]) throws(BusError) -> Bool { try publication.send(frames) }

    func nextPublication() throws(BusError) -> [Data]? { try subscription.receive() }

    func nextRequest() throws(BusError) -> RequestFrames? {
        var key: String? = ""
        return try requests.receive(senderKey: &key).map { RequestFrames(frames: $0, key: key ?? "") }
    }

    func answer(_ frames: [Data]) throws(BusError) -> Bool { try requests.send(frames) }

    func ask(_ writer: ServiceName, _ request: Data) throws(BusError) -> Bool {
        try peer(writer)?.send(request) ?? false
    }

    func nextReply(of writer: ServiceName) throws(BusError) -> Data? { try peer(writer)?.receive() }

    private func peer(_ writer: ServiceName) -> Peer? { peers.first { $0.writer == writer }?.peer }

    func wait(milliseconds: Int) {
        doorbell.wait(
            subscription,
            requests,
            asking: peers.map(\.peer),
            gatekeeper: gatekeeper,
            subscriptions: publication,
            milliseconds: milliseconds
        )
    }

    func keepGate() throws(BusError) -> [TurnedAway] {
        guard let gatekeeper else { return [] }
        try gatekeeper.serve()
        try admitReaders(gatekeeper)
        return gatekeeper.takeNews()
    }

    /// Answers each subscription that came: a topic is heard by those whose key may read it.
    private func admitReaders(_ gatekeeper: Gatekeeper) throws(BusError) {
        var key: String? = ""
        while let frames = try publication.receive(senderKey: &key) {
            // A subscription is the byte 1 and the topic; the byte 0 ends one.
            guard let bytes = frames.first, bytes.first == 1 else { continue }
            let topic = Data(bytes.dropFirst())
            let stream = StreamName.allCases.first { Bus.topic(of: $0) == topic }
            if topic == Bus.heartbeatTopic || stream.map({ address.mayRead($0, key ?? "") }) ?? false {
                publication.admitLastSubscriber(to: topic)
            } else {
                gatekeeper.refuse(key ?? "", stream: stream)
            }
        }
    }

    func admit(_ list: BusAddress) {
        address = list
        gatekeeper?.allowed = list.allowed
    }

    func refuse(_ key: String, stream: StreamName?) { gatekeeper?.refuse(key, stream: stream) }

    var refused: UInt64 { gatekeeper?.refused ?? 0 }
}
