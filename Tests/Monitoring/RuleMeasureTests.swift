import MessageSchema
import MonitoringDomain
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// What rules compare and when they do, each case worked out by hand.
@Suite struct RuleMeasureTests {
    /// Minutes and hundredths.
    static func window(_ values: [(Int64, Int64)]) -> RuleWindow {
        RuleWindow(values.map { .init(observed: Instant(seconds: $0.0 * 60), millionths: $0.1 * 10_000) }, .metre)
    }

    @Test func `a window gives its rise, fall, mean, sum and count, and says of which readings`() throws {
        let window = Self.window([(0, 200), (10, 140), (20, 140), (30, 300), (40, 170)])
        let over = try #require(Quantity(170, decimals: 2, .metre))
        // 1.70 − 1.40; 3.00 − 1.70; 9.50 / 5; 9.50; 2.00, 3.00 and 1.70.
        for (measure, millionths, evidence) in [
            (.rise(window: .hours(1)), 300_000, [4, 2]), (.fall(window: .hours(1)), 1_300_000, [4, 3]),
            (.mean(window: .hours(1)), 1_900_000, [4, 3, 2, 1, 0]),
            (.accumulation(window: .hours(1)), 9_500_000, [4, 3, 2, 1, 0]),
            (.repeats(window: .hours(1), over: over), 3_000_000, [4, 3, 0]), (.low, 1_700_000, [4]),
        ] as [(WarningRule.Measure, Int64, [Int])] {
            #expect(window.value(of: measure)?.millionths == millionths, "\(measure)")
            #expect(window.evidence(for: measure) == evidence, "\(measure)")
        }
        #expect(window.value(of: .repeats(window: .hours(1), over: over))?.unit == .one)
        #expect(Self.window([]).value(of: .mean(window: .hours(1))) == nil)
    }

    @Test func `a mean is rounded half away from zero, and what overflows is no value`() {
        let thirds = RuleWindow([1, 1, 2].map { .init(observed: Instant(seconds: $0), millionths: $0) }, .metre)
        #expect(thirds.value(of: .mean(window: .hours(1)))?.millionths == 1)
        let halves = RuleWindow([-1, -2].map { .init(observed: Instant(seconds: $0), millionths: $0) }, .metre)
        #expect(halves.value(of: .mean(window: .hours(1)))?.millionths == -2)
        let extremes = RuleWindow(
            [Int64.max, .min].map { .init(observed: Instant(seconds: 0), millionths: $0) },
            .metre
        )
        for measure in [.fall(window: .hours(1)), .rise(window: .hours(1))] as [WarningRule.Measure] {
            _ = extremes.value(of: measure)
        }
        #expect(extremes.value(of: .fall(window: .hours(1))) == nil)
    }

    @Test func `a low river warns from its number down, and keeps its colour within the hysteresis`() throws {
        let rig = try RuleRig([
            RuleRig.rule(
                "low",
                bands: #"{ colour: blue, at: "1.00 m" }, { colour: red, at: "0.50 m" }"#,
                hysteresis: "0.10 m"
            )
        ])
        for (minute, value, story) in [
            (0, "1.01", []), (10, "1.00", ["blue"]), (20, "0.50", ["red"]), (30, "0.60", []), (40, "0.61", ["blue"]),
            (50, "1.10", []), (60, "1.11", ["end:cleared"]),
        ] as [(Int64, String, [String])] {
            try rig.read(value, minute: minute)
            if minute == 10 {
                let text = String(
                    decoding: try #require(try rig.messages(WarningIssued.self).first).capDocument,
                    as: UTF8.self
                )
                #expect(text.contains("低至蓝色预警阈值1.00 m") && text.contains("at or below the blue threshold of 1.00 m"))
            }
            #expect(try rig.story() == story, "minute \(minute)")
        }
        #expect(try rig.holds())
    }

