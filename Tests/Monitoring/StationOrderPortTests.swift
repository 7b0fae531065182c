import Foundation
import MessageSchema
import MonitoringCodecs
import MonitoringService
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// Orders to stations, from the command to the station's answer, over real sockets.
@Suite(.serialized) struct StationOrderPortTests {
    private func ask(_ question: StationQuestion, _ station: String = "1522021001") -> AskStation {
        var ask = AskStation()
        (ask.station, ask.question) = (station, question)
        return ask
    }

    private func frames(_ line: StationLine) throws -> [SL651Frame] {
        var framer = SL651Framer(.down)
        return framer.take(line.received).compactMap { output in
            guard case .frame(let frame, _) = output else { return nil }
            return frame
        }
    }

    @Test func `a clock is set behind the confirmation that keeps the station on line, and its answer is published`()
        async throws
    {
        let rig = try StationRig()
        var order = SetStationClock()
        order.station = "1522021001"
        #expect(try rig.send(order).records.count == 1)
        let ordered = try #require(try rig.written(StationOrdered.self).first)
        let line = try #require(try await rig.connect(SL651Session.self).first)
        line.send(try StationFrames.frame(.test, serial: 1, try StationFrames.head("1522021001")))
        #expect(
            try rig.turn {
                line.receive()
                return try frames(line).count == 2
            }
        )
        let sent = try frames(line)
        // Table 10: ESC keeps the station on line; 4A sets its clock, ENQ asks for its answer.
        #expect(sent[0].function == 0x30 && sent[0].ending == .esc)
        #expect(sent[1].function == 0x4A && sent[1].ending == .enq && sent[1].address.description == "1522021001")
        let told = try SL651Order.decode(sent[1])
        #expect(told.order == .setClock && abs((WallClock.now() - told.sent).inSeconds) < 60)
        line.send(
            try StationFrames.frame(
                .setClock,
                serial: 2,
                sent: told.sent,
                Array(try StationFrames.head("1522021001").prefix(7))
            )
        )
        #expect(try rig.turn { try !rig.written(StationAnswered.self).isEmpty })
        let answer = try rig.written(StationAnswered.self)[0]
        #expect(
            answer.order == ordered.order && answer.question == .setClock && answer.clockUs == told.sent.microseconds
        )
        // An answer is not confirmed, and the order is not sent again.
        line.send(try StationFrames.frame(.linkKeeping, serial: 3))
        #expect(try rig.turn { try rig.counted("sl651.closed.refused") == 0 && rig.engine.nextTimer() != nil })
        line.receive()
        #expect(try frames(line).count == 2 && rig.holds())
    }

    @Test func `a station that is connected has a question at once, and its readings are observations`() async throws {
        let rig = try StationRig()
        let line = try #require(try await rig.connect(SL651Session.self).first)
        line.send(try StationFrames.frame(.hourly, station: "1522020C35", try StationFrames.head("1522020C35")))
        #expect(
            try rig.turn {
                line.receive()
                return try frames(line).count == 1
            }
        )
        #expect(try rig.send(ask(.now, "yirshi-2")).records.count == 1)
        #expect(
            try rig.turn {
                line.receive()
                return try frames(line).count == 2
            }
        )
        let question = try frames(line)[1]
        #expect(question.function == 0x37 && question.ending == .enq)
        // 39 23: stage, four bytes with three decimals; 1.234 m.
        let stage = try StationFrames.head("1522020C35") + [0x39, 0x23, 0x00, 0x00, 0x12, 0x34]
        line.send(try StationFrames.frame(.queryNow, station: "1522020C35", serial: 2, stage))
        #expect(try rig.turn { try !rig.written(StationAnswered.self).isEmpty })
        #expect(try rig.written(StationAnswered.self)[0].readings == 1)
        let reading = try #require(try rig.written(ObservationAccepted.self).first)
        #expect(reading.station == "yirshi-2" && reading.value.amount == 1_234 && reading.value.decimals == 3)
        #expect(try rig.holds())
    }

    @Test func `an unanswered order is sent three times and then failed, one to a silent station after its day`() throws
    {
        let rig = try StationRig(now: StationFrames.sent)
        func give(_ arrival: Arrival, _ time: Instant) throws -> Batch { try rig.engine.handle([arrival], at: time) }
        let start = StationFrames.sent
        _ = try give(try TestCommand.arrival(ask(.status), id: "1", by: "p-li"), start)
        _ = try give(try TestCommand.arrival(ask(.version, "yirshi-2"), id: "2", by: "p-li"), start)
        var posts: [Int] = []
        for minute in 1...12 as ClosedRange<Int64> {
            let time = start + .minutes(minute)
            _ = try rig.engine.fireTimers(at: time)
            var input = ExternalInput()
            input.channel = MonitoringCore.sl651
            input.data = Data(try StationFrames.frame(.linkKeeping, serial: Int(minute), sent: time))
            posts.append(try give(.external(input), time).posts.count)
        }
        // Sent with the first frame, and with the first after two minutes without an answer.
        #expect(posts == [1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0])
        _ = try rig.engine.fireTimers(at: start + .hours(25))
        let failed = try rig.written(StationOrderFailed.self)
        #expect(failed.map(\.reason) == [.noAnswer, .notHeard] && failed.map(\.attempts) == [3, 0])
        #expect(failed.map(\.station) == ["1522021001", "yirshi-2"])
        #expect(try rig.holds())
    }

    @Test func `orders that cannot be are refused with what to do`() throws {
        let rig = try StationRig()
        func refusal(_ message: some CommandMessage, by person: String = "p-li") throws -> String {
            try rig.send(message, by: person).refusal.code
        }
        #expect(try refusal(ask(.now), by: "p-guest") == "role-missing")
        #expect(try refusal(ask(.now, "nowhere")) == "unknown-station")
        #expect(try refusal(ask(.now, "village-1")) == "not-reachable")
        #expect(try refusal(ask(.unspecified)) == "unknown-question")
        #expect(try refusal(ask(.setClock)) == "unknown-question")
        #expect(try refusal(ask(.period)) == "bad-period")
        var elements = ask(.elements)
        elements.elements = ["methane"]
        #expect(try refusal(elements) == "unknown-element")
        #expect(try refusal(ask(.version, "outlet-1")) == "unsupported-question")
        #expect(try refusal(ask(.now)).isEmpty && refusal(ask(.now)) == "order-pending")
        #expect(try rig.written(StationOrdered.self).count == 1)
    }

    // MARK: HJ 212

    private func packet(
        _ command: Int,
        _ items: String,
        request: String = "20260801085857223",
        password: String = "123456"
    )
        throws -> [UInt8]
    {
        let head = "QN=\(request);ST=32;CN=\(command);PW=\(password);MN=A1;Flag=5;CP=&&"
        return try HJ212Tests.packet(head + items + "&&").encoded()
    }

    private func messages(_ line: StationLine) throws -> [HJ212Message] {
        var framer = HJ212Framer()
        return try framer.take(line.received).compactMap { output in
            guard case .frame(let packet, _) = output else { return nil }
            return try HJ212Message.decode(packet)
        }
    }

    @Test func `data of HJ 212 become observations with the device's flag, and are answered by 9014`() async throws {
        let rig = try StationRig()
        let line = try #require(try await rig.connect(HJ212Session.self).first)
        line.send(
            try packet(2011, "DataTime=20260801085800;w01018-Rtd=63.0,w01018-Flag=N;w21003-Rtd=1.5,w21003-Flag=N")
                + packet(2011, "DataTime=20260801085900;w01018-Rtd=64.0,w01018-Flag=D", request: "20260801085957223")
                + packet(2011, "DataTime=20260801090000;w01018-Rtd=500.0,w01018-Flag=T", request: "20260801090057223")
                + packet(2061, "DataTime=20260801080000;w01018-Avg=61.5,w01018-Flag=N", request: "20260801090157223")
        )
        #expect(
            try rig.turn {
                line.receive()
                return try messages(line).count == 4
            }
        )
        #expect(try messages(line).allSatisfy { $0.known == .dataAnswer && $0.system == "91" })
        let readings = try rig.written(ObservationAccepted.self)
        #expect(readings.map(\.elementID) == ["cod", "cod", "cod", "cod_hour"])
        #expect(readings.map(\.flags) == [[], ["HJ-D"], ["HJ-T"], []])
        #expect(readings.map(\.reliability) == [.good, .unreliable, .doubtful, .good])
        // 2026-08-01 08:58 in Beijing.
        #expect(readings[0].observedUs == Instant("2026-08-01T00:58:00Z")?.microseconds)
        #expect(readings[0].value.amount == 630 && readings[0].value.decimals == 1)
        #expect(try rig.holds())
    }

    @Test func `a wrong password, an unknown device and a wrong check sum are kept aside and not answered`()
        async throws
    {
        let rig = try StationRig()
        let line = try #require(try await rig.connect(HJ212Session.self).first)
        var wrong = try packet(2011, "DataTime=20260801085800")
        wrong[wrong.count - 3] = wrong[wrong.count - 3] == 0x30 ? 0x31 : 0x30
        let stranger = try HJ212Tests.packet("QN=1;ST=32;CN=2011;PW=123456;MN=B2;Flag=5;CP=&&DataTime=20260801085800&&")
        let huge = Array("##9999".utf8)
        line.send(try packet(2011, "DataTime=20260801085800", password: "654321") + stranger.encoded() + wrong)
        line.send(try packet(4711, "DataTime=20260801085800") + huge)
        line.finish()
        #expect(try rig.turn { try rig.refused().count == 5 })
        line.receive()
        #expect(
            try rig.refused() == ["wrong-password", "unknown-station", "wrong-crc", "unsupported-command", "too-short"]
        )
        #expect(try line.received.isEmpty && rig.holds())
    }

    @Test func `a device's clock is set by 1012, and its 9012 is the answer`() async throws {
        let rig = try StationRig()
        var order = SetStationClock()
        order.station = "outlet-1"
        #expect(try rig.send(order).records.count == 1)
        let line = try #require(try await rig.connect(HJ212Session.self).first)
        line.send(try packet(2011, "DataTime=20260801085800;w01018-Rtd=63.0,w01018-Flag=N"))
        #expect(
            try rig.turn {
                line.receive()
                return try messages(line).count == 2
            }
        )
        let told = try messages(line)[1]
        #expect(told.known == .setClock && told.password == "123456" && told.flag?.needsAnswer == true)
        line.send(try packet(9011, "QnRtn=1", request: told.request) + packet(9012, "ExeRtn=1", request: told.request))
        #expect(try rig.turn { try !rig.written(StationAnswered.self).isEmpty })
        #expect(try rig.written(StationAnswered.self)[0].question == .setClock)
        // The next one is refused by the device: busy.
        #expect(try rig.send(order).records.count == 1)
        #expect(
            try rig.turn {
                line.receive()
                return try messages(line).count == 3
            }
        )
        line.send(try packet(9012, "ExeRtn=5", request: try messages(line)[2].request))
        #expect(try rig.turn { try !rig.written(StationOrderFailed.self).isEmpty })
        let failed = try rig.written(StationOrderFailed.self)[0]
        #expect(failed.reason == .refused && failed.detail == "ExeRtn busy")
        #expect(try rig.holds())
    }
}
