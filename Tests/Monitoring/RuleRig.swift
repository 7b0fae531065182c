import Foundation
import MessageSchema
import MonitoringService
import ServiceKit
import ServiceStore
import SwiftProtobuf
import TestSupport
import Testing
import Vocabulary

/// Monitoring with five gauges on a north–south line, 11.1 km apart, and the rules that a test gives it.
final class RuleRig {
    /// 1 July 2026, 08:00 in Beijing, a Wednesday.
    static let start = Instant(seconds: 1_782_864_000)
    static let stations: [StationID] = ["s1", "s2", "s3", "s4", "s5"]
    let folder: TemporaryFolder
    private let store: ServiceStore
    private let engine: Engine<MonitoringCore>
    private(set) var sent: [Envelope] = []
    private var number = 0

    /// `rules` are the items of the list, `more` further keys of the file.
    init(_ rules: [String], _ more: String = "") throws {
        folder = try TemporaryFolder(inMemory: true)
        store = try ServiceStore(
            path: folder.path + "/m.db",
            service: .monitoring,
            realm: .live,
            epoch: "e",
            migrations: MonitoringCore.migrations
        )
        let text = Self.configuration(rules, more)
        engine = try Engine(store: store, configuration: text, file: "m.yaml", now: Self.start - .hours(1))
    }

    static func configuration(_ rules: [String], _ more: String = "") -> String {
        let gauges = stations.enumerated().map { index, id in
            """
              - { id: \(id), name: { zh: 站, en: Gauge }, division: "152202004", position: [47.\(index)00, 120.0], silent_after: 24h,
                  basin: \(index < 3 ? "halha" : "arshan") }
            """
        }
        return """
            jurisdiction: "152202"
            sender: { code: "15220241600000", name: { zh: 局, en: Bureau } }
            divisions: [{ code: "152202004", name: { zh: 伊尔施, en: Yirshi } }, { code: "152202100", name: { zh: 天池, en: Tianchi } }]
            people: [{ person: p-wang, roles: [approver] }]
            sources: [{ id: vendor, key_sha256: "\(String(repeating: "0", count: 64))", stations: all, ahead: 1h, behind: 30d }]
            stations:
            \(gauges.joined(separator: "\n"))
            rules:
            \(rules.map { "  - { \($0) }" }.joined(separator: "\n"))
            \(more)
            """
    }

    /// A rule of four fields and what else a test asks for. Blue is released by itself where `automatic`.
    static func rule(
        _ kind: String,
        _ element: String = "stage",
        id: String = "r",
        bands: String,
        hysteresis: String = "0.00 m",
        stations: String = "[s1]",
        _ more: String = ""
    ) -> String {
        """
        id: \(id), hazard: flash-flood, kind: \(kind), element: \(element), stations: \(stations), hysteresis: "\(hysteresis)",
            bands: [\(bands)], duration: 0s, clear_after: 0s, lifetime: 48h, drafter: p-li, divisions: ["152202004"],
            automatic_release: [blue, yellow, orange, red]\(more.isEmpty ? "" : ", " + more)
        """
    }

    // MARK: what happens

    /// A value that was observed `minute` minutes after the start, and taken in at the same time.
    func read(
        _ value: String,
        _ unit: String = "m",
        minute: Int64,
        _ station: StationID = "s1",
        _ element: String = "stage"
    )
        throws
    {
        let text = try answer(value, unit, minute: minute, station, element)
        #expect(text.contains("\"refused\":0"), "\(text)")
    }

    /// The same; what its source is told.
    func answer(
        _ value: String,
        _ unit: String = "m",
        minute: Int64,
        _ station: StationID,
        _ element: String = "stage"
    ) throws -> String {
        try pass(to: minute)
        number += 1
        let observed = (Self.start + .minutes(minute)).description
        var input = ExternalInput()
        (input.channel, input.sender) = (MonitoringCore.observations, "vendor")
        input.data = Data(
            """
            {"batch": "b\(number)", "observations": [{"station": "\(station)", "element": "\(element)", "value": "\(value)",
              "unit": "\(unit)", "observed": "\(observed)"}]}
            """.utf8
        )
        let batch = try engine.handle([.external(input)], at: Self.start + .minutes(minute))
        guard case .replied(let answer) = batch.outcomes.last else { throw InputError("no-reply", "\(batch.outcomes)") }
        try keep(batch)
        return String(decoding: answer, as: UTF8.self)
    }

    /// Time goes by, to so many minutes after the start.
    func pass(to minute: Int64) throws { try keep(engine.fireTimers(at: Self.start + .minutes(minute))) }

    /// The refusal's code; empty where the command was carried out.
    @discardableResult
    func order(_ message: some CommandMessage, by person: String = "p-wang", minute: Int64) throws -> String {
        number += 1
        var command = Command()
        (command.id, command.type, command.realm) = ("c\(number)", type(of: message).type, "live")
        (command.actor.person, command.actor.role) = (person, "approver")
        command.timeUs = (Self.start + .minutes(minute)).microseconds
        command.payload = try message.serializedData()
        var input = ExternalInput()
        (input.channel, input.data) = (Arrival.commandChannel, try command.serializedData())
        let batch = try engine.handle([.external(input)], at: Self.start + .minutes(minute))
        try keep(batch)
        guard case .answered(let answer) = batch.outcomes.last else { throw InputError("no-answer", "") }
        return answer.refusal.code
    }

    private func keep(_ batch: Batch) throws { sent += try batch.records.map { try Envelope.decode($0.bytes) } }

    // MARK: what came of it

    /// Each draft and each end since this was last asked: `blue`, `yellow`, …, or `end:` and the reason.
    func story() throws -> [String] {
        defer { sent = [] }
        return try sent.compactMap { envelope in
            switch envelope.type {
            case WarningDrafted.type:
                try WarningDrafted.decode(envelope.payload).content.colour.checked().name
            case WarningCancelled.type: "end:\(try WarningCancelled.decode(envelope.payload).reason)"
            case WarningExpired.type: "end:expired"
            default: nil
            }
        }
    }

    /// The messages of that type since this was last asked; all others are let go.
    func take<M: StreamMessage>(_ type: M.Type) throws -> [M] {
        defer { sent = [] }
        return try messages(type)
    }

    func messages<M: StreamMessage>(_: M.Type) throws -> [M] {
        try sent.filter { $0.type == M.type }.map { try M.decode($0.payload) }
    }

    /// D1 over everything that came.
    func holds() throws -> Bool {
        try Engine<MonitoringCore>.verify(store, scratch: folder.path + "/replayed.db").differing.isEmpty
    }
}