    @Test func `a fall, a mean and a repetition are taken over their windows`() throws {
        let rig = try RuleRig([
            RuleRig.rule("fall", id: "fall", bands: #"{ colour: blue, at: "0.50 m" }"#, "window: 1h"),
            RuleRig.rule("mean", id: "mean", bands: #"{ colour: yellow, at: "2.00 m" }"#, "window: 30m"),
            RuleRig.rule(
                "repeat",
                id: "repeat",
                bands: #"{ colour: red, at: "3 1" }"#,
                hysteresis: "0 1",
                #"window: 1h, over: "2.50 m""#
            ),
        ])
        for (minute, value, story) in [
            // Mean of [0]: 1.90.
            (0, "1.90", []),
            // (1.90 + 2.50) / 2 = 2.20; the first reading of 2.50 or more.
            (30, "2.50", ["yellow"]),
            // (2.50 + 1.00) / 2 = 1.75: the mean ends; 2.50 − 1.00 = 1.50: the fall begins.
            (60, "1.00", ["blue", "end:cleared"]),
            // [10, 70]: from 2.50 to 2.60 nothing falls; (2.50 is older than 30 min) (1.00 + 2.60) / 2 = 1.80; the second.
            (70, "2.60", ["end:cleared"]),
            // (1.00 + 2.60 + 2.70) / 3 = 2.10; [15, 75] has 2.50, 2.60 and 2.70: the third.
            (75, "2.70", ["yellow", "red"]),
        ] as [(Int64, String, [String])] {
            try rig.read(value, minute: minute)
            #expect(try rig.story() == story, "minute \(minute)")
        }
        #expect(try rig.holds())
    }

    /// 1 July 2026 is a Wednesday in Beijing; the cases are read off a calendar.
    @Test(
        arguments: [
            ("months: [7]", "2026-07-01T00:00:00+08:00", true), ("months: [7]", "2026-06-30T23:59:00+08:00", false),
            ("weekdays: [3]", "2026-07-01T00:00:00+08:00", true), ("weekdays: [3]", "2026-07-02T00:00:00+08:00", false),
            ("weekdays: [7]", "2026-07-05T12:00:00+08:00", true), ("weekdays: [1]", "2026-07-05T23:59:00+08:00", false),
            (#"hours: "08:00-20:00""#, "2026-07-01T08:00:00+08:00", true),
            (#"hours: "08:00-20:00""#, "2026-07-01T20:00:00+08:00", false),
            (#"hours: "20:00-06:00""#, "2026-07-01T05:59:00+08:00", true),
            (#"hours: "20:00-06:00""#, "2026-07-01T06:00:00+08:00", false),
            (#"months: [6], hours: "20:00-24:00""#, "2026-06-30T23:59:00+08:00", true),
        ]
    )
    func `a schedule goes by the clock in Beijing`(schedule: String, time: String, holds: Bool) throws {
        let minute = (try #require(Instant(time)) - RuleRig.start).inMicroseconds / 60_000_000
        let rig = try RuleRig([
            RuleRig.rule("level", bands: #"{ colour: blue, at: "1.00 m" }"#, "schedule: { \(schedule) }")
        ])
        // Readings of the past are late, and evaluate nothing: this one is the station's first.
        try rig.read("2.00", minute: minute)
        #expect(try rig.story() == (holds ? ["blue"] : []))
    }

    @Test(
        arguments: [
            (
                RuleRig.rule("low", bands: #"{ colour: blue, at: "1.00 m" }, { colour: red, at: "2.00 m" }"#),
                "do not ascend"
            ),
            (RuleRig.rule("level", bands: #"{ colour: blue, at: "1.00 m" }"#, "window: 1h"), "a level has no window"),
            (
                RuleRig.rule("rise", bands: #"{ colour: blue, at: "1.00 m" }"#, "window: 1h, over: \"1.00 m\""),
                "not over anything"
            ),
            (
                RuleRig.rule("repeat", bands: #"{ colour: blue, at: "3 m" }"#, "window: 1h, over: \"1.00 m\""),
                "a quantity in 1"
            ),
            (
                RuleRig.rule("level", bands: #"{ colour: blue, at: "1.00 m" }"#, "schedule: { months: [13] }"),
                "out of range"
            ),
            (
                RuleRig.rule("level", bands: #"{ colour: blue, at: "1.00 m" }"#, "schedule: { hours: \"8-20\" }"),
                "hours such as"
            ),
            (RuleRig.rule("level", bands: #"{ colour: blue, at: "1.00 m" }"#, "deescalate_after: 30s"), "too short"),
            (
                RuleRig.rule(
                    "level",
                    bands: #"{ colour: blue, at: "1.00 m" }"#,
                    "agreement: { stations: 2, fresh: 1h }"
                ), "2 of 1 stations"
            ),
            (
                RuleRig.rule(
                    "level",
                    bands: #"{ colour: blue, at: "1.00 m" }"#,
                    "requires: { warning: { rule: r, colour: blue } }"
                ),
                "a rule that stands before this one"
            ),
            (
                RuleRig.rule(
                    "level",
                    bands: #"{ colour: blue, at: "1.00 m" }"#,
                    "requires: { station: { id: s2, element: stage, within: 1h } }"
                ),
                "no range"
            ),
            (
                RuleRig.rule(
                    "silence",
                    bands: #"{ colour: blue, at: "600 s" }"#,
                    hysteresis: "0 s",
                    "clear_on_silence: 1h"
                ), "its own duration"
            ),
        ]
    )
    func `a rule that means nothing is refused with its line and the remedy`(rule: String, message: String) {
        let error = #expect(throws: ConfigurationError.self) { _ = try RuleRig([rule]) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        #expect((error?.line ?? 0) > 10)
    }
}
