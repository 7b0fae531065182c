/// A control packet of MQTT 3.1.1 (OASIS standard, 29 October 2014): those that a client which only listens sends and receives.
///
/// `init(_:)` reads one, `encoded` writes one; `MQTTFraming` finds them in a connection's bytes.
package enum MQTTPacket: Hashable, Sendable {
    case connect(Connect)
    /// 3.2: whether the broker kept the session, and the return code.
    case connack(sessionPresent: Bool, code: ConnectCode)
    case publish(Publish)
    /// 3.4.
    case puback(id: UInt16)
    case subscribe(id: UInt16, [Subscription])
    /// 3.9: for each filter the granted quality of service, or nil for a refusal.
    case suback(id: UInt16, granted: [UInt8?])
    case pingreq
    case pingresp
    case disconnect

    /// 3.1, without a will.
    package struct Connect: Hashable, Sendable {
        package var clientID: String
        /// False: the broker keeps what comes while the client is away (3.1.2.4).
        package var cleanSession = false
        /// 0 turns it off.
        package var keepAliveSeconds: UInt16
        package var user: String?
        /// Only with a user (3.1.2.9).
        package var password: [UInt8]?

        package init(clientID: String, keepAliveSeconds: UInt16, user: String? = nil, password: [UInt8]? = nil) {
            (self.clientID, self.keepAliveSeconds) = (clientID, keepAliveSeconds)
            (self.user, self.password) = (user, password)
        }
    }

    /// Table 3.1 of 3.2.2.3.
    package enum ConnectCode: UInt8, CaseIterable, Sendable {
        case accepted = 0
        case unacceptableVersion = 1
        case identifierRejected = 2
        case serverUnavailable = 3
        case badUserOrPassword = 4
        case notAuthorized = 5
    }

    /// 3.3, of quality of service 0 or 1.
    package struct Publish: Hashable, Sendable {
        package let topic: String
        package let payload: [UInt8]
        /// Nil for quality of service 0: nobody waits for an answer.
        package let id: UInt16?
        package let isRepeated: Bool
        package let isRetained: Bool

        package init(topic: String, payload: [UInt8], id: UInt16?, isRepeated: Bool = false, isRetained: Bool = false) {
            (self.topic, self.payload, self.id) = (topic, payload, id)
            (self.isRepeated, self.isRetained) = (isRepeated, isRetained)
        }
    }

    /// 3.8.3: a topic filter, and the quality of service that is asked for.
    package struct Subscription: Hashable, Sendable {
        package let filter: String
        package let quality: UInt8

        package init(_ filter: String, quality: UInt8 = 1) { (self.filter, self.quality) = (filter, quality) }
    }

    /// So long is a packet at the most; the standard would allow 256 MiB.
    package static let maximumBytes = 1 << 20
}

/// Why bytes are no MQTT packet, or one that this client does not take.
package struct MQTTError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable words for operators, metrics and tests.
    package enum Code: String, Sendable {
        case tooLarge = "too-large"
        case badLength = "bad-length"
        case badFlags = "bad-flags"
        case unknownType = "unknown-type"
        case unsupported = "unsupported"
        case badText = "bad-text"
        case badField = "bad-field"
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    package var description: String { "\(code.rawValue): \(message)" }
}

/// 2.2.3: the length that follows a packet's first byte, 7 bits in each byte, the lowest first, four bytes at the most.
package enum MQTTFraming {
    /// The whole packet's length; nil while too little of it is here. Errors: `bad-length`, `too-large`.
    package static func length(_ bytes: some Sequence<UInt8>) throws(MQTTError) -> Int? {
        var (length, shift, head) = (0, 0, 1)
        for byte in bytes.dropFirst().prefix(4) {
            length |= Int(byte & 0x7F) << shift
            (shift, head) = (shift + 7, head + 1)
            guard byte < 0x80 else { continue }
            guard length + head <= MQTTPacket.maximumBytes else {
                throw MQTTError(
                    .tooLarge,
                    "a packet of \(length) bytes; publish at most \(MQTTPacket.maximumBytes - 8)"
                )
            }
            return length + head
        }
        guard shift < 28 else { throw MQTTError(.badLength, "a length of more than four bytes") }
        return nil
    }

    static func encoded(_ first: UInt8, _ body: [UInt8]) -> [UInt8] {
        var bytes = [first]
        var rest = body.count
        repeat {
            bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
        return bytes + body
    }
}

extension MQTTPacket {
    /// The packet's bytes. Texts have at most 65,535 bytes: a longer one, which no packet of this type can hold, is cut.
    package var encoded: [UInt8] {
        switch self {
        case .connect(let connect): MQTTFraming.encoded(0x10, connect.body)
        case .connack(let present, let code): MQTTFraming.encoded(0x20, [present ? 1 : 0, code.rawValue])
        case .publish(let publish): MQTTFraming.encoded(publish.firstByte, publish.body)
        case .puback(let id): MQTTFraming.encoded(0x40, number(id))
        case .subscribe(let id, let subscriptions):
            MQTTFraming.encoded(0x82, number(id) + subscriptions.flatMap { text($0.filter.utf8) + [$0.quality] })
        case .suback(let id, let granted): MQTTFraming.encoded(0x90, number(id) + granted.map { $0 ?? 0x80 })
        case .pingreq: MQTTFraming.encoded(0xC0, [])
        case .pingresp: MQTTFraming.encoded(0xD0, [])
        case .disconnect: MQTTFraming.encoded(0xE0, [])
        }
    }
}

extension MQTTPacket.Connect {
    fileprivate var body: [UInt8] {
        let flags: UInt8 = (user == nil ? 0 : 0x80) | (password == nil ? 0 : 0x40) | (cleanSession ? 0x02 : 0)
        // 3.1.2: protocol name, level 4, flags, keep alive; 3.1.3: the payload.
        return text("MQTT".utf8) + [4, flags] + number(keepAliveSeconds) + text(clientID.utf8)
            + (user.map { text($0.utf8) } ?? []) + (password.map(text) ?? [])
    }
}

extension MQTTPacket.Publish {
    fileprivate var firstByte: UInt8 {
        0x30 | (isRepeated ? 0x08 : 0) | (id == nil ? 0 : 0x02) | (isRetained ? 0x01 : 0)
    }
    fileprivate var body: [UInt8] { text(topic.utf8) + (id.map(number) ?? []) + payload }
}

private func number(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

/// 1.5.3: two bytes of length, then the text.
private func text(_ bytes: some Collection<UInt8>) -> [UInt8] {
    let bytes = bytes.prefix(Int(UInt16.max))
    return number(UInt16(bytes.count)) + bytes
}
