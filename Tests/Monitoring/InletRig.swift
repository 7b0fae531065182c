import Foundation
import MessageSchema
import MonitoringService
import ServiceKit
import ServiceStore
import SwiftProtobuf
import TestSupport
import Testing
import Vocabulary

/// Monitoring with sources, a broker and feeds, driven without sockets; what it sent is read back by type.
final class InletRig {
    static let sources = """

        sources:
          - { id: vendor, key_sha256: "69ce05074ce230bcdf8790037f74eb6236dd8253437ace99e82e00a1ec55b4fd", stations: ["1522021001", "1522021002"] }
          - { id: village, key_sha256: "2fb315e4462345c2f90711850fcbe2eb6e4917f0c64a56d2291dee5fbbba386b", stations: all, ahead: 1m, behind: 2d }
        mqtt: { broker: "127.0.0.1:1883", client_id: fengsui, topics: [{ filter: "gauges/+/observation", source: vendor }] }
        feeds:
          - { id: alerts, kind: cap, folder: /nowhere, every: 1m }
          - { id: quakes, kind: earthquake, folder: /nowhere, every: 1m, at_least: "3.0", area: [[40, 110], [55, 130]] }
          - { id: weather, kind: weather, folder: /nowhere, every: 1m, silent_after: 3h }

        """

    /// A moment of 2026-07-01T08:00:00+08:00.
    static let start = Instant(seconds: 1_782_864_000)
    let folder: TemporaryFolder
    let store: ServiceStore
    let engine: Engine<MonitoringCore>
    private(set) var sent: [Envelope] = []

    init(realm: Realm = .live) throws {
        folder = try TemporaryFolder()
        store = try ServiceStore(
            path: folder.path + "/m.db",
            service: .monitoring,
            realm: realm,
            epoch: "e",
            migrations: MonitoringCore.migrations
        )
        engine = try Engine(store: store, configuration: Self.configuration, file: "monitoring.yaml", now: Self.start)
    }

    static var configuration: String {
        get throws {
            let shipped = Checkout.root.path + "/compose/configuration/monitoring.yaml"
            return try String(contentsOfFile: shipped, encoding: .utf8) + sources
        }
    }

    @discardableResult
    func take(_ text: String, on channel: String, from sender: String, at seconds: Int64 = 0) throws -> Outcome {
        var input = ExternalInput()
        (input.channel, input.sender, input.data) = (channel, sender, Data(text.utf8))
        let now = Self.start + .seconds(seconds)
        try keep(engine.fireTimers(at: now))
        let batch = try engine.handle([.external(input)], at: now)
        try keep(batch)
        return try #require(batch.outcomes.last)
    }

    /// Time goes by.
    func pass(to seconds: Int64) throws { try keep(engine.fireTimers(at: Self.start + .seconds(seconds))) }

    private func keep(_ batch: Batch) throws { sent += try batch.records.map { try Envelope.decode($0.bytes) } }

    /// What was sent of that type, and is forgotten here.
    func taken<M: StreamMessage>(_ type: M.Type) throws -> [M] {
        defer { sent.removeAll { $0.type == M.type } }
        return try sent.filter { $0.type == M.type }.map { try M.decode($0.payload) }
    }

    /// D1 over everything that came.
    func holds() throws -> Bool {
        try Engine<MonitoringCore>.verify(store, scratch: folder.path + "/replayed.db").differing.isEmpty
    }
}
