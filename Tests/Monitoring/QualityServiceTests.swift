import Foundation
import MessageSchema
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// Quality control that needs more than a reading and the one before it, through the engine. Expected flags by hand.
@Suite struct QualityServiceTests {
    typealias Service = ForecastServiceTests

    static func flags(_ rig: RecordingRig, _ element: String = "stage") throws -> [[String]] {
        try rig.messages(ObservationAccepted.self).filter { $0.elementID == element }.map(\.flags)
    }

    @Test func `a spike is told anew once the next reading is back, and counts no more`() throws {
        let rig = try Service.rig(
            """
            quality: [{ element: stage, stations: ["1522021001"], spike: "0.30 m", longest_gap: 2h }]
            """
        )
        for (hour, stage) in [1_000, 1_050, 1_700, 1_080, 1_100].enumerated() {
            try Service.report(rig, Service.start + .hours(Int64(hour)), serial: hour, [Service.stage(stage)])
        }
        let readings = try rig.messages(ObservationAccepted.self)
        let records = try rig.records(.observation)
        #expect(readings.map(\.flags) == [[], [], [], [], ["SPIKE"], []])
        #expect(readings[4].corrects == records[2].id && readings[4].reliability == .unreliable)
        #expect(readings[4].observedUs == (Service.start + .hours(2)).microseconds)
        #expect(try rig.differences().isEmpty)
    }

    @Test func `a step that goes back within its time is a temporary shift; one that stays is the river`() throws {
        let rig = try Service.rig(
            """
            quality:
              - element: stage
                stations: ["1522021001"]
                longest_gap: 2h
                shift: { step: "0.50 m", tolerance: "0.05 m", longest: 4h }
            """
        )
        let stages = [1_000, 1_600, 1_610, 1_010, 1_000, 1_700, 1_900, 1_950]
        for (hour, stage) in stages.enumerated() {
            try Service.report(rig, Service.start + .hours(Int64(hour)), serial: hour, [Service.stage(stage)])
        }
        let shifted = try rig.messages(ObservationAccepted.self).filter { $0.flags == ["TS"] }
        let hours = shifted.map { (Instant(microseconds: $0.observedUs) - Service.start).inSeconds / 3_600 }
        #expect(hours == [1, 2])
    }

    @Test func `limits hold in their months, and those of the year in the others`() throws {
        let rig = try Service.rig(
            """
            quality: [{ element: stage, stations: ["1522021001"], seasons: [{ months: [11, 3], hard: ["0.00 m", "1.50 m"] }, { months: [10, 10], soft: ["0.00 m", "1.80 m"] }] }]
            """
        )
        // October, then 1 November in Beijing, of which 31 October, 23:00 is not.
        try Service.report(rig, Service.start, serial: 1, [Service.stage(1_600)])
        try Service.report(rig, Service.start + .hours(24), serial: 2, [Service.stage(1_900)])
        try Service.report(rig, Service.start + .hours(30 * 24 + 15), serial: 3, [Service.stage(1_600)])
        try Service.report(rig, Service.start + .hours(30 * 24 + 16), serial: 4, [Service.stage(1_600)])
        #expect(try Self.flags(rig) == [[], ["SX"], [], ["HX"]])
    }

    /// Two neighbours with 10 and 12 mm: 40 mm departs by more than 20 from any mean of them; 25 mm does not.
    @Test func `rain that no neighbour has is doubtful, and used`() throws {
        let more = """
            quality: [{ element: rain_1h, stations: ["1522021001", "1522021002", "1522021003"], neighbours: { radius_m: 50000, count: [2, 4], departs: "20.0 mm", within: 10m } }]
            """
        let stations = ["1522021002", "1522021003"].map {
            "  - { id: \"\($0)\", name: { zh: 站, en: Gauge }, division: \"152202004\", position: [47.\($0.last ?? "2"), 119.9], silent_after: 2000h }\n"
        }
        let text = Service.configuration(more).replacing("rules:", with: stations.joined() + "rules:")
        let rig = try RecordingRig(configuration: text, start: Service.start)
        func rain(_ station: String, _ hour: Int64, _ tenths: Int) throws {
            let observed = Service.start + .hours(hour)
            let frame = try RecordingRig.frame(station, observed, serial: 1, [Service.hourRain(tenths)])
            _ = try rig.engine.handle([frame], at: observed + .seconds(20))
        }
        for (hour, tenths) in [(1, 400), (2, 250)] as [(Int64, Int)] {
            try rain("1522021002", hour, 100)
            // With one neighbour alone nothing is judged.
            try rain("1522021003", hour, 120)
            try rain("1522021001", hour, tenths)
        }
        #expect(try Self.flags(rig, "rain_1h") == [[], [], ["SC"], [], [], []])
        let doubtful = try #require(rig.messages(ObservationAccepted.self).first { $0.flags == ["SC"] })
        #expect(doubtful.reliability == .doubtful)
    }
}
