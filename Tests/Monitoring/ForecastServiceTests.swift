import Foundation
import MessageSchema
import MonitoringDomain
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// Forecasts, corrections, clocks and statistics through the engine, on a real database. Values by hand or by the named script.
@Suite struct ForecastServiceTests {
    static let start = Instant(seconds: 1_790_812_800)  // 1 October 2026, 08:00 in Beijing
    static let gauge = "1522021001"

    static func configuration(_ more: String) -> String {
        """
        jurisdiction: "152202"
        sender: { code: "15220241600000", name: { zh: 局, en: Bureau } }
        divisions: [{ code: "152202004", name: { zh: 镇, en: Town } }]
        people: [{ person: p-li, roles: [duty-officer] }, { person: p-wang, roles: [approver] }, { person: p-guest, roles: [guest] }]
        stations:
          - { id: "1522021001", name: { zh: 站, en: Gauge }, division: "152202004", position: [47.3, 119.8], silent_after: 2000h }
        rules:
          - id: stage
            hazard: flash-flood
            kind: level
            element: stage
            stations: ["1522021001"]
            bands: [{ colour: blue, at: "2.00 m" }, { colour: red, at: "4.00 m" }]
            hysteresis: "0.10 m"
            duration: 0s
            clear_after: 0s
            lifetime: 24h
            drafter: p-li
            divisions: ["152202004"]
        \(more)
        """
    }

    static func rig(_ more: String) throws -> RecordingRig {
        try RecordingRig(configuration: configuration(more), start: start - .hours(48))
    }

    /// Rain of a day in tenths of a mm.
    static func dayRain(_ tenths: Int) -> (String, Int, Int) { ("1F19", tenths, 3) }
    static func hourRain(_ tenths: Int) -> (String, Int, Int) { ("1A19", tenths, 3) }
    /// In mm.
    static func stage(_ millimetres: Int) -> (String, Int, Int) { ("3923", millimetres, 4) }
    /// In litres a second.
    static func flow(_ litres: Int) -> (String, Int, Int) { ("2723", litres, 4) }

    @discardableResult
    static func report(
        _ rig: RecordingRig,
        _ observed: Instant,
        at time: Instant? = nil,
        serial: Int = 1,
        _ elements: [(String, Int, Int)]
    ) throws -> Batch {
        let time = time ?? observed + .seconds(20)
        var batch = try rig.engine.fireTimers(at: time)
        batch.append(try rig.engine.handle([RecordingRig.frame(gauge, observed, serial: serial, elements)], at: time))
        for case .deadLetter(let code, let message) in batch.outcomes { Issue.record("kept aside: \(code) \(message)") }
        return batch
    }

    // MARK: wetness

    static let wetness = """
        forecasts:
          - { id: api, kind: api, station: "1522021001", recession: 0.9, settle: 2, wait: 30m }
          - { id: ffg, kind: flash-flood-guidance, station: "1522021001", antecedent: api, area_km2: 50, lag_hours: 2, bankfull: "40.0 m3/s", curve_number: 75, dry_below: "15.0 mm", wet_from: "60.0 mm" }
        """

    /// 0.9 · 10 + 20 = 29 mm; then a day without a report, and the index is unsettled until two more days.
    @Test func `the antecedent index is told when it is settled, and withheld after a gap`() throws {
        let rig = try Self.rig(Self.wetness)
        for (day, rain) in [(0, 100), (1, 200), (3, 50), (4, 0), (5, 30)] as [(Int64, Int)] {
            try Self.report(rig, Self.start + .hours(24 * day), [Self.dayRain(rain)])
        }
        _ = try rig.engine.fireTimers(at: Self.start + .hours(121))
        let found = try rig.messages(ForecastComputed.self).map { try $0.results[0].value.checked().number }
        // After the gap: 0.9 · 29 = 26.1, 0.9 · 26.1 + 5 = 28.49, 0.9 · 28.49 + 0 = 25.641, · 0.9 + 3 = 26.0769.
        #expect(found == ["29.00", "25.64", "26.08"])
        #expect(try rig.messages(ForecastWithheld.self).map(\.reason) == ["not-fitted", "not-fitted"])
        #expect(try rig.messages(ObservationAccepted.self).filter { $0.elementID == "api" }.count == 3)
        #expect(try rig.differences().isEmpty)
    }

