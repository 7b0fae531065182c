import MonitoringCodecs
import TestSupport
import Testing
import Vocabulary

/// SL 651 in ASCII coding. Bodies and their values marked "bridge" are those with which yushun1990/sl651_bridge tests its codec; that
/// frame was made by another program of theirs. Check sums elsewhere were worked out by a program in Python from the catalogue's
/// parameters of CRC-16/MODBUS. Times in Beijing are eight hours before in UTC.
@Suite struct SL651TextTests {
    /// Bridge, `protocol/tests/golden.rs`: 32, stage 6.38 m and battery 12.50 V.
    static let timed = SL651Tests.bytes(
        "013031353031303132333435363030303033323030334502303030313236303930393038303030305354203530313031323334353620"
            + "482054542032363039303930383030205A20362E33382056542031322E3530200336454241"
    )

    private func frame(_ function: SL651Function, _ body: String, packet: SL651Frame.Packet? = nil) throws -> SL651Frame
    {
        SL651Frame(
            .up,
            coding: .ascii,
            centre: 1,
            address: try #require(SL651Address("5010123456")),
            secret: 0,
            function: function,
            packet: packet,
            body: Array(body.utf8),
            ending: packet.map { $0.sequence < $0.total } == true ? .etb : .etx
        )
    }

    private func entries(_ function: SL651Function, _ body: String) throws -> [SL651Entry] {
        try SL651Report.decode(frame(function, body)).entries
    }

    /// `09-09T00:00 Z 6.38 m`, for every entry.
    private func read(_ function: SL651Function, _ body: String) throws -> [String] {
        try entries(function, body).map { entry in
            let time = entry.observed.description.dropFirst(5).prefix(11)
            let name = entry.element.definition?.symbol ?? "?"
            return switch entry.content {
            case .number(let value): "\(time) \(name) \(value)"
            case .missing: "\(time) \(name) -"
            case .status(let status): "\(time) \(name) \(status.bits)"
            case .step(let step): "\(time) step \(step.duration.map { "\($0.inSeconds)" } ?? "hour")"
            case .illegible(let bytes), .undefined(let bytes):
                "\(time) \(name) '\(String(decoding: bytes, as: UTF8.self))'"
            }
        }
    }

    private func refusal(_ function: SL651Function, _ body: String) -> SL651Error.Code? {
        do {
            _ = try SL651Message.decode(SL651Frame.decode(frame(function, body).encoded()))
            return nil
        } catch { return (error as? SL651Error)?.code }
    }

    // MARK: frames

