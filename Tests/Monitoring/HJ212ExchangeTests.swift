import MonitoringCodecs
import TestSupport
import Testing
import Vocabulary

@Suite struct HJ212ExchangeTests {
    private let data = "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=A1;Flag=5;CP=&&DataTime=20160801085800&&"

    private func segment(_ message: HJ212Message?) throws -> String {
        String(decoding: try #require(message).encoded().segment, as: UTF8.self)
    }

    // MARK: answers and orders; the forms are those of HJ 212-2017, annex C

    @Test func `data that asks for it is answered by 9014 with its own QN`() throws {
        let message = try HJ212Tests.message(data)
        #expect(
            try segment(HJ212Answer.confirming(message))
                == "QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=A1;Flag=4;CP=&&&&"
        )
        #expect(HJ212Answer.confirming(try HJ212Tests.message(data.replacing("Flag=5", with: "Flag=4"))) == nil)
        let notice = try HJ212Tests.message("QN=1;ST=32;CN=1013;PW=1;MN=A1;Flag=5;CP=&&PolId=w01018&&")
        #expect(HJ212Answer.confirming(notice)?.known == .noticeAnswer)
        let answer = try HJ212Tests.message("QN=1;ST=91;CN=9014;PW=1;MN=A1;Flag=5;CP=&&&&")
        #expect(HJ212Answer.confirming(answer) == nil)
    }

    @Test func `a device's acceptance and result are written and read`() throws {
        let order = try HJ212Tests.message("QN=20160801085857223;ST=32;CN=1012;PW=1;MN=A1;Flag=5;CP=&&SystemTime=1&&")
        let accepted = HJ212Answer.accepting(order, .wrongPassword)
        #expect(try segment(accepted) == "QN=20160801085857223;ST=91;CN=9011;PW=1;MN=A1;Flag=4;CP=&&QnRtn=3&&")
        #expect(HJ212Answer.acceptance(accepted) == .wrongPassword && HJ212Answer.result(accepted) == nil)
        let concluded = HJ212Answer.concluding(order, .noData)
        #expect(try segment(concluded).hasSuffix("CN=9012;PW=1;MN=A1;Flag=4;CP=&&ExeRtn=100&&"))
        #expect(HJ212Answer.result(concluded) == .noData)
        let strange = try HJ212Tests.message("QN=1;ST=91;CN=9012;PW=1;MN=A1;CP=&&ExeRtn=7&&")
        #expect(HJ212Answer.result(strange) == nil)
    }

