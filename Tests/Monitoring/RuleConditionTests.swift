import Foundation
import MessageSchema
import MonitoringDomain
import MonitoringService
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// What rules ask for beyond their own readings, through the engine. Expected values by hand from the rules.
@Suite struct RuleConditionTests {
    // MARK: agreement

    static let low = WarningRule(
        id: "low",
        hazard: .drought,
        measure: .low,
        bands: [
            .init(colour: .blue, threshold: WarningTrackTests.metres(1_000)),
            .init(colour: .red, threshold: WarningTrackTests.metres(500)),
        ],
        hysteresis: WarningTrackTests.metres(0),
        duration: .zero,
        clearAfter: .zero,
        lifetime: .hours(24),
        automaticRelease: [],
        drafter: "p-li"
    )

    /// Blue from 2 m, yellow from 3 m, orange from 4 m, red from 5 m; low: blue below 1 m, red below 0.5 m.
    @Test(
        arguments: [
            (WarningTrackTests.rule, 2, 2, [5_100, 3_500, 3_200], 3_200, ["a", "b", "c"]),
            (WarningTrackTests.rule, 2, 2, [5_100, 2_100, 1_000], 2_100, ["a", "b"]),
            (WarningTrackTests.rule, 3, 3, [5_100, 5_000, 1_999], 1_999, []),
            (WarningTrackTests.rule, 1, 2, [2_000, 5_000], 5_000, ["b"]),
            (WarningTrackTests.rule, 1, 3, [2_000, 5_000], nil, []),
            (WarningTrackTests.rule, 2, 2, [3_000, 3_000], 3_000, ["a", "b"]),
            (low, 2, 2, [400, 900, 1_000], 900, ["a", "b"]), (low, 2, 2, [400, 499, 900], 499, ["a", "b"]),
        ] as [(WarningRule, Int, Int, [Int64], Int64?, [StationID])]
    )
    func `the colour is the worst that m of them demand, and all who demand it are named`(
        rule: WarningRule,
        needed: Int,
        reporting: Int,
        values: [Int64],
        value: Int64?,
        stations: [StationID]
    ) throws {
        let agreement = try #require(RuleAgreement(needed: needed, reporting: reporting))
        let voices = zip(["a", "b", "c"] as [StationID], values).map {
            RuleAgreement.Voice(station: $0, value: WarningTrackTests.metres($1))
        }
        let found = agreement.agreed(voices, by: rule, current: nil)
        #expect(found?.value == value.map(WarningTrackTests.metres) && (found?.stations ?? []) == stations)
        let turned = agreement.agreed(voices.reversed(), by: rule, current: nil)
        #expect(turned?.value == found?.value && turned?.stations == found?.stations)
    }

