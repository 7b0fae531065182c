import Foundation
import MessageSchema
import MonitoringService
import ServiceKit
import ServiceStore
import SwiftProtobuf
import TestSupport
import Testing
import Vocabulary

/// Monitoring with one gauge whose warnings are released at once, driven without sockets; what it sent is read back by type.
final class WarningRig {
    /// A moment of 2026-07-01T08:00:00+08:00.
    static let start = Instant(seconds: 1_782_864_000)
    let folder: TemporaryFolder
    let store: ServiceStore
    let engine: Engine<MonitoringCore>
    private(set) var sent: [Envelope] = []
    var serial = 0

    static let configuration = """
        jurisdiction: "152202"
        sender: { code: "15220241600000", name: { zh: 局, en: Bureau } }
        divisions: [{ code: "152202004", name: { zh: 伊尔施, en: Yirshi } }, { code: "152202100", name: { zh: 天池, en: Tianchi } }]
        people: [{ person: p-wang, roles: [approver] }, { person: p-li, roles: [duty-officer] }]
        sources: [{ id: vendor, key_sha256: "69ce05074ce230bcdf8790037f74eb6236dd8253437ace99e82e00a1ec55b4fd", stations: all }]
        stations:
          - { id: "1522021001", name: { zh: 站, en: Gauge }, division: "152202004", position: [47.3, 119.8], silent_after: 90d }
        rules:
          - { id: stage, hazard: flash-flood, kind: level, element: stage, stations: ["1522021001"],
              bands: [{ colour: blue, at: "2.00 m" }, { colour: red, at: "5.00 m" }], hysteresis: "0.10 m", duration: 0s, clear_after: 0s,
              lifetime: 12h, automatic_release: [blue, red], drafter: p-li, divisions: ["152202004", "152202100"] }

        """

    init(_ more: String = "", realm: Realm = .live) throws {
        folder = try TemporaryFolder(inMemory: true)
        store = try ServiceStore(
            path: folder.path + "/m.db",
            service: .monitoring,
            realm: realm,
            epoch: "e",
            migrations: MonitoringCore.migrations
        )
        engine = try Engine(
            store: store,
            configuration: Self.configuration + more,
            file: "monitoring.yaml",
            now: Self.start
        )
    }

    /// The gauge stands at so many metres after so many seconds, and says so at once.
    @discardableResult
    func stage(_ metres: String, at seconds: Int64) throws -> Outcome {
        serial += 1
        let observed = (Self.start + .seconds(seconds)).description
        let text = """
            {"batch": "b\(serial)", "observations": [{"station": "1522021001", "element": "stage", "value": "\(metres)", "unit": "m",
            "observed": "\(observed)"}]}
            """
        return try take(Data(text.utf8), on: MonitoringCore.observations, from: "vendor", at: seconds)
    }

    @discardableResult
    func take(_ bytes: Data, on channel: String, from sender: String, at seconds: Int64) throws -> Outcome {
        var input = ExternalInput()
        (input.channel, input.sender, input.data) = (channel, sender, bytes)
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
    func differences() throws -> [String] {
        try Engine<MonitoringCore>.verify(store, scratch: folder.path + "/replayed.db").differing
    }
}