    /// By a script: S = 25400 / 75 − 254 = 84.6667, Ia = 16.9333; runoff = 40 / (0.208 · 50 / (h / 2 + 2)) = 9.6154, 13.4615,
    /// 19.2308 mm; rain = Ia + (Q + √(Q² + 4 Q S)) / 2 = 50.6757, 58.0886, 68.0296 mm.
    @Test func `guidance is the rain that fills the river, and rules may watch its ratio`() throws {
        let rig = try Self.rig(Self.wetness)
        try Self.report(rig, Self.start, [Self.dayRain(100)])
        try Self.report(rig, Self.start + .hours(24), [Self.dayRain(200)])
        try Self.report(rig, Self.start + .hours(26), [Self.hourRain(253)])
        let message = try #require(rig.messages(ForecastComputed.self).last)
        let found = try message.results.map { "\($0.elementID) \(try $0.value.checked().description)" }
        #expect(
            found == [
                "flash_flood_guidance_1h 50.7 mm", "flash_flood_ratio_1h 49 %", "flash_flood_guidance_3h 58.1 mm",
                "flash_flood_guidance_6h 68.0 mm",
            ]
        )
        #expect(message.forecast == "ffg" && message.inputs.count == 1)
    }

    @Test func `a river that is full bears no rain`() throws {
        let rig = try Self.rig(Self.wetness)
        try Self.report(rig, Self.start, [Self.dayRain(100)])
        try Self.report(rig, Self.start + .hours(24), [Self.dayRain(200), Self.flow(41_000)])
        try Self.report(rig, Self.start + .hours(26), [Self.hourRain(1)])
        let message = try #require(rig.messages(ForecastComputed.self).last)
        #expect(try message.results.prefix(2).map { try $0.value.checked().number } == ["0.0", "999"])
    }

    @Test func `rain whose sum no number holds is no rain`() throws {
        let rig = try Self.rig(Self.wetness)
        try Self.report(rig, Self.start, [Self.dayRain(100)])
        try Self.report(rig, Self.start + .hours(24), [Self.dayRain(200)])
        let most = try #require(Quantity(4_000_000_000_000, decimals: 0, .millimetre))
        for hour in 25...27 as ClosedRange<Int64> {
            let observed = Self.start + .hours(hour)
            try Self.report(rig, observed, serial: Int(hour), [Self.hourRain(10)])
            _ = try Self.correct(rig, observed, most, of: .rain1h, by: "p-li", "r\(hour)")
        }
        let message = try #require(rig.messages(ForecastComputed.self).last)
        // The ratio of the one hour stands at its most; that of three has no sum.
        #expect(message.results.map(\.elementID).filter { $0.contains("ratio") } == ["flash_flood_ratio_1h"])
        #expect(try rig.differences().isEmpty)
    }

    // MARK: corrections and clocks

    static func correct(_ rig: RecordingRig, _ observed: Instant, _ amount: Int64, by person: String, _ id: String)
        throws -> Batch
    {
        let value = try #require(Quantity(amount, decimals: 3, .metre))
        return try correct(rig, observed, value, of: .stage, by: person, id)
    }

    static func correct(
        _ rig: RecordingRig,
        _ observed: Instant,
        _ value: Quantity,
        of element: ElementID,
        by person: String,
        _ id: String
    ) throws -> Batch {
        var order = CorrectReading()
        (order.station, order.elementID, order.observedUs) = (gauge, element.value, observed.microseconds)
        order.value = WireQuantity(value)
        order.reason = "staff gauge read by eye"
        let command = try TestCommand.arrival(order, id: id, by: person, realm: RecordingRig.realm)
        return try rig.engine.handle([command], at: rig.engine.now)
    }

    @Test func `a correction keeps the original, names its author, and moves a rule only where it is the newest`()
        throws
    {
        let rig = try Self.rig("")
        try Self.report(rig, Self.start, [Self.stage(1_200)])
        try Self.report(rig, Self.start + .hours(1), [Self.stage(1_300)])
        #expect(try Self.correct(rig, Self.start, 5_000, by: "p-guest", "c0").refusal == "role-missing")
        #expect(try Self.correct(rig, Self.start, 1_200, by: "p-li", "c1").refusal == "same-value")
        #expect(try Self.correct(rig, Self.start + .hours(2), 1_200, by: "p-li", "c2").refusal == "unknown-reading")
        // Not the newest: no rule is moved.
        let old = try Self.correct(rig, Self.start, 5_000, by: "p-li", "c3")
        #expect(try old.types.sorted() == [ObservationAccepted.type, ReadingCorrected.type])
        let newest = try Self.correct(rig, Self.start + .hours(1), 4_100, by: "p-li", "c4")
        #expect(try newest.types.contains(WarningDrafted.type))
        let readings = try rig.messages(ObservationAccepted.self)
        let records = try rig.records(.observation)
        #expect(readings.count == 4 && readings[3].flags == ["MAN"] && readings[3].corrects == records[1].id)
        #expect(readings[2].flags == ["MAN", "LATE"] && readings[1].value.amount == 1_300)
        let told = try #require(rig.records(.monitoring).first { $0.type == ReadingCorrected.type })
        #expect(told.actor.person == "p-li")
        #expect(try rig.differences().isEmpty)
    }

    @Test func `a fast clock does not silence its own later readings, and an old reading moves no rule`() throws {
        let rig = try Self.rig("clock: { ahead: 10m, stale: 24h }")
        // Read two days after it was observed.
        try Self.report(rig, Self.start - .hours(30), at: Self.start, [Self.stage(4_500)])
        #expect(try rig.messages(WarningDrafted.self).isEmpty)
        #expect(try rig.messages(ObservationAccepted.self).map(\.flags) == [["STALE"]])
        // A year ahead, then right: the right one is the newest and moves the rule.
        try Self.report(rig, Self.start + .hours(8_760), at: Self.start + .seconds(30), serial: 2, [Self.stage(9_000)])
        #expect(try rig.messages(WarningDrafted.self).isEmpty)
        try Self.report(rig, Self.start + .hours(1), serial: 3, [Self.stage(4_200)])
        #expect(try rig.messages(WarningDrafted.self).count == 1)
        let flags = try rig.messages(ObservationAccepted.self).map(\.flags)
        #expect(flags == [["STALE"], ["AHEAD"], []])
        // Exactly ten minutes ahead is not more than ten minutes.
        try Self.report(rig, Self.start + .minutes(130), at: Self.start + .minutes(120), serial: 4, [Self.stage(4_300)])
        #expect(try rig.messages(ObservationAccepted.self).last?.flags.isEmpty == true)
    }

    /// 24 hours, of which 3 are missing: 21 of 24 are 87.50 %; all came 20 s late (bucket 20 … 23 s), one 200 s.
    @Test func `a day of statistics counts what came, what was missing and how late`() throws {
        let rig = try Self.rig("statistics: { every: 1h }")
        for hour in 1...24 as ClosedRange<Int64> where !(10...12).contains(hour) {
            let late: Int64 = hour == 20 ? 200 : 20
            let observed = Self.start + .hours(hour) - .minutes(10)
            try Self.report(rig, observed, at: observed + .seconds(late), serial: Int(hour), [Self.stage(1_000)])
        }
        _ = try rig.engine.fireTimers(at: Self.start + .hours(24))
        let message = try #require(rig.messages(StationStatistics.self).first)
        #expect(message.received == 21 && message.expected == 24 && message.gaps == 1 && message.availability == 8_750)
        #expect(message.longestGapSeconds == 4 * 3_600 && message.delayMedianSeconds == 23 && message.ahead == 0)
        #expect(message.untilUs == (Self.start + .hours(24)).microseconds)
    }
}
