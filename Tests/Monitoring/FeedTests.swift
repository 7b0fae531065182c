import Foundation
import MessageSchema
import MonitoringService
import ServiceKit
import TestSupport
import Testing
import Vocabulary

@Suite struct FeedTests {
    private func code(_ outcome: Outcome) -> String? {
        if case .deadLetter(let code, _) = outcome { code } else { nil }
    }

    // MARK: CAP

    /// A sound alert of 2026-07-01 that lapses at 12:00 in Beijing, four hours after the rig's start.
    private func alert(
        _ identifier: String,
        _ type: String = "Alert",
        references: String = "",
        sender: String = "w@example.cn",
        status: String = "Actual",
        severity: String = "Severe",
        expires: String = "2026-07-01T12:00:00+08:00"
    ) -> String {
        let refers = references.split(separator: " ").map { "\(sender),\($0),2026-07-01T07:00:00+08:00" }.joined(
            separator: " "
        )
        return """
            <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>\(identifier)</identifier><sender>\(sender)</sender>\
            <sent>2026-07-01T07:30:00+08:00</sent><status>\(status)</status><msgType>\(type)</msgType><scope>Public</scope>\
            <note>n</note>\(refers.isEmpty ? "" : "<references>\(refers)</references>")\
            <info><language>zh-CN</language><category>Met</category><event>暴雨</event><urgency>Immediate</urgency>\
            <severity>\(severity)</severity><certainty>Observed</certainty>\
            <eventCode><valueName>12379 eventType</valueName><value>11B03</value></eventCode>\
            <expires>\(expires)</expires><area><areaDesc>阿尔山</areaDesc>\
            <polygon>47,119 47,121 48,121 48,119 47,119</polygon>\
            <geocode><valueName>GB/T 2260</valueName><value>152202</value></geocode></area></info></alert>
            """
    }

    private func take(_ text: String, _ rig: InletRig, at seconds: Int64 = 0) throws -> Outcome {
        try rig.take(text, on: MonitoringCore.feed, from: "alerts", at: seconds)
    }

