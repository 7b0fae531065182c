import Foundation
import MessageSchema
import MonitoringDomain
import MonitoringService
import ServiceKit
import ServiceStore
import SwiftProtobuf
import Testing
import Vocabulary

/// Who is reached by a warning, each number worked out by hand from the rule in README, "Who was reached".
@Suite struct ReachTests {
    static let reach = """
        reach:
          target_percent: 90
          deadlines: { blue: 6h, yellow: 3h, orange: 1h, red: 30m }
          check_percent: 50
          all_clear: 6h
          places:
            - { id: a, name: { zh: 甲, en: A }, division: "152202004", population: 1000 }
            - { id: b, name: { zh: 乙, en: B }, division: "152202004", population: 500 }
            - { id: c, name: { zh: 丙, en: C }, division: "152202100", population: 200 }
          channels:
            - { id: sms, kind: sms, address: "http://127.0.0.1:1/sms", languages: [zh, en], colours: [blue, red], people: identified, exercises: true,
                covers: [{ place: a, people: 900 }, { place: b, people: 400 }, { place: c, people: 150 }], retry: { first: 1s, most: 1m, attempts: 5 } }
            - { id: siren, kind: siren, address: "http://127.0.0.1:1/siren", languages: [zh], colours: [red], people: anonymous,
                covers: [{ place: a, people: 600 }], retry: { first: 1s, most: 1m, attempts: 5 } }
            - { id: horn, kind: loudspeaker, address: "http://127.0.0.1:1/horn", languages: [zh], colours: [red], people: anonymous,
                covers: [{ place: a, people: 700 }, { place: b, people: 300 }, { place: c, people: 200 }], retry: { first: 1s, most: 1m, attempts: 5 } }
            - { id: worker, kind: grid-worker, address: "http://127.0.0.1:1/worker", languages: [zh], colours: [red], people: anonymous,
                covers: [{ place: c, people: 200 }], retry: { first: 1s, most: 1m, attempts: 5 } }

        """

    /// So many digests of persons, from that number on.
    static func persons(_ numbers: Range<Int>) -> [String] {
        numbers.map { String(repeating: "0", count: 58) + String(100_000 + $0) }
    }

