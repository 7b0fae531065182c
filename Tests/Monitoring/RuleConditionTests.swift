import MessageSchema
import MonitoringDomain
import TestSupport
import Testing
import Vocabulary

/// What must hold besides, and how many must say it; each case by hand. The gauges stand 11.1 km apart.
@Suite struct RuleConditionTests {
    static let band = #"{ colour: blue, at: "1.00 m" }"#
    static let bands = #"{ colour: blue, at: "1.00 m" }, { colour: red, at: "3.00 m" }"#
    static let all = "[s1, s2, s3, s4, s5]"

    @Test func `two of five within 12 km agree on the lower of their values`() throws {
        let rig = try RuleRig([
            RuleRig.rule(
                "level",
                bands: Self.bands,
                stations: Self.all,
                "agreement: { stations: 2, within_km: 12, fresh: 1h }"
            )
        ])
        try rig.read("5.00", minute: 0, "s1")
        // s4 is 33 km from s1: nobody stands beside either.
        try rig.read("4.00", minute: 10, "s4")
        #expect(try rig.story() == [])
        try rig.read("2.00", minute: 20, "s2")
        let content = try #require(try rig.messages(WarningIssued.self).first).content
        #expect(content.stations == ["s1", "s2"] && content.evidence.count == 2)
        #expect(try content.value.checked().millionths == 2_000_000 && content.warning.hasPrefix("W.r.s1."))
        #expect(try rig.story() == ["blue"])
        // s1 and s2 agree on 3.10 m.
        try rig.read("3.10", minute: 30, "s2")
        #expect(try rig.messages(WarningUpdated.self).first?.content.stations.count == 2)
        #expect(try rig.story() == ["red"])
        // At 75 the word of s1 and s4 is old: too few say anything, and nothing moves.
        try rig.read("0.10", minute: 75, "s2")
        #expect(try rig.story() == [])
        try rig.read("0.20", minute: 80, "s3")
        #expect(try rig.story() == ["end:cleared"] && rig.holds())
    }

    @Test func `stations of one basin agree, and those of another do not count`() throws {
        let rig = try RuleRig([
            RuleRig.rule(
                "level",
                bands: Self.band,
                stations: Self.all,
                "agreement: { stations: 2, basin: true, fresh: 1h }"
            )
        ])
        // s3 is of the Halha, s4 and s5 are of the Arshan.
        try rig.read("2.00", minute: 0, "s3")
        try rig.read("2.00", minute: 1, "s4")
        #expect(try rig.story() == [])
        try rig.read("1.00", minute: 2, "s5")
        #expect(try rig.story() == ["blue"] && rig.holds())
    }

    @Test func `another place must say so, and asks anew when it does`() throws {
        let rig = try RuleRig([
            RuleRig.rule(
                "level",
                bands: Self.band,
                #"requires: { station: { id: s2, element: soil_moisture_10cm, at_least: "30.0 %", within: 2h } }"#
            )
        ])
        try rig.read("2.00", minute: 0)
        #expect(try rig.story() == [])
        try rig.read("29.9", "%", minute: 10, "s2", "soil_moisture_10cm")
        #expect(try rig.story() == [])
        // No new stage: the moisture alone completes it.
        try rig.read("30.0", "%", minute: 20, "s2", "soil_moisture_10cm")
        #expect(try rig.story() == ["blue"])
        // Two hours and a minute later nobody knows how wet it is.
        try rig.read("2.00", minute: 141)
        #expect(try rig.story() == ["end:cleared"] && rig.holds())
    }

    @Test func `a rule waits for another rule's released warning, and ends with it`() throws {
        let rig = try RuleRig([
            RuleRig.rule(
                "level",
                "rain_1h",
                id: "rain",
                bands: #"{ colour: yellow, at: "20.0 mm" }"#,
                hysteresis: "0.0 mm",
                stations: "[s2]"
            ),
            RuleRig.rule(
                "level",
                id: "slide",
                bands: Self.band,
                "requires: [{ warning: { rule: rain, colour: yellow } }]"
            ),
        ])
        try rig.read("2.00", minute: 0)
        #expect(try rig.story() == [])
        try rig.read("25.0", "mm", minute: 10, "s2", "rain_1h")
        #expect(try rig.story() == ["yellow", "blue"])
        try rig.read("0.0", "mm", minute: 70, "s2", "rain_1h")
        #expect(try rig.story() == ["end:cleared", "end:cleared"] && rig.holds())
    }

    @Test func `an earthquake near by, or any of several, opens a rule for its time`() throws {
        let rig = try RuleRig([
            RuleRig.rule(
                "level",
                bands: Self.band,
                """
                requires: { any: [{ earthquake: { magnitude: "5.0", within_km: 50, within: 24h } },
                  { station: { id: s2, element: stage, at_most: "-1.00 m", within: 1h } }] }
                """
            )
        ])
        func shake(_ event: String, _ latitude: Int32, _ hundredths: Int32, minute: Int64) throws {
            var order = ReportEarthquake()
            (order.event, order.magnitudeHundredths, order.depthMetres) = (event, hundredths, 10_000)
            (order.epicentre.latitudeMicrodegrees, order.epicentre.longitudeMicrodegrees) = (latitude, 120_000_000)
            order.epicentre.datum = .wgs84
            order.timeUs = (RuleRig.start + .minutes(minute)).microseconds
            order.source = "test"
            #expect(try rig.order(order, minute: minute) == "")
        }
        try rig.read("2.00", minute: 0)
        // A degree of latitude is 111 km; s1 stands at 47° N.
        try shake("far", 46_000_000, 600, minute: 1)
        try shake("small", 47_000_000, 499, minute: 2)
        try rig.read("2.00", minute: 10)
        #expect(try rig.story() == [])
        try shake("near", 46_600_000, 500, minute: 20)
        try rig.read("2.00", minute: 30)
        #expect(try rig.story() == ["blue"])
        try rig.read("2.00", minute: 20 + 24 * 60)
        #expect(try rig.story() == [])
        try rig.read("2.00", minute: 21 + 24 * 60)
        #expect(try rig.story() == ["end:cleared"] && rig.holds())
    }
}
