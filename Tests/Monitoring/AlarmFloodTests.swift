import Foundation
import MessageSchema
import MonitoringDomain
import MonitoringService
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// Floods of alarms. Begin and end by ANSI/ISA-18.2-2016 and EEMUA 191: ten in ten minutes, and fewer than five again; expected numbers by hand.
@Suite struct AlarmFloodTests {
    static func limits() throws -> AlarmFlood.Limits {
        try #require(AlarmFlood.Limits(begins: 10, ends: 5, within: .minutes(10)))
    }

    static func alarm(_ number: Int, second: Int64, division: String = "152202004", hazard: Hazard = .flashFlood)
        -> AlarmFlood.Alarm
    {
        AlarmFlood.Alarm(
            WarningID("W.\(number)"),
            rule: "r",
            station: "A",
            hazard: hazard,
            division: division,
            colour: number.isMultiple(of: 2) ? .red : .blue,
            at: RuleRig.start + .seconds(second)
        )
    }

    @Test(arguments: [(540 as Int64, true), (599, true), (600, false)])
    func `the tenth within ten minutes begins it`(second: Int64, begins: Bool) throws {
        var flood = AlarmFlood()
        for number in 0..<9 {
            #expect(try flood.take(Self.alarm(number, second: Int64(number)), by: Self.limits()).isEmpty)
        }
        #expect(try flood.take(Self.alarm(9, second: second), by: Self.limits()) == (begins ? [.begun] : []))
        #expect(flood.isOn == begins && flood.count == (begins ? 10 : 0))
    }

