import Foundation
import MessageSchema
import MonitoringService
import ServiceKit
import SwiftProtobuf
import TestSupport
import Testing
import Vocabulary

/// Grid reports through the engine; expected values by hand from `GridRig.configuration`.
@Suite struct GridServiceTests {
    let rig: GridRig

    init() throws { rig = try GridRig() }

    @Test func `reports of one happening are merged under the first, and none is lost`() throws {
        // 4,400 microdegrees of latitude are 489 m; the fourth lies 4,600 (511 m) from the first, 100 from the third.
        #expect(try rig.order(rig.seen("smoke", north: 0), by: "p-herder") == "")
        #expect(try rig.order(rig.seen("smoke", north: 4_400), by: "p-a") == "")
        #expect(try rig.order(rig.seen("fire", north: 10), by: "p-a") == "")
        #expect(try rig.order(rig.seen("smoke", north: 4_600), by: "p-b") == "")
        let received = try rig.all(GridReportReceived.self)
        #expect(received.map(\.kind) == ["smoke", "smoke", "fire", "smoke"] && Set(received.map(\.report)).count == 4)
        #expect(received.map(\.unit) == ["east", "east", "east", "east"])
        #expect(received[1].lead == received[0].report && received[3].lead == received[3].report)
        let merged = try #require(rig.all(GridReportMerged.self).first)
        #expect(merged.lead == received[0].report && merged.report == received[1].report && merged.reports == 2)
        #expect(merged.reporters == ["p-herder", "p-a"])
        #expect(try rig.verify())
    }

    @Test func `a third reporter takes it up, a fire goes to the town and fifty people to the city at once`() throws {
        for person in ["p-herder", "p-a"] {
            #expect(try rig.order(rig.seen("smoke", unit: "east-1"), by: person) == "")
        }
        #expect(try rig.all(GridReportEscalated.self).isEmpty)
        #expect(try rig.order(rig.seen("smoke", unit: "east-1"), by: "p-b") == "")
        #expect(try rig.all(GridReportEscalated.self).map(\.toUnit) == ["east"])
        #expect(try rig.order(rig.seen("fire", unit: "east"), by: "p-b") == "")
        #expect(try rig.order(rig.seen("smoke", unit: "yirshi", people: 50), by: "p-town") == "")
        let escalated = try rig.all(GridReportEscalated.self)
        #expect(escalated.map(\.toUnit) == ["east", "yirshi", "arxan"])
        #expect(escalated.map(\.reason) == [.reporters, .grade, .grade])
        #expect(escalated.map(\.grade) == [.general, .major, .exceptional])
    }

    @Test func `without acknowledgement it goes up every quarter of an hour until the city is told unanswered`() throws
    {
        #expect(try rig.order(rig.seen("smoke", unit: "east-1"), by: "p-one") == "")
        try rig.pass(.minutes(14))
        #expect(rig.types() == ["grid-report.received"])
        try rig.pass(.minutes(60))
        #expect(try rig.all(GridReportEscalated.self).map(\.toUnit) == ["east", "yirshi", "arxan"])
        #expect(try rig.all(GridReportUnanswered.self).map(\.unit) == ["arxan"])
        #expect(try rig.engine.nextTimer() == nil && rig.verify())
    }

    @Test func `acknowledged it waits no more, closed it leads no more, and strangers are refused by code`() throws {
        #expect(try rig.order(rig.seen("smoke", unit: "east"), by: "p-herder") == "")
        var acknowledge = AcknowledgeGridReport()
        acknowledge.lead = "G.nowhere"
        #expect(try rig.order(acknowledge, by: "p-east") == "unknown-report")
        acknowledge.lead = try rig.all(GridReportReceived.self)[0].report
        #expect(acknowledge.lead.hasPrefix("G.east.202609301559."))
        #expect(try rig.order(acknowledge, by: "p-herder") == "not-of-this-unit")
        #expect(try rig.order(acknowledge, by: "p-one") == "not-of-this-unit")
        var close = CloseGridReport()
        (close.lead, close.outcome, close.text) = (acknowledge.lead, .handled, "put out")
        #expect(try rig.order(close, by: "p-east") == "not-acknowledged")
        #expect(try rig.order(acknowledge, by: "p-town") == "")
        #expect(try rig.order(acknowledge, by: "p-town") == "already-acknowledged")
        #expect(try rig.all(GridReportAcknowledged.self).map(\.unit) == ["yirshi"])
        try rig.pass(.hours(2))
        #expect(try rig.all(GridReportEscalated.self).isEmpty)
        // The town has it now: the community below does not close it.
        #expect(try rig.order(close, by: "p-east") == "not-of-this-unit")
        close.outcome = .unspecified
        #expect(try rig.order(close, by: "p-town") == "missing-field")
        close.outcome = .handled
        #expect(try rig.order(close, by: "p-town") == "" && rig.order(close, by: "p-town") == "already-closed")
        #expect(try rig.order(rig.seen("smoke", unit: "east", minutesAgo: 121), by: "p-herder") == "")
        #expect(try rig.all(GridReportMerged.self).isEmpty && rig.verify())
    }

