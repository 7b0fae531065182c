import MonitoringCodecs
import MonitoringService
import TestSupport
import Testing
import Vocabulary

/// Connections as values: what their bytes lead to, without a socket.
@Suite struct StationSessionTests {
    private static let now = Instant(seconds: 1_790_000_000)

    /// The thirteen packets of one picture, as another program sent them.
    private static let packets: [[UInt8]] = (SL651Tests.vectors ?? []).filter { $0.function == "36" }
        .map { SL651Tests.bytes($0.hex) }

    private func offers<Message>(_ actions: [SessionAction<Message>]) -> [(bytes: [UInt8], message: Message?)] {
        actions.compactMap { action in
            guard case .offer(let bytes, let message) = action else { return nil }
            return (bytes, message)
        }
    }

    private func said<Message>(_ actions: [SessionAction<Message>]) -> [[UInt8]] {
        actions.compactMap { action in
            guard case .say(let bytes) = action else { return nil }
            return bytes
        }
    }

    @Test(.enabled(if: SL651Tests.vectors != nil, "needs ../shared/vectors"), arguments: 1...10 as ClosedRange<UInt64>)
    func `thirteen packets in any order and in any pieces are one input, the packets in order`(_ seed: UInt64) throws {
        var random = Seeded(seed)
        // The last one may come early: it is then asked for what is missing, and nothing else changes.
        let bytes = Self.packets.shuffled(using: &random).flatMap { $0 }
        var session = SL651Session()
        var actions: [SessionAction<SL651Session.Message>] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...600, using: &random))
            rest = rest.dropFirst(piece.count)
            actions += session.take(Array(piece), at: Self.now)
        }
        let offers = offers(actions)
        // By the packets' own numbers: bytes 14 to 16 are total and sequence, twelve bits each.
        let sorted = Self.packets.sorted { Int($0[15] & 0xF) << 8 | Int($0[16]) < Int($1[15] & 0xF) << 8 | Int($1[16]) }
        #expect(offers.count == 1 && offers[0].bytes == sorted.flatMap { $0 }, "seed \(seed)")
        let message = try #require(offers.first?.message)
        #expect(message.packets == 13 && message.frame.body.count == 3_338)
        #expect(session.frames == 13 && session.heldBytes == 0 && self.offers(session.finish()).isEmpty)
    }

    @Test(.enabled(if: SL651Tests.vectors != nil, "needs ../shared/vectors"))
    func `what is missing when the last packet is here is asked for by its number`() throws {
        var session = SL651Session()
        let sorted = Self.packets.sorted { $0[16] < $1[16] }
        let actions = session.take((sorted[..<3] + sorted[4..<10] + sorted[11...]).flatMap { $0 }, at: Self.now)
        #expect(offers(actions).isEmpty)
        let orders = try said(actions).map { try SL651Order.decode(SL651Frame.decode($0, sent: .down)).order }
        #expect(orders == [4, 11].map { .again(.picture, sequence: $0, total: 13) })
        #expect(offers(session.take(sorted[3] + sorted[10], at: Self.now)).first?.message?.packets == 13)
    }

    @Test(.enabled(if: SL651Tests.vectors != nil, "needs ../shared/vectors"))
    func `a long message that never ends is given up, and journaled as what it is`() throws {
        let sorted = Self.packets.sorted { $0[16] < $1[16] }
        // At the end of the connection, and when its station is silent for longer than ten minutes.
        for late in [false, true] {
            var session = SL651Session()
            #expect(session.take(sorted[0] + sorted[1], at: Self.now).isEmpty)
            let last = late ? session.take(sorted[2], at: Self.now + .minutes(11)) : session.finish()
            let offers = offers(last)
            #expect(offers.map(\.bytes) == [sorted[0] + sorted[1]] && offers[0].message == nil)
            let error = #expect(throws: SL651Error.self) { try SL651Input.decode(offers[0].bytes) }
            #expect(error?.code == .badPacket)
        }
    }

    @Test func `noise, a wrong check sum and half a frame are inputs that nobody confirms`() throws {
        let frame = try StationFrames.frame(.timed)
        var wrong = frame
        wrong[wrong.count - 1] ^= 1
        var session = SL651Session()
        let found = offers(session.take([1, 2, 3] + wrong + frame + frame.prefix(20), at: Self.now))
        #expect(found.map { $0.message == nil } == [true, true, false])
        #expect(found.map(\.bytes) == [[1, 2, 3], wrong, frame])
        let rest = offers(session.finish())
        #expect(rest.map(\.bytes) == [Array(frame.prefix(20))] && rest[0].message == nil)
        #expect(session.frames == 1)
    }

    @Test func `link keeping and answers are not confirmed, reports are, and with ESC where something follows`() throws
    {
        for function in SL651Function.allCases {
            var session = SL651Session()
            let message = try #require(
                offers(session.take(try StationFrames.frame(function), at: Self.now)).first?.message
            )
            let answer = SL651Session.answer(to: message, staysOnline: false, at: Self.now)
            #expect((answer != nil) == function.isConfirmed, "\(function.name)")
            guard answer != nil else { continue }
            // Table 10: EOT 04, ESC 1B, before the two bytes of the check sum.
            #expect(answer?.suffix(3).first == 0x04)
            #expect(SL651Session.answer(to: message, staysOnline: true, at: Self.now)?.suffix(3).first == 0x1B)
        }
        #expect(!SL651Function.linkKeeping.isConfirmed && SL651Function.hourly.isConfirmed)
    }

    @Test func `a station that sends nothing but first packets holds no more than the limits allow`() throws {
        var session = SL651Session()
        var random = Seeded(7)
        for number in 0..<400 {
            let address = try #require(SL651Address(String(1_522_020_000 + number)))
            let frame = SL651Frame(
                .up,
                centre: 1,
                address: address,
                secret: 0,
                function: .picture,
                packet: .init(total: 1_000, sequence: 1 + number % 900),
                body: (0..<4_000).map { _ in UInt8.random(in: 0...255, using: &random) },
                ending: .etb
            )
            _ = session.take(try frame.encoded(), at: Self.now)
            #expect(session.heldBytes <= 1 << 20)
        }
    }

    // MARK: HJ 212

    private func packet(_ number: Int, of total: Int, _ items: String, flag: Int = 7) throws -> [UInt8] {
        let head = "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=A1;Flag=\(flag);PNUM=\(total);PNO=\(number);"
        return try HJ212Tests.message(head + "CP=&&DataTime=20160801085800;\(items)&&").encoded().encoded()
    }

    @Test func `packets of HJ 212 in any order are one input, and it is answered as a whole`() throws {
        let parts = try [packet(1, of: 2, "w01018-Rtd=63.0"), packet(2, of: 2, "w21003-Rtd=1.5")]
        for order in [parts, parts.reversed()] {
            var session = HJ212Session()
            let found = offers(session.take(order.flatMap { $0 }, at: Self.now))
            // The line ends between packets are filler.
            #expect(found.map(\.bytes) == [parts.flatMap { $0.dropLast(2) }])
            let message = try #require(found.first?.message)
            #expect(message.value("w01018-Rtd")?.text == "63.0" && message.value("w21003-Rtd")?.text == "1.5")
            let answer = try #require(HJ212Session.answer(to: message, staysOnline: false, at: Self.now))
            #expect(try HJ212Message.decode(HJ212Packet.decode(answer)).known == .dataAnswer)
        }
    }

    @Test func `packets that contradict each other are refused together`() throws {
        var session = HJ212Session()
        // Without its head of six bytes, its check sum of four and its line end.
        let other = String(decoding: try packet(2, of: 2, "w21003-Rtd=1.5").dropFirst(6).dropLast(6), as: UTF8.self)
        let spoilt = try HJ212Tests.packet(other.replacing("085800;w", with: "085900;w")).encoded()
        let found = offers(session.take(try packet(1, of: 2, "w01018-Rtd=63.0") + spoilt, at: Self.now))
        #expect(found.count == 1 && found[0].message == nil && session.heldBytes == 0)
        let error = #expect(throws: HJ212Error.self) { try HJ212Input.decode(found[0].bytes) }
        #expect(error?.code == .badField)
    }
}