    @Test func `orders are the words of the standard`() throws {
        let now = try #require(Instant("2016-08-01T00:58:57.223Z"))
        func sent(_ order: HJ212Order) throws -> String {
            let message = try order.message(to: "A1", system: "32", password: "123456", at: now)
            #expect(try HJ212Message.decode(message.encoded()) == message)
            return try segment(message)
        }
        let head = "QN=20160801085857223;ST=32;CN=%;PW=123456;MN=A1;Flag=5;CP=&&"
        func expected(_ command: String, _ items: String) -> String {
            head.replacing("%", with: command) + items + "&&"
        }
        #expect(
            try sent(.setClock(to: now, factor: "w01018"))
                == expected("1012", "PolId=w01018;SystemTime=20160801085857")
        )
        #expect(try sent(.setClock(to: now, factor: nil)) == expected("1012", "SystemTime=20160801085857"))
        #expect(try sent(.startRealTime) == expected("2011", "") && sent(.stopRealTime) == expected("2012", ""))
        #expect(
            try sent(.history(.minute, from: now - .hours(1), to: now))
                == expected("2051", "BeginTime=20160801075857;EndTime=20160801085857")
        )
        #expect(try sent(.setTimeout(seconds: 5, retries: 3)) == expected("1000", "OverTime=5;ReCount=3"))
        #expect(
            try sent(.askInformation(factor: "w01018", information: "i12001"))
                == expected("3020", "PolId=w01018;InfoId=i12001")
        )
        #expect(try sent(.askInterval(.realTimeInterval)) == expected("1061", ""))
        #expect(try sent(.askInterval(.minuteInterval)) == expected("1063", ""))
        let bad: [HJ212Order] = [
            .askInterval(.setRealTimeInterval), .history(.realTime, from: now, to: now),
            .setTimeout(seconds: -1, retries: 0),
            .askIdentity(factor: "a;CN=1"),
        ]
        for order in bad { #expect(throws: HJ212Error.self) { _ = try sent(order) } }
        #expect(throws: HJ212Error.self) {
            _ = try HJ212Order.startRealTime.message(to: "A&&", system: "32", password: "", at: now)
        }
    }

    // MARK: packets of several

    private func part(_ number: Int, of total: Int, _ items: String, time: String = "20160801080000") throws
        -> HJ212Message
    {
        try HJ212Tests.message(
            "QN=20160801085857223;ST=31;CN=2051;PW=1;MN=A1;Flag=7;PNUM=\(total);PNO=\(number);CP=&&DataTime=\(time);\(items)&&"
        )
    }

    @Test func `packets in any order and twice are one report`() throws {
        let start = Instant(seconds: 1_700_000_000)
        let parts = try [
            part(1, of: 3, "a21026-Avg=1.0"), part(2, of: 3, "a21002-Avg=2.0"), part(3, of: 3, "a34013-Avg=3.0"),
        ]
        var random = Seeded(212)
        for _ in 0..<50 {
            var assembler = HJ212Assembler()
            var whole: HJ212Message?
            for part in parts.shuffled(using: &random) + parts {
                if case .whole(let message) = try assembler.take(part, bytes: 100, at: start).progress, whole == nil {
                    whole = message
                }
            }
            let report = try HJ212Report.decode(#require(whole))
            #expect(report.factors.map(\.code) == ["a21026", "a21002", "a34013"])
            #expect(
                report.factors.flatMap { $0.quantities.map(\.value.description) } == [
                    "1.0 mg/m3", "2.0 mg/m3", "3.0 mg/m3",
                ]
            )
        }
        var assembler = HJ212Assembler()
        _ = try assembler.take(parts[0], bytes: 100, at: start)
        #expect(try assembler.take(parts[2], bytes: 100, at: start).progress == .incomplete(missing: [2]))
        #expect(assembler.heldBytes == 200)
        #expect(assembler.expire(at: start + .minutes(11)).map(\.missing) == [[2]])
    }

    @Test func `packets of different times are no message, and too many no packets`() throws {
        let start = Instant(seconds: 1_700_000_000)
        var assembler = HJ212Assembler()
        _ = try assembler.take(part(1, of: 2, "a21026-Avg=1"), bytes: 1, at: start)
        #expect(throws: HJ212Error.self) {
            try assembler.take(part(2, of: 2, "a21002-Avg=1", time: "20160801090000"), bytes: 1, at: start)
        }
        #expect(throws: HJ212Error.self) { try assembler.take(part(1, of: 2_000, "a=1"), bytes: 1, at: start) }
        #expect(throws: HJ212Error.self) { try assembler.take(part(1, of: 2, "a=1"), bytes: 2 << 20, at: start) }
    }

    // MARK: framer

    private func packets(_ outputs: [HJ212Framer.Output]) -> Int {
        outputs.count { if case .frame = $0 { true } else { false } }
    }

    @Test func `packets come out whole however they come in, with and without line ends`() {
        let one = Array(HJ212Tests.example.utf8)
        for size in [1, 5, 6, 7, 112, 1_000] {
            var framer = HJ212Framer()
            var outputs: [HJ212Framer.Output] = []
            var rest = (one + one.dropLast(2) + one)[...]
            while !rest.isEmpty {
                outputs += framer.take(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            #expect(packets(outputs) == 3 && outputs.count == 3 && framer.heldBytes == 0)
        }
    }

    @Test func `after garbage, a damaged and a cut packet the next is read`() {
        let one = Array(HJ212Tests.example.utf8)
        var damaged = one
        damaged[40] ^= 1
        var framer = HJ212Framer()
        let outputs = framer.take(Array("hello ##12".utf8) + damaged + one)
        #expect(packets(outputs) == 1)
        #expect(framer.take(one.prefix(50)).isEmpty)
        let after = framer.take(one)
        #expect(packets(after) == 1 && after.count == 2)
    }

    @Test func `ten thousand mutated packets give values or a typed error, in bounded memory`() throws {
        let seeds =
            (HJ212Tests.vectors ?? []).map { Array($0.frame.utf8.dropFirst(6).dropLast(4)) }
            + [Array(HJ212Tests.example.utf8.dropFirst(6).dropLast(6)), Array(data.utf8)]
        var random = Seeded(2_122)
        var framer = HJ212Framer()
        var assembler = HJ212Assembler()
        var (read, refused) = (0, 0)
        var isBounded = true
        for round in 0..<10_000 {
            var segment = seeds[Int.random(in: seeds.indices, using: &random)]
            Mutation.change(&segment, using: &random)
            segment = Array(segment.prefix(HJ212Packet.maximumSegment))
            let count = String(10_000 + segment.count).dropFirst()
            let sum = String(0x10000 + Int(HJ212CRC.value(segment)), radix: 16).dropFirst()
            let outputs = framer.take("##\(count)".utf8 + segment + Array("\(sum)\r\n".utf8))
            isBounded = isBounded && framer.heldBytes <= HJ212Packet.maximumSegment + 10
            for case .frame(let packet, let bytes) in outputs {
                do throws(HJ212Error) {
                    let message = try HJ212Message.decode(packet)
                    let now = Instant(seconds: 1_700_000_000 + Int64(round))
                    guard case .whole(let whole) = try assembler.take(message, bytes: bytes.count, at: now).progress
                    else {
                        continue
                    }
                    let report = try HJ212Report.decode(whole)
                    isBounded = isBounded && report.factors.flatMap(\.quantities).count <= packet.segment.count
                    read += 1
                } catch { refused += 1 }
            }
            isBounded = isBounded && assembler.heldBytes <= HJ212Assembler.usualLimits.bytes
        }
        #expect(read > 1_000 && refused > 1_000 && isBounded)
    }
}
