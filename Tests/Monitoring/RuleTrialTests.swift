import Foundation
import MonitoringService
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// Rules tried on a recording; the table worked out by hand.
@Suite struct RuleTrialTests {
    let folder: TemporaryFolder

    /// Stage at gauge s1 by the hour from 08:00, 1 July 2026: warned 08–10, 12–13 and 16–18 by the rule from 3 m up.
    init() throws {
        folder = try TemporaryFolder(inMemory: true)
        let stages = [(0, "3.00"), (2, "1.00"), (4, "3.00"), (5, "1.00"), (8, "3.00"), (10, "1.00"), (14, "1.00")]
        let inputs = stages.map { hour, stage in
            let time = RuleRig.start + .hours(Int64(hour))
            let item = #"{"station":"s1","element":"stage","value":"\#(stage)","unit":"m","observed":"\#(time)"}"#
            let data = #"{"batch":"\#(hour)","observations":[\#(item)]}"#
            let hex = data.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            return
                #"{"time":"\#(time)","to":"monitoring","channel":"\#(MonitoringCore.observations)","sender":"vendor","data":"\#(hex)"}"#
        }
        let rules = [
            RuleRig.rule("level", bands: "{ colour: yellow, at: \"3.00 m\" }")
                .replacing("[blue, yellow, orange, red]", with: "[]"),
            RuleRig.rule("level", id: "s", bands: "{ colour: yellow, at: \"10.00 m\" }"),
        ]
        try write("inputs.jsonl", inputs.joined(separator: "\n") + "\n")
        try write("monitoring.yaml", RuleRig.configuration(rules))
    }

    private func write(_ name: String, _ text: String) throws {
        try text.write(toFile: folder.path + "/" + name, atomically: true, encoding: .utf8)
    }

    private func event(
        _ hazard: String,
        _ begin: Int64,
        _ end: Int64?,
        _ colour: String = "yellow",
        place: String = "152202004"
    ) -> String {
        let ended = end.map { #","end":"\#(RuleRig.start + .minutes($0))""# } ?? ""
        return
            #"{"place":"\#(place)","hazard":"\#(hazard)","begin":"\#(RuleRig.start + .minutes(begin))"\#(ended),"colour":"\#(colour)"}"#
    }

    private func report(_ events: [String], from: WarningColour = .blue, isFromDraft: Bool = true) throws
        -> RuleTrialReport
    {
        try write("events.jsonl", events.joined(separator: "\n"))
        return try RuleTrial(
            configuration: folder.path + "/monitoring.yaml",
            recording: folder.path + "/inputs.jsonl",
            events: TrialEvent.read(folder.path + "/events.jsonl"),
            realm: .exercise("try"),
            terms: .init(from: from, isFromDraft: isFromDraft, graceMinutes: 0, leastLeadMinutes: 0),
            within: folder.path
        ).report()
    }

    private var happened: [String] {
        [
            event("flash-flood", 60, 180),  // warned of an hour before: a hit
            event("flash-flood", 450, 540),  // 15:30, warned of at 16:00: late
            event("flash-flood", 720, 780),  // 20:00: missed
            event("rainstorm", 60, 180),  // no rule is on it
        ]
    }

    @Test func `hits, misses, false alarms and leads are counted for each rule and for all`() throws {
        let report = try report(happened)
        #expect(report.rules.map(\.rule) == ["r", "s", "all"] && report.inputs == 7 && report.keptAside == 0)
        let (r, s, all) = (report.rules[0], report.rules[1], report.rules[2])
        #expect(r.hits == 1 && r.misses == 2 && r.late == 1 && r.falseAlarms == 1 && r.open == 0)
        #expect(r.pod == 1.0 / 3 && r.far == 0.5 && r.csi == 0.25 && r.bias == 2.0 / 3)
        #expect(r.shortestLeadSeconds == 3_600 && r.longestLeadSeconds == 3_600)
        #expect(s.hits == 0 && s.misses == 3 && s.pod == 0 && s.far == nil && s.medianLeadSeconds == nil)
        #expect(all.hits == 1 && all.misses == 3 && all.falseAlarms == 1 && all.pod == 0.25 && all.csi == 0.2)
        let table = report.table.split(separator: "\n")
        #expect(
            table.count == 5
                && table[1].split(separator: " ").map(String.init) == [
                    "r", "1", "2", "1", "1", "0", "0.33", "0.50", "0.25", "0.67", "1h0m", "1h0m", "1h0m",
                ]
        )
        #expect(table[2].contains("–"))
        let json = try #require(try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
        let rules = try #require(json["rules"] as? [[String: Any]])
        #expect(rules.count == 3 && rules[1]["far"] == nil && rules[0]["hits"] as? Int == 1)
    }

    @Test func `what nobody released does not count from its release, and a colour above has nothing`() throws {
        let released = try report(happened, isFromDraft: false).rules[0]
        #expect(released.hits == 0 && released.misses == 3 && released.falseAlarms == 0)
        let red = try report(happened, from: .red).rules[0]
        #expect(red.hits == 0 && red.misses == 0 && red.falseAlarms == 0 && red.pod == nil)
    }

    @Test func `it is the same again, and leaves nothing behind`() throws {
        let (first, second) = (try report(happened).json(), try report(happened).json())
        #expect(first == second)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!left.contains { $0.hasPrefix("fengsui-rehearsal") }, "\(left)")
    }

    @Test(arguments: [
        ("{", "no event"),
        (#"{"place":"1","hazard":"gale","begin":"2026-07-01T00:00:00Z","colour":"red"}"#, "no division"),
        (#"{"place":"15","hazard":"rain","begin":"2026-07-01T00:00:00Z","colour":"red"}"#, "no hazard"),
        (#"{"place":"15","hazard":"gale","begin":"now","colour":"red"}"#, "begin is no"),
        (#"{"place":"15","hazard":"gale","begin":"2026-07-01T00:00:00Z","colour":"pink"}"#, "no colour"),
        (
            #"{"place":"15","hazard":"gale","begin":"2026-07-01T00:00:00Z","end":"2026-06-01T00:00:00Z","colour":"red"}"#,
            "after begin"
        ),
    ])
    func `a wrong event is refused with its line`(_ line: String, _ part: String) throws {
        try write("wrong.jsonl", "\n" + line)
        let missing = #expect(throws: RecordingError.self) { try TrialEvent.read(folder.path + "/none.jsonl") }
        #expect(missing?.description.contains("none.jsonl") == true)
        let error = #expect(throws: RecordingError.self) { try TrialEvent.read(folder.path + "/wrong.jsonl") }
        #expect(error?.line == 2 && error?.message.contains(part) ?? false, "\(String(describing: error))")
    }

    @Test func `an empty recording and a wrong rule are refused`() throws {
        try write("inputs.jsonl", "")
        #expect(throws: RecordingError.self) { try report([]) }
        try write(
            "monitoring.yaml",
            RuleRig.configuration([RuleRig.rule("lows", bands: "{ colour: blue, at: \"3.00 m\" }")])
        )
        #expect(throws: ConfigurationError.self) { try report([]) }
    }
}
