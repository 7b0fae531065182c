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

    /// Where a service's own sockets are bound.
    struct Places {
        let publication: String
        let requests: String
        let guarded: SocketGuard
    }

    /// Binds at `places` and connects to `writers`. Errors: `BusError`.
    init(_ places: Places, writers: [ServiceName], address: BusAddress, doorbell: Doorbell) throws(BusError) {
        let context = try ZeroMQContext()
        if case .server = places.guarded {
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
            milliseconds: milliseconds
        )
    }

    func keepGate() throws(BusError) -> [TurnedAway] {
        try gatekeeper?.serve()
        return gatekeeper?.takeNews() ?? []
    }

    func admit(_ keys: Set<CurveKey>) { gatekeeper?.allowed = keys }

    func refuse(_ key: String) { gatekeeper?.refuse(key) }

    var refused: UInt64 { gatekeeper?.refused ?? 0 }
}
