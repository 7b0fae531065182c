import Foundation
package import MessageSchema

/// Somebody who was not let in.
package struct TurnedAway: Hashable, Sendable {
    /// The address that the connection came from.
    package let address: String
    /// The public key, Z85; empty where it came without one.
    package let key: String
    /// The stream that it may not read; nil where it may not come in at all.
    package var stream: StreamName?
}

/// Answers libzmq's question whether a key may come in: ZAP (ZeroMQ RFC 27, version 1.0), mechanism CURVE.
///
/// Bound before any guarded socket of its context: libzmq lets everybody in where nobody is asked. Owned by the thread of the bus.
final class Gatekeeper {
    static let domain = "fengsui"
    /// So many refusals are told one by one; more are only counted.
    static let toldAtMost = 1_000

    let socket: ZeroMQSocket
    var allowed: Set<CurveKey>
    private(set) var refused: UInt64 = 0
    private var told: Set<TurnedAway> = []
    private var news: [TurnedAway] = []

    init(_ context: ZeroMQContext, allowed: Set<CurveKey>) throws(BusError) {
        self.allowed = allowed
        socket = try ZeroMQSocket.open(context, .reply, maxBytes: 1 << 16)
        try socket.bind("inproc://zeromq.zap.01")
    }

    /// Answers all questions that wait.
    func serve() throws(BusError) {
        // Version, request, domain, address, routing id, mechanism, credentials.
        while let frames = try socket.receive(frameLimit: 8) {
            let key = frames.count == 7 ? CurveKey(bytes: frames[6]) : nil
            let isAllowed =
                frames.count == 7 && frames[5] == Data("CURVE".utf8) && key.map(allowed.contains) ?? false
            if !isAllowed { note(frames, key) }
            let answer = [
                "1.0", nil, isAllowed ? "200" : "400", isAllowed ? "OK" : "this key is not in the bus's list",
                isAllowed ? key?.text ?? "" : "", "",
            ]
            _ = try socket.send(answer.map { $0.map { Data($0.utf8) } ?? frames.dropFirst().first ?? Data() })
        }
    }

    /// Notes a key that is not on the list any more, or may not read `stream`.
    func refuse(_ key: String, stream: StreamName?) { note(TurnedAway(address: "", key: key, stream: stream)) }

    private func note(_ frames: [Data], _ key: CurveKey?) {
        let address = frames.count > 3 ? String(decoding: frames[3], as: UTF8.self) : ""
        note(TurnedAway(address: address, key: key?.text ?? ""))
    }

    private func note(_ refusal: TurnedAway) {
        refused += 1
        guard told.count < Self.toldAtMost, told.insert(refusal).inserted else { return }
        news.append(refusal)
    }

    /// Those that were not told of before; each once.
    func takeNews() -> [TurnedAway] {
        defer { news = [] }
        return news
    }
}
