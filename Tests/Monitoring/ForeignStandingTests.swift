import Foundation
import GRDB
import MessageSchema
import MonitoringService
import ServiceKit
import ServiceStore
import TestSupport
import Testing
import Vocabulary

/// What warnings of others do here: rules that ask for them, what stops, what great events are told, and how long they are known. By hand.
@Suite struct ForeignStandingTests {
    typealias Service = HandWarningServiceTests

    static let start = Service.start  // 1 October 2026, 08:00 in Beijing

    /// A rule of landslides from 1 m of stage on, beside that of floods from 2 m on.
    static func configuration(requires condition: String, _ more: String = "") -> String {
        Service.configuration + """

              - { id: slide, hazard: landslide, kind: level, element: stage, stations: ["1522021001"], bands: [{ colour: yellow, at: "1.00 m" }],
                  hysteresis: "0.00 m", duration: 0s, clear_after: 0s, lifetime: 24h, drafter: p-li, divisions: ["152202004"],
                  requires: \(condition) }
            feeds: [{ id: alerts, kind: cap, folder: /nowhere, every: 1m },
              { id: quakes, kind: earthquake, folder: /nowhere, every: 1m, at_least: "3.0" }]
            \(more)
            """
    }

    static func rig(requires condition: String, _ more: String = "") throws -> RecordingRig {
        try RecordingRig(configuration: configuration(requires: condition, more), start: start - .hours(1))
    }

    static func at(_ minute: Int64) -> Instant { start + .minutes(minute) }

    static func stage(_ rig: RecordingRig, _ millimetres: Int, _ minute: Int64) throws {
        try ForecastServiceTests.report(
            rig,
            at(minute),
            serial: Int(minute) + 1,
            [ForecastServiceTests.stage(millimetres)]
        )
    }

    /// A document of an exercise that holds until 20:00 of that day in October.
    static func alert(
        _ identifier: String,
        _ severity: String,
        code: String = "11B03",
        division: String = "152202000000",
        sender: String = "w@example.cn",
        _ type: String = "Alert",
        references: String = "",
        until day: Int = 1
    ) -> String {
        let refers =
            references.isEmpty ? "" : "<references>\(sender),\(references),2026-10-01T07:30:00+08:00</references>"
        let days = day < 10 ? "0\(day)" : "\(day)"
        return """
            <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>\(identifier)</identifier><sender>\(sender)</sender>\
            <sent>2026-10-01T07:30:00+08:00</sent><status>Exercise</status><msgType>\(type)</msgType><scope>Public</scope>\
            <note>n</note>\(refers)<info><language>zh-CN</language><category>Met</category><event>未知事件</event>\
            <urgency>Immediate</urgency><severity>\(severity)</severity><certainty>Observed</certainty>\
            <eventCode><valueName>12379 eventType</valueName><value>\(code)</value></eventCode>\
            <expires>2026-10-\(days)T20:00:00+08:00</expires><area><areaDesc>阿尔山</areaDesc>\
            <geocode><valueName>GB/T 2260</valueName><value>\(division)</value></geocode></area></info></alert>
            """
    }

    @discardableResult
    static func take(_ rig: RecordingRig, _ text: String, _ minute: Int64, from feed: String = "alerts") throws
        -> Outcome
    {
        _ = try rig.engine.fireTimers(at: at(minute))
        var input = ExternalInput()
        (input.channel, input.sender, input.data) = (MonitoringCore.feed, feed, Data(text.utf8))
        return try #require(try rig.engine.handle([.external(input)], at: at(minute)).outcomes.last)
    }

    /// Each draft and each end of a landslide so far.
    static func slides(_ rig: RecordingRig) throws -> [String] {
        try rig.records(.monitoring).filter { $0.subject.hasPrefix("W.slide") }.map {
            $0.type.replacing("monitoring.warning.", with: "")
        }
    }

    // MARK: rules