    @Test func `a warning goes once to each channel and division, in its languages, and says who it is for`() throws {
        let rig = try WarningRig(Self.reach)
        try rig.stage("5.50", at: 5)
        let texts = try rig.texts()
        #expect(
            texts.map(\.row.subject).sorted()
                == [
                    "horn/152202004", "horn/152202100", "siren/152202004", "sms/152202004", "sms/152202100",
                    "worker/152202100",
                ].map { "W.stage.1522021001.202607010000/\($0)" }
        )
        let sms = try #require(texts.first { $0.row.subject.hasSuffix("sms/152202004") }).row
        let body = try #require(try JSONSerialization.jsonObject(with: sms.payload) as? [String: Any])
        let words = try #require(body["texts"] as? [[String: String]])
        #expect(words.map { $0["language"] } == ["zh-CN", "en-US"])
        #expect(words[0]["headline"] == "局发布山洪红色预警[I级]" && body["type"] as? String == "Alert")
        #expect((body["places"] as? [[String: String]])?.map { $0["id"] } == ["a", "b"])
        #expect(sms.lane == "sms" && sms.until == WarningRig.start + .seconds(5) + .hours(12))
        // Blue asks for the text messages only, and nothing but their own all-clear follows.
        let blue = try WarningRig(Self.reach)
        try blue.stage("2.50", at: 5)
        #expect(try blue.texts().map(\.row.lane) == ["sms", "sms"])
        try blue.stage("1.00", at: 10)
        #expect(try blue.texts().map(\.row.lane) == ["sms", "sms"])
    }

    @Test func `an exercise uses the channels that are for it, and every text says first what it is`() throws {
        let rig = try WarningRig(Self.reach, realm: .exercise("drill"))
        try rig.stage("5.50", at: 5)
        let texts = try rig.texts()
        #expect(texts.map(\.row.lane) == ["sms", "sms"])
        let body = try #require(try JSONSerialization.jsonObject(with: texts[0].row.payload) as? [String: Any])
        let words = try #require(body["texts"] as? [[String: String]])
        for word in words {
            let prefix = word["language"] == "zh-CN" ? "【演练】" : "EXERCISE: "
            for part in ["headline", "description", "instruction"] { #expect(word[part]?.hasPrefix(prefix) == true) }
        }
        #expect(body["realm"] as? String == "exercise:drill")
    }

    @Test func `people are counted once, and who is short is told in time`() throws {
        let rig = try WarningRig(Self.reach)
        try rig.stage("5.50", at: 0)
        let keys = try rig.keys()
        try rig.end("sms/152202004", at: 10)
        try rig.end("worker/152202100", .failed, reason: "refused-403", at: 11)
        #expect(try rig.taken(ReachSent.self).map(\.message.channel) == ["sms"])
        #expect(try rig.taken(ReachFailed.self).map(\.reason) == ["refused-403"])
        // The siren's 600 and the horn's 650 may be the same people: 650. Three persons may be among them: still 650.
        try rig.heard("siren", keys["siren/152202004"], "a", at: 20)
        try rig.heard("horn", keys["horn/152202004"], "a", 650, at: 21)
        let sms = keys["sms/152202004"]
        try rig.got(0..<3, "a", sms, at: 22)
        // Of b two are new; the third is one of a already. The horn there has more than the two.
        try rig.got(2..<5, "b", sms, at: 23)
        try rig.heard("horn", keys["horn/152202004"], "b", at: 24)
        try rig.receipt(
            "worker",
            [
                "message": keys["worker/152202100"], "place": "c", "status": "acknowledged", "person": "p-herder",
                "people": 120,
            ],
            at: 25
        )
        let delivered = try rig.taken(ReachDelivered.self)
        #expect(delivered.map(\.channelPeople) == [600, 650, 3, 2, 300, 120])
        #expect(delivered.map(\.reached) == [600, 650, 650, 2, 300, 120])
        #expect(try rig.taken(ReachAcknowledged.self).map(\.person) == ["p-herder"])
        // Red: 30 minutes; half of it.
        try rig.pass(to: 899)
        #expect(try rig.taken(ReachShort.self).isEmpty)
        try rig.pass(to: 900)
        let short = try #require(try rig.taken(ReachShort.self).first)
        // 650 + 300 + 120 = 1070 of 1700.
        #expect(short.reached == 1_070 && short.population == 1_700 && short.targetPercent == 90)
        #expect(short.places.map(\.place) == ["a", "b", "c"] && short.places.map(\.reached) == [650, 300, 120])
        #expect(short.channels == ["sms", "siren", "horn", "worker"])
        #expect(short.deadlineUs == (WarningRig.start + .minutes(30)).microseconds)
        #expect(try rig.taken(ReachCoverage.self).map(\.stage) == [.checked])
        // 897 more persons of a: 900 in all, more than the crowd.
        try rig.got(10..<907, "a", sms, at: 1_000)
        try rig.pass(to: 1_800)
        let late = try #require(try rig.taken(ReachCoverage.self).first)
        #expect(late.stage == .deadline && late.reached == 900 + 300 + 120 && !late.met)
        #expect(late.divisions.map(\.reached) == [1_200, 120] && late.divisions.map(\.population) == [1_500, 200])
        #expect(late.channels.map(\.channel) == ["sms", "siren", "horn", "worker"])
        #expect(late.channels.map(\.people) == [902, 600, 950, 120])
        #expect(late.channels.map(\.sent) == [1, 0, 0, 0] && late.channels.map(\.failed) == [0, 0, 0, 1])
        #expect(late.channels.map(\.waiting) == [1, 1, 2, 0])
        try rig.stage("1.00", at: 2_000)
        let last = try #require(try rig.taken(ReachCoverage.self).first)
        #expect(last.stage == .final && last.reached == 1_320 && last.document == late.document)
        #expect(try rig.differences() == [])
    }

    /// 900 + 400 + 200 = 1500 of 1700 are 88.2 %; 30 of b's crowd do not count beside 400 persons.
    @Test(arguments: [88, 89])
    func `where the target is met, nothing is short`(percent: Int) throws {
        let rig = try WarningRig(Self.reach.replacing("target_percent: 90", with: "target_percent: \(percent)"))
        try rig.stage("5.50", at: 0)
        let keys = try rig.keys()
        let sms = keys["sms/152202004"]
        try rig.got(0..<900, "a", sms, at: 1)
        try rig.got(900..<1_300, "b", sms, at: 2)
        try rig.heard("horn", keys["horn/152202100"], "c", at: 3)
        try rig.heard("horn", keys["horn/152202004"], "b", 30, at: 4)
        try rig.pass(to: 900)
        let checked = try #require(try rig.taken(ReachCoverage.self).first)
        #expect(checked.reached == 1_500 && checked.met == (percent == 88))
        #expect(try rig.taken(ReachShort.self).map(\.reached) == (percent == 88 ? [] : [1_500]))
        #expect(try rig.differences() == [])
    }

    @Test func `receipts that are repeated, strange, late or too many change nothing and say why`() throws {
        let rig = try WarningRig(Self.reach)
        try rig.stage("5.50", at: 0)
        let keys = try rig.keys()
        let (sms, siren) = (keys["sms/152202004"], keys["siren/152202004"])
        let some: [String: Any?] = [
            "message": sms, "place": "a", "status": "delivered", "subscribers": Self.persons(0..<2),
        ]
        let batch = try rig.batch([some])
        let first = try rig.take(batch, on: MonitoringCore.receipts, from: "sms", at: 1)
        #expect(try rig.take(batch, on: MonitoringCore.receipts, from: "sms", at: 2) == first)
        // The same persons in another batch.
        try rig.receipt("sms", some, at: 3)
        #expect(try rig.taken(ReachDelivered.self).map(\.channelPeople) == [2])
        let wrong: [(String, [String: Any?], String)] = [
            (
                "sms",
                [
                    "message": String(repeating: "0", count: 32), "place": "a", "status": "delivered",
                    "subscribers": Self.persons(0..<1),
                ], "unknown-message"
            ),
            ("horn", ["message": siren, "place": "a", "status": "delivered"], "message-of-another"),
            ("siren", ["message": siren, "place": "b", "status": "delivered"], "place-of-another"),
            ("siren", ["message": siren, "place": "a", "status": "delivered", "people": 601], "more-than-covered"),
            (
                "sms", ["message": sms, "place": "a", "status": "delivered", "subscribers": Self.persons(10..<910)],
                "more-than-covered"
            ),
            ("sms", ["message": sms, "place": "a", "status": "delivered"], "no-subscribers"),
            (
                "siren", ["message": siren, "place": "a", "status": "delivered", "subscribers": Self.persons(0..<1)],
                "subscribers-of-a-crowd"
            ),
            ("siren", ["message": "12", "place": "a", "status": "delivered"], "bad-text"),
            ("siren", ["message": siren, "place": "a", "status": "heard"], "unknown-form"),
            ("siren", ["message": siren, "place": "a", "status": "failed"], "missing-field"),
            ("siren", ["message": siren, "place": "a", "status": "delivered", "people": 0], "bad-number"),
        ]
        for (number, (channel, receipt, code)) in wrong.enumerated() {
            #expect(try rig.receipt(channel, receipt, at: 10 + Int64(number)) == code)
        }
        #expect(try rig.taken(ReachDelivered.self).isEmpty)
        #expect(try rig.taken(ItemsRefused.self).map { $0.items[0].code } == wrong.map(\.2))
        #expect(try rig.differences() == [])
    }

    @Test func `a failure is told once for each place, and what is closed counts nothing more`() throws {
        let rig = try WarningRig(Self.reach)
        try rig.stage("5.50", at: 0)
        let siren = try rig.keys()["siren/152202004"]
        let strange = try rig.take(rig.batch([["message": siren]]), on: MonitoringCore.receipts, from: "none", at: 40)
        guard case .deadLetter("unknown-source", _) = strange else {
            Issue.record("taken from nobody: \(strange)")
            return
        }
        for (second, reason) in [(41, "no-power"), (42, "no-power"), (43, "broken")] as [(Int64, String)] {
            try rig.receipt(
                "siren",
                ["message": siren, "place": "a", "status": "failed", "reason": reason],
                at: second
            )
        }
        #expect(try rig.taken(ReachFailed.self).map { "\($0.place) \($0.reason)" } == ["a no-power"])
        try rig.stage("1.00", at: 50)
        #expect(try rig.receipt("siren", ["message": siren, "place": "a", "status": "delivered"], at: 51) == "closed")
        #expect(try rig.differences() == [])
    }

    @Test func `an all-clear withdraws what was not sent, follows it to the same channels, and is closed in its time`()
        throws
    {
        let rig = try WarningRig(Self.reach)
        try rig.stage("5.50", at: 0)
        let before = Set(try rig.texts().map(\.row.id))
        let late = try rig.result("sms/152202100", .done, "", at: 9)
        try rig.stage("1.00", at: 10)
        let after = try rig.texts()
        #expect(after.count == 6 && before.isDisjoint(with: after.map(\.row.id)))
        let body = try #require(try JSONSerialization.jsonObject(with: after[0].row.payload) as? [String: Any])
        #expect(body["type"] as? String == "Cancel" && body["colour"] == nil)
        // An attempt of the warning was under way: its result still comes, and is told.
        _ = try rig.take(late, on: Arrival.effectChannel, from: "reach", at: 11)
        #expect(try rig.taken(ReachSent.self).map(\.message.division) == ["152202100"])
        #expect(try rig.taken(ReachCoverage.self).map(\.stage) == [.final])
        try rig.pass(to: 10 + 6 * 3_600)
        #expect(try rig.taken(ReachCoverage.self).map(\.stage) == [.final])
        #expect(try rig.texts().isEmpty && rig.taken(ReachShort.self).isEmpty)
        #expect(try rig.differences() == [])
    }

    @Test(
        arguments: [
            ("target_percent: 90", "target_percent: 101", "out of range"), ("red: 30m", "crimson: 30m", "no colour"),
            (", red: 30m", "", "no deadline for red"), ("people: 900", "people: 1001", "where 1000 live"),
            ("{ place: a, people: 600 }", "{ place: z, people: 600 }", "a place of reach"),
            ("kind: siren", "kind: bell", "one of sms"), ("id: horn", "id: siren", "stands twice"),
            ("http://127.0.0.1:1/sms", "http://10.0.0.1/sms", "an address such as"),
            ("languages: [zh, en]", "languages: [fr]", "zh or en"), ("first: 1s", "first: 0s", "no pause that grows"),
            ("id: b,", "id: a,", "stands twice"), ("division: \"152202100\"", "division: \"152202101\"", "has no name"),
            ("kind: sms,", "kind: sms, secret: x,", "unknown key"), ("all_clear: 6h", "all_clear: 5s", "no time"),
        ] as [(String, String, String)]
    )
    func `a wrong configuration is refused with its line`(_ right: String, _ wrong: String, _ part: String) throws {
        #expect(Self.reach.contains(right))
        let text = WarningRig.configuration + Self.reach.replacing(right, with: wrong, maxReplacements: 1)
        let error = #expect(throws: ConfigurationError.self) {
            _ = try MonitoringCore(configuration: YAMLValue(text: text, file: "m.yaml"))
        }
        #expect(error.map { $0.description.contains(part) && $0.line > 11 } == true, "\(String(describing: error))")
    }
}

