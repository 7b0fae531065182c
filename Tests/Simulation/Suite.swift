import AssessmentService
import CommandCenterService
import DispatchService
import Foundation
import MessageSchema
import MonitoringService
import ServiceKit
import StockpileService
import TestSupport
import Testing
import Vocabulary

/// The whole suite in one process: simulated time, network and crashes, all from one seed.
final class SimulatedSuite {
    private var random: Seeded
    private let folder: TemporaryFolder
    let nodes: [any Node]
    private var flying: [(at: Int, to: Int, bytes: Data)] = []
    private var tick = 0
    /// What happened to the messages and the services.
    private(set) var faults = Faults()

    struct Faults: Equatable {
        var lost = 0
        var doubled = 0
        var delayed = 0
        var fetched = 0
        var crashes = 0
        var unpublished = 0
    }

    init(seed: UInt64) throws {
        random = Seeded(seed)
        folder = try TemporaryFolder(inMemory: true)
        let path = folder.path
        nodes = [
            try SimulatedService(MonitoringCore.self, folder: path, configuration: Self.text("monitoring")),
            try SimulatedService(DispatchCore.self, folder: path, configuration: Self.text("dispatch")),
            try SimulatedService(StockpileCore.self, folder: path, configuration: Self.text("stockpile")),
            try SimulatedService(CommandCenterCore.self, folder: path, configuration: Self.text("command-center")),
            try SimulatedService(AssessmentCore.self, folder: path, configuration: Self.text("assessment")),
        ]
    }

    /// The shipped configuration; warnings of every colour are released without a person.
    private static func text(_ service: String) throws -> String {
        let path = Checkout.root.path + "/compose/configuration/\(service).yaml"
        return try String(contentsOfFile: path, encoding: .utf8)
            .replacing("automatic_release: [red]", with: "automatic_release: [blue, yellow, orange, red]")
    }

    private func chance(_ percent: UInt64) -> Bool { random.next() % 100 < percent }

    /// Plays `inputs` one a tick with faults, then lets the network heal and everybody finish.
    func play(_ inputs: [ExternalInput]) throws {
        for input in inputs { try turn(input, faulty: true) }
        var quiet = 0
        while quiet < 3 {
            try turn(nil, faulty: false)
            quiet = isQuiet ? quiet + 1 : 0
            try #require(tick < inputs.count + 1_000, "the suite never comes to rest")
        }
    }

    private var isQuiet: Bool { flying.isEmpty && nodes.allSatisfy { !$0.hasWork && $0.wanted.isEmpty } }

    private func turn(_ input: ExternalInput?, faulty: Bool) throws {
        tick += 1
        try deliver()
        for (index, node) in nodes.enumerated() {
            let inputs = index == 0 ? [input].compactMap(\.self) : []
            if faulty, chance(4) {
                // Between a receipt and its commit: what it had received and not handled is gone.
                try node.crash()
                faults.crashes += 1
            }
            let records = try node.work(inputs, at: Instant(seconds: Int64(tick)))
            if faulty, chance(3) {
                // Between the commit and its publication.
                try node.crash()
                (faults.crashes, faults.unpublished) = (faults.crashes + 1, faults.unpublished + records.count)
            } else {
                try publish(records, faulty: faulty)
            }
        }
        if !faulty || chance(20) { try beat(faulty: faulty) }
        try fetch(faulty: faulty)
    }

    // MARK: the network

    private func publish(_ records: [Data], faulty: Bool) throws {
        for bytes in records {
            let stream = try Envelope.decode(bytes).stream
            for (index, node) in nodes.enumerated() where node.subscriptions.contains(where: { $0.rawValue == stream })
            {
                if faulty, chance(10) {
                    faults.lost += 1
                    continue
                }
                let delay = faulty && chance(20) ? 1 + Int(random.next() % 5) : 0
                faults.delayed += delay > 0 ? 1 : 0
                flying.append((tick + 1 + delay, index, bytes))
                if faulty, chance(10) {
                    faults.doubled += 1
                    flying.append((tick + 1 + Int(random.next() % 4), index, bytes))
                }
            }
        }
    }

    private func deliver() throws {
        let due = flying.filter { $0.at <= tick }
        flying.removeAll { $0.at <= tick }
        for packet in due { try nodes[packet.to].receive(packet.bytes) }
    }

    private func beat(faulty: Bool) throws {
        for writer in nodes {
            for head in try writer.heads() {
                for reader in nodes where reader.subscriptions.contains(where: { $0.rawValue == head.stream }) {
                    if !faulty || !chance(30) { try reader.hear(head) }
                }
            }
        }
    }

    /// A gap is fetched from the writer; a request or its answer may be lost too.
    private func fetch(faulty: Bool) throws {
        for (index, reader) in nodes.enumerated() {
            for gap in reader.wanted where !faulty || !chance(50) {
                guard let writer = nodes.first(where: { $0.name == gap.stream.writer }) else { continue }
                let page = try writer.page(gap.stream, from: gap.from)
                faults.fetched += page.count
                flying += page.map { (tick + 1, index, $0) }
            }
        }
    }
}