    @Test func `a rule waits for a warning of others, of its hazard and colour, here and in force`() throws {
        let rig = try Self.rig(requires: "{ foreign: { hazard: rainstorm, colour: orange } }")
        try Self.stage(rig, 1_500, 0)
        for (minute, text) in [
            Self.alert("low", "Moderate"), Self.alert("gale", "Severe", code: "11B06"),
            Self.alert("far", "Extreme", division: "152221000000"), Self.alert("unknown", "Unknown"),
        ].enumerated() {
            #expect(try Self.take(rig, text, Int64(minute) + 1) == .handled)
        }
        #expect(try Self.slides(rig).isEmpty)
        // No new stage: the update alone completes it, the end alone takes it away.
        try Self.take(rig, Self.alert("up", "Severe", "Update", references: "low"), 10)
        #expect(try Self.slides(rig) == ["drafted"])
        try Self.take(rig, Self.alert("end", "Severe", "Cancel", references: "up"), 20)
        #expect(try Self.slides(rig) == ["drafted", "cancelled"])
        // One for a part of the rule's division counts too, and lapses at 20:00.
        try Self.take(rig, Self.alert("part", "Extreme", division: "152202004001"), 30)
        _ = try rig.engine.fireTimers(at: Self.at(12 * 60 - 1))
        #expect(try Self.slides(rig) == ["drafted", "cancelled", "drafted"])
        _ = try rig.engine.fireTimers(at: Self.at(12 * 60))
        #expect(try Self.slides(rig) == ["drafted", "cancelled", "drafted", "cancelled"])
        #expect(try rig.differences().isEmpty)
    }

    @Test func `a rule may ask for one sender alone, and for other divisions than its own`() throws {
        let rig = try Self.rig(
            requires:
                #"{ foreign: { sender: "nmc@example.cn", hazard: rainstorm, colour: blue, divisions: ["152202100"] } }"#
        )
        try Self.stage(rig, 1_500, 0)
        try Self.take(rig, Self.alert("other", "Severe"), 1)
        try Self.take(rig, Self.alert("own", "Severe", division: "152202004", sender: "nmc@example.cn"), 2)
        #expect(try Self.slides(rig).isEmpty)
        try Self.take(rig, Self.alert("named", "Severe", division: "152202100", sender: "nmc@example.cn"), 3)
        #expect(try Self.slides(rig) == ["drafted"] && rig.differences().isEmpty)
    }

    @Test func `a rule may ask for this bureau's warnings by hazard: by rules before it and by hand, where they hold`()
        throws
    {
        let hand = try Self.rig(requires: "{ hazard: { is: gale, colour: orange } }")
        try Self.stage(hand, 1_500, 0)
        func draft(_ divisions: [String], _ minute: Int64) throws -> String {
            var order = Service.draft()
            (order.divisions, order.colour) = (divisions, .orange)
            #expect(try hand.order(order, by: "p-li", at: Self.at(minute)) == "")
            let warning = try #require(try hand.messages(WarningDrafted.self).last).content.warning
            #expect(try hand.order(Service.approve(warning, 1), by: "p-wang", at: Self.at(minute)) == "")
            return warning
        }
        _ = try draft(["152202100"], 1)
        #expect(try Self.slides(hand).isEmpty)
        let warning = try draft(["152202004"], 2)
        #expect(try Self.slides(hand) == ["drafted"])
        // Lowered, it is no more what is asked for.
        var change = Service.edit(warning, 1)
        change.colour = .yellow
        #expect(try hand.order(change, by: "p-li", at: Self.at(3)) == "")
        #expect(try hand.order(Service.approve(warning, 2), by: "p-wang", at: Self.at(4)) == "")
        #expect(try Self.slides(hand) == ["drafted", "cancelled"] && hand.differences().isEmpty)

        let rule = try Self.rig(requires: "{ hazard: { is: flash-flood, colour: blue } }")
        try Self.stage(rule, 2_500, 0)
        let flood = try #require(try rule.messages(WarningDrafted.self).last).content.warning
        #expect(try Self.slides(rule).isEmpty)
        #expect(try rule.order(Service.approve(flood, 1), by: "p-wang", at: Self.at(1)) == "")
        #expect(try Self.slides(rule) == ["drafted"])
        try Self.stage(rule, 1_500, 5)
        #expect(try Self.slides(rule) == ["drafted", "cancelled"] && rule.differences().isEmpty)
    }