extension WarningRig {
    /// The texts that wait to be sent, by channel and division.
    func texts() throws -> [PendingEffect] {
        try engine.dueEffects(at: Self.start + .hours(1_000), limit: 100).sorted {
            $0.row.subject < $1.row.subject
        }
    }

    /// The key of each text, by `channel/division`.
    func keys() throws -> [String: String] {
        Dictionary(uniqueKeysWithValues: try texts().map { (Self.name($0), "\($0.row.id)") })
    }

    private static func name(_ text: PendingEffect) -> String {
        text.row.subject.split(separator: "/").suffix(2).joined(separator: "/")
    }

    func result(_ name: String, _ state: EffectState, _ reason: String, at seconds: Int64) throws -> Data {
        let text = try #require(try texts().first { Self.name($0) == name })
        var result = EffectResult()
        (result.effect, result.kind, result.state) = (text.row.id.bytes, "reach", state)
        (result.reason, result.attempts) = (reason, 1)
        result.timeUs = (Self.start + .seconds(seconds)).microseconds
        return try result.serializedData()
    }

    /// The gateway's end of that text.
    func end(_ name: String, _ state: EffectState = .done, reason: String = "", at seconds: Int64) throws {
        _ = try take(result(name, state, reason, at: seconds), on: Arrival.effectChannel, from: "reach", at: seconds)
    }

