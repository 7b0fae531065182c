import MonitoringCodecs
import TestSupport
import Testing
import Vocabulary

/// Expected values are worked out by hand from the bytes beside them; times in Beijing are eight hours before in UTC.
@Suite struct SL651ReportTests {
    /// A frame of `function` whose body is `hex`, as a station would send it.
    static func frame(_ function: SL651Function, _ hex: String, station: String = "0011223344") throws -> SL651Frame {
        SL651Frame(
            .up,
            centre: 5,
            address: try #require(SL651Address(station)),
            secret: 0x03E8,
            function: function,
            body: SL651Tests.bytes(hex),
            ending: .etx
        )
    }

    static func time(_ text: String) throws -> Instant { try #require(Instant(text)) }

    private let head = "0034170718110016F1F1001122334448F0F01707181100"

    private func entries(_ hex: String, _ function: SL651Function = .timed) throws -> [SL651Entry] {
        try SL651Report.decode(Self.frame(function, head + hex)).entries
    }

    private func one(_ hex: String) throws -> SL651Entry.Content { try #require(try entries(hex).first).content }

    private func number(_ amount: Int64, _ decimals: Int, _ unit: Unit) throws -> SL651Entry.Content {
        .number(try #require(Quantity(amount, decimals: decimals, unit)))
    }

    // MARK: the vectors' values

    /// The hourly vector: F4 60 05 00 00 00 14 FF×5 00 00 from 10:05, 26 19 000040 at 11:00, F5 C0 000C … from 10:05.
    @Test(.enabled(if: SL651Tests.vectors != nil, "needs ../shared/vectors"))
    func `an hourly report spreads its twelve rains and stages over the hour, five minutes apart`() throws {
        let vector = try #require(SL651Tests.vectors?.first { $0.function == "34" })
        let report = try SL651Report.decode(SL651Frame.decode(SL651Tests.bytes(vector.hex)))
        let rains = report.entries.filter { $0.element == .rain5min }
        #expect(rains.count == 12)
        #expect(rains.map(\.observed).first == Instant("2017-07-18T02:05:00Z"))
        #expect(rains.map(\.observed).last == Instant("2017-07-18T03:00:00Z"))
        let rainReadings = report.readings.filter { $0.element == .rain5min }
        #expect(
            rainReadings.map(\.value.description) == [
                "0.5 mm", "0.0 mm", "0.0 mm", "0.0 mm", "2.0 mm", "0.0 mm", "0.0 mm",
            ]
        )
        #expect(rainReadings[4].observed == Instant("2017-07-18T02:25:00Z"))
        #expect(rainReadings[5].observed == Instant("2017-07-18T02:55:00Z"))
        #expect(rains[5...9].allSatisfy { $0.content == .missing })
        let stages = report.readings.filter { $0.element == .relativeStage }
        // 000C = 12 cm, 001C = 28 cm, 0031 = 49 cm; the sixth to tenth are FFFF.
        #expect(
            stages.map(\.value.description) == ["0.12 m", "0.12 m", "0.28 m", "0.49 m", "0.49 m", "0.49 m", "0.49 m"]
        )
        #expect(stages.last?.observed == Instant("2017-07-18T03:00:00Z"))
        let rest = report.readings.filter { $0.element != .rain5min && $0.element != .relativeStage }
        #expect(rest.map(\.value.description) == ["4.0 mm", "10.490 m", "4.0 mm", "10.99 V"])
        #expect(rest.allSatisfy { $0.observed == Instant("2017-07-18T03:00:00Z") })
    }

    /// 70 19 022003: three bytes, one decimal: 2200.3 V; 73 19 022003: 2200.3 A.
    @Test(.enabled(if: SL651Tests.vectors != nil, "needs ../shared/vectors"))
    func `pumps' voltages and currents are read by the second byte`() throws {
        let vector = try #require(SL651Tests.vectors?.first { $0.function == "44" })
        let report = try SL651Report.decode(SL651Frame.decode(SL651Tests.bytes(vector.hex)))
        #expect(
            report.readings.map(\.value.description) == Array(repeating: "2200.3 V", count: 3)
                + Array(repeating: "2200.3 A", count: 3)
        )
        #expect(report.entries.map { $0.element.definition?.symbol } == ["VTA", "VTB", "VTC", "VIA", "VIB", "VIC"])
    }

