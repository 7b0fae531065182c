import Foundation
import GRDB
import MessageSchema
import MonitoringService
import ServiceKit
import ServiceStore
import SwiftProtobuf
import TestSupport
import Testing
import Vocabulary

@Suite struct EngineTests {
    let folder: TemporaryFolder
    let text: String
    let start = Instant(seconds: 1_790_784_000)

    init() throws {
        folder = try TemporaryFolder()
        text = try String(
            contentsOfFile: Checkout.root.path + "/compose/configuration/monitoring.yaml",
            encoding: .utf8
        )
    }

    func store(realm: Realm = .live, _ migrations: [Migration] = MonitoringCore.migrations) throws -> ServiceStore {
        try ServiceStore(
            path: folder.path + "/m.db",
            service: .monitoring,
            realm: realm,
            epoch: "e",
            migrations: migrations
        )
    }

    func engine() throws -> Engine<MonitoringCore> {
        try Engine(store: store(), configuration: text, file: "monitoring.yaml", now: start)
    }

    func command(_ id: String, realm: String = "live") throws -> Arrival {
        var command = Command()
        (command.id, command.type, command.realm) = (id, CancelWarning.type, realm)
        (command.actor.person, command.actor.role) = ("p-wang", "approver")
        var input = ExternalInput()
        input.channel = Arrival.commandChannel
        input.data = try command.serializedData()
        return .external(input)
    }

    @Test func `bytes that are no frame are kept aside, once, and the rest goes on`() throws {
        let engine = try engine()
        var garbage = ExternalInput()
        (garbage.channel, garbage.data) = (MonitoringCore.sl651, Data([1, 2, 3]))
        let batch = try engine.handle([.external(garbage), .external(garbage), command("c1")], at: start)
        guard case .deadLetter(let code, _) = batch.outcomes[0], case .answered(let answer) = batch.outcomes[2] else {
            Issue.record("unexpected \(batch.outcomes)")
            return
        }
        #expect(
            code == "too-short" && batch.outcomes[1] == .keptBefore(code: code)
                && answer.refusal.code == "unknown-warning"
        )
    }

    @Test func `a command is answered the same way for ever, and a foreign realm is refused`() throws {
        let engine = try engine()
        let first = try engine.handle([command("c1")], at: start).outcomes
        #expect(try engine.handle([command("c1")], at: start + .hours(1)).outcomes == first)
        guard
            case .answered(let answer) = try engine.handle([command("c2", realm: "exercise:x")], at: start).outcomes[0]
        else {
            Issue.record("not answered")
            return
        }
        #expect(answer.refusal.code == "foreign-realm")
    }

    @Test func `another realm and a newer database are refused with the remedy`() throws {
        _ = try store()
        #expect { _ = try store(realm: .exercise("x")) } throws: { ($0 as? StoreError)?.code == .foreign }
        _ = try store(
            MonitoringCore.migrations + [Migration("monitoring-99", "CREATE TABLE later (id INTEGER PRIMARY KEY)")]
        )
        #expect { _ = try store() } throws: { ($0 as? StoreError)?.code == .newer }
    }

    static let head = """
        jurisdiction: "152202"
        sender: { code: "15220241600000", name: { zh: 局, en: Bureau } }
        divisions: []

        """

    @Test(arguments: [
        ("jurisdiction: a: b", 1), (head + "places: 3\n", 4),
        (head + "people: []\nstations:\n  - { id: \"12\" }\nrules: []\n", 6),
    ])
    func `a configuration error names file and line`(text: String, line: Int) {
        #expect {
            _ = try MonitoringCore(configuration: YAMLValue(text: text, file: "m.yaml"))
        } throws: { error in
            guard let error = error as? ConfigurationError else { return false }
            return error.file == "m.yaml" && error.line == line && !error.remedy.isEmpty
        }
    }
}
