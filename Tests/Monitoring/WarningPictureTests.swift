import Foundation
import MessageSchema
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// What stations' cameras saw stands beside warnings and in risk reports, through the engine on a real database.
@Suite struct WarningPictureTests {
    private typealias Hand = HandWarningServiceTests
    private static let gauge = "1522021001"

    /// SHA-256 of `abc` and of the empty text (NIST, examples of FIPS 180-4).
    private static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    private static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    private static func at(_ minute: Int64) -> Instant { Hand.at(minute) }

    /// The station sends what it took at `minute`; the message comes at `now`, or as soon as it is taken.
    private static func take(
        _ rig: RecordingRig,
        _ text: String,
        at minute: Int64,
        station: String = gauge,
        now: Int64? = nil
    )
        throws
    {
        let frame = try RecordingRig.picture(station, at(minute), serial: Int(minute + 1_000), Array(text.utf8))
        let batch = try rig.engine.handle([frame], at: at(now ?? minute) + .seconds(20))
        for case .deadLetter(let code, let message) in batch.outcomes { Issue.record("kept aside: \(code) \(message)") }
    }

    private static func shown(_ content: WarningContent?) -> [String] {
        (content?.pictures ?? []).map { picture in
            let minute = (Instant(microseconds: picture.observedUs) - at(0)).inMicroseconds / 60_000_000
            return "\(picture.station) \(minute) \(picture.sha256.map { String(format: "%02x", $0) }.joined())"
        }
    }

    @Test func `a rule's warning names its station's newest picture, and none that is an hour old`() throws {
        let rig = try Hand.rig()
        try Self.take(rig, "", at: -9)
        try Self.take(rig, "abc", at: -2)
        try ForecastServiceTests.report(rig, Self.at(0), serial: 1, [ForecastServiceTests.stage(2_500)])
        let drafted = try #require(try rig.messages(WarningDrafted.self).first).content
        #expect(Self.shown(drafted) == ["1522021001 -2 \(Self.abc)"])
        #expect(try rig.order(Hand.approve(drafted.warning, 1), by: "p-wang", at: Self.at(30)) == "")
        #expect(Self.shown(try rig.messages(WarningIssued.self).first?.content) == ["1522021001 -2 \(Self.abc)"])
        // 62 minutes later, and again with a new one.
        try ForecastServiceTests.report(rig, Self.at(60), serial: 2, [ForecastServiceTests.stage(4_500)])
        let redrafted = try #require(try rig.messages(WarningDrafted.self).last).content
        #expect(redrafted.colour == .red && redrafted.pictures.isEmpty)
        try Self.take(rig, "", at: 65)
        #expect(try rig.order(Hand.approve(drafted.warning, 2), by: "p-wang", at: Self.at(70)) == "")
        #expect(Self.shown(try rig.messages(WarningUpdated.self).first?.content) == ["1522021001 65 \(Self.empty)"])
        #expect(try rig.differences().isEmpty)
    }

    @Test func `a warning by hand names the pictures of its divisions`() throws {
        let stations = """
            stations:
              - { id: "1522021003", name: { zh: 他站, en: Other }, division: "152202101", position: [47.0, 120.0], silent_after: 2000h }
              - { id: "1522021002", name: { zh: 二站, en: Second }, division: "152202100001", position: [47.3, 120.4], silent_after: 2000h }

            """
        let configuration = Hand.configuration.replacing("stations:\n", with: stations, maxReplacements: 1)
        let rig = try RecordingRig(configuration: configuration, start: Hand.start - .hours(1))
        for (station, minute) in [(Self.gauge, -5), ("1522021002", -7), ("1522021003", -6)] as [(String, Int64)] {
            try Self.take(rig, "abc", at: minute, station: station)
        }
        #expect(try rig.order(Hand.draft(), by: "p-li", at: Self.at(0)) == "")
        let drafted = try #require(try rig.messages(WarningDrafted.self).first).content
        #expect(Self.shown(drafted) == ["1522021001 -5 \(Self.abc)", "1522021002 -7 \(Self.abc)"])
        #expect(drafted.stations.isEmpty)
    }

    @Test(arguments: [(10, true), (11, false)] as [(Int64, Bool)])
    func `a picture of a clock that is ahead by more than ten minutes is not named`(ahead: Int64, isNamed: Bool) throws
    {
        let rig = try Hand.rig()
        try Self.take(rig, "abc", at: ahead, now: -1)
        #expect(try rig.order(Hand.draft(), by: "p-li", at: Self.at(0)) == "")
        #expect(try #require(try rig.messages(WarningDrafted.self).first).content.pictures.isEmpty == !isNamed)
    }

    /// The report is due at 20:00 in Beijing, minute 720; the warning was issued ten minutes before.
    @Test func `a risk report names what the cameras saw at its time, not at the warning's`() throws {
        let rig = try SuspensionTests.rig()
        try Self.take(rig, "", at: 700)
        try ForecastServiceTests.report(rig, Self.at(701), [ForecastServiceTests.stage(1_000)])
        _ = try SuspensionTests.warn(rig, .orange, at: 710)
        #expect(Self.shown(try rig.messages(WarningIssued.self).first?.content) == ["1522021001 700 \(Self.empty)"])
        try Self.take(rig, "abc", at: 715)
        _ = try rig.engine.fireTimers(at: Self.at(720))
        let report = try #require(try rig.messages(RiskReportDrafted.self).first)
        #expect(Self.shown(report.warnings.first) == ["1522021001 715 \(Self.abc)"])
        #expect(report.textZh.contains("\n  站现场图片：2026-10-01 19:55，ba7816bf…\n"))
        #expect(report.textEn.contains("\n  Picture of Gauge: 2026-10-01 19:55, ba7816bf…\n"))
        #expect(try rig.differences().isEmpty)
    }
}
