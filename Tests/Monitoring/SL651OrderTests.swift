import MonitoringCodecs
import TestSupport
import Testing
import Vocabulary

/// Expected bytes are written out by hand from tables 21, 23 and 41 to 86 of SL 651-2014; 2017-07-18 11:02:47 in Beijing is 03:02:47 UTC.
@Suite struct SL651OrderTests {
    private func sent(_ order: SL651Order, serial: UInt16 = 0) throws -> [UInt8] {
        let frame = try order.frame(
            to: #require(SL651Address("0011223344")),
            centre: 5,
            secret: 0x03E8,
            serial: serial,
            at: #require(Instant("2017-07-18T03:02:47Z"))
        )
        #expect(try SL651Order.decode(SL651Frame.decode(frame.encoded(), sent: .down)).order == order)
        return try frame.encoded().dropLast(2)
    }

    private let head = "7E7E001122334405" + "03E8"

    @Test func `orders are the bytes of the standard's tables`() throws {
        let time = "0000170718110247"
        #expect(try sent(.ask(.queryNow)) == SL651Tests.bytes(head + "37800802" + time + "05"))
        #expect(try sent(.ask(.queryVersion)) == SL651Tests.bytes(head + "45800802" + time + "05"))
        #expect(try sent(.ask(.queryStatus)) == SL651Tests.bytes(head + "46800802" + time + "05"))
        #expect(try sent(.setClock) == SL651Tests.bytes(head + "4A800802" + time + "05"))
        // 3A: stage N(7,3) is 39 23, rain since the day's start N(5,1) 20 19, battery N(4,2) 38 12.
        let elements: [SL651Element] = [.stage, SL651Element(lead: 0x20), .battery]
        #expect(try sent(.elements(elements)) == SL651Tests.bytes(head + "3A800E02" + time + "392320193812" + "05"))
        // 38: 2017-07-18 08h to 11h, every five minutes, 5-minute rain.
        let period = SL651Order.period(
            from: try #require(Instant("2017-07-18T00:00:00Z")),
            to: try #require(Instant("2017-07-18T03:00:00Z")),
            step: SL651Step(.minutes(5)),
            element: .rain5min
        )
        let words = "17071808" + "17071811" + "0418000005" + "2219"
        #expect(try sent(period) == SL651Tests.bytes(head + "38801702" + time + words + "05"))
        // Table 23: packet 2 of 13 did not arrive.
        let again = SL651Order.again(.picture, sequence: 2, total: 13)
        #expect(
            try sent(again, serial: 5) == SL651Tests.bytes(head + "36800B16" + "00D002" + "0005170718110247" + "15")
        )
        #expect(try sent(.confirmed(.setClock, .eot)) == SL651Tests.bytes(head + "4A800802" + time + "04"))
    }

    /// The questions with which novrain/SL-0x028B tests its codec (`test/TestSL651.cpp`), with their sums.
    @Test func `parameters are asked for as another program asks`() throws {
        func sent(_ order: SL651Order, _ time: String) throws -> [UInt8] {
            try order.frame(
                to: #require(SL651Address("0011223344")),
                centre: 5,
                secret: 0x1234,
                at: #require(Instant(time))
            ).encoded()
        }
        let basics = SL651Order.parameters(.readBasics, [0x01, 0x02, 0x03, 0x04, 0x05, 0x0C, 0x0D, 0x0F])
        let first = SL651Tests.bytes(
            "7E7E0011223344051234418018020000170718101912012002280310040005000C080D400F0005F2E3"
        )
        #expect(try sent(basics, "2017-07-18T02:19:12Z") == first)
        #expect(try SL651Order.decode(SL651Frame.decode(first, sent: .down)).order == basics)
        let leads: [UInt8] = [0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x30, 0x38, 0x40, 0x41]
        let second = SL651Tests.bytes(
            "7E7E0011223344051234438022020000170718102034200821082208231024082509260927082823301B381240124112056564"
        )
        #expect(try sent(.parameters(.readRunning, leads), "2017-07-18T02:20:34Z") == second)
        let bad: [SL651Order] = [
            .parameters(.readBasics, [0x20]), .parameters(.readRunning, [0x01]), .parameters(.readRunning, []),
            .parameters(.readRunning, [0xF0]), .parameters(.writeRunning, [0x20]),
        ]
        for order in bad { #expect(throws: SL651Error.self) { _ = try sent(order, "2017-07-18T02:20:34Z") } }
        #expect(SL651Parameter.lead(named: "20") == 0x20 && SL651Parameter.lead(named: "定时报时间间隔") == 0x20)
        #expect(SL651Parameter.lead(named: "F0") == nil && SL651Parameter.lead(named: "间隔") == nil)
    }

    @Test func `what the centre does not send is refused`() throws {
        let orders: [SL651Order] = [
            .ask(.timed), .elements([]), .elements([SL651Element(lead: 0x7A)]), .confirmed(.timed, .etx),
            .other(.gates, [1, 1]),
        ]
        for order in orders { #expect(throws: SL651Error.self) { _ = try sent(order) } }
    }

    @Test func `a message of several packets is confirmed under its last number, and the station kept online by ESC`()
        throws
    {
        let frame = try SL651ReportTests.frame(.picture, "0005591011161118")
        let now = try #require(Instant("2017-07-18T03:02:47Z"))
        let answer = try #require(
            SL651Acknowledgement.encode(confirming: frame, packets: 13, staysOnline: true, at: now)
        )
        #expect(Array(answer.dropLast(2)) == SL651Tests.bytes(head + "36800B16" + "00D00D" + "0005170718110247" + "1B"))
        let decoded = try SL651Order.decode(SL651Frame.decode(answer, sent: .down))
        #expect(decoded.order == .confirmed(.picture, .esc) && decoded.serial == 5)
    }

    @Test func `a frame from the wrong side is refused by its direction`() throws {
        let frame = try SL651ReportTests.frame(.timed, "0005591011161118").encoded()
        #expect { _ = try SL651Frame.decode(frame, sent: .down) } throws: {
            ($0 as? SL651Error)?.code == .wrongDirection
        }
    }

    @Test func `twenty thousand mutated orders give an order or a typed error`() throws {
        let bodies = [
            "0000170718110247", "0000170718110247392320193812", "00001707181102471707180817071811041800000522" + "19",
        ].map(SL651Tests.bytes)
        var random = Seeded(6_516)
        let endings: [SL651Frame.Ending] = [.enq, .enq, .enq, .nak, .eot, .esc]
        var refused = 0
        let address = try #require(SL651Address("0011223344"))
        for _ in 0..<20_000 {
            var body = bodies[Int.random(in: bodies.indices, using: &random)]
            Mutation.change(&body, using: &random)
            let frame = SL651Frame(
                .down,
                centre: 1,
                address: address,
                secret: 0,
                function: SL651Function.allCases[Int.random(in: 0..<30, using: &random)],
                body: body,
                ending: endings[Int.random(in: 0..<6, using: &random)]
            )
            do throws(SL651Error) { _ = try SL651Order.decode(frame) } catch { refused += 1 }
        }
        #expect(refused > 5_000 && refused < 20_000)
    }
}
