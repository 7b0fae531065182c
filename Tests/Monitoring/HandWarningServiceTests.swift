import Foundation
import MessageSchema
import MonitoringCodecs
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// Warnings drafted and changed by people, through the engine on a real database, down to their CAP documents.
@Suite struct HandWarningServiceTests {
    static let start = Instant(seconds: 1_790_812_800)  // 1 October 2026, 08:00 in Beijing

    static let configuration = """
        jurisdiction: "152202"
        sender: { code: "15220241600000", name: { zh: 局, en: Bureau } }
        divisions:
          - { code: "152202004", name: { zh: 伊尔施, en: Yirshi }, datum: wgs84, polygons: [[[47.29, 119.80], [47.29, 119.85], [47.32, 119.85], [47.32, 119.80]]] }
          - { code: "152202100", name: { zh: 天池, en: Tianchi } }
        people: [{ person: p-li, roles: [duty-officer] }, { person: p-wang, roles: [approver] }, { person: p-zhao, roles: [approver] }, { person: p-guest, roles: [guest] }]
        stations:
          - { id: "1522021001", name: { zh: 站, en: Gauge }, division: "152202004", position: [47.3, 119.8], silent_after: 2000h }
        rules:
          - id: stage
            hazard: flash-flood
            kind: level
            element: stage
            stations: ["1522021001"]
            bands: [{ colour: blue, at: "2.00 m" }, { colour: red, at: "4.00 m" }]
            hysteresis: "0.10 m"
            duration: 0s
            clear_after: 0s
            lifetime: 24h
            drafter: p-li
            divisions: ["152202004"]
        """

    static func rig() throws -> RecordingRig {
        try RecordingRig(configuration: configuration, start: start - .hours(1))
    }

    static func at(_ minute: Int64) -> Instant { start + .minutes(minute) }

    static func draft() -> DraftWarning {
        var order = DraftWarning()
        (order.hazard, order.colour, order.divisions) = (.gale, .yellow, ["152202004", "152202100"])
        (order.words.descriptionZh, order.words.descriptionEn) = (
            "预计今夜有 8 级阵风。", "Gusts of force 8 are expected <tonight>."
        )
        (order.lifetimeSeconds, order.reason) = (6 * 3_600, "forecast of the weather service")
        return order
    }

    static func approve(_ warning: String, _ revision: UInt32) -> ApproveWarning {
        var order = ApproveWarning()
        (order.warning, order.revision) = (warning, revision)
        return order
    }

    static func edit(_ warning: String, _ revision: UInt32) -> EditWarning {
        var order = EditWarning()
        (order.warning, order.revision, order.reason) = (warning, revision, "later run of the model")
        return order
    }

    /// The documents so far, each sound by the rules of the standard and of China.
    static func documents(_ rig: RecordingRig) throws -> [CAPAlert] {
        try rig.records(.monitoring).compactMap { record -> Data? in
            switch record.type {
            case WarningIssued.type: try WarningIssued.decode(record.payload).capDocument
            case WarningUpdated.type: try WarningUpdated.decode(record.payload).capDocument
            case WarningCancelled.type: try WarningCancelled.decode(record.payload).capDocument
            default: nil
            }
        }.filter { !$0.isEmpty }.map { bytes in
            let alert = try #require(try CAPDecoder.decode(bytes).first?.alert)
            #expect(alert.faults(.china).isEmpty, "\(alert.identifier): \(alert.faults(.china))")
            return alert
        }
    }