    @Test(arguments: [
        ("{ hazard: { is: rain, colour: blue } }", "not a hazard"), ("{ hazard: { colour: blue } }", "is"),
        ("{ foreign: { hazard: rainstorm } }", "colour"), ("{ foreign: { hazard: rainstorm, colour: pink } }", "blue"),
        (#"{ foreign: { hazard: rainstorm, colour: red, divisions: ["110101"] } }"#, "no name"),
        (#"{ hazard: { is: gale, colour: red, division: "152202004" } }"#, "unknown key"),
        ("{ hazard: { is: gale, colour: red, divisions: [] } }", "no division"),
    ])
    func `a wrong condition is refused at start, with its line and what to write`(condition: String, part: String)
        throws
    {
        let complaint = try #require(ShippedExamplesTests.complaint(Self.configuration(requires: condition)))
        #expect(complaint.description.contains(part) && complaint.line > 20, "\(complaint)")
    }

    // MARK: what stops, and great events

    @Test func `work and classes stop because of a warning of others, marked as theirs, until it falls or ends`() throws
    {
        let rig = try Self.rig(SuspensionTests.suspension)
        try Self.take(rig, Self.alert("g1", "Moderate", code: "11B06"), 1)
        try Self.take(rig, Self.alert("r1", "Extreme"), 2)
        #expect(try rig.messages(SuspensionAdvised.self).isEmpty)
        try Self.take(rig, Self.alert("g2", "Severe", code: "11B06", "Update", references: "g1"), 3)
        let advised = try #require(try rig.messages(SuspensionAdvised.self).last).content
        #expect(advised.foreignSender == "w@example.cn" && advised.warning.hasPrefix("F."))
        #expect(advised.kinds == [.classes] && advised.divisions == ["152202004"] && advised.colour == .orange)
        try Self.take(rig, Self.alert("g3", "Extreme", code: "11B06", "Update", references: "g2"), 4)
        #expect(try rig.messages(SuspensionUpdated.self).map(\.content.kinds) == [[.classes, .work, .business]])
        // Nobody knows how bad it is: nothing stops by the plan.
        try Self.take(rig, Self.alert("g4", "Unknown", code: "11B06", "Update", references: "g3"), 5)
        try Self.take(rig, Self.alert("g5", "Severe", code: "11B06", "Update", references: "g4"), 6)
        _ = try rig.engine.fireTimers(at: Self.at(12 * 60))
        #expect(try rig.messages(SuspensionLifted.self).map(\.reason) == [.levelFell, .warningExpired])
        #expect(try rig.differences().isEmpty)
    }

    @Test func `a great event's report tells warnings of others as theirs, and takes their colour`() throws {
        let rig = try Self.rig(SuspensionTests.suspension)
        try Self.stage(rig, 500, 0)
        // Not of a kind that the suite has, and beyond 20:00 of the first day.
        try Self.take(rig, Self.alert("fog", "Extreme", code: "11B17", until: 2), 1)
        try Self.take(rig, Self.alert("gale", "Severe", code: "11B06", until: 2), 2)
        try Self.take(rig, Self.alert("far", "Extreme", division: "152221000000", until: 2), 3)
        _ = try rig.engine.fireTimers(at: Self.at(12 * 60))
        let report = try #require(try rig.messages(RiskReportDrafted.self).last)
        #expect(report.warnings.isEmpty && report.colour == .red && report.measuresEn == "Close it")
        #expect(report.foreignWarnings.map(\.event) == ["未知事件", "未知事件"])
        #expect(report.foreignWarnings.map(\.hazard) == [.unspecified, .gale])
        #expect(report.foreignWarnings.map(\.colour) == [.red, .orange])
        #expect(
            report.textEn.contains(
                "Warnings of others that stand: 2.\n- 未知事件, red, by w@example.cn: 152202\n- Gale, orange,"
            )
        )
        #expect(report.textZh.contains("其他单位生效预警2条：") && !report.textZh.contains("无生效预警"))
        #expect(try rig.differences().isEmpty)
    }

    // MARK: how long they are known

    /// As a database has it that was written before it was known until when a document is needed.
    @Test func `rows of before are dated by what they hold, or count from the first document on`() throws {
        let rig = try Self.rig("keep: { foreign_alerts: 7d, earthquakes: 7d }")
        let day: Int64 = 24 * 60
        let head = "id,mag,magType,latitude,longitude,depth,time,updated,place,type,status\n"
        let quake = "q1,4.0,mb,47.0,119.9,10.0,2026-09-30T23:50:00Z,2026-10-01T00:01:00Z,Arxan,earthquake,reviewed\n"
        try Self.take(rig, head + quake, 1, from: "quakes")
        try Self.take(rig, Self.alert("old", "Severe"), 2)
        try rig.store.transaction { db in
            try db.execute(sql: "UPDATE foreign_alert SET needed_us = NULL; UPDATE earthquake SET origin_us = NULL")
        }
        try Self.take(rig, Self.alert("a", "Minor", until: 30), 10 * day)
        try Self.take(rig, head + quake.replacing("q1", with: "q2"), 10 * day, from: "quakes")
        #expect(try Self.kept(rig) == ["a", "old"])
        try Self.take(rig, Self.alert("b", "Minor", until: 30), 17 * day + 1)
        #expect(try Self.kept(rig) == ["a", "b"])
    }

    static func kept(_ rig: RecordingRig) throws -> [String] {
        try rig.store.read { db in
            try String.fetchAll(
                db,
                sql: "SELECT identifier FROM foreign_alert UNION ALL SELECT event FROM earthquake ORDER BY 1"
            )
        }
    }

    @Test func `what is over is forgotten after its time, what is in force is not, and nothing comes back as new`()
        throws
    {
        let rig = try Self.rig("keep: { foreign_alerts: 7d, earthquakes: 7d }")
        let day: Int64 = 24 * 60
        let catalogue = "id,mag,magType,latitude,longitude,depth,time,updated,place,type,status\n"
        let quake = "q1,4.0,mb,47.0,119.9,10.0,2026-09-30T23:50:00Z,2026-10-01T00:01:00Z,Arxan,earthquake,reviewed\n"
        #expect(try Self.take(rig, catalogue + quake, 1, from: "quakes") == .handled)
        try Self.take(rig, Self.alert("short", "Severe"), 2)
        try Self.take(rig, Self.alert("long", "Severe", until: 20), 3)
        try Self.take(rig, Self.alert("gone", "Severe", until: 9), 4)
        try Self.take(rig, Self.alert("end", "Severe", "Cancel", references: "gone", until: 9), 5)
        #expect(try Self.kept(rig) == ["end", "gone", "long", "q1", "short"])
        // Cancelled, but it would have held until the ninth: taken again before that it would be new.
        try Self.take(rig, Self.alert("a", "Minor", until: 30), 9 * day)
        try Self.take(rig, catalogue + quake.replacing("00:01:00Z", with: "00:02:00Z"), 9 * day, from: "quakes")
        #expect(try Self.kept(rig) == ["a", "gone", "long"])
        try Self.take(rig, Self.alert("b", "Minor", until: 30), 16 * day)
        #expect(try Self.kept(rig) == ["a", "b", "long"])
        try Self.take(rig, Self.alert("gone", "Minor", until: 9), 16 * day + 1)
        #expect(try rig.messages(ForeignWarningReceived.self).count == 5)
        #expect(try rig.messages(ForeignAlertIgnored.self).map(\.reason) == [.expired])
        #expect(try rig.messages(EarthquakeReported.self).count == 1)
        // The long one still takes its update.
        try Self.take(rig, Self.alert("longer", "Extreme", "Update", references: "long", until: 25), 17 * day)
        #expect(try rig.messages(ForeignWarningUpdated.self).map(\.replaces) == ["long"])
        #expect(try rig.differences().isEmpty)
    }
}

extension ForeignStandingTests {
    static func rig(_ more: String) throws -> RecordingRig { try rig(requires: "{ watch: true }", more) }
}
