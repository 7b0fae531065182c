import Foundation
import MessageSchema
import MonitoringService
import ServiceKit
import ServiceStore
import SwiftProtobuf
import TestSupport
import Testing
import Vocabulary

/// Monitoring with rules of its own and three gauges, fed by the minute; what it sent is read back by type.
final class RuleRig {
    /// Wednesday, 1 July 2026, 08:00 in Beijing.
    static let start = Instant(seconds: 1_782_864_000)
    let folder: TemporaryFolder
    let store: ServiceStore
    let engine: Engine<MonitoringCore>
    private(set) var sent: [Envelope] = []
    private var commands = 0

    /// `rules` as they stand in monitoring.yaml, without their dashes' indentation; `more` are further keys.
    init(_ rules: [String], more: String = "") throws {
        folder = try TemporaryFolder(inMemory: true)
        store = try ServiceStore(
            path: folder.path + "/m.db",
            service: .monitoring,
            realm: .live,
            epoch: "e",
            migrations: MonitoringCore.migrations
        )
        let text = Self.configuration(rules, more: more)
        engine = try Engine(store: store, configuration: text, file: "monitoring.yaml", now: Self.start)
    }

    /// A rule on the stage of the first gauge unless `keys` say otherwise: what they leave out has a plain value, and every colour is
    /// released without a person.
    static func rule(_ keys: [String: String]) -> String {
        var all = [
            "id": "r", "hazard": "flash-flood", "kind": "level", "element": "stage", "stations": "[\"A\"]",
            "bands": "[{ colour: yellow, at: \"3.00 m\" }]", "hysteresis": "\"0.00 m\"", "duration": "0s",
            "clear_after": "0s", "lifetime": "7d", "automatic_release": "[blue, yellow, orange, red]",
            "drafter": "p-li", "divisions": "[\"152202004\"]",
        ].merging(keys) { $1 }
        if all["kind"] == "no-data" { for key in ["hysteresis", "duration"] { all[key] = keys[key] } }
        return "{ " + all.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + " }"
    }

    static let fourColours = """
        [{ colour: blue, at: "2.00 m" }, { colour: yellow, at: "3.00 m" }, { colour: orange, at: "4.00 m" }, { colour: red, at: "5.00 m" }]
        """

    static func configuration(_ rules: [String], more: String = "") -> String {
        """
        jurisdiction: "152202"
        sender: { code: "15220241600000", name: { zh: 局, en: Bureau } }
        divisions: [{ code: "152202004", name: { zh: 伊尔施, en: Yirshi } }]
        people: [{ person: p-wang, roles: [approver] }, { person: p-li, roles: [duty-officer] }]
        stations:
          - { id: A, name: { zh: 甲站, en: Gauge A }, division: "152202004", position: [47.300, 119.800], silent_after: 30d }
          - { id: B, name: { zh: 乙站, en: Gauge B }, division: "152202004", position: [47.310, 119.810], silent_after: 30d }
          - { id: C, name: { zh: 丙站, en: Gauge C }, division: "152202004", position: [47.900, 119.800], silent_after: 30d }
        sources: [{ id: vendor, key_sha256: "69ce05074ce230bcdf8790037f74eb6236dd8253437ace99e82e00a1ec55b4fd", stations: all }]
        \(more)
        rules:
        \(rules.map { "  - " + $0 }.joined(separator: "\n"))

        """
    }

    /// A reading is observed, and comes, so many minutes after the start; what is due before fires first.
    func read(_ value: String, _ station: String = "A", element: String = "stage", unit: String = "m", minute: Int64)
        throws
    {
        let observed = Self.start + .minutes(minute)
        let text = """
            {"station":"\(station)","element":"\(element)","value":"\(value)","unit":"\(unit)","observed":"\(observed)"}
            """
        try take(Data(text.utf8), on: MonitoringCore.observations, from: "vendor", minute: minute)
    }

    func take(_ bytes: Data, on channel: String, from sender: String, minute: Int64) throws {
        try pass(to: minute)
        var input = ExternalInput()
        (input.channel, input.sender, input.data) = (channel, sender, bytes)
        let batch = try engine.handle([.external(input)], at: Self.start + .minutes(minute))
        for outcome in batch.outcomes {
            if case .deadLetter(let code, let message) = outcome { throw InputError(code, message) }
        }
        try keep(batch)
    }

    /// Time goes by.
    func pass(to minute: Int64) throws { try keep(engine.fireTimers(at: Self.start + .minutes(minute))) }

    /// The refusal's code; empty where the command was carried out.
    @discardableResult
    func order(_ message: some CommandMessage, by person: String = "p-wang", minute: Int64) throws -> String {
        try pass(to: minute)
        commands += 1
        var command = Command()
        (command.id, command.type, command.realm) = ("c\(commands)", type(of: message).type, "live")
        (command.actor.person, command.actor.role) = (person, "approver")
        command.timeUs = (Self.start + .minutes(minute)).microseconds
        command.payload = try message.serializedData()
        var input = ExternalInput()
        (input.channel, input.data) = (Arrival.commandChannel, try command.serializedData())
        let batch = try engine.handle([.external(input)], at: Self.start + .minutes(minute))
        try keep(batch)
        guard case .answered(let answer) = try #require(batch.outcomes.first) else { return "not answered" }
        return answer.hasRefusal ? answer.refusal.code : ""
    }

    private func keep(_ batch: Batch) throws { sent += try batch.records.map { try Envelope.decode($0.bytes) } }

    /// Every message of that type sent so far.
    func all<M: StreamMessage>(_: M.Type) throws -> [M] {
        try sent.filter { $0.type == M.type }.map { try M.decode($0.payload) }
    }

    /// What happened to warnings since the last time it was asked, such as `W issued yellow` with the minute in which it was decided.
    func life() throws -> [String] {
        defer { told = sent.count }
        return try sent.dropFirst(told).compactMap { record in
            let minute = (record.decidedUs - Self.start.microseconds) / 60_000_000
            switch record.type {
            case WarningIssued.type:
                return "\(minute) issued \(try WarningIssued.decode(record.payload).content.colour.checked().name)"
            case WarningUpdated.type:
                return "\(minute) updated \(try WarningUpdated.decode(record.payload).content.colour.checked().name)"
            case WarningCancelled.type: return "\(minute) cancelled"
            case WarningExpired.type: return "\(minute) expired"
            case WarningRejected.type: return "\(minute) rejected"
            default: return nil
            }
        }
    }
    private var told = 0

    /// The last document that went out with a warning or an update.
    func document() throws -> String {
        let record = try #require(sent.last { [WarningIssued.type, WarningUpdated.type].contains($0.type) })
        let document =
            record.type == WarningIssued.type
            ? try WarningIssued.decode(record.payload).capDocument
            : try WarningUpdated.decode(record.payload).capDocument
        return String(decoding: document, as: UTF8.self)
    }

    /// D1 over everything that came.
    func holds() throws -> Bool {
        try Engine<MonitoringCore>.verify(store, scratch: folder.path + "/replayed.db").holds
    }
}
