import DispatchDomain
import TestSupport
import Testing
import Vocabulary

@Suite struct IncidentTests {
    static let plan = ResponsePlan(
        id: "P",
        hazard: .flashFlood,
        levels: [
            .init(level: .one, clause: "3.1", colour: .red, warnings: 2),
            .init(level: .two, clause: "3.2", colour: .red, warnings: 1),
            .init(level: .four, clause: "3.4", colour: .blue, warnings: 1),
        ],
        stepDownAfter: .hours(1)
    )

    static func at(_ hour: Int64) -> Instant { Instant(seconds: hour * 3600) }

    @Test func `the level rises at once and falls only after its hour`() throws {
        var incident = Incident(id: "I")
        #expect(
            incident.warn("W1", .blue, stations: [], at: Self.at(0), by: Self.plan) == [
                .linked("W1"), .levelChanged(from: nil, to: .four, clause: "3.4"),
                .planActivated(.four, demand: "3.4", clauses: []),
            ]
        )
        #expect(
            incident.warn("W1", .red, stations: [], at: Self.at(1), by: Self.plan) == [
                .levelChanged(from: .four, to: .two, clause: "3.2"), .planActivated(.two, demand: "3.2", clauses: []),
            ]
        )
        #expect(incident.end("W1", at: Self.at(2), by: Self.plan) == [.stepDownSet(due: Self.at(3))])
        #expect(throws: Incident.Refusal.responseNotEnded) { try incident.close() }
        #expect(incident.lower(by: Self.plan) == [.levelChanged(from: .two, to: nil, clause: nil), .responseEnded])
        #expect(try incident.close() == [.closed])
        #expect(throws: Incident.Refusal.closed) { try incident.verify() }
    }

    @Test func `a step down is called off when the level is needed again`() {
        var incident = Incident(id: "I")
        _ = incident.warn("W1", .red, stations: [], at: Self.at(0), by: Self.plan)
        _ = incident.warn("W1", .blue, stations: [], at: Self.at(1), by: Self.plan)
        #expect(incident.warn("W1", .red, stations: [], at: Self.at(1), by: Self.plan) == [.stepDownCancelled])
        #expect(incident.lower(by: Self.plan).isEmpty)
    }

    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func `on any walk the level is at least what the warnings demand`(seed: UInt64) {
        var random = Seeded(seed)
        var incident = Incident(id: "I")
        for hour in 0..<200 as Range<Int64> {
            let warning = WarningID("W\(Int.random(in: 0..<4, using: &random))")
            switch Int.random(in: 0..<4, using: &random) {
            case 0: _ = incident.end(warning, at: Self.at(hour), by: Self.plan)
            case 1: _ = incident.lower(by: Self.plan)
            default:
                let colour = WarningColour.allCases.randomElement(using: &random) ?? .red
                _ = incident.warn(warning, colour, stations: [], at: Self.at(hour), by: Self.plan)
            }
            let demanded = Self.plan.demand(of: incident.warnings)?.level
            #expect(demanded.map { wanted in incident.level.map { $0 >= wanted } ?? false } ?? true, "seed \(seed)")
        }
    }
}