    @Test func `ten thousand in a minute are twenty groups, the first cause first, and one thing to tell`() throws {
        var flood = AlarmFlood()
        var effects: [AlarmFlood.Effect] = []
        for number in 0..<10_000 {
            let division = "1522\(10 + number % 30)"
            effects += try flood.take(
                Self.alarm(number, second: Int64(number) * 60 / 10_000, division: division),
                by: Self.limits()
            )
        }
        #expect(effects == [.begun])
        #expect(flood.count == 10_000 && flood.peak == 10_000 && flood.groups.count == 20)
        // 10,000 over 30 divisions: 333 each, and 334 in the first ten.
        #expect(flood.groups.map(\.count) == Array(repeating: 334, count: 10) + Array(repeating: 333, count: 10))
        #expect(
            flood.others == 3_330 && flood.groups.first?.first.warning == "W.0" && flood.groups.first?.worst == .red
        )
        #expect(flood.begun == RuleRig.start)
        #expect(try JSONEncoder().encode(flood).count < 8_192)
        #expect(try flood.look(at: RuleRig.start + .minutes(5), by: Self.limits()) == [.updated])
        #expect(try flood.look(at: RuleRig.start + .minutes(6), by: Self.limits()) == [])
        #expect(try flood.look(at: RuleRig.start + .minutes(11), by: Self.limits()) == [.ended])
        #expect(try flood.look(at: RuleRig.start + .minutes(20), by: Self.limits()) == [])
    }

    @Test func `four in the period end it, five do not`() throws {
        for left in [4, 5] {
            var flood = AlarmFlood()
            for number in 0..<10 { _ = try flood.take(Self.alarm(number, second: 0), by: Self.limits()) }
            for number in 0..<left { _ = try flood.take(Self.alarm(10 + number, second: 900), by: Self.limits()) }
            let effects = try flood.look(at: RuleRig.start + .seconds(960), by: Self.limits())
            #expect(effects == (left == 4 ? [.ended] : [.updated]))
        }
    }

    @Test(arguments: [(5, 5, 10), (0, 0, 10), (10, 0, 10), (1_001, 5, 10), (10, 5, 0), (10, 5, 1_441)])
    func `limits that make no sense are none`(begins: Int, ends: Int, minutes: Int64) {
        #expect(AlarmFlood.Limits(begins: begins, ends: ends, within: .minutes(minutes)) == nil)
    }

    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func `on any walk it begins and ends in turn, counts every alarm once, and stays bounded`(seed: UInt64) throws {
        var random = Seeded(seed)
        var flood = AlarmFlood()
        var (second, number, wasOn) = (Int64(0), 0, false)
        for _ in 0..<500 {
            second += Int64.random(in: 0...(Bool.random(using: &random) ? 20 : 300), using: &random)
            let effects: [AlarmFlood.Effect]
            if Int.random(in: 0..<4, using: &random) == 0 {
                effects = try flood.look(at: RuleRig.start + .seconds(second), by: Self.limits())
                #expect(effects.contains(.ended) == (wasOn && !flood.isOn), "seed \(seed)")
            } else {
                let division = "1522\(Int.random(in: 10...60, using: &random))"
                let before = flood.count
                effects = try flood.take(Self.alarm(number, second: second, division: division), by: Self.limits())
                number += 1
                #expect(effects == (flood.isOn && !wasOn ? [.begun] : []), "seed \(seed)")
                if wasOn { #expect(flood.count == before + 1, "seed \(seed)") }
            }
            #expect(flood.groups.reduce(flood.others) { $0 + $1.count } == flood.count, "seed \(seed)")
            #expect(flood.groups.count <= AlarmFlood.mostGroups && flood.peak <= flood.count, "seed \(seed)")
            #expect(flood.groups.map(\.first.at) == flood.groups.map(\.first.at).sorted(), "seed \(seed)")
            wasOn = flood.isOn
        }
    }

    private func rule(
        _ id: String,
        _ station: StationID = "s1",
        _ hazard: String = "flash-flood",
        isReleased: Bool = false
    ) -> String {
        let text = RuleRig.rule("level", id: id, bands: "{ colour: yellow, at: \"3.00 m\" }", stations: "[\(station)]")
            .replacing("hazard: flash-flood", with: "hazard: \(hazard)")
        return isReleased ? text : text.replacing("[blue, yellow, orange, red]", with: "[]")
    }

    @Test func `three hundred rules that fire at once are one flood with two groups`() throws {
        let rules = (0..<300).map { $0 < 200 ? rule("r\($0)") : rule("r\($0)", "s2", "landslide") }
        let rig = try RuleRig(rules, "alarm_flood: { begins: 10, ends: 5, within: 10m }")
        try rig.read("3.00", minute: 0, "s2")
        try rig.read("3.00", minute: 1)
        try rig.pass(to: 10)
        try rig.read("1.00", minute: 10)
        try rig.pass(to: 60)
        #expect(try rig.messages(WarningDrafted.self).count == 300)
        let begun = try #require(try rig.messages(AlarmFloodBegun.self).first?.content)
        #expect(try rig.messages(AlarmFloodBegun.self).count == 1 && begun.warnings == 10)
        #expect(begun.flood == "AF.20260701000000")
        let updated = try rig.messages(AlarmFloodUpdated.self).map(\.content)
        #expect(updated.map(\.warnings) == [300] && updated.first?.groups.map(\.warnings) == [100, 200])
        let first = try #require(updated.first?.groups.first)
        #expect(first.rule == "r200" && first.station == "s2" && first.division == "152202004")
        let ended = try #require(try rig.messages(AlarmFloodEnded.self).first)
        #expect(ended.content.peak == 300 && ended.content.others == 0)
        #expect(ended.endedUs == (RuleRig.start + .minutes(20)).microseconds)
        #expect(try rig.holds())
    }

    @Test func `without limits nothing is told, and ten documents have one second`() throws {
        let rig = try RuleRig((0..<20).map { rule("r\($0)", isReleased: true) })
        try rig.read("3.00", minute: 0)
        try rig.pass(to: 60)
        #expect(try rig.messages(AlarmFloodBegun.self).isEmpty && rig.messages(WarningIssued.self).count == 20)
        // GB/T 35965.1-2018: the identifier has one digit for the documents of a second.
        let sent = try rig.messages(WarningIssued.self).map { String($0.capIdentifier.suffix(4)) }
        #expect(sent == (0..<10).map { "00_\($0)" } + (0..<10).map { "01_\($0)" })
    }

    @Test(arguments: [
        ("begins: 5, ends: 5, within: 10m", "ends before"), ("begins: 10, within: 10m", "'ends' is missing"),
        ("begins: 10, ends: 5, within: 10m, by: x", "unknown key"),
    ])
    func `wrong limits are refused`(_ limits: String, _ part: String) throws {
        let text = RuleRig.configuration([rule("r")], "alarm_flood: { \(limits) }")
        #expect(try #require(ShippedExamplesTests.complaint(text)).description.contains(part))
    }
}