    @Test func `two of three stations agree, one warning names them, and a stale one says nothing`() throws {
        let rig = try RuleRig([
            RuleRig.rule([
                "stations": "all", "agreement": "{ stations: 2, reporting: 2 }", "fresh": "1h",
                "bands": RuleRig.fourColours,
            ])
        ])
        try rig.read("5.00", "B", minute: 0)
        #expect(try rig.life() == [])  // one says nothing
        try rig.read("1.00", "A", minute: 10)
        #expect(try rig.life() == [])
        try rig.read("3.20", "C", minute: 20)
        #expect(try rig.life() == ["20 issued yellow"])
        let content = try #require(try rig.all(WarningIssued.self).first?.content)
        #expect(content.warning.hasPrefix("W.r.A.") && content.stations == ["B", "C"] && content.evidence.count == 2)
        #expect(try content.value.checked().millionths == 3_200_000)
        let text = try rig.document()
        #expect(text.contains("乙站、丙站2026-07-01 08:20测得3.20 m及以上，达到黄色预警阈值3.00 m。"), "\(text)")
        #expect(
            text.contains(
                "Gauge B, Gauge C measured 3.20 m or more at 2026-07-01 08:20 (Beijing), at or above the yellow"
            ),
            "\(text)"
        )
        try rig.read("4.10", "A", minute: 30)
        #expect(try rig.life() == ["30 updated orange"])  // B and A
        // B's reading is older than an hour: A and C are left, and agree on yellow.
        try rig.read("4.10", "A", minute: 61)
        #expect(try rig.life() == ["61 updated yellow"])
        #expect(try rig.holds())
    }

    @Test func `only the stations within the area count`() throws {
        // C lies 67 km north of A; B 1.3 km away.
        let near = RuleRig.rule([
            "stations": "all", "fresh": "1h",
            "agreement": "{ stations: 2, around: [47.300, 119.800], radius_m: 5000 }",
        ])
        let rig = try RuleRig([near])
        try rig.read("3.00", "A", minute: 0)
        try rig.read("3.00", "C", minute: 1)
        #expect(try rig.life() == [])
        try rig.read("3.00", "B", minute: 2)
        #expect(try rig.life() == ["2 issued yellow"])
        #expect(try rig.holds())
    }

    @Test func `a basin is a station's word`() throws {
        let rule = RuleRig.rule(["stations": "all", "fresh": "1h", "agreement": "{ stations: 2, basin: halha }"])
        let text = RuleRig.configuration([rule])
            .replacing("silent_after: 30d }\n  - { id: B", with: "silent_after: 30d, basin: halha }\n  - { id: B")
        let complaint = try #require(ShippedExamplesTests.complaint(text))
        #expect(complaint.description.contains("cannot agree where 1 stations"))
        #expect(
            ShippedExamplesTests.complaint(
                text.replacing("silent_after: 30d }", with: "silent_after: 30d, basin: halha }")
            ) == nil
        )
    }

    // MARK: conditions

    @Test(
        arguments: [
            (RuleCondition.all([.fact(.watch("a")), .fact(.watch("b"))]), ["a"], false),
            (.all([.fact(.watch("a")), .fact(.watch("b"))]), ["a", "b"], true),
            (.any([.fact(.watch("a")), .fact(.watch("b"))]), ["b"], true),
            (.any([.fact(.watch("a")), .fact(.watch("b"))]), [], false),
            (.all([.fact(.watch("a")), .any([.fact(.watch("b")), .fact(.watch("c"))])]), ["a", "c"], true),
            (.all([.fact(.watch("a")), .any([.fact(.watch("b")), .fact(.watch("c"))])]), ["b", "c"], false),
        ] as [(RuleCondition, [GridUnitID], Bool)]
    )
    func `all and any are what they say`(condition: RuleCondition, on: [GridUnitID], holds: Bool) {
        let found = condition.holds { fact in
            if case .watch(let unit) = fact { on.contains(unit) } else { false }
        }
        #expect(found == holds)
    }

    @Test func `a rule that requires another's warning begins and ends with it, without a reading of its own`() throws {
        let rig = try RuleRig([
            RuleRig.rule(["id": "a", "bands": RuleRig.fourColours]),
            RuleRig.rule([
                "id": "b", "stations": "[\"B\"]", "hazard": "landslide", "requires": "{ rule: a, at: yellow }",
                "fresh": "2h",
            ]),
        ])
        try rig.read("3.00", "B", minute: 0)
        try rig.read("2.00", "A", minute: 10)
        #expect(try rig.life() == ["10 issued blue"])
        try rig.read("3.00", "A", minute: 20)
        #expect(try rig.life() == ["20 updated yellow", "20 issued yellow"])
        #expect(try rig.all(WarningIssued.self).last?.content.rule == "b")
        try rig.read("1.00", "A", minute: 30)
        #expect(try rig.life() == ["30 cancelled", "30 cancelled"])
        // B's reading is not fresh any more.
        try rig.read("3.00", "A", minute: 121)
        #expect(try rig.life() == ["121 issued yellow"])
        #expect(try rig.holds())
    }

    @Test func `a rule may ask for a fresh reading of another place`() throws {
        let wants = "{ station: B, element: rain_1h, at: \"20.0 mm\", within: 2h }"
        let rig = try RuleRig([RuleRig.rule(["requires": "{ all: [\(wants)] }", "fresh": "3h"])])
        try rig.read("19.9", "B", element: "rain_1h", unit: "mm", minute: 0)
        try rig.read("3.00", "A", minute: 10)
        #expect(try rig.life() == [])
        try rig.read("20.0", "B", element: "rain_1h", unit: "mm", minute: 60)
        #expect(try rig.life() == ["60 issued yellow"])
        try rig.read("3.00", "A", minute: 180)  // two hours are within two hours
        #expect(try rig.life() == [])
        try rig.read("3.00", "A", minute: 181)
        #expect(try rig.life() == ["181 cancelled"])
        #expect(try rig.holds())
    }

    @Test func `a rule holds after an earthquake near by, for a time, and not when it is withdrawn`() throws {
        let rule = RuleRig.rule(["requires": "{ earthquake: \"4.5\", within: 24h, radius_m: 50000 }", "fresh": "48h"])
        let feed = "feeds: [{ id: quakes, kind: earthquake, folder: /nowhere, every: 1m }]"
        let rig = try RuleRig([rule], more: feed)
        try rig.read("3.00", "A", minute: 0)
        func quake(_ id: String, _ magnitude: Double, _ longitude: Double, deleted: Bool = false, minute: Int64) throws
        {
            let time = (RuleRig.start + .minutes(1)).microseconds / 1_000
            let text = """
                {"type":"FeatureCollection","features":[{"type":"Feature","id":"\(id)","properties":{"mag":\(magnitude),"magType":"mb",\
                "place":"x","time":\(time),"updated":\(time + minute),"type":"earthquake","status":"\(deleted ? "deleted" : "reviewed")"},\
                "geometry":{"type":"Point","coordinates":[\(longitude),47.3,10]}}]}
                """
            try rig.take(Data(text.utf8), on: MonitoringCore.feed, from: "quakes", minute: minute)
        }
        try quake("small", 4.4, 119.8, minute: 10)
        try quake("far", 6.0, 121.8, minute: 20)
        #expect(try rig.life() == [])
        try quake("near", 4.5, 119.8, minute: 30)
        #expect(try rig.life() == ["30 issued yellow"])
        try quake("near", 4.5, 119.8, deleted: true, minute: 40)
        #expect(try rig.life() == ["40 cancelled"])
        #expect(try rig.holds())
    }

    @Test func `a rule that counts only during a watch begins and ends with it`() throws {
        let shipped = Checkout.root.path + "/compose/configuration/monitoring.yaml"
        let grid = try String(contentsOfFile: shipped, encoding: .utf8)
            .split(separator: "\ngrid:").dropFirst().first?.split(separator: "\ndangers:").first
        let rule = RuleRig.rule(["requires": "{ watch: yirshi }", "fresh": "3h"])
        let names = """
            grid:\(try #require(grid))
            """
        let rig = try RuleRig([rule], more: names)
        try rig.read("3.00", "A", minute: 0)
        #expect(try rig.life() == [])
        var begin = BeginGridWatch()
        (begin.unit, begin.untilUs) = ("yirshi-east", (RuleRig.start + .hours(12)).microseconds)
        #expect(try rig.order(begin, by: "p-yirshi", minute: 5) == "")
        #expect(try rig.life() == ["5 issued yellow"])
        var end = EndGridWatch()
        end.unit = "yirshi-east"
        #expect(try rig.order(end, by: "p-yirshi", minute: 60) == "")
        #expect(try rig.life() == ["60 cancelled"])
        #expect(try rig.holds())
    }

    @Test(
        arguments: [
            (["requires": "{ rule: r, at: blue }", "fresh": "1h"], "stands above"),
            (["requires": "{ rule: x, at: blue }", "fresh": "1h"], "stands above"),
            (["requires": "{}", "fresh": "1h"], "no condition"),
            (["requires": "{ all: [] }", "fresh": "1h"], "no condition"),
            (["requires": "{ watch: nowhere }", "fresh": "1h"], "not a unit"),
            (["requires": "{ warning: rainstorm, watch: yirshi }", "fresh": "1h"], "two conditions"),
            (["requires": "{ warning: rainstorm }", "fresh": "1h"], "'at' is missing"),
            (["requires": "{ station: A, element: stage, within: 1h }", "fresh": "1h"], "not one number"),
            (
                ["requires": "{ station: A, element: stage, at: \"1 m\", below: \"2 m\", within: 1h }", "fresh": "1h"],
                "not one number"
            ),
            (["requires": "{ warning: rainstorm, at: blue }"], "'fresh' is missing"),
            (["agreement": "{ stations: 1 }"], "'fresh' is missing"),
            (["agreement": "{ stations: 2 }", "fresh": "1h"], "cannot agree"),
            (["agreement": "{ stations: 1, radius_m: 100 }", "fresh": "1h"], "'around' is missing"),
            (["agreement": "{ stations: 1, basin: x }", "fresh": "1h"], "no station of the rule"),
            (
                ["kind": "no-data", "bands": "[{ colour: blue, at: 3h }]", "agreement": "{ stations: 1 }"],
                "unknown key 'agreement'"
            ),
            (
                [
                    "requires": String(repeating: "{ all: [", count: 9) + "{ rule: x, at: blue }"
                        + String(repeating: "] }", count: 9), "fresh": "1h",
                ], "too deep"
            ),
        ] as [([String: String], String)]
    )
    func `a wrong condition is refused with its place`(keys: [String: String], part: String) throws {
        let complaint = try #require(
            ShippedExamplesTests.complaint(RuleRig.configuration([RuleRig.rule(keys)])),
            "\(keys)"
        )
        #expect(complaint.description.contains(part) && complaint.line > 8, "\(complaint)")
    }
}
