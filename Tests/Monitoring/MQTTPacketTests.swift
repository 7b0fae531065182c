import MonitoringCodecs
import TestSupport
import Testing

// Figures and tables of MQTT 3.1.1 (OASIS standard, 29 October 2014), by their numbers.
@Suite struct MQTTPacketTests {
    @Test(
        arguments: [
            // Figure 3.6: protocol name, level, keep alive of 10 s; a user and a password, no will; 3.1.3: client, user, password.
            (
                MQTTPacket.connect(.init(clientID: "a", keepAliveSeconds: 10, user: "u", password: [0x70])),
                [0x10, 0x13, 0, 4, 0x4D, 0x51, 0x54, 0x54, 4, 0xC0, 0, 0x0A, 0, 1, 0x61, 0, 1, 0x75, 0, 1, 0x70]
            ),
            // 3.2.2: the session is present; table 3.1: bad user name or password.
            (.connack(sessionPresent: true, code: .accepted), [0x20, 2, 1, 0]),
            (.connack(sessionPresent: false, code: .badUserOrPassword), [0x20, 2, 0, 4]),
            // Figure 3.11: topic a/b, identifier 10; quality of service 1.
            (.publish(.init(topic: "a/b", payload: [0x2A], id: 10)), [0x32, 8, 0, 3, 0x61, 0x2F, 0x62, 0, 0x0A, 0x2A]),
            (
                .publish(.init(topic: "a/b", payload: [], id: 10, isRepeated: true, isRetained: true)),
                [0x3B, 7, 0, 3, 0x61, 0x2F, 0x62, 0, 0x0A]
            ),
            (.publish(.init(topic: "a/b", payload: [], id: nil)), [0x30, 5, 0, 3, 0x61, 0x2F, 0x62]),
            // 3.4.
            (.puback(id: 0x1234), [0x40, 2, 0x12, 0x34]),
            // Figures 3.21 and 3.23: a/b with 1, c/d with 2.
            (
                .subscribe(id: 10, [.init("a/b", quality: 1), .init("c/d", quality: 2)]),
                [0x82, 14, 0, 0x0A, 0, 3, 0x61, 0x2F, 0x62, 1, 0, 3, 0x63, 0x2F, 0x64, 2]
            ),
            // Figure 3.26: granted 0, granted 2, failure.
            (.suback(id: 10, granted: [0, 2, nil]), [0x90, 5, 0, 0x0A, 0, 2, 0x80]),
            (.pingreq, [0xC0, 0]), (.pingresp, [0xD0, 0]), (.disconnect, [0xE0, 0]),
        ] as [(MQTTPacket, [UInt8])]
    )
    func `a packet is written and read as the standard draws it`(packet: MQTTPacket, bytes: [UInt8]) throws {
        #expect(packet.encoded == bytes)
        #expect(try MQTTPacket(bytes) == packet)
        for count in 0..<bytes.count { #expect(throws: MQTTError.self) { try MQTTPacket(Array(bytes.prefix(count))) } }
        #expect(throws: MQTTError.self) { try MQTTPacket(bytes + [0]) }
    }

    /// Table 2.4.
    @Test(
        arguments: [
            ([0x7F], 127), ([0x80, 0x01], 128), ([0xFF, 0x7F], 16_383), ([0x80, 0x80, 0x01], 16_384),
        ] as [([UInt8], Int)]
    )
    func `a length has seven bits in each byte`(bytes: [UInt8], length: Int) throws {
        #expect(try MQTTFraming.length([0x30] + bytes) == length + 1 + bytes.count)
        #expect(try MQTTFraming.length([0x30] + bytes.dropLast()) == nil)
    }

    @Test(
        arguments: [
            ([0x30, 0xFF, 0xFF, 0xFF, 0xFF], MQTTError.Code.badLength), ([0x30, 0xFF, 0xFF, 0xFF, 0x7F], .tooLarge),
            ([0x36, 7, 0, 3, 0x61, 0x2F, 0x62, 0, 1], .badFlags),
            ([0x34, 7, 0, 3, 0x61, 0x2F, 0x62, 0, 1], .unsupported),
            ([0x38, 5, 0, 3, 0x61, 0x2F, 0x62], .badFlags), ([0x32, 7, 0, 3, 0x61, 0x2F, 0x62, 0, 0], .badField),
            ([0x30, 3, 0, 1, 0x23], .badField), ([0x30, 3, 0, 1, 0], .badText),
            ([0x30, 4, 0, 2, 0xC0, 0x80], .badText),
            ([0x41, 2, 0, 1], .badFlags), ([0x20, 2, 1, 4], .badField), ([0x20, 2, 0, 6], .badField),
            ([0, 0], .unknownType),
            ([0x50, 2, 0, 1], .unsupported), ([0x80, 2, 0, 1], .badFlags), ([0x82, 2, 0, 1], .badLength),
        ] as [([UInt8], MQTTError.Code)]
    )
    func `what the standard forbids is refused by its name`(bytes: [UInt8], code: MQTTError.Code) {
        #expect { try MQTTPacket(bytes) } throws: { ($0 as? MQTTError)?.code == code }
    }

    /// The examples of 4.7.1.2, 4.7.1.3 and 4.7.2.
    @Test func `filters take the topics that the standard says`() throws {
        let taken = [
            (
                "sport/tennis/player1/#",
                ["sport/tennis/player1", "sport/tennis/player1/ranking", "sport/tennis/player1/score/wimbledon"]
            ),
            ("sport/#", ["sport"]), ("#", ["a/b", "/x"]), ("sport/tennis/+", ["sport/tennis/player1"]),
            ("sport/+", ["sport/"]),
            ("+/+", ["/finance"]), ("/+", ["/finance"]), ("$SYS/#", ["$SYS/uptime"]),
            ("$SYS/monitor/+", ["$SYS/monitor/Clients"]),
        ]
        for (filter, topics) in taken {
            let filter = try #require(MQTTFilter(filter))
            for topic in topics { #expect(filter.matches(topic), "\(filter) \(topic)") }
        }
        for (filter, topic) in [
            ("sport/tennis/+", "sport/tennis/player1/ranking"), ("sport/+", "sport"), ("+", "/finance"),
            ("#", "$SYS/uptime"),
            ("+/monitor/Clients", "$SYS/monitor/Clients"), ("a/b", "a"), ("a", "a/b"), ("a/#", "ab"),
        ] { #expect(try #require(MQTTFilter(filter)).matches(topic) == false, "\(filter) \(topic)") }
        for bad in ["sport/tennis#", "sport/tennis/#/ranking", "sport+", "", "a\0"] {
            #expect(MQTTFilter(bad) == nil, "\(bad)")
        }
    }
}
