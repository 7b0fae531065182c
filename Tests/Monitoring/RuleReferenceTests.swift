import MessageSchema
import MonitoringDomain
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// Seasons by name, lifetimes by colour and agreement around a point; each case by hand. The rig begins on 1 July, 08:00 in Beijing.
@Suite struct RuleReferenceTests {
    static let bands = #"{ colour: blue, at: "1.00 m" }, { colour: red, at: "3.00 m" }"#

    @Test(arguments: [
        // From, until, then days that lie in it and days that do not.
        ("06-01", "09-30", ["06-01", "07-15", "09-30"], ["05-31", "10-01", "01-01"]),
        ("11-15", "03-15", ["11-15", "12-31", "01-01", "03-15"], ["11-14", "03-16", "07-01"]),
        ("02-29", "02-29", ["02-29"], ["02-28", "03-01"]),
    ])
    func `a season has its first and its last day, over the end of the year too`(
        from: String,
        until: String,
        inside: [String],
        outside: [String]
    ) throws {
        let season = try #require(RuleSchedule.Season(from: from, until: until))
        let schedule = try #require(RuleSchedule(season: season))
        for (day, expected) in inside.map({ ($0, true) }) + outside.map({ ($0, false) }) {
            // The first and the last second of that day of a leap year in Beijing.
            let noon = try #require(Instant("2028-\(day)T12:00:00+08:00"))
            for instant in [noon - .hours(12), noon + .hours(12) - .seconds(1)] {
                #expect(schedule.holds(at: instant) == expected, "\(day)")
            }
        }
        for wrong in ["6-1", "06-31", "13-01", "00-10", "06-00", "0601", "a6-01", ""] {
            #expect(RuleSchedule.Season(from: wrong, until: until) == nil, "\(wrong)")
        }
    }

    @Test func `a rule demands nothing out of its season`() throws {
        let seasons = #"seasons: { flood: { from: "07-02", until: "07-02" } }"#
        let rig = try RuleRig([RuleRig.rule("level", bands: Self.bands, "schedule: { season: flood }")], seasons)
        try rig.read("2.00", minute: 0)
        #expect(try rig.story() == [])
        try rig.read("2.00", minute: 24 * 60)
        #expect(try rig.story() == ["blue"])
        try rig.read("2.00", minute: 48 * 60)
        #expect(try rig.story() == ["end:cleared"] && rig.holds())
    }

    @Test func `each colour holds for its own time`() throws {
        let rig = try RuleRig([RuleRig.rule("level", bands: Self.bands, "valid_for: { blue: 2h, red: 6h }")])
        try rig.read("2.00", minute: 0)
        try rig.pass(to: 119)
        #expect(try rig.story() == ["blue"])
        try rig.pass(to: 120)
        #expect(try rig.story() == ["end:expired"])
        try rig.read("3.00", minute: 130)
        let issued = try #require(try rig.messages(WarningIssued.self).last).content
        #expect(issued.expiresUs == (RuleRig.start + .minutes(130) + .hours(6)).microseconds)
        #expect(try rig.holds())
    }

    @Test func `stations near a point agree, and those farther off do not count`() throws {
        // s1 and s2 stand 11.1 km apart on the line northward, s3 22.2 km from the point at s1.
        let rig = try RuleRig([
            RuleRig.rule(
                "level",
                bands: Self.bands,
                stations: RuleConditionTests.all,
                "agreement: { stations: 2, around: { lat: 47.0, lon: 120.0 }, within_km: 12, fresh: 1h }"
            )
        ])
        try rig.read("5.00", minute: 0, "s3")
        try rig.read("5.00", minute: 1, "s2")
        #expect(try rig.story() == [])
        try rig.read("1.50", minute: 2, "s1")
        let content = try #require(try rig.messages(WarningIssued.self).first).content
        #expect(content.stations == ["s2", "s1"])
        #expect(try rig.story() == ["blue"] && rig.holds())
    }

    @Test(arguments: [
        ("schedule: { season: winter }", "season"), ("valid_for: {}", "no colour"),
        ("valid_for: { red: 30s }", "too short"),
        ("valid_for: { pink: 3h }", "unknown key"),
        ("agreement: { stations: 1, around: { lat: 47.0, lon: 120.0 }, fresh: 1h }", "within_km"),
        ("agreement: { stations: 1, around: { lat: 45.0, lon: 120.0 }, within_km: 12, fresh: 1h }", "0 stations"),
        ("agreement: { stations: 1, around: { lat: 91, lon: 120.0 }, within_km: 12, fresh: 1h }", "a number from"),
    ])
    func `what cannot be meant is refused with its line`(more: String, part: String) throws {
        let text = RuleRig.configuration([RuleRig.rule("level", bands: Self.bands, more)])
        let complaint = try #require(ShippedExamplesTests.complaint(text))
        #expect(complaint.description.contains(part) && complaint.line > 10, "\(complaint)")
    }

    @Test(arguments: [
        (#"seasons: { flood: { from: "06-01" } }"#, "until"),
        (#"seasons: { flood: { from: "6-1", until: "09-30" } }"#, "no season"),
        ("keep: { foreign_alerts: 6d }", "7d"), ("keep: { readings: 30d }", "unknown key"),
    ])
    func `a wrong season and too short a keeping are refused`(more: String, part: String) throws {
        let text = RuleRig.configuration([RuleRig.rule("level", bands: Self.bands)], more)
        let complaint = try #require(ShippedExamplesTests.complaint(text))
        #expect(complaint.description.contains(part) && complaint.line > 10, "\(complaint)")
    }
}
