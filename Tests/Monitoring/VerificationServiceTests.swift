import Foundation
import MessageSchema
import MonitoringService
import ServiceKit
import SwiftProtobuf
import TestSupport
import Testing
import Vocabulary

/// Warnings judged by what happened, through the engine on a real database. Expected numbers by hand.
@Suite struct VerificationServiceTests {
    typealias Service = ForecastServiceTests

    static let verification = """
        verification:
          hour: 8
          settle: 12h
          seasons: [{ name: autumn, months: [9, 11] }]
          observed:
            - { id: high-water, hazard: flash-flood, element: stage, stations: ["1522021001"], over_after: 2h,
                colours: [{ colour: blue, at: "2.50 m" }, { colour: red, at: "4.50 m" }] }
        """

    static func hour(_ hour: Int64) -> Instant { Service.start + .hours(hour) }

    static func report(_ rig: RecordingRig, _ hour: Int64, _ millimetres: Int) throws {
        try Service.report(rig, Self.hour(hour), serial: Int(hour) + 1, [Service.stage(millimetres)])
    }

    static func approve(_ rig: RecordingRig, _ hour: Int64) throws {
        let draft = try #require(try rig.messages(WarningDrafted.self).last).content
        var order = ApproveWarning()
        (order.warning, order.revision) = (draft.warning, draft.revision)
        #expect(try rig.order(order, by: "p-wang", at: Self.hour(hour) + .seconds(60)) == "")
    }

    static func flood(began: Int64, ended: Int64?, _ colour: WireWarningColour = .red) -> ObserveEvent {
        var order = ObserveEvent()
        (order.hazard, order.colour, order.division) = (.flashFlood, colour, "152202004")
        order.beganUs = Self.hour(began).microseconds
        if let ended { order.endedUs = Self.hour(ended).microseconds }
        return order
    }

    /// A warning an hour before high water, one without, and an event that nobody foresaw.
    static func played() throws -> RecordingRig {
        let rig = try Service.rig(verification)
        try report(rig, 0, 2_000)
        try approve(rig, 0)
        for (hour, stage) in [(1, 2_600), (2, 1_500), (3, 1_500), (4, 1_500), (5, 2_100)] as [(Int64, Int)] {
            try report(rig, hour, stage)
        }
        try approve(rig, 5)
        try report(rig, 6, 1_000)
        #expect(try rig.order(flood(began: 8, ended: 9), by: "p-li", at: hour(10)) == "")
        _ = try rig.engine.fireTimers(at: hour(24))
        return rig
    }

    static func told(_ score: VerificationComputed) -> [UInt64?] {
        [
            score.hits, score.falseAlarms, score.misses, score.hasPodThousandths ? score.podThousandths : nil,
            score.hasFarThousandths ? score.farThousandths : nil, score.hasCsiThousandths ? score.csiThousandths : nil,
            score.hasBiasThousandths ? score.biasThousandths : nil,
        ]
    }

    @Test func `the day's scores are told by station and for the rule, from each colour up`() throws {
        let rig = try Self.played()
        let scores = try rig.messages(VerificationComputed.self)
        #expect(scores.map(\.station) == ["1522021001", "", "1522021001", ""])
        #expect(scores.map(\.fromColour) == [.blue, .blue, .red, .red])
        #expect(scores.allSatisfy { $0.season == "autumn" && $0.seasonYear == 2026 && $0.rule == "stage" })
        #expect(Self.told(scores[0]) == [1, 1, 1, 500, 500, 333, 1000])
        // Nothing red was warned of: its false alarm ratio is undefined.
        #expect(Self.told(scores[2]) == [0, 0, 1, 0, nil, 0, 0])
        // Issued at 08:01, high water at 09:00.
        #expect(scores[0].leadMedianSeconds == 3_540 && !scores[2].hasLeadMedianSeconds)
        #expect(Self.told(scores[1]) == Self.told(scores[0]))
        let events = try rig.messages(EventUpdated.self).map(\.content)
        #expect(events.map(\.endedUs) == [Self.hour(2).microseconds] && events[0].definition == "high-water")
        #expect(try rig.differences().isEmpty)
    }

    @Test func `what people drafted is judged under a name of its own, by hazard and division, and belongs to no rule`()
        throws
    {
        let rig = try RecordingRig(
            configuration: HandWarningServiceTests.configuration + "\n" + Self.verification,
            start: Service.start - .hours(48)
        )
        func draft(_ hour: Int64, _ divisions: [String], _ colour: WireWarningColour) throws {
            var order = HandWarningServiceTests.draft()
            (order.divisions, order.colour) = (divisions, colour)
            #expect(try rig.order(order, by: "p-li", at: Self.hour(hour)) == "")
            try Self.approve(rig, hour)
        }
        func observe(_ division: String, _ colour: WireWarningColour, began: Int64, entered: Int64) throws {
            var order = Self.flood(began: began, ended: began + 1, colour)
            (order.hazard, order.division) = (.gale, division)
            #expect(try rig.order(order, by: "p-li", at: Self.hour(entered)) == "")
        }
        // One for both towns meets what happens in one, five hours on; one meets nothing; and a red gale comes without a word.
        try draft(0, ["152202004", "152202100"], .yellow)
        try observe("152202100", .orange, began: 5, entered: 7)
        try draft(8, ["152202004"], .orange)
        try observe("152202004", .red, began: 15, entered: 17)
        _ = try rig.engine.fireTimers(at: Self.hour(48))
        let scores = try rig.messages(VerificationComputed.self).filter { $0.rule == "hand.gale" && $0.knownUs > 0 }
        func last(_ colour: WireWarningColour) throws -> VerificationComputed {
            try #require(scores.last { $0.fromColour == colour })
        }
        #expect(scores.allSatisfy { $0.station.isEmpty && $0.season == "autumn" && $0.seasonYear == 2026 })
        #expect(try Self.told(last(.blue)) == [1, 1, 1, 500, 500, 333, 1000])
        #expect(try Self.told(last(.yellow)) == [1, 1, 1, 500, 500, 333, 1000])
        // From orange up the first does not count, and its event was not warned of.
        #expect(try Self.told(last(.orange)) == [0, 1, 2, 0, 1000, 0, 500])
        #expect(try Self.told(last(.red)) == [0, 0, 1, 0, nil, 0, 0])
        #expect(try last(.blue).leadMedianSeconds == 5 * 3_600 - 60)
        #expect(try rig.messages(VerificationComputed.self).allSatisfy { $0.rule == "hand.gale" })
        #expect(try rig.differences().isEmpty)
    }