    func batch(_ receipts: [[String: Any?]]) throws -> Data {
        serial += 1
        let receipts = receipts.map { receipt in
            receipt.compactMapValues { $0 }.merging(["at": Self.start.description]) { $1 }
        }
        return try JSONSerialization.data(
            withJSONObject: ["batch": "r\(serial)", "receipts": receipts],
            options: .sortedKeys
        )
    }

    /// Persons got the text message at that place.
    func got(_ persons: Range<Int>, _ place: String, _ key: String?, at seconds: Int64) throws {
        let subscribers = ReachTests.persons(persons)
        let code = try receipt(
            "sms",
            ["message": key, "place": place, "status": "delivered", "subscribers": subscribers],
            at: seconds
        )
        #expect(code == nil)
    }

    /// A crowd heard it: so many, or all whom the channel covers.
    func heard(_ channel: String, _ key: String?, _ place: String, _ people: Int? = nil, at seconds: Int64) throws {
        let code = try receipt(
            channel,
            ["message": key, "place": place, "status": "delivered", "people": people],
            at: seconds
        )
        #expect(code == nil)
    }

    /// The code with which one receipt is refused; nil where it is taken.
    @discardableResult
    func receipt(_ channel: String, _ receipt: [String: Any?], at seconds: Int64) throws -> String? {
        let outcome = try take(batch([receipt]), on: MonitoringCore.receipts, from: channel, at: seconds)
        guard case .replied(let body) = outcome else {
            Issue.record("no reply: \(outcome)")
            return nil
        }
        let answer = try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
        return (answer["receipts"] as? [[String: String]])?.first?["code"]
    }
}
