import Foundation
import MonitoringDomain
import TestSupport
import Testing
import Vocabulary

/// Warnings scored by rule, place and season. Expected values by hand, and by `score_warnings.py`, which counts minute by minute.
@Suite struct WarningVerificationTests {
    typealias Verification = WarningVerification

    /// 2026-01-01T00:00 in Beijing.
    static let start = Instant(seconds: 1_767_196_800)
    static func at(_ minute: Int) -> Instant { start + .minutes(Int64(minute)) }
    static let day = 24 * 60

    static func seasons() throws -> WarningSeasons {
        try WarningSeasons([.init(name: "flood", first: 6, last: 9), .init(name: "snow", first: 11, last: 3)])
    }

    static func warning(_ released: [(WarningColour, Int)], _ ended: Int?) -> Verification.Warning {
        Verification.Warning(
            released: released.map { Verification.Release($0.0, at: at($0.1)) },
            ended: ended.map { at($0) }
        )
    }

    @Test func `a hit, a late warning, a miss and a false alarm, each from its colour up and in its season`() throws {
        let warnings = [
            // Orange from minute 60, red from 120 to 180.
            Self.warning([(.orange, 60), (.red, 120)], 180),
            Self.warning([(.yellow, 2_000)], 2_060),
            Self.warning([(.yellow, 200 * Self.day)], 200 * Self.day + 60),
        ]
        let events = [
            Verification.Event(.red, began: Self.at(150), ended: Self.at(170)),
            Verification.Event(.yellow, began: Self.at(1_990), ended: Self.at(2_010)),
            Verification.Event(.blue, began: Self.at(5_000), ended: Self.at(5_010)),
        ]
        func scores(_ colour: WarningColour) throws -> [WarningScore] {
            try Verification(warnings, events, from: colour, Self.seasons(), now: Self.at(201 * Self.day)).scores
                .map(\.score)
        }
        let blue = try scores(.blue)
        // Snow of 2025, flood of 2026.
        #expect(blue.map(\.hits) == [1, 0] && blue.map(\.falseAlarms) == [0, 1])
        #expect(blue.map(\.misses) == [2, 0] && blue.map(\.late) == [1, 0])
        #expect(blue[0].leadTimes.mean == .minutes(90))
        let red = try scores(.red)
        #expect(red.map(\.hits) == [1] && red[0].leadTimes.mean == .minutes(30) && red[0].misses == 0)
        // POD 1/3, FAR 1/2, CSI 1/4, bias 2/3 over the year.
        let table = try (blue[0] + blue[1]).table()
        #expect(table.probabilityOfDetection == 1.0 / 3 && table.falseAlarmRatio == 0.5)
        #expect(table.criticalSuccessIndex == 0.25 && table.frequencyBias == 2.0 / 3)
    }

    @Test
    func `a warning for several divisions counts once, and foresees what begins where it warned and since it did`()
        throws
    {
        func area(_ digits: String) throws -> DivisionCode { try #require(DivisionCode(digits)) }
        let (one, two) = (try area("152202003"), try area("152202004"))
        let warning = Verification.Warning(
            released: [
                Verification.Release(.yellow, at: Self.at(0), areas: [one]),
                Verification.Release(.orange, at: Self.at(60), areas: [one, two]),
            ],
            ended: Self.at(300)
        )
        let useless = Verification.Warning(
            released: [Verification.Release(.yellow, at: Self.at(0), areas: [one, two])],
            ended: Self.at(20)
        )
        let events = try [
            Verification.Event(.blue, began: Self.at(100), ended: Self.at(110), area: two),
            Verification.Event(.blue, began: Self.at(30), ended: Self.at(40), area: two),
            Verification.Event(.blue, began: Self.at(120), ended: Self.at(130), area: area("152202")),
        ]
        let found = try Verification([warning, useless], events, from: .blue, Self.seasons(), now: Self.at(400))
        let score = try #require(found.scores.first?.score)
        #expect(score.hits == 1 && score.misses == 2 && score.late == 0 && score.falseAlarms == 1)
        // The second division was warned an hour after the first.
        #expect(score.leadTimes.mean == .minutes(40))
    }

    @Test func `what stands is no false alarm yet, nor what ended while its event may still be entered`() throws {
        let terms = Verification.Terms(settle: .hours(24))
        func falseAndOpen(_ ended: Int?, now: Int) throws -> [Int] {
            let found = try Verification(
                [Self.warning([(.blue, 0)], ended)],
                [],
                from: .blue,
                Self.seasons(),
                terms,
                now: Self.at(now)
            )
            return found.scores.flatMap { [$0.score.falseAlarms, $0.score.open] }
        }
        #expect(try falseAndOpen(nil, now: 9 * Self.day) == [0, 1])
        #expect(try falseAndOpen(60, now: 60 + Self.day - 1) == [0, 1])
        #expect(try falseAndOpen(60, now: 60 + Self.day) == [1, 0])
        #expect(try WarningScore().table().falseAlarmRatio == nil && WarningScore().isEmpty)
    }

    @Test func `a season over the end of the year has the year in which it began`() throws {
        let seasons = try Self.seasons()
        // 31 May 23:59, 1 June 00:00, 31 October, 1 November 2026; 31 March and 1 April 2027, in Beijing.
        let found = [
            151 * Self.day - 1, 151 * Self.day, 303 * Self.day, 304 * Self.day, 454 * Self.day, 455 * Self.day,
        ].map { seasons.season(of: Self.at($0)) }
        #expect(found.map(\.name) == ["rest", "flood", "rest", "snow", "snow", "rest"])
        #expect(found.map(\.year) == [2026, 2026, 2026, 2026, 2026, 2027])
        #expect(seasons.season(of: Self.at(0)) == WarningSeason(name: "snow", year: 2025))
        for wrong in [[(0, 3)], [(1, 13)], [(1, 4), (4, 6)], [(11, 2), (2, 3)]] {
            #expect(throws: ForecastError.self) {
                try WarningSeasons(wrong.enumerated().map { .init(name: "s\($0)", first: $1.0, last: $1.1) })
            }
        }
        #expect(throws: ForecastError.self) { try WarningSeasons([.init(name: "rest", first: 1, last: 2)]) }
    }