    @Test func `a corrected event is scored anew, and what did not change is not told again`() throws {
        let rig = try Self.played()
        let entered = try #require(try rig.messages(EventObserved.self).last).content
        #expect(entered.author == "p-li" && entered.station.isEmpty)
        var order = CorrectEvent()
        order.event = entered.event
        #expect(try rig.order(order, by: "p-li", at: Self.hour(25)) == "no-reason")
        order.reason = "it was another river"
        #expect(try rig.order(order, by: "p-li", at: Self.hour(25)) == "nothing-changed")
        order.withdraw = true
        #expect(try rig.order(order, by: "p-guest", at: Self.hour(25)) == "role-missing")
        #expect(try rig.order(order, by: "p-li", at: Self.hour(25)) == "")
        let corrected = try #require(try rig.messages(EventCorrected.self).last)
        #expect(corrected.content.withdrawn && corrected.previous == entered && corrected.content.revision == 2)
        _ = try rig.engine.fireTimers(at: Self.hour(48))
        let scores = try rig.messages(VerificationComputed.self)
        #expect(scores.count == 8)
        #expect(Self.told(scores[4]) == [1, 1, 0, 1000, 500, 500, 2000])
        // Red has neither warnings nor events any more, and says so.
        #expect(Self.told(scores[6]) == [0, 0, 0, nil, nil, nil, nil])
        _ = try rig.engine.fireTimers(at: Self.hour(72))
        #expect(try rig.messages(VerificationComputed.self).count == 8)
        #expect(try rig.differences().isEmpty)
    }

    @Test func `what cannot have happened here is refused`() throws {
        let rig = try Service.rig(Self.verification)
        let now = Self.hour(2)
        var order = Self.flood(began: 3, ended: nil)
        #expect(try rig.order(order, by: "p-li", at: now) == "bad-time")
        order = Self.flood(began: 1, ended: 0)
        #expect(try rig.order(order, by: "p-li", at: now) == "bad-time")
        order = Self.flood(began: 1, ended: nil)
        order.division = "152202"
        #expect(try rig.order(order, by: "p-li", at: now) == "unknown-division")
        (order.division, order.station) = ("", "1522021009")
        #expect(try rig.order(order, by: "p-li", at: now) == "unknown-station")
        (order.division, order.station) = ("152202100", "1522021001")
        #expect(try rig.order(order, by: "p-li", at: now) == "other-division")
        (order.division, order.colour) = ("", .unspecified)
        #expect(try rig.order(order, by: "p-li", at: now) == "missing-field")
        order.colour = .blue
        #expect(try rig.order(order, by: "p-guest", at: now) == "role-missing")
        #expect(try rig.order(order, by: "p-li", at: now) == "")
        var correction = CorrectEvent()
        (correction.event, correction.reason) = ("E.none", "none")
        #expect(try rig.order(correction, by: "p-li", at: now) == "unknown-event")
    }

    @Test func `the table and its lines say the same as the records`() throws {
        let rig = try Self.played()
        try FileManager.default.createSymbolicLink(
            atPath: rig.folder.path + "/monitoring.db",
            withDestinationPath: rig.folder.path + "/m.db"
        )
        let lines = try MonitoringCore.verification(data: rig.folder.path, json: true).split(separator: "\n")
        let scores = try lines.map { try VerificationComputed(jsonString: String($0)) }
        #expect(scores.map(Self.told) == (try rig.messages(VerificationComputed.self).map(Self.told)))
        let table = try MonitoringCore.verification(data: rig.folder.path, json: false).split(separator: "\n")
        #expect(table.count == 6)
        #expect(
            table[1].split(separator: " ").joined(separator: " ")
                == "stage 1522021001 blue autumn 2026 1 1 1 0 0 0.500 0.500 0.333 1.000 59"
        )
        #expect(table[3].hasSuffix("0.000      -  0.000  0.000     -"))
    }

    @Test(arguments: [
        ("settle: 12h", "settle: soon"), ("months: [9, 11]", "months: [9]"), ("hour: 8", "hour: 24"),
        ("name: autumn", "name: rest"), ("element: stage", "element: star"), ("hour: 8\n", "\n"),
        ("stations: [\"1522021001\"], over", "stations: [\"1\"], over"), ("at: \"4.50 m\"", "at: \"2.00 m\""),
    ])
    func `a wrong configuration is refused at start, with its line`(right: String, wrong: String) throws {
        let text = Self.verification.replacing(right, with: wrong)
        try #require(text != Self.verification)
        let error = #expect(throws: ConfigurationError.self) { try Service.rig(text) }
        #expect(error?.line ?? 0 > 0)
    }
}
