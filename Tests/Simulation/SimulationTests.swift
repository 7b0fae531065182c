import Foundation
import MessageSchema
import ServiceKit
import TestSupport
import Testing
import Vocabulary

@Suite struct SimulationTests {
    static let seeds = 200

    /// The hours in which the river rises to red, of the stations with gauges.
    static func reports() throws -> [ExternalInput] {
        let path = Checkout.root.path + "/Tests/Recordings/flash-flood/inputs.jsonl"
        let recording = try Recording(path: path, realm: .exercise("simulation"))
        let (from, to) = (Instant("2026-10-02T13:00:00Z"), Instant("2026-10-03T06:00:00Z"))
        return try recording.inputs.filter {
            let (from, to) = (try #require(from), try #require(to))
            return $0.input.channel == "sl651" && $0.time >= from && $0.time < to && $0.input.sender != "1522021002"
        }
        .map(\.input)
    }

    @Test func `on any seed every subscriber has exactly what was published, and every journal replays`() throws {
        let reports = try Self.reports()
        try #require(reports.count > 60)
        var total = SimulatedSuite.Faults()
        var calm: [Data]?
        for seed in 0..<UInt64(Self.seeds) {
            let suite = try SimulatedSuite(seed: seed)
            try suite.play(reports)
            try check(suite, seed)
            total.add(suite.faults)
            // Monitoring hears no other service: what it says of the river is the same on every seed.
            let said = try Self.warnings(suite)
            #expect(calm.map { $0 == said } ?? true, "seed \(seed)")
            calm = calm ?? said
        }
        print("simulation: \(Self.seeds) seeds, \(total)")
        // The control: each kind of fault did happen.
        #expect(total.lost > 0 && total.doubled > 0 && total.delayed > 0 && total.fetched > 0)
        #expect(total.crashes > 0 && total.unpublished > 0)
    }

    private func check(_ suite: SimulatedSuite, _ seed: UInt64) throws {
        for reader in suite.nodes {
            for stream in reader.subscriptions {
                let writer = try #require(suite.nodes.first { $0.name == stream.writer })
                let (written, journaled) = (try writer.written(stream), try reader.journaled(stream))
                #expect(written == journaled, "seed \(seed): \(stream) in \(reader.name)")
            }
            #expect(try reader.deadLetters() == [], "seed \(seed) in \(reader.name)")
        }
        // Replaying every journal of every seed would take the most of the time: one service of each, in turn.
        let one = suite.nodes[Int(seed) % suite.nodes.count]
        #expect(try one.verify(), "seed \(seed): \(one.name)")
    }

    private static func warnings(_ suite: SimulatedSuite) throws -> [Data] {
        try suite.nodes[0].written(.monitoring).map { try Envelope.decode($0) }.filter {
            $0.type == WarningApproved.type
        }
        .map(\.payload)
    }
}

extension SimulatedSuite.Faults: CustomStringConvertible {
    fileprivate mutating func add(_ other: Self) {
        (lost, doubled, delayed) = (lost + other.lost, doubled + other.doubled, delayed + other.delayed)
        (fetched, crashes) = (fetched + other.fetched, crashes + other.crashes)
        unpublished += other.unpublished
    }

    var description: String {
        "\(lost) lost, \(doubled) doubled, \(delayed) delayed, \(fetched) fetched, \(crashes) crashes, "
            + "\(unpublished) committed and not published"
    }
}
