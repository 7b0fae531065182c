import Foundation
import MessageSchema
import MonitoringCodecs
import MonitoringService
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// Stations that write in ASCII, and parameters that are read on request, over real sockets.
@Suite(.serialized) struct StationParameterTests {
    private func ask(_ question: StationQuestion, _ parameters: [String] = [], _ station: String = "1522021001")
        -> AskStation
    {
        var ask = AskStation()
        (ask.station, ask.question, ask.parameters) = (station, question, parameters)
        return ask
    }

    private func frames(_ line: StationLine) throws -> [SL651Frame] {
        var framer = SL651Framer(.down)
        return framer.take(line.received).compactMap { output in
            guard case .frame(let frame, _) = output else { return nil }
            return frame
        }
    }

    private func turn(_ rig: StationRig, _ line: StationLine, until count: Int) throws -> Bool {
        try rig.turn {
            line.receive()
            return try frames(line).count == count
        }
    }

    private func text(_ function: SL651Function, _ words: String, serial: String = "0001") throws -> [UInt8] {
        let digits = StationFrames.digits(StationFrames.sent).map { String(Int($0) + 0x100, radix: 16).suffix(2) }
            .joined()
        return try SL651Frame(
            .up,
            coding: .ascii,
            centre: 1,
            address: try #require(SL651Address("1522021001")),
            secret: 0x1234,
            function: function,
            body: Array((serial + digits + words).utf8),
            ending: .etx
        ).encoded()
    }

