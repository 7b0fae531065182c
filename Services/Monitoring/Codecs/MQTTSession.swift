package import Vocabulary

/// A client's side of an MQTT connection that only listens, and tells the broker that it has a message once it is kept for good.
///
/// A value without sockets: what happened goes in, what to do comes out. Quality of service 1 (4.3.2) with a session that the broker
/// keeps (3.1.2.4): what was not acknowledged when a connection ended, the broker sends again on the next one.
package struct MQTTSession: Sendable {
    /// What the shell has to do, in order.
    package enum Action: Hashable, Sendable {
        case send(MQTTPacket)
        /// Hand it over; say `kept` when it is committed.
        case take(MQTTPacket.Publish)
        /// The filters are subscribed: messages come.
        case listening(sessionPresent: Bool)
        /// Close the connection, for that reason.
        case close(Reason)
    }

    /// Why a connection ends.
    package enum Reason: Hashable, Sendable {
        case refused(MQTTPacket.ConnectCode)
        /// The broker does not let this client have a filter, or only without acknowledgement.
        case notSubscribed(filter: String)
        /// The broker says nothing (3.1.2.10).
        case silent
        /// The broker sent what it may not send then.
        case unexpected(String)
        /// More messages wait for their commit than were agreed on.
        case tooMany
    }

    /// Where the connection stands.
    package enum State: Hashable, Sendable {
        case connecting
        case subscribing(sessionPresent: Bool)
        case listening
        case closed
    }

    /// How long a silence may be, and how many messages may wait.
    package struct Limits: Sendable {
        /// Half of it without a packet of ours: a PINGREQ goes out; all of it without one of the broker's: it is gone.
        package var keepAlive: Duration
        /// Messages that wait for their commit at the most.
        package var inFlight: Int

        /// So many of the smallest messages fit one read of a socket.
        static let alreadyRead = 16_384

        package init(keepAlive: Duration = .seconds(30), inFlight: Int = 200) {
            (self.keepAlive, self.inFlight) = (keepAlive, inFlight)
        }
    }

    package private(set) var state = State.connecting
    private let subscriptions: [MQTTPacket.Subscription]
    private let limits: Limits
    private var heard: Instant
    private var spoke: Instant
    /// Messages that were handed over and are not kept yet, by their identifier; of quality of service 0 the count.
    private var waiting: Set<UInt16> = []
    private var unnumbered = 0

    /// A connection that has just opened; `begin` says what goes out first.
    package init(filters: [String], limits: Limits, at now: Instant) {
        subscriptions = filters.map { MQTTPacket.Subscription($0) }
        (self.limits, heard, spoke) = (limits, now, now)
    }

    /// How many messages wait for their commit.
    package var inFlight: Int { waiting.count + unnumbered }

    /// Whether the shell may read on.
    package var hasRoom: Bool { inFlight < limits.inFlight }

    /// 3.1: CONNECT is the first packet.
    package func begin(_ connect: MQTTPacket.Connect) -> [Action] { [.send(.connect(connect))] }

    /// A packet of the broker.
    package mutating func received(_ packet: MQTTPacket, at now: Instant) -> [Action] {
        heard = max(heard, now)
        switch (state, packet) {
        case (.closed, _): return []
        case (.connecting, .connack(_, let code)) where code != .accepted: return close(.refused(code))
        case (.connecting, .connack(let present, _)):
            state = .subscribing(sessionPresent: present)
            return send(.subscribe(id: 1, subscriptions), at: now)
        case (.subscribing(let present), .suback(1, let qualities)): return granted(qualities, present)
        // 3.8.4: messages may come before the SUBACK, those of a kept session among them.
        case (.subscribing, .publish(let publish)), (.listening, .publish(let publish)): return take(publish)
        case (.subscribing, .pingresp), (.listening, .pingresp): return []
        default: return close(.unexpected("\(packet.name) while \(state.name)"))
        }
    }

    /// The message is committed, or kept aside for good.
    package mutating func kept(_ publish: MQTTPacket.Publish, at now: Instant) -> [Action] {
        guard state != .closed else { return [] }
        guard let id = publish.id else {
            unnumbered = max(0, unnumbered - 1)
            return []
        }
        guard waiting.remove(id) != nil else { return [] }
        return send(.puback(id: id), at: now)
    }

    /// Time goes by.
    package mutating func tick(at now: Instant) -> [Action] {
        guard state != .closed else { return [] }
        if now - heard >= limits.keepAlive { return close(.silent) }
        if now - spoke >= limits.keepAlive / 2, state != .connecting { return send(.pingreq, at: now) }
        return []
    }

    private mutating func take(_ publish: MQTTPacket.Publish) -> [Action] {
        if let id = publish.id {
            // It is sent again while it waits: one acknowledgement answers both.
            guard waiting.insert(id).inserted else { return [] }
        } else {
            unnumbered += 1
        }
        // The shell stops reading when there is no room; what it had read already still comes.
        guard inFlight <= limits.inFlight + Limits.alreadyRead else { return close(.tooMany) }
        return [.take(publish)]
    }

    private mutating func granted(_ qualities: [UInt8?], _ present: Bool) -> [Action] {
        guard qualities.count == subscriptions.count else {
            return close(.unexpected("SUBACK of \(qualities.count) filters"))
        }
        for (subscription, quality) in zip(subscriptions, qualities) where quality != 1 {
            return close(.notSubscribed(filter: subscription.filter))
        }
        state = .listening
        return [.listening(sessionPresent: present)]
    }

    private mutating func send(_ packet: MQTTPacket, at now: Instant) -> [Action] {
        spoke = max(spoke, now)
        return [.send(packet)]
    }

    private mutating func close(_ reason: Reason) -> [Action] {
        state = .closed
        return [.close(reason)]
    }
}

extension MQTTSession.State {
    fileprivate var name: String {
        switch self {
        case .connecting: "connecting"
        case .subscribing: "subscribing"
        case .listening: "listening"
        case .closed: "closed"
        }
    }
}

extension MQTTPacket {
    fileprivate var name: String {
        switch self {
        case .connect: "CONNECT"
        case .connack: "CONNACK"
        case .publish: "PUBLISH"
        case .puback: "PUBACK"
        case .subscribe: "SUBSCRIBE"
        case .suback: "SUBACK"
        case .pingreq: "PINGREQ"
        case .pingresp: "PINGRESP"
        case .disconnect: "DISCONNECT"
        }
    }
}