    @Test func `it takes three people: who drafts, who changes last, and who approves`() throws {
        let rig = try Self.rig()
        #expect(try rig.order(Self.draft(), by: "p-guest", at: Self.at(0)) == "role-missing")
        #expect(try rig.order(Self.draft(), by: "p-li", at: Self.at(0)) == "")
        let drafted = try #require(try rig.messages(WarningDrafted.self).first)
        let warning = drafted.content.warning
        #expect(warning.hasPrefix("H.gale.202610010000.") && drafted.reason == "forecast of the weather service")
        #expect(drafted.content.drafter == "p-li" && drafted.content.revision == 1)
        #expect(try rig.order(Self.approve(warning, 1), by: "p-li", at: Self.at(1)) == "approver-is-drafter")
        var order = Self.edit(warning, 1)
        (order.colour, order.words.headlineZh, order.words.headlineEn) = (.orange, "大风橙色预警", "Orange gale warning")
        #expect(try rig.order(order, by: "p-wang", at: Self.at(2)) == "")
        #expect(try rig.order(Self.approve(warning, 1), by: "p-zhao", at: Self.at(3)) == "stale-revision")
        #expect(try rig.order(Self.approve(warning, 2), by: "p-wang", at: Self.at(3)) == "approver-is-editor")
        #expect(try rig.order(Self.approve(warning, 2), by: "p-zhao", at: Self.at(3)) == "")
        let issued = try #require(try rig.messages(WarningIssued.self).first).content
        #expect(issued.colour == .orange && issued.expiresUs == (Self.at(3) + .hours(6)).microseconds)
        let document = try #require(try Self.documents(rig).first)
        #expect(document.infos.map(\.headline) == ["大风橙色预警", "Orange gale warning"])
        #expect(document.infos.map(\.description) == ["预计今夜有 8 级阵风。", "Gusts of force 8 are expected <tonight>."])
        #expect(document.infos.allSatisfy { $0.certainty == .likely && $0.severity == .severe })
        #expect(
            document.infos[0].areas[0].polygons == ["47.29,119.8 47.29,119.85 47.32,119.85 47.32,119.8 47.29,119.8"]
        )
        #expect(document.infos[0].areas[0].geocodes.map(\.value) == ["152202004", "152202100"])
        // Who did what stands in the record.
        let acts = try rig.records(.monitoring).map { "\($0.type.split(separator: ".")[2]) \($0.actor.person)" }
        #expect(acts == ["drafted p-li", "drafted p-wang", "approved p-zhao", "issued p-zhao"])
        #expect(try rig.differences().isEmpty)
    }

    @Test func `an approved warning that is changed before its time is a draft again`() throws {
        let rig = try Self.rig()
        var order = Self.draft()
        order.issueAtUs = Self.at(60).microseconds
        #expect(try rig.order(order, by: "p-li", at: Self.at(0)) == "")
        let warning = try #require(try rig.messages(WarningDrafted.self).first).content.warning
        #expect(try rig.order(Self.approve(warning, 1), by: "p-wang", at: Self.at(1)) == "")
        #expect(try rig.messages(WarningApproved.self).map(\.issueAtUs) == [Self.at(60).microseconds])
        var change = Self.edit(warning, 1)
        change.divisions = ["152202100"]
        #expect(try rig.order(change, by: "p-li", at: Self.at(30)) == "")
        _ = try rig.engine.fireTimers(at: Self.at(61))
        #expect(try rig.messages(WarningIssued.self).isEmpty)
        // Its time is over: approved now, it is issued at once.
        #expect(try rig.order(Self.approve(warning, 2), by: "p-wang", at: Self.at(70)) == "")
        #expect(try rig.messages(WarningIssued.self).map(\.content.divisions) == [["152202100"]])
        #expect(try Self.documents(rig)[0].infos[0].areas[0].polygons.isEmpty)
        var second = Self.draft()
        second.issueAtUs = Self.at(200).microseconds
        #expect(try rig.order(second, by: "p-li", at: Self.at(100)) == "")
        let other = try #require(try rig.messages(WarningDrafted.self).last).content.warning
        #expect(try rig.order(Self.approve(other, 1), by: "p-wang", at: Self.at(101)) == "")
        _ = try rig.engine.fireTimers(at: Self.at(200))
        let issued = try #require(try rig.messages(WarningIssued.self).last).content
        #expect(issued.warning == other && issued.expiresUs == (Self.at(200) + .hours(6)).microseconds)
        #expect(try rig.differences().isEmpty)
    }

    @Test func `update, all-clear, withdrawal and lapse are four different things`() throws {
        let rig = try Self.rig()
        var ids: [String] = []
        for minute in 0..<4 as Range<Int64> {
            #expect(try rig.order(Self.draft(), by: "p-li", at: Self.at(minute)) == "")
            ids.append(try #require(try rig.messages(WarningDrafted.self).last).content.warning)
            if minute < 3 {
                #expect(try rig.order(Self.approve(ids.last ?? "", 1), by: "p-wang", at: Self.at(minute)) == "")
            }
        }
        var change = Self.edit(ids[0], 1)
        change.colour = .red
        #expect(try rig.order(change, by: "p-li", at: Self.at(10)) == "")
        #expect(try rig.order(Self.approve(ids[0], 2), by: "p-zhao", at: Self.at(11)) == "")
        var clear = ClearWarning()
        (clear.warning, clear.note) = (ids[0], "gusts below force 6")
        #expect(try rig.order(clear, by: "p-li", at: Self.at(20)) == "")
        var cancel = CancelWarning()
        (cancel.warning, cancel.note) = (ids[1], "drafted for another place")
        #expect(try rig.order(cancel, by: "p-wang", at: Self.at(21)) == "")
        clear.warning = ids[3]
        #expect(try rig.order(clear, by: "p-wang", at: Self.at(22)) == "not-issued")
        _ = try rig.engine.fireTimers(at: Self.at(6 * 60 + 10))
        let documents = try Self.documents(rig)
        #expect(documents.map(\.messageType) == [.alert, .alert, .alert, .update, .cancel, .cancel])
        #expect(Set(documents.map(\.identifier)).count == 6)
        let first = documents[0]
        #expect(documents[3].references == "\(first.sender),\(first.identifier),\(first.sent.text)")
        #expect(documents[4].references.hasSuffix("\(documents[3].identifier),\(documents[3].sent.text)"))
        #expect(documents[4].infos.map(\.responses) == [[.allClear], [.allClear]])
        #expect(documents[4].infos[0].headline == "局解除大风预警")
        #expect(documents[5].infos.map(\.responses) == [[.nothing], [.nothing]])
        #expect(documents[5].infos[1].headline == "Bureau: gale warning withdrawn")
        #expect(documents[5].infos[1].description.hasSuffix("Reason: drafted for another place"))
        #expect(try rig.messages(WarningCancelled.self).map(\.reason) == [.allClear, .person])
        // The third lapsed, and so did the fourth, which nobody approved.
        #expect(try rig.messages(WarningExpired.self).map(\.warning) == [ids[2], ids[3]])
        #expect(try rig.differences().isEmpty)
        try Self.check(rig)
    }

    /// The script of the recorded flood's documents finds nothing wrong with these.
    static func check(_ rig: RecordingRig) throws {
        let paths = try documents(rig).enumerated().map { number, alert in
            let path = rig.folder.path + "/\(number).xml"
            try alert.encoded().write(to: URL(fileURLWithPath: path))
            return path
        }
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", Checkout.root.path + "/Tests/Integration/check_cap.py", "Exercise"] + paths
        process.standardOutput = output
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(String(decoding: said, as: UTF8.self) == "\(paths.count) documents\n")
    }

    @Test func `a rule's draft may get other words and places, and falls back to the released ones when turned down`()
        throws
    {
        let rig = try Self.rig()
        func report(_ minute: Int64, _ millimetres: Int) throws {
            let service = ForecastServiceTests.self
            try service.report(rig, Self.at(minute), serial: Int(minute) + 1, [service.stage(millimetres)])
        }
        try report(0, 2_500)
        let warning = try #require(try rig.messages(WarningDrafted.self).last).content.warning
        var change = Self.edit(warning, 1)
        change.divisions = ["152202004", "152202100"]
        (change.words.instructionZh, change.words.instructionEn) = ("远离河岸。", "Keep off the banks.")
        #expect(try rig.order(change, by: "p-wang", at: Self.at(1)) == "")
        #expect(try rig.order(Self.approve(warning, 2), by: "p-wang", at: Self.at(2)) == "approver-is-editor")
        #expect(try rig.order(Self.approve(warning, 2), by: "p-zhao", at: Self.at(2)) == "")
        let first = try #require(try Self.documents(rig).first)
        #expect(first.infos.map(\.instruction) == ["远离河岸。", "Keep off the banks."])
        #expect(first.infos[1].description.hasPrefix("Gauge measured 2.500 m"))
        // A second change is turned down: the all-clear goes to the places of the first.
        var second = Self.edit(warning, 2)
        second.divisions = ["152202004"]
        #expect(try rig.order(second, by: "p-wang", at: Self.at(3)) == "")
        var rejection = RejectWarning()
        (rejection.warning, rejection.revision, rejection.reason) = (warning, 3, "both towns are in danger")
        #expect(try rig.order(rejection, by: "p-zhao", at: Self.at(4)) == "")
        try report(5, 1_000)
        let last = try #require(try Self.documents(rig).last)
        #expect(last.infos[0].responses == [.allClear] && last.references.contains(first.identifier))
        #expect(last.infos[0].areas[0].geocodes.map(\.value) == ["152202004", "152202100"])
        #expect(try rig.messages(WarningCancelled.self).map(\.reason) == [.cleared])
        #expect(try rig.differences().isEmpty)
    }

    @Test(arguments: [
        ("hazard", "missing-field"), ("divisions", "no-place"), ("foreign", "unknown-division"),
        ("lifetime", "bad-lifetime"),
        ("reason", "no-reason"), ("english", "no-description"), ("headline", "one-language"), ("long", "too-long"),
        ("station", "unknown-station"), ("past", "bad-time"),
    ])
    func `a draft that lacks something is refused`(what: String, code: String) throws {
        var order = Self.draft()
        switch what {
        case "hazard": order.hazard = .unspecified
        case "divisions": order.divisions = []
        case "foreign": order.divisions = ["110101"]
        case "lifetime": order.lifetimeSeconds = 59
        case "reason": order.reason = ""
        case "english": order.words.descriptionEn = ""
        case "headline": order.words.headlineZh = "大风"
        case "long": (order.words.headlineZh, order.words.headlineEn) = (String(repeating: "风", count: 161), "Wind")
        case "station": order.stations = ["1"]
        default: order.issueAtUs = Self.start.microseconds
        }
        #expect(try Self.rig().order(order, by: "p-li", at: Self.at(0)) == code)
    }

    @Test(arguments: [
        ("datum: wgs84", "datum: gcj02"), ("datum: wgs84, ", ""), (", [47.32, 119.80]]", "]"),
        ("[47.32, 119.85]", "[47.29, 119.80]"),
        ("[47.32, 119.85], [47.32, 119.80]", "[47.32, 119.80], [47.32, 119.85]"),
        ("[47.32, 119.85]", "[67.32, 119.85]"),
        ("[47.32, 119.85]", "[119.85, 47.32]"),
    ])
    func `an area that no map can show is refused at start`(right: String, wrong: String) throws {
        var text = Self.configuration.replacing(right, with: wrong)
        // Two corners alone: the third is taken, too.
        if right.hasPrefix(",") { text = text.replacing(", [47.32, 119.85]", with: "") }
        try #require(text != Self.configuration)
        let error = #expect(throws: ConfigurationError.self) {
            try RecordingRig(configuration: text, start: Self.start)
        }
        #expect(error?.line == 4, "\(String(describing: error))")
    }
}