    /// A warning as it is drawn: colours with minutes and divisions.
    struct Told {
        let released: [(WarningColour, Int, [String])]
        let ended: Int?

        /// For the script.
        var asked: [String: Any] {
            ["released": released.map { [$0.0.rawValue, $0.1, $0.2] as [Any] }, "ended": ended ?? NSNull()]
        }

        var warning: Verification.Warning {
            let releases = released.map { colour, minute, areas in
                Verification.Release(colour, at: at(minute), areas: areas.compactMap { DivisionCode($0) })
            }
            return Verification.Warning(released: releases, ended: ended.map { at($0) })
        }
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `any warnings and events are scored as the script scores them`(seed: UInt64) throws {
        var random = Seeded(seed)
        let now = 220 * Self.day
        // A county, two of its towns and a village; on half of the seeds all is of one place.
        let codes = seed % 2 == 0 ? ["15"] : ["152202", "152202003", "152202004", "152202004001"]
        let scene = (0..<8).map { _ in Int.random(in: 140...219, using: &random) * Self.day }
        let warnings = (0..<30).map { _ in
            let began = scene.randomElement(using: &random).map { $0 + Int.random(in: 0..<600, using: &random) } ?? 0
            let ups = (0..<Int.random(in: 1...4, using: &random)).map {
                (
                    WarningColour.allCases.randomElement(using: &random) ?? .red, began + $0 * 50,
                    Array(codes.shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random)))
                )
            }
            let ended = began + Int.random(in: 200...400, using: &random)
            return Told(released: ups, ended: Int.random(in: 0..<9, using: &random) == 0 ? nil : ended)
        }
        let events = (0..<20).map { _ in
            let began = scene.randomElement(using: &random).map { $0 + Int.random(in: 0..<600, using: &random) } ?? 0
            let ended = began + Int.random(in: 0...300, using: &random)
            let colour = WarningColour.allCases.randomElement(using: &random) ?? .red
            return (
                colour: colour, began: began, ended: Int.random(in: 0..<9, using: &random) == 0 ? nil : ended,
                area: codes.randomElement(using: &random) ?? "15"
            )
        }
        let (grace, least) = (Int.random(in: 0...90, using: &random), Int.random(in: 0...40, using: &random))
        for colour in WarningColour.allCases {
            let asked: [String: Any] = [
                "warnings": warnings.map(\.asked),
                "events": events.map { [$0.colour.rawValue, $0.began, $0.ended ?? NSNull(), $0.area] as [Any] },
                "from": colour.rawValue, "seasons": ["flood": [6, 9], "snow": [11, 3]], "grace": grace, "least": least,
                "settle": 1_000, "now": now,
            ]
            let terms = Verification.Terms(
                grace: .minutes(Int64(grace)),
                leastLead: .minutes(Int64(least)),
                settle: .minutes(1_000)
            )
            let found = try Verification(
                warnings.map(\.warning),
                events.map { event in
                    .init(
                        event.colour,
                        began: Self.at(event.began),
                        ended: event.ended.map { Self.at($0) },
                        area: DivisionCode(event.area)
                    )
                },
                from: colour,
                Self.seasons(),
                terms,
                now: Self.at(now)
            )
            #expect(try Self.told(found) == Self.script(asked), "seed \(seed), from \(colour)")
        }
    }

    /// As the script prints it.
    static func told(_ found: Verification) throws -> [String] {
        found.scores.map { scored in
            let score = scored.score
            let counts = [score.hits, score.falseAlarms, score.misses, score.late, score.open]
            let leads = [
                score.leadTimes.shortest, score.leadTimes.median, score.leadTimes.mean, score.leadTimes.longest,
            ]
            let seconds = leads.map { "\($0?.inSeconds ?? -1)" }.joined(separator: ",")
            return "\(scored.season.name) \(scored.season.year) \(counts) \(seconds)"
        }.sorted()
    }

    static func script(_ asked: [String: Any]) throws -> [String] {
        let path = Checkout.root.path + "/Tests/Monitoring/score_warnings.py"
        let (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", path]
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: JSONSerialization.data(withJSONObject: asked))
        try input.fileHandleForWriting.close()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let rows = try #require(JSONSerialization.jsonObject(with: bytes) as? [String: [String]])
        return rows.map { "\($0.key) \($0.value.joined(separator: " "))" }.sorted()
    }
}