    // MARK: series

    /// 04 18 000005 is five minutes; 39 23 stands once before three stages of four bytes, the second missing.
    @Test func `a uniform report names its element once and lists its values by the step`() throws {
        let series = try entries("0418000005" + "3923" + "00028960" + "FFFFFFFF" + "00028975", .uniform)
        #expect(series.first?.content == .step(SL651Step(.minutes(5))))
        #expect(
            try series.dropFirst().map(\.content) == [number(28_960, 3, .metre), .missing, number(28_975, 3, .metre)]
        )
        let times = try ["2017-07-18T03:00:00Z", "2017-07-18T03:05:00Z", "2017-07-18T03:10:00Z"].map(Self.time)
        #expect(series.dropFirst().map(\.observed) == times)
        // The same bytes in a timed report are identifiers each.
        #expect(throws: SL651Error.self) { _ = try entries("0418000005" + "3923" + "00028960" + "FFFFFFFF", .timed) }
    }

    /// 04 18 000100 is an hour, 04 18 010000 a day.
    @Test func `steps are days, hours and minutes`() throws {
        for (step, gap) in [("000100", Duration.hours(1)), ("010000", .hours(24)), ("000030", .minutes(30))] {
            let series = try entries("0418" + step + "1A19" + "000012" + "000034", .queryPeriod)
            #expect(series.map(\.observed)[2] - series.map(\.observed)[1] == gap)
            #expect(series[2].content == (try number(34, 1, .millimetre)))
        }
    }

    /// The step 000000 announces F4 or F5 (note g of table C.1): each group is an hour.
    @Test func `the step of nothing announces groups of an hour`() throws {
        let hour = String(repeating: "05", count: 12)
        let series = try entries("0418000000" + "F460" + hour + hour, .queryPeriod).filter { $0.element == .rain5min }
        #expect(series.count == 24)
        #expect(series[0].observed == Instant("2017-07-18T03:00:00Z"))
        #expect(series[12].observed == Instant("2017-07-18T04:00:00Z"))
        #expect(series[23].observed == Instant("2017-07-18T04:55:00Z"))
        #expect(throws: SL651Error.self) { _ = try entries("0418000000" + "3923" + "00028960", .queryPeriod) }
    }

    @Test func `a series that ends within a value is refused, and one without width`() throws {
        #expect { _ = try entries("0418000005" + "3923" + "0002896000", .uniform) } throws: {
            ($0 as? SL651Error)?.code == .tooShort
        }
        #expect { _ = try entries("0418000005" + "3900" + "00", .uniform) } throws: {
            ($0 as? SL651Error)?.code == .badElement
        }
    }

    /// Sent 11:00:16; a first value at 11:00 would put the last at 11:55.
    @Test func `twelve values that would lie after the sending are counted back from their time`() throws {
        let rains = try entries("F460" + String(repeating: "01", count: 12), .hourly)
        #expect(rains.first?.observed == Instant("2017-07-18T02:05:00Z"))
        #expect(rains.last?.observed == Instant("2017-07-18T03:00:00Z"))
    }

    // MARK: values

    /// 6.6.3.3 a: FF before an even number of digits, FF0 before an odd one.
    @Test func `a first byte FF is a minus sign`() throws {
        #expect(try one("3A2BFF00000345") == number(-345, 3, .metre))
        #expect(try one("0211" + "FF12") == number(-12, 1, .celsius))
        #expect(try one("0219" + "FF0123") == number(-123, 1, .celsius))
    }

    @Test func `all bits set and the filler A are missing values`() throws {
        #expect(try one("3923FFFFFFFF") == .missing)
        #expect(try one("3923AAAAAAAA") == .missing)
        #expect(try one("1808FF") == .missing)
    }

    @Test func `a value without digits spoils no other`() throws {
        let list = try entries("3923000A0490" + "38121102")
        #expect(list.map(\.content) == [.illegible([0x00, 0x0A, 0x04, 0x90]), try number(1_102, 2, .volt)])
        #expect(try SL651Report.decode(Self.frame(.timed, head + "3923000A0490" + "38121102")).readings.count == 1)
    }

    /// 05 12 0130 is 1 h 30 min, 05 08 02 two hours; 05 12 0175 has 75 minutes.
    @Test func `a duration is hours and minutes, not a decimal`() throws {
        #expect(try one("05120130") == number(90, 0, .minute))
        #expect(try one("050802") == number(120, 0, .minute))
        #expect(try one("05120175") == .illegible([0x01, 0x75]))
    }

    /// 32 33 000000012345: 12.345 times ten thousand tonnes.
    @Test func `sediment in ten thousand tonnes is given in tonnes`() throws {
        #expect(try one("3233000000012345") == number(123_450, 0, .tonne))
    }

    /// 45 20 00000005: BIT0 mains lost, BIT2 stage alarm; BIT7 0 is an open door.
    @Test func `a state has its bits`() throws {
        let status = SL651Status(bits: 5)
        #expect(try one("452000000005") == .status(status))
        #expect(status.alarms == [.mainsLost, .stageAlarm, .doorClosed])
        #expect(SL651Status(bits: 0x80).alarms == [])
    }

    @Test func `users' own elements are kept as sent, the extended too`() throws {
        let list = try entries("7A10ABCD" + "FF0119000012" + "38121102")
        #expect(list.map(\.content).prefix(2) == [.undefined([0xAB, 0xCD]), .undefined([0x00, 0x00, 0x12])])
        #expect(list[1].element == SL651Element(lead: 0xFF, extended: 1) && list[1].element.definition == nil)
        #expect(list.count == 3)
        #expect(try one("FDF60102030405060708") == .undefined([1, 2, 3, 4, 5, 6, 7, 8]))
    }

    /// 6.6.2.7: an address is the border between stations.
    @Test func `a report of several stations says which one measured`() throws {
        let list = try entries("39230001049" + "0" + "F1F1" + "1522020C35" + "4B" + "F0F01707181005" + "3B2300020000")
        #expect(list.map(\.station.description) == ["0011223344", "1522020C35"])
        #expect(list.map(\.stationClass) == [0x48, 0x4B])
        #expect(list.map(\.observed) == [try Self.time("2017-07-18T03:00:00Z"), try Self.time("2017-07-18T02:05:00Z")])
    }

    @Test func `the annex's hundred and twenty-six elements have a symbol each`() {
        let known = (0...255).map { SL651Element(lead: UInt8($0)) }.compactMap(\.definition)
        // Table C.1: 01 … 75 are 117 rows, F4 … FC nine.
        #expect(known.count == 126)
        #expect(Set(known.map(\.symbol)).count == 126)
        #expect(SL651Element(lead: 0x76).definition == nil && SL651Element(lead: 0xEF).definition == nil)
        #expect(SL651Element.rain1h.definition?.period == .hours(1))
    }

    /// Table C.3: at most 31 days, 23 hours, 59 minutes.
    @Test func `a step beyond the standard's is illegible, and a report of endless values refused`() throws {
        for step in ["320000", "002400", "000060"] {
            #expect(try one("0418" + step) == .illegible(SL651Tests.bytes(step)))
        }
        let (address, few) = (try #require(SL651Address("0011223344")), SL651Tests.bytes(head + "0418312359" + "1908"))
        let frame = SL651Frame(
            .up,
            centre: 5,
            address: address,
            secret: 0,
            function: .uniform,
            body: few + Array(repeating: 1, count: 70_000),
            ending: .etx
        )
        #expect { _ = try SL651Report.decode(frame) } throws: { ($0 as? SL651Error)?.code == .tooLarge }
    }
}
