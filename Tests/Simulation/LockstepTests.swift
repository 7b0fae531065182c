import Foundation
import MessageBus
import MessageSchema
import ServiceKit
import ServiceStore
import TestSupport
import Testing
import Vocabulary

/// D3: under the lockstep clock equal recordings have equal outcomes, whatever befalls the services and the network.
@Suite struct LockstepTests {
    /// The first day: the first warnings, an incident, a patrol and a session.
    static func recording(_ folder: TemporaryFolder, without left: Int? = nil) throws -> Recording {
        let path = Checkout.root.path + "/Tests/Recordings/flash-flood/inputs.jsonl"
        var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").prefix(90)
        if let left { lines.remove(at: left) }
        let own = folder.path + "/inputs.jsonl"
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: own))
        return try Recording(path: own, realm: Setting.realm)
    }

    struct Outcome: Equatable {
        let records, tables: [String]
    }

    /// Plays `recording`; `seed` says what befalls the suite, nil that nothing does.
    static func play(_ recording: Recording, seed: UInt64?) throws -> (outcome: Outcome, tally: FaultTally) {
        let suite = try SimulatedSuite(
            seed: seed ?? 0,
            start: Instant(seconds: 0),
            lockstep: true
        )
        if seed == nil { suite.endTroubles() }
        let peers = suite.nodes.map { ($0.name, SimulatedPeer($0.name, suite, isFaulty: seed != nil)) }
        let player = try Player(asking: peers, run: "run")
        try player.play(recording)
        try suite.calm()
        return (try outcome(suite), suite.tally)
    }

    private static func outcome(_ suite: SimulatedSuite) throws -> Outcome {
        let streams = StreamName.allCases
        let except = ServiceStore.operationalTables.union(["outbox"])
        return Outcome(
            records: try streams.flatMap { stream in
                try suite.node(stream.writer).read { try Stored.outbox(stream, $0) }.map(Self.summary)
            },
            tables: try suite.nodes.flatMap { node in
                try node.read { try Digest.tables($0, except: except) }.map { "\(node.name) \($0.table) \($0.digest)" }
            }
        )
    }

    /// Type, subject, id, logical time, causes and payload.
    private static func summary(_ bytes: Data) throws -> String {
        let envelope = try Envelope.decode(bytes)
        let causes = envelope.causation.map { $0.base64EncodedString() }.joined(separator: ",")
        return [
            envelope.type, envelope.subject, envelope.id.base64EncodedString(), "\(envelope.decidedUs)", causes,
            envelope.payload.base64EncodedString(),
        ].joined(separator: "|")
    }

    @Test func `an undisturbed run and runs with falls and a bad network have one outcome`() throws {
        let folder = try TemporaryFolder()
        let recording = try Self.recording(folder)
        let calm = try Self.play(recording, seed: nil)
        #expect(calm.outcome.records.count > 100)
        var total = FaultTally()
        for seed in 1...6 as ClosedRange<UInt64> {
            let disturbed = try Self.play(recording, seed: seed)
            #expect(disturbed.outcome == calm.outcome, "seed \(seed)")
            total.add(disturbed.tally)
        }
        print("simulation: lockstep, 6 seeds, \(total)")
        #expect(total[.lost] > 0 && total[.killed] > 0 && total[.powerCut] > 0 && total[.beforeCommit] > 0)
    }

    /// The control: what makes them equal is not that nothing is looked at.
    @Test func `an input less makes another outcome`() throws {
        let folder = try TemporaryFolder()
        let calm = try Self.play(Self.recording(folder), seed: nil)
        let less = try Self.play(Self.recording(folder, without: 54), seed: nil)
        #expect(less.outcome.tables != calm.outcome.tables)
    }
}

/// The player's way to a service of the suite: while it waits, the suite goes on.
final class SimulatedPeer: AskedService {
    private let service: ServiceName
    private let suite: SimulatedSuite
    private let asker: SimulatedAsker
    private let isFaulty: Bool

    init(_ service: ServiceName, _ suite: SimulatedSuite, isFaulty: Bool) {
        (self.service, self.suite, self.isFaulty) = (service, suite, isFaulty)
        asker = SimulatedAsker(suite.network, name: "player of \(service.rawValue)")
    }

    func send(_ request: Data) throws(BusError) -> Bool { asker.ask(service, request) }

    func receive(within milliseconds: Int) throws(BusError) -> Data? {
        // The player gives a service half a minute; cuts, full disks and falls together may last longer here.
        let end = suite.network.now + Int64(milliseconds) * 10_000
        while suite.network.now < end {
            if let reply = asker.nextReply(of: service) { return reply }
            do {
                try suite.step(faulty: isFaulty)
            } catch {
                throw BusError(.socket, "\(error)")
            }
        }
        return asker.nextReply(of: service)
    }
}