    @Test func `a warning of others is received, updated and ended as its documents say`() throws {
        let rig = try InletRig()
        #expect(try take(alert("a1"), rig) == .handled)
        let first = try #require(try rig.taken(ForeignWarningReceived.self).first)
        #expect(
            first.content.identifier == "a1" && first.content.sender == "w@example.cn" && first.content.event == "暴雨"
        )
        #expect(
            first.content.eventCode == "11B03" && first.content.severity == .severe
                && first.content.divisions == ["152202"]
        )
        #expect(
            first.content.polygons.map(\.points.count) == [5]
                && first.content.polygons[0].points[1].longitudeMicrodegrees == 121_000_000
        )
        #expect(first.content.expiresUs == (InletRig.start + .hours(4)).microseconds)
        #expect(try take(alert("a2", "Update", references: "a1", severity: "Extreme"), rig) == .handled)
        let update = try #require(try rig.taken(ForeignWarningUpdated.self).first)
        #expect(update.warning == first.warning && update.replaces == "a1" && update.content.severity == .extreme)
        #expect(try take(alert("a3", "Cancel", references: "a1 a2"), rig) == .handled)
        let end = try rig.taken(ForeignWarningEnded.self)
        #expect(end.map(\.warning) == [first.warning] && end[0].reason == .cancelled && end[0].identifier == "a3")
        try rig.pass(to: 5 * 3_600)
        #expect(try rig.taken(ForeignWarningEnded.self).isEmpty && rig.holds())
    }

    @Test func `a warning that nobody ends lapses at its time`() throws {
        let rig = try InletRig()
        _ = try take(alert("a1"), rig)
        _ = try take(alert("a2", "Update", references: "a1", expires: "2026-07-01T13:00:00+08:00"), rig)
        try rig.pass(to: 5 * 3_600 - 1)
        #expect(try rig.taken(ForeignWarningEnded.self).isEmpty)
        try rig.pass(to: 5 * 3_600)
        #expect(try rig.taken(ForeignWarningEnded.self).map(\.reason) == [.expired] && rig.holds())
    }

    @Test func `what is not for here is ignored, with its reason`() throws {
        let rig = try InletRig()
        let cases: [(String, IgnoredBecause)] = [
            (alert("t1", status: "Test"), .status), (alert("t2", status: "Exercise"), .status),
            (alert("t3", status: "System"), .status),
            (alert("t4", status: "Draft"), .status), (alert("o1", sender: "15220241600000"), .own),
            (alert("e1", expires: "2026-07-01T07:59:00+08:00"), .expired),
            (alert("c1", "Cancel", references: "x1"), .nothingToEnd),
            (alert("x1"), .overtaken), (alert("k1", "Ack", references: "x2"), .answer),
            (alert("k2", "Error", references: "x2"), .answer),
        ]
        for (text, reason) in cases {
            #expect(try take(text, rig) == .handled)
            #expect(try rig.taken(ForeignAlertIgnored.self).map(\.reason) == [reason], "\(reason)")
        }
        _ = try take(alert("a1"), rig)
        #expect(try take(alert("a1"), rig) == .duplicate)
        _ = try take(alert("a1", severity: "Minor"), rig)
        #expect(try rig.taken(ForeignAlertIgnored.self).map(\.reason) == [.repeated])
        // Nobody ends another's warning.
        let stranger = alert("s1", "Cancel", references: "a1").replacing(
            "<sender>w@example.cn",
            with: "<sender>s@example.cn"
        )
        _ = try take(stranger, rig)
        #expect(try rig.taken(ForeignAlertIgnored.self).map(\.reason) == [.foreignReference])
        #expect(
            try rig.taken(ForeignWarningEnded.self).isEmpty && rig.taken(ForeignWarningReceived.self).count == 1
                && rig.holds()
        )
    }

    @Test func `an exercise takes exercises and nothing real`() throws {
        let rig = try InletRig(realm: .exercise("x"))
        _ = try take(alert("a1"), rig)
        _ = try take(alert("a2", status: "Exercise"), rig)
        #expect(try rig.taken(ForeignAlertIgnored.self).map(\.identifier) == ["a1"])
        #expect(try rig.taken(ForeignWarningReceived.self).map(\.content.identifier) == ["a2"])
    }

    @Test func `a faulty document is kept aside with its faults, and a faulty alert beside sound ones alone`() throws {
        let rig = try InletRig()
        #expect(code(try take(alert("a1").replacing("<scope>Public</scope>", with: ""), rig)) == "faulty-schema")
        #expect(code(try take(alert("a2", "Cancel"), rig)) == "faulty-meaning")
        #expect(try code(take("<alert/>", rig)) != nil)
        #expect(code(try take("no xml", rig)) == "not-well-formed")
        let both = "<feed xmlns=\"urn:f\">\(alert("a3"))\(alert("a4", "Cancel"))</feed>"
        #expect(try take(both, rig) == .handled)
        #expect(try rig.taken(ForeignWarningReceived.self).map(\.content.identifier) == ["a3"])
        let refused = try #require(try rig.taken(ItemsRefused.self).first)
        #expect(try refused.items.map(\.about) == ["a4"] && refused.items[0].code == "faulty-meaning" && rig.holds())
    }

    // MARK: earthquakes

    private func catalogue(_ rows: String...) -> String {
        (["id,mag,magType,latitude,longitude,depth,time,updated,place,type,status"] + rows).joined(separator: "\n")
    }

    private func quake(
        _ id: String,
        _ magnitude: String,
        at place: String = "47.5,120.1",
        _ updated: Int,
        _ status: String = "automatic"
    )
        -> String
    {
        "\(id),\(magnitude),mb,\(place),10.0,2026-06-30T23:50:00Z,2026-07-01T00:0\(updated):00Z,Arxan,earthquake,\(status)"
    }

    @Test func `an earthquake is reported with each revision, and taken back`() throws {
        let rig = try InletRig()
        func take(_ text: String) throws -> Outcome { try rig.take(text, on: MonitoringCore.feed, from: "quakes") }
        let first = catalogue(
            quake("q1", "4.65", 1),
            quake("q2", "2.9", 1),
            quake("q3", "6.0", at: "10,10", 1),
            quake("q4", "x", 1)
        )
        #expect(try take(first) == .handled)
        let reported = try rig.taken(EarthquakeReported.self)
        #expect(reported.map(\.event) == ["q1"] && reported[0].magnitudeHundredths == 465 && reported[0].revision == 1)
        #expect(reported[0].depthMetres == 10_000 && reported[0].timeUs == (InletRig.start - .minutes(10)).microseconds)
        #expect(try rig.taken(ItemsRefused.self).map(\.count) == [1])
        // A later word of the same; a lower magnitude than is asked for; an older word.
        _ = try take(catalogue(quake("q1", "4.65", 2), quake("q5", "3", 2)))
        #expect(try rig.taken(EarthquakeReported.self).map(\.event) == ["q5"])
        _ = try take(catalogue(quake("q1", "2.5", 3)))
        #expect(
            try rig.taken(EarthquakeReported.self).map { [$0.revision, UInt32($0.magnitudeHundredths)] } == [[2, 250]]
        )
        _ = try take(catalogue(quake("q1", "5", 1), quake("q9", "4", 1, "deleted")))
        #expect(try rig.taken(EarthquakeReported.self).isEmpty && rig.taken(EarthquakeWithdrawn.self).isEmpty)
        _ = try take(catalogue(quake("q1", "2.5", 4, "deleted")))
        #expect(try rig.taken(EarthquakeWithdrawn.self).map(\.revision) == [3])
        _ = try take(catalogue(quake("q1", "2.5", 5, "deleted")))
        #expect(try rig.taken(EarthquakeWithdrawn.self).isEmpty && rig.holds())
    }

    // MARK: weather and silence

    @Test func `weather becomes observations, and its feed is missed when it stops`() throws {
        let rig = try InletRig()
        func take(_ text: String, at seconds: Int64) throws -> Outcome {
            try rig.take(text, on: MonitoringCore.feed, from: "weather", at: seconds)
        }
        let head = "station,time,temperature_c,relative_humidity_percent,wind_m_s,rain_1h_mm\n"
        #expect(try take(head + "1522021001,2026-07-01T08:00:00+08:00,-1.5,80,3.2,0.4\n", at: 0) == .handled)
        let taken = try rig.taken(ObservationAccepted.self)
        #expect(taken.map(\.elementID) == ["temperature", "humidity", "wind_speed", "rain_1h"])
        #expect(taken.map(\.value.amount) == [-15, 80, 32, 4] && taken[3].intervalSeconds == 3_600)
        try rig.pass(to: 3 * 3_600 - 1)
        #expect(try rig.taken(FeedSilent.self).isEmpty)
        try rig.pass(to: 3 * 3_600)
        let silent = try #require(try rig.taken(FeedSilent.self).first)
        #expect(
            silent.feed == "weather" && silent.reason == .noDocument && silent.sinceUs == InletRig.start.microseconds
        )
        _ = try take(head + "1522021001,2026-07-01T12:00:00+08:00,2,,,\n", at: 4 * 3_600)
        #expect(try rig.taken(FeedRestored.self).map(\.silentSinceUs) == [InletRig.start.microseconds] && rig.holds())
    }

    @Test func `a feed that cannot be reached is silent once, until it is reached`() throws {
        let rig = try InletRig()
        func state(_ text: String) throws -> Outcome {
            try rig.take(text, on: MonitoringCore.feedState, from: "alerts")
        }
        #expect(try state(#"{"failing":"2026-06-30T23:00:00Z","because":"connection refused"}"#) == .handled)
        _ = try state(#"{"failing":"2026-06-30T23:00:00Z","because":"no route"}"#)
        let silent = try rig.taken(FeedSilent.self)
        #expect(silent.map(\.reason) == [.unreachable] && silent[0].detail == "connection refused")
        _ = try state(#"{"reached":"2026-07-01T00:00:00Z"}"#)
        _ = try state(#"{"reached":"2026-07-01T00:00:01Z"}"#)
        #expect(try rig.taken(FeedRestored.self).count == 1)
        #expect(try code(state(#"{"failing":"now"}"#)) == "bad-time" && code(state("{")) == "not-json")
        #expect(try code(rig.take("x", on: MonitoringCore.feed, from: "nobody")) == "unknown-feed" && rig.holds())
    }
}