    @Test func `each frame of one connection is answered in its own coding, and an order goes in the station's last`()
        async throws
    {
        let rig = try StationRig()
        let line = try #require(try await rig.connect(SL651Session.self).first)
        line.send(try text(.hourly, "ST 1522021001 H TT 2609302300 Z 1.234 VT 12.5 "))
        line.send(try StationFrames.frame(.hourly, station: "1522020C35", try StationFrames.head("1522020C35")))
        #expect(try turn(rig, line, until: 2))
        let answers = try frames(line)
        #expect(answers.map(\.coding) == [.ascii, .binary] && answers.map(\.ending) == [.eot, .eot])
        #expect(answers[0].body.prefix(4).elementsEqual("0001".utf8) && answers[1].body.prefix(2) == [0, 1])
        let readings = try rig.written(ObservationAccepted.self)
        #expect(
            readings.map(\.elementID) == ["stage", "battery"]
                && readings.map(\.station) == ["1522021001", "1522021001"]
        )
        #expect(readings[0].value.amount == 1_234 && readings[0].value.decimals == 3)
        // 2026-09-30 23:00 in Beijing.
        #expect(readings[0].observedUs == Instant("2026-09-30T15:00:00Z")?.microseconds)
        #expect(try rig.send(ask(.now)).records.count == 1)
        #expect(try rig.send(ask(.now, [], "yirshi-2")).records.count == 1)
        #expect(try turn(rig, line, until: 4))
        #expect(try frames(line)[2...].map(\.coding) == [.ascii, .binary])
        #expect(try frames(line)[2].body.count == 16 && rig.holds())
    }

    @Test func `what is missing of a long message in ASCII is asked for and confirmed in ASCII`() throws {
        let body = try SL651Frame.decode(text(.hourly, "ST 1522021001 H TT 2609302300 Z 1.234 VT 12.5 ")).body
        let address = try #require(SL651Address("1522021001"))
        let packets: [[UInt8]] = try (1...3).map { (number: Int) throws -> [UInt8] in
            let end = number == 3 ? body.count : 20 * number
            let frame = SL651Frame(
                .up,
                coding: .ascii,
                centre: 1,
                address: address,
                secret: 0x1234,
                function: .hourly,
                packet: SL651Frame.Packet(total: 3, sequence: number),
                body: Array(body[(20 * number - 20)..<end]),
                ending: number == 3 ? .etx : .etb
            )
            return try frame.encoded()
        }
        var session = SL651Session()
        var said: [[UInt8]] = []
        for case .say(let bytes) in session.take(packets[0] + packets[2], at: StationFrames.sent) { said.append(bytes) }
        let asked = try said.map { try SL651Frame.decode($0, sent: .down) }
        #expect(asked.map(\.coding) == [.ascii])
        #expect(try asked.map { try SL651Order.decode($0).order } == [.again(.hourly, sequence: 2, total: 3)])
        for case .offer(let bytes, let message?) in session.take(packets[1], at: StationFrames.sent) {
            #expect(bytes == packets.flatMap { $0 } && message.frame.body == body && message.packets == 3)
            let answer = SL651Session.answer(to: message, staysOnline: false, at: StationFrames.sent)
            let confirmed = try SL651Frame.decode(#require(answer), sent: .down)
            #expect(confirmed.coding == .ascii && confirmed.packet == SL651Frame.Packet(total: 3, sequence: 3))
            said = []
        }
        #expect(said.isEmpty && session.heldBytes == 0)
    }

    @Test func `what is no message in ASCII is kept aside with its reason`() async throws {
        let rig = try StationRig()
        let line = try #require(try await rig.connect(SL651Session.self).first)
        line.send(try text(.hourly, "ST 1522021001 H TT 2609302300 Z VT 12.5 "))
        line.send(Array(try text(.hourly, "ST 1522021001 ").dropLast()) + [0x47])
        #expect(try rig.turn { try rig.refused().count == 2 })
        #expect(try Set(rig.refused()) == ["bad-element", "wrong-crc"])
        line.receive()
        #expect(try line.received.isEmpty && rig.holds())
    }

    @Test func `parameters are asked for by number or name, and told as the station has them`() async throws {
        let rig = try StationRig()
        let ordered = try rig.send(ask(.running, ["20", "水位基值1"]))
        #expect(ordered.records.count == 1)
        let line = try #require(try await rig.connect(SL651Session.self).first)
        line.send(try StationFrames.frame(.test, serial: 1, try StationFrames.head("1522021001")))
        #expect(try turn(rig, line, until: 2))
        let question = try SL651Order.decode(try frames(line)[1]).order
        #expect(question == .parameters(.readRunning, [0x20, 0x28]))
        // As in the answer of others: 20 08 01, 28 23 00010000.
        let values: [UInt8] = [0x20, 0x08, 0x01, 0x28, 0x23, 0x00, 0x01, 0x00, 0x00]
        let head = try StationFrames.head("1522021001").prefix(7)
        line.send(try StationFrames.frame(.readRunning, serial: 2, Array(head) + values))
        #expect(try rig.turn { try !rig.written(StationAnswered.self).isEmpty })
        let answer = try rig.written(StationAnswered.self)[0]
        let order = try rig.written(StationOrdered.self)[0].order
        #expect(answer.question == .running && answer.order == order)
        #expect(answer.parameters.map { "\($0.name) \($0.value)" } == ["定时报时间间隔 1 h", "水位基值1 10.000 m"])
        #expect(try rig.holds())
    }

    @Test func `a password is not told, in whichever coding it came`() async throws {
        let rig = try StationRig()
        let line = try #require(try await rig.connect(SL651Session.self).first)
        line.send(try text(.readBasics, "ST 1522021001 02 1522021001 03 1234 "))
        #expect(try rig.turn { try !rig.written(StationAnswered.self).isEmpty })
        let answer = try rig.written(StationAnswered.self)[0]
        #expect(answer.parameters.map { "\($0.name) \($0.value)" } == ["遥测站地址 1522021001", "密码 ****"])
        #expect(answer.question == .basics && answer.order.isEmpty)
        #expect(try rig.holds())
    }

    @Test func `parameters that are none are refused with what to write`() throws {
        let rig = try StationRig()
        func refusal(_ message: AskStation) throws -> String { try rig.send(message).refusal.code }
        #expect(try refusal(ask(.running, ["99x"])) == "unknown-parameter")
        #expect(try refusal(ask(.running, ["01"])) == "bad-element")
        #expect(try refusal(ask(.basics)) == "bad-element")
        #expect(try refusal(ask(.running, ["Interval"], "outlet-1")) == "unknown-parameter")
        #expect(try refusal(ask(.basics, [], "outlet-1")) == "unknown-parameter")
        #expect(try refusal(ask(.basics, ["a;b"], "outlet-1")) == "bad-field")
        #expect(try rig.written(StationOrdered.self).isEmpty)
    }

    // MARK: HJ 212

    private func packet(_ command: Int, _ items: String, request: String = "20260801085857223") throws -> [UInt8] {
        let head = "QN=\(request);ST=32;CN=\(command);PW=123456;MN=A1;Flag=5;CP=&&"
        return try HJ212Tests.packet(head + items + "&&").encoded()
    }

    private func messages(_ line: StationLine) throws -> [HJ212Message] {
        var framer = HJ212Framer()
        return try framer.take(line.received).compactMap { output in
            guard case .frame(let packet, _) = output else { return nil }
            return try HJ212Message.decode(packet)
        }
    }

    /// The forms of HJ 212-2017, annex C: 1061, 3020 and 2061, their 9011, the values, 9012.
    @Test func `a device of HJ 212 tells intervals, what it is, and the hours of a period`() async throws {
        let rig = try StationRig()
        #expect(try rig.send(ask(.running, ["RtdInterval"], "outlet-1")).records.count == 1)
        #expect(try rig.send(ask(.basics, ["w01018", "i13008"], "outlet-1")).records.count == 1)
        var period = ask(.period, [], "outlet-1")
        (period.fromUs, period.stepMinutes) = (try #require(Instant("2026-07-31T22:00:00Z")).microseconds, 60)
        period.toUs = period.fromUs + 7_200_000_000
        #expect(try rig.send(period).records.count == 1)
        let line = try #require(try await rig.connect(HJ212Session.self).first)
        line.send(try packet(2011, "DataTime=20260801085800;w01018-Rtd=63.0,w01018-Flag=N"))
        #expect(
            try rig.turn {
                line.receive()
                return try messages(line).count == 4
            }
        )
        let asked = try messages(line).dropFirst()
        #expect(Set(asked.map(\.command)) == [1061, 3020, 2061])
        let hours = try #require(asked.first { $0.command == 2061 })
        #expect(hours.value("BeginTime")?.text == "20260801060000" && hours.value("EndTime")?.text == "20260801080000")
        for message in asked { line.send(try packet(9011, "QnRtn=1", request: message.request)) }
        func request(_ command: Int) throws -> String { try #require(asked.first { $0.command == command }).request }
        line.send(try packet(1061, "RtdInterval=30", request: request(1061)))
        line.send(try packet(3020, "PolId=w01018,i13008-Info=20.0", request: request(3020)))
        for hour in ["06", "07"] {
            let items = "DataTime=20260801\(hour)0000;w01018-Avg=61.5,w01018-Flag=N"
            line.send(try packet(2061, items, request: request(2061)))
        }
        line.send(try packet(9012, "ExeRtn=1", request: request(2061)))
        #expect(try rig.turn { try rig.written(StationAnswered.self).count == 3 })
        let answers = try rig.written(StationAnswered.self)
        #expect(answers.map(\.question) == [.running, .basics, .period] && answers.allSatisfy { !$0.order.isEmpty })
        let told = answers.map { $0.parameters.map { "\($0.name)=\($0.value)" } }
        #expect(told == [["RtdInterval=30"], ["i13008-Info=20.0"], []])
        #expect(try rig.written(ObservationAccepted.self).map(\.elementID) == ["cod", "cod_hour", "cod_hour"])
        #expect(try rig.holds())
    }
}
