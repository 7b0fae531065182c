extension MQTTPacket {
    /// Reads one whole packet, whichever side sent it.
    ///
    /// Errors: `bad-length`, `too-large`, `bad-flags` (2.2.2), `unknown-type`, `unsupported` (quality of service 2, wills and what a listening
    /// client neither sends nor receives), `bad-text` (1.5.3), `bad-field`.
    package init(_ bytes: [UInt8]) throws(MQTTError) {
        guard let length = try MQTTFraming.length(bytes), length == bytes.count, let first = bytes.first else {
            throw MQTTError(.badLength, "\(bytes.count) bytes are not one whole packet")
        }
        let head = 2 + bytes.dropFirst().prefix { $0 >= 0x80 }.count
        var body = MQTTReader(bytes[head...])
        self = try Self.read(type: first >> 4, flags: first & 0x0F, &body)
        guard body.isEmpty else { throw MQTTError(.badLength, "\(body.count) bytes too many") }
    }

    private static func read(type: UInt8, flags: UInt8, _ body: inout MQTTReader) throws(MQTTError) -> MQTTPacket {
        if type == 3 { return .publish(try publish(flags, &body)) }
        // 2.2.2, table 2.2.
        guard flags == (type == 8 ? 2 : 0) else { throw MQTTError(.badFlags, "flags \(flags) of packet type \(type)") }
        switch type {
        case 1: return .connect(try connect(&body))
        case 2: return try connack(&body)
        case 4: return .puback(id: try body.identifier())
        case 8: return try subscribe(&body)
        case 9: return try suback(&body)
        case 12: return .pingreq
        case 13: return .pingresp
        case 14: return .disconnect
        case 5, 6, 7, 10, 11:
            throw MQTTError(.unsupported, "packet type \(type); quality of service 2 is not used here")
        default: throw MQTTError(.unknownType, "packet type \(type)")
        }
    }

    private static func publish(_ flags: UInt8, _ body: inout MQTTReader) throws(MQTTError) -> Publish {
        let quality = flags >> 1 & 3
        guard quality < 3 else { throw MQTTError(.badFlags, "a quality of service of 3") }
        guard quality < 2 else { throw MQTTError(.unsupported, "quality of service 2; at most 1 was asked for") }
        // 3.3.1.1.
        guard quality > 0 || flags & 8 == 0 else { throw MQTTError(.badFlags, "a repetition of quality of service 0") }
        let topic = try body.text()
        // 4.7.3 and 3.3.2.1.
        guard !topic.isEmpty, !topic.utf8.contains(UInt8(ascii: "#")), !topic.utf8.contains(UInt8(ascii: "+")) else {
            throw MQTTError(.badField, "a topic that is empty or has wildcards")
        }
        let id = quality == 0 ? nil : try body.identifier()
        return Publish(
            topic: topic,
            payload: body.rest(),
            id: id,
            isRepeated: flags & 8 != 0,
            isRetained: flags & 1 != 0
        )
    }

    private static func connect(_ body: inout MQTTReader) throws(MQTTError) -> Connect {
        guard try body.text() == "MQTT", try body.byte() == 4 else {
            throw MQTTError(.unsupported, "another protocol than MQTT 3.1.1")
        }
        let flags = try body.byte()
        guard flags & 1 == 0 else { throw MQTTError(.badFlags, "the reserved flag of CONNECT") }
        guard flags & 0x3C == 0 else { throw MQTTError(.unsupported, "a will") }
        // 3.1.2.9.
        guard flags & 0xC0 != 0x40 else { throw MQTTError(.badFlags, "a password without a user") }
        let keepAlive = try body.number()
        var connect = Connect(clientID: try body.text(), keepAliveSeconds: keepAlive)
        connect.cleanSession = flags & 2 != 0
        if flags & 0x80 != 0 { connect.user = try body.text() }
        if flags & 0x40 != 0 { connect.password = try body.bytes() }
        return connect
    }

    private static func connack(_ body: inout MQTTReader) throws(MQTTError) -> MQTTPacket {
        let (flags, number) = (try body.byte(), try body.byte())
        // 3.2.2.2: a session is present only where the connection was accepted.
        guard flags <= 1, let code = ConnectCode(rawValue: number), code == .accepted || flags == 0 else {
            throw MQTTError(.badField, "CONNACK \(flags) \(number)")
        }
        return .connack(sessionPresent: flags == 1, code: code)
    }

    private static func subscribe(_ body: inout MQTTReader) throws(MQTTError) -> MQTTPacket {
        let id = try body.identifier()
        var subscriptions: [Subscription] = []
        repeat {
            let filter = try body.text()
            let quality = try body.byte()
            guard quality <= 2 else { throw MQTTError(.badField, "a quality of service of \(quality)") }
            subscriptions.append(Subscription(filter, quality: quality))
        } while !body.isEmpty
        return .subscribe(id: id, subscriptions)
    }

    private static func suback(_ body: inout MQTTReader) throws(MQTTError) -> MQTTPacket {
        let id = try body.identifier()
        var granted: [UInt8?] = []
        repeat {
            let code = try body.byte()
            guard code <= 2 || code == 0x80 else { throw MQTTError(.badField, "a return code \(code) of SUBACK") }
            granted.append(code == 0x80 ? nil : code)
        } while !body.isEmpty
        return .suback(id: id, granted: granted)
    }
}

/// What of a packet is not read yet.
private struct MQTTReader {
    private var left: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { left = bytes }

    var isEmpty: Bool { left.isEmpty }
    var count: Int { left.count }

    mutating func byte() throws(MQTTError) -> UInt8 {
        guard let byte = left.popFirst() else { throw MQTTError(.badLength, "the packet ends too early") }
        return byte
    }

    mutating func number() throws(MQTTError) -> UInt16 { UInt16(try byte()) << 8 | UInt16(try byte()) }

    /// 2.3.1: never 0.
    mutating func identifier() throws(MQTTError) -> UInt16 {
        let id = try number()
        guard id > 0 else { throw MQTTError(.badField, "a packet identifier of 0") }
        return id
    }

    mutating func bytes() throws(MQTTError) -> [UInt8] {
        let count = Int(try number())
        guard count <= left.count else { throw MQTTError(.badLength, "the packet ends too early") }
        defer { left = left.dropFirst(count) }
        return Array(left.prefix(count))
    }

    mutating func text() throws(MQTTError) -> String {
        let bytes = try bytes()
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            throw MQTTError(.badText, "a text that is no UTF-8, or holds NUL")
        }
        return text
    }

    mutating func rest() -> [UInt8] {
        defer { left = [] }
        return Array(left)
    }
}
