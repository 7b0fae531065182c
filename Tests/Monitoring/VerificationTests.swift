import Foundation
import MonitoringDomain
import TestSupport
import Testing
import Vocabulary

/// Scores against Finley's tornadoes of 1884, and matches worked out by hand from the rules in the type's documentation.
@Suite struct VerificationTests {
    @Test(.enabled(if: Checkout.vectors("drought/finley-2x2.json") != nil))
    func `Finley's scores agree with the published ones`() throws {
        let data = try #require(Checkout.vectors("drought/finley-2x2.json"))
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let numbers = object.compactMapValues { $0 as? Double }
        let table = try VerificationTable(hits: 28, falseAlarms: 72, misses: 23, correctNegatives: 2680)
        #expect(numbers["hits"] == 28 && numbers["false_alarms"] == 72)
        #expect(numbers["misses"] == 23 && numbers["correct_negatives"] == 2680)
        let scores: [(String, Double?)] = [
            ("POD", table.probabilityOfDetection), ("FAR", table.falseAlarmRatio),
            ("POFD", table.probabilityOfFalseDetection), ("CSI", table.criticalSuccessIndex),
            ("ETS", table.equitableThreatScore), ("HSS", table.heidkeSkillScore), ("PSS", table.peirceSkillScore),
            ("ACC", table.accuracy), ("BIAS", table.frequencyBias),
        ]
        for (name, score) in scores {
            #expect(abs(try #require(score) - #require(numbers[name])) < 5.1e-8, "\(name)")
        }
    }

    @Test func `what is undefined is nil and never nought`() throws {
        let empty = try VerificationTable()
        #expect(empty.probabilityOfDetection == nil && empty.falseAlarmRatio == nil)
        #expect(empty.criticalSuccessIndex == nil && empty.frequencyBias == nil && empty.accuracy == nil)
        #expect(empty.equitableThreatScore == nil && empty.heidkeSkillScore == nil && empty.peirceSkillScore == nil)
        let onlyFalse = try VerificationTable(falseAlarms: 3)
        #expect(onlyFalse.probabilityOfDetection == nil && onlyFalse.frequencyBias == nil)
        #expect(onlyFalse.falseAlarmRatio == 1 && onlyFalse.criticalSuccessIndex == 0)
        let onlyMissed = try VerificationTable(misses: 2)
        #expect(onlyMissed.falseAlarmRatio == nil && onlyMissed.probabilityOfDetection == 0)
        #expect(try VerificationTable(hits: 5, correctNegatives: 0).heidkeSkillScore == nil)
        #expect(throws: ForecastError.self) { try VerificationTable(hits: -1) }
        #expect(throws: ForecastError.self) { try VerificationTable(misses: .max) }
    }

    static func warning(_ area: String, _ issued: Int64, _ ended: Int64) throws -> VerificationMatching.Warning {
        VerificationMatching.Warning(
            area: try #require(DivisionCode(area)),
            issued: Instant(seconds: issued * 60),
            ended: Instant(seconds: ended * 60)
        )
    }

    static func event(_ area: String, _ began: Int64, _ ended: Int64) throws -> VerificationMatching.Event {
        VerificationMatching.Event(
            area: try #require(DivisionCode(area)),
            began: Instant(seconds: began * 60),
            ended: Instant(seconds: ended * 60)
        )
    }

    /// In minutes. The county's warning at 0 foresees the town's event at 30 (30 min) and the other at 50 (50); the town's own, at
    /// 10, comes second. At 200 the event begins before the warning at 210: late, a miss. The event at 400 had no warning; the
    /// warning at 500 no event; the one of another county neither.
    @Test func `events and warnings are matched by area and time`() throws {
        let warnings = try [
            Self.warning("152202", 0, 60), Self.warning("152202001", 10, 60), Self.warning("152202", 210, 240),
            Self.warning("152202", 500, 530), Self.warning("152221", 390, 420),
        ]
        let events = try [
            Self.event("152202001", 30, 40), Self.event("152202002", 50, 55), Self.event("152202001", 200, 260),
            Self.event("152202001", 400, 410),
        ]
        let found = try VerificationMatching(warnings: warnings, events: events)
        #expect(found.hits.map(\.event) == [0, 1] && found.hits.map(\.warning) == [0, 0])
        #expect(found.missedEvents == [2, 3] && found.late == 1 && found.falseAlarms == [3, 4])
        #expect(try found.table == VerificationTable(hits: 2, falseAlarms: 2, misses: 2))
        #expect(found.leads.shortest == .minutes(30) && found.leads.longest == .minutes(50))
        #expect(found.leads.median == .minutes(40) && found.leads.mean == .minutes(40))
        // The order in which they are given changes nothing.
        let turned = try VerificationMatching(warnings: warnings.reversed(), events: events)
        #expect(turned.table == found.table && turned.leads == found.leads)
    }

    @Test func `a town's warning does not cover its county, and what began at once was not foreseen`() throws {
        let found = try VerificationMatching(
            warnings: [Self.warning("152202001", 0, 60), Self.warning("152202", 100, 160)],
            events: [Self.event("152202", 30, 40), Self.event("152202", 100, 120)]
        )
        #expect(found.hits.isEmpty && found.late == 1 && found.falseAlarms == [0])
    }

    @Test func `grace holds a warning on and a least lead makes a short one late`() throws {
        let (warnings, events) = try ([Self.warning("152202", 0, 60)], [Self.event("152202", 70, 80)])
        #expect(try VerificationMatching(warnings: warnings, events: events).table.hits == 0)
        #expect(try VerificationMatching(warnings: warnings, events: events, grace: .minutes(10)).table.hits == 1)
        let late = try VerificationMatching(
            warnings: warnings,
            events: events,
            grace: .minutes(10),
            leastLead: .minutes(71)
        )
        #expect(late.table.hits == 0 && late.late == 1 && late.falseAlarms.isEmpty)
        #expect(late.leads.median == nil && late.leads.mean == nil && late.leads.count == 0)
        #expect(throws: ForecastError.self) {
            try VerificationMatching(warnings: [Self.warning("152202", 10, 0)], events: [])
        }
        #expect(throws: ForecastError.self) {
            try VerificationMatching(warnings: [], events: [], grace: .seconds(-1))
        }
    }
}