    @Test func `a report shows how late it is beyond the allowance, and the unit's statistics count it`() throws {
        for minutes in [1, 14, 16, 60] as [Int64] {
            #expect(try rig.order(rig.seen("all-quiet", unit: "east", minutesAgo: minutes), by: "p-east") == "")
        }
        let received = try rig.all(GridReportReceived.self)
        #expect(received.map(\.delaySeconds) == [60, 840, 960, 3_600])
        #expect(received.map(\.lateSeconds) == [0, 0, 60, 2_700] && received.allSatisfy { $0.lead.isEmpty })
        let map = try GridMapTests.features(.gridUnits, rig)
        let east = try #require(map.first { $0["id"] as? String == "east" }?["properties"] as? [String: Any])
        #expect(east["reports"] as? Int == 4 && east["late"] as? Int == 2 && east["missing"] as? Int == 0)
        #expect(east["median_delay_seconds"] as? Int == 840)
    }

    @Test func `during a watch every interval without a report is missing`() throws {
        var begin = BeginGridWatch()
        (begin.unit, begin.untilUs) = ("yirshi", (rig.now + .hours(7)).microseconds)
        #expect(try rig.order(begin, by: "p-east") == "not-of-this-unit" && rig.order(begin, by: "p-town") == "")
        #expect(try rig.all(GridWatchBegun.self).map(\.reporting) == [["east", "east-1"]])
        try rig.pass(.minutes(30))
        #expect(try rig.order(rig.seen("all-quiet"), by: "p-east") == "")
        #expect(try rig.order(rig.seen("smoke", unit: "east-1"), by: "p-one") == "")
        try rig.pass(.minutes(90))
        #expect(try rig.all(GridReportMissing.self).isEmpty)
        try rig.pass(.hours(1))
        #expect(try rig.order(rig.seen("all-quiet"), by: "p-one") == "")
        try rig.pass(.hours(9))
        // Intervals end at 2, 4 and 6 h: east missed the second and third, east-1 the third.
        let missing = try rig.all(GridReportMissing.self).sorted { ($0.dueUs, $0.unit) < ($1.dueUs, $1.unit) }
        #expect(missing.map(\.unit) == ["east", "east", "east-1"] && missing.map(\.missed) == [1, 2, 1])
        #expect(missing[0].dueUs == (GridRig.start + .hours(4)).microseconds)
        #expect(missing[0].lastUs == (GridRig.start + .minutes(30)).microseconds)
        var end = EndGridWatch()
        end.unit = "yirshi"
        #expect(try rig.order(end, by: "p-town") == "no-watch")
        begin.untilUs = (rig.now + .hours(3)).microseconds
        #expect(try rig.order(begin, by: "p-town") == "" && rig.order(end, by: "p-town") == "")
        try rig.pass(.hours(3))
        #expect(try rig.all(GridReportMissing.self).count == 3 && rig.verify())
    }

    @Test func `what cannot be taken is refused with a code that says what to do`() throws {
        #expect(try rig.order(rig.seen("ufo", unit: "east"), by: "p-east") == "unknown-kind")
        #expect(try rig.order(rig.seen("smoke", unit: "moon"), by: "p-east") == "unknown-unit")
        #expect(try rig.order(rig.seen("smoke", unit: "east"), by: "p-stranger") == "not-in-grid")
        #expect(try rig.order(rig.seen("smoke", minutesAgo: -11), by: "p-east") == "observed-out-of-range")
        #expect(try rig.order(rig.seen("smoke", minutesAgo: 530_000), by: "p-east") == "observed-out-of-range")
        #expect(try rig.order(rig.seen("smoke", north: 0, datum: .gcj02), by: "p-east") == "datum-unsupported")
        #expect(try rig.order(rig.seen("smoke", north: 0, datum: .unspecified), by: "p-east") == "missing-field")
        #expect(try rig.order(rig.seen("smoke", north: 50_000_000), by: "p-east") == "out-of-range")
        var report = rig.seen("smoke", unit: "east")
        report.pictureSha256 = Data([1])
        #expect(try rig.order(report, by: "p-east") == "bad-hash")
        report.pictureSha256 = Data()
        report.text = String(repeating: "火", count: 667)
        #expect(try rig.order(report, by: "p-east") == "text-too-long")
        report.text = ""
        report.reporter = "p-caller"
        #expect(try rig.order(report, by: "p-herder") == "role-missing" && rig.sent.isEmpty)
        #expect(try rig.order(report, by: "p-east") == "")
        #expect(try rig.all(GridReportReceived.self).map(\.reporter) == ["p-caller"])
        // Beside a unit a GCJ-02 position is kept as it was sent, and merges by the unit.
        #expect(try rig.order(rig.seen("smoke", north: 9, unit: "east", datum: .gcj02), by: "p-east") == "")
        #expect(try rig.all(GridReportReceived.self).last?.position.datum == .gcj02)
        #expect(try rig.all(GridReportMerged.self).map(\.reports) == [2])
    }

    @Test func `a text stands in one table until it is erased, and its hash in the record`() throws {
        var report = rig.seen("smoke", unit: "east")
        report.text = "abc"
        #expect(try rig.order(report, by: "p-east") == "")
        // SHA-256 of "abc": FIPS 180-2, appendix B.1.
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        let received = try #require(rig.all(GridReportReceived.self).first)
        #expect(received.textSha256.map { String(format: "%02x", $0) }.joined() == hash)
        #expect(try rig.sent.allSatisfy { try !$0.serializedData().contains(Data("abc".utf8)) })
        var erase = EraseGridText()
        erase.textSha256 = received.textSha256
        #expect(try rig.order(erase, by: "p-town") == "role-missing" && rig.order(erase, by: "p-city") == "")
        #expect(try rig.order(erase, by: "p-city") == "unknown-text")
        #expect(rig.types().last == "text.erased")
        #expect(try rig.verify())
    }
}

extension Data {
    fileprivate func contains(_ part: Data) -> Bool { range(of: part) != nil }
}