    @Test func `a frame that another program made is read, and written with the same bytes`() throws {
        let frame = try SL651Frame.decode(Self.timed)
        #expect(frame.coding == .ascii && frame.station == "5010123456" && frame.centre == 1 && frame.function == 0x32)
        #expect(frame.password == "0000" && frame.ending == .etx && frame.packet == nil)
        #expect(try frame.encoded() == Self.timed)
        let report = try SL651Report.decode(frame)
        #expect(report.serial == 1 && report.sent == Instant("2026-09-09T00:00:00Z"))
        #expect(report.entries.allSatisfy { $0.station.description == "5010123456" && $0.stationClass == 0x48 })
        #expect(
            try read(.timed, String(decoding: frame.body, as: UTF8.self)) == [
                "09-09T00:00 Z 6.38 m", "09-09T00:00 VT 12.50 V",
            ]
        )
    }

    @Test func `it is confirmed in ASCII, the station before the centre`() throws {
        let now = try #require(Instant("2026-09-09T00:00:05Z"))
        let answer = SL651Acknowledgement.encode(confirming: try SL651Frame.decode(Self.timed), at: now)
        let expected = "\u{1}5010123456" + "01" + "0000" + "32" + "8010" + "\u{2}0001260909080005\u{4}D304"
        #expect(answer == Array(expected.utf8))
    }

    @Test func `a damaged frame is refused, and so are starts that others imagined`() throws {
        func refusal(_ bytes: [UInt8], _ direction: SL651Frame.Direction = .up) -> SL651Error.Code? {
            do throws(SL651Error) {
                _ = try SL651Frame.decode(bytes, sent: direction)
                return nil
            } catch { return error.code }
        }
        for index in Self.timed.indices {
            var damaged = Self.timed
            damaged[index] ^= 0x10
            #expect(refusal(damaged) != nil, "\(index)")
        }
        #expect(refusal(Self.timed, .down) == .wrongDirection)
        #expect(refusal(Self.timed.dropLast()) == .wrongCRC)
        // SOH twice before a head in binary, and the digits 01 for it.
        #expect(refusal([0x01, 0x01] + Self.timed.dropFirst()) == .wrongCRC)
        #expect(refusal([0x30, 0x31] + Self.timed.dropFirst()) == .noStart)
    }

    @Test func `frames of both codings come out of one stream in any pieces`() throws {
        let link = SL651Tests.bytes("7E7E00987654321012342F0008027E0822101110074703C3AE")
        let damaged = Self.timed.map { $0 == 0x5A ? 0x5B : $0 }
        let bytes = Self.timed + link + damaged + [1, 2, 3] + Self.timed + link
        for size in [1, 2, 23, 24, 1_000] {
            var framer = SL651Framer()
            var outputs: [SL651Framer.Output] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                outputs += framer.take(bytes[start..<min(bytes.count, start + size)])
            }
            let frames = outputs.compactMap { if case .frame(_, let bytes) = $0 { bytes } else { nil } }
            #expect(frames == [Self.timed, link, Self.timed, link] && framer.heldBytes == 0, "\(size)")
        }
    }

    // MARK: reports

    /// Bridge, `protocol/src/body.rs`.
    @Test func `reports are read as another program reads them`() throws {
        let head = "ST 5010123456 H TT "
        #expect(
            try read(.extra, "0002260910031500\(head)2609100315 Z 7.123 Q M ZT 00000018 VT 11.80 ") == [
                "09-09T19:15 Z 7.123 m", "09-09T19:15 Q -", "09-09T19:15 ZT 24", "09-09T19:15 VT 11.80 V",
            ]
        )
        let hour = try read(
            .hourly,
            "0003260909090000\(head)2609090800 DRP 0102030405060708090A0B0C PT 12.5 "
                + "DRZ1 00640065006600670068FFFF0069006A006B006C006D006E VT 12.00 "
        )
        #expect(hour.count == 26 && hour[0] == "09-09T00:00 PN05 0.1 mm" && hour[11] == "09-09T00:55 PN05 1.2 mm")
        #expect(hour[12] == "09-09T00:00 PT 12.5 mm" && hour[13] == "09-09T00:00 DRZ1 1.00 m")
        #expect(hour[18] == "09-09T00:25 DRZ1 -" && hour[25] == "09-09T00:00 VT 12.00 V")
        #expect(
            try read(.uniform, "0004260909080000\(head)2609090800 DRN05 Z Q 6.30 12.5 6.35 12.6 ") == [
                "09-09T00:00 step 300", "09-09T00:00 Z 6.30 m", "09-09T00:00 Q 12.5 m3/s", "09-09T00:05 Z 6.35 m",
                "09-09T00:05 Q 12.6 m3/s",
            ]
        )
        #expect(
            try read(.uniform, "0005260909080000\(head)2609090800 DRH01 Z 6.30 M 6.35 ").suffix(3) == [
                "09-09T00:00 Z 6.30 m", "09-09T01:00 Z -", "09-09T02:00 Z 6.35 m",
            ]
        )
        #expect(
            try read(.timed, "0008260909080000TT 2609090800 NS 3 UC 8 ") == [
                "09-09T00:00 NS 3 1", "09-09T00:00 UC 8 1",
            ]
        )
    }

    @Test func `what can be meant in one way only is taken`() throws {
        // A space before the words, the class in digits, none behind the last word, no class at all.
        #expect(
            try read(.timed, "0001260909080000 ST 5010123456 48 TT 2609090800 Z -0.50") == ["09-09T00:00 Z -0.50 m"]
        )
        #expect(
            try read(.timed, "0001260909080000ST 5010123456 Z 1.5 Q 2 ").map { $0.dropFirst(12) } == [
                "Z 1.5 m", "Q 2 m3/s",
            ]
        )
        #expect(try entries(.timed, "0001260909080000ST 5010123456 Z TT 2609090800 H 1 ").map(\.stationClass) == [0x5A])
        // Annex C: SW in ten thousand tonnes, DT in HH.mm; a user's own identifier is kept as sent.
        #expect(
            try read(.timed, "0001260909080000TT 2609090800 SW 1.5 DT 01.30 FFA0 28.8 XYZ ab Z 1e3 Z FFFF ") == [
                "09-09T00:00 SW 15000 t", "09-09T00:00 DT 90 min", "09-09T00:00 ? '28.8'", "09-09T00:00 ? 'ab'",
                "09-09T00:00 Z '1e3'", "09-09T00:00 Z -",
            ]
        )
    }

    @Test func `what is not clear is refused with a reason`() {
        let head = "0001260909080000TT 2609090800 "
        #expect(refusal(.timed, head + "Z VT 12.5 ") == .badElement)
        #expect(refusal(.timed, head + "Z 6.38 6.40 VT 12.5 ") == .badElement)
        #expect(refusal(.timed, head + "Z") == .badElement)
        // Another program writes the step's number again, and stages in decimals: are these values of a step, or of an element?
        #expect(refusal(.uniform, head + "DRN05 005 DRZ1 28.96 28.97 ") == .badElement)
        #expect(refusal(.uniform, head + "DRN05 Z Q 6.30 12.5 6.35 ") == .badElement)
        #expect(refusal(.uniform, head + "DRH00 Z 6.30 ") == .badElement)
        #expect(refusal(.timed, "0001260909080000TT 26090908 Z 1 ") == .badTime)
        #expect(refusal(.timed, "0001261309080000Z 1 ") == .badTime)
        #expect(refusal(.timed, "0001260909080000ST 501012 Z 1 ") == .badDigits)
        #expect(refusal(.timed, "000G260909080000Z 1 ") == .badDigits && refusal(.timed, "0001") == .tooShort)
        #expect(refusal(.timed, head + "Z 1\u{7} ") == .badElement)
    }

    // MARK: other messages

    @Test func `pictures, texts and answers are read`() throws {
        func content(_ function: SL651Function, _ body: [UInt8]) throws -> SL651Message.Content {
            let text = try frame(function, "")
            let frame = SL651Frame(
                .up,
                coding: .ascii,
                centre: 1,
                address: text.address,
                secret: 0,
                function: function,
                body: Array("0006260909080000".utf8) + body,
                ending: .etx
            )
            return try SL651Message.decode(frame).content
        }
        let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x10, 0x20, 0x00, 0xFF, 0xD9]
        let picture = try content(.picture, Array("ST 5010123456 H TT 2609090800 PIC ".utf8) + jpeg + [0x20])
        guard case .picture(let picture) = picture else { throw SL651Missing() }
        #expect(picture.jpeg == jpeg && picture.stationClass == 0x48)
        #expect(picture.observed == Instant("2026-09-09T00:00:00Z") && picture.station.description == "5010123456")
        #expect(throws: SL651Error.self) { _ = try content(.picture, Array("Z 1 PIC ".utf8) + jpeg) }
        let typed = Array("MSL 5010123456 202609090800 Z 6.4".utf8)
        #expect(try content(.manual, Array("RGZS ".utf8) + typed + [0x20]) == .manual(typed))
        #expect(try content(.manual, [0xF2, 0xF2] + typed) == .manual(typed))
        #expect(try content(.linkKeeping, []) == .nothing)
        #expect(try content(.setClock, Array("ST 5010123456 ".utf8)) == .nothing)
        #expect(try content(.queryVersion, Array("ST 5010123456 V1.2".utf8)) == .version(Array("V1.2".utf8)))
        guard case .status(let status) = try content(.queryStatus, Array("ST 5010123456 ZT 00000004 ".utf8)) else {
            throw SL651Missing()
        }
        // Table 58: bit 2 is the stage's alarm; an open door is 0.
        #expect(status.alarms == [.stageAlarm, .doorClosed])
        #expect(try content(.quota, Array("ST 5010123456 FF".utf8)) == .other(Array("FF".utf8)))
        guard case .parameters(let list) = try content(.readRunning, Array("ST 5010123456 20 1 28 0.500 ".utf8)) else {
            throw SL651Missing()
        }
        #expect(list.map(\.name) == ["定时报时间间隔", "水位基值1"] && list.map(\.content) == [.text("1"), .text("0.500")])
        #expect(throws: SL651Error.self) { _ = try content(.readRunning, Array("ST 5010123456 20 1 XX 5 ".utf8)) }
    }

    @Test func `packets in ASCII are one message, and do not mix with another coding's`() throws {
        let body = "0006260909080000ST 5010123456 H TT 2609090800 Z 6.38 Q 1.5 VT 12.50 "
        let half = body.index(body.startIndex, offsetBy: 30)
        let first = try frame(.timed, String(body[..<half]), packet: .init(total: 2, sequence: 1)).encoded()
        let second = try frame(.timed, String(body[half...]), packet: .init(total: 2, sequence: 2)).encoded()
        // Table 18: three digits of total and sequence each behind SYN.
        #expect(first[23] == 0x16 && first[24..<30].elementsEqual("002001".utf8))
        let (whole, packets) = try SL651Input.decode(first + second)
        #expect(packets == 2 && whole.coding == .ascii && whole.body == Array(body.utf8))
        #expect(try SL651Report.decode(whole).readings.count == 3)
        let binary = SL651Frame(
            .up,
            centre: 1,
            address: whole.address,
            secret: 0,
            function: .timed,
            packet: .init(total: 2, sequence: 2),
            body: [1],
            ending: .etx
        )
        #expect(throws: SL651Error.self) { _ = try SL651Input.decode(first + binary.encoded()) }
    }

    // MARK: orders

    /// Table 17 and 6.6.4; the two ends of a period are one number, as the centre software with `namespace Protocol.Data.GY` writes it.
    @Test func `orders are the characters of the standard's tables`() throws {
        func sent(_ order: SL651Order, serial: UInt16 = 0) throws -> String {
            let frame = try order.frame(
                to: #require(SL651Address("0011223344")),
                centre: 5,
                secret: 0x03E8,
                coding: .ascii,
                serial: serial,
                at: #require(Instant("2017-07-18T03:02:47Z"))
            )
            #expect(try SL651Order.decode(SL651Frame.decode(frame.encoded(), sent: .down)).order == order)
            return String(decoding: try frame.encoded(), as: UTF8.self)
        }
        let (head, time) = ("\u{1}00112233440503E8", "\u{2}0000170718110247")
        #expect(try sent(.ask(.queryNow)) == head + "378010" + time + "\u{5}6607")
        #expect(try sent(.setClock) == head + "4A8010" + time + "\u{5}E059")
        let elements: [SL651Element] = [.stage, SL651Element(lead: 0x20), .battery]
        #expect(try sent(.elements(elements)) == head + "3A8018" + time + "Z PJ VT \u{5}9330")
        let (from, to) = (try #require(Instant("2017-07-18T00:00:00Z")), try #require(Instant("2017-07-18T03:00:00Z")))
        let period = SL651Order.period(from: from, to: to, step: SL651Step(.minutes(5)), element: .rain5min)
        #expect(try sent(period) == head + "38802C" + time + "1707180817071811 DRN05 PN05 \u{5}AC15")
        #expect(try sent(.parameters(.readRunning, [0x20, 0x28])) == head + "438016" + time + "20 28 \u{5}9D67")
        #expect(
            try sent(.again(.picture, sequence: 2, total: 13), serial: 5)
                == head + "368016" + "\u{16}00D002" + "0005170718110247\u{15}73DA"
        )
        let odd = SL651Order.period(from: from, to: to, step: SL651Step(.minutes(90)), element: .rain5min)
        #expect(throws: SL651Error.self) { _ = try sent(odd) }
    }
}
