import Foundation
import GRDB
import MessageSchema
import ServiceStore
import SwiftProtobuf
import TestSupport
import Testing

/// Real processes on a bus over TCP with keys, and a person's command on it.
@Suite(.serialized) struct GuardedSuiteTests {
    static let services: [ServiceName] = [.monitoring, .dispatch]
    static let who = ["--person", "p-wang", "--role", "approver"]
    let folder: TemporaryFolder
    var file: String { folder.path + "/bus/bus.yaml" }

    init() throws { folder = try TemporaryFolder() }

    func fengsui(_ arguments: [String], _ name: String = UUID().uuidString) throws -> Program {
        try Program("fengsui", arguments, in: folder, name: name)
    }

    /// Makes keys, and gives the public ones by name.
    func keys(_ more: [String] = []) throws -> [String: String] {
        let port = FreePorts.block(of: 2 * ServiceName.allCases.count)
        let arguments = [
            "keys", "--folder", folder.path + "/bus", "--host", "127.0.0.1", "--port", "\(port)", "--json",
        ]
        let ended = try fengsui(arguments + more).end()
        #expect(ended.code == 0, "\(ended.errors)")
        return try Dictionary(
            uniqueKeysWithValues: ended.lines.map { line in
                let object = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
                return (object["name"] ?? "", object["key"] ?? "")
            }
        )
    }

    func start() throws -> Program {
        var arguments = [
            "run", "--data", folder.path + "/data", "--bus", file, "--configuration", OperatedSuite.configuration,
            "--json",
        ]
        for service in Self.services { arguments += ["--service", service.rawValue] }
        return try fengsui(arguments, "run")
    }

    func approve(_ more: [String] = [], payload: String = #"{"warning":"W.none","revision":1}"#) throws -> Ended {
        try fengsui(
            ["send", "monitoring.command.warning.approve", payload, "--bus", file, "--json"] + Self.who
                + more
        ).end()
    }

    @Test func `a person's command comes under the key that it was sent with`() async throws {
        let keys = try keys()
        #expect(keys.count == 6)
        let run = try start()
        #expect(
            try await eventually {
                run.said.split(separator: "\n").count { $0.contains(#""state":"running""#) } == Self.services.count
            },
            "\(run.said) \(run.complained)"
        )
        let refused = try approve(["--id", "c-1"])
        #expect(refused.code == 1 && refused.output.contains(#""code":"unknown-warning""#), "\(refused)")
        // The same id is answered the same, and journaled once.
        #expect(try approve(["--id", "c-1"]).output == refused.output)
        let commands = try await DatabaseQueue(path: folder.path + "/data/monitoring.db").read {
            try Stored.inputs(.external, $0)
        }.map { try Command(serializedBytes: $0.bytes) }
        #expect(commands.map(\.actor.verifiedKey) == [keys["operator"]])
        #expect(commands.map(\.actor.person) == ["p-wang"])
        let asService = try approve(["--key", folder.path + "/bus/dispatch.key"])
        #expect(asService.code == 1 && asService.output.contains(#""code":"no-person""#), "\(asService)")
        // A key made later comes in while the services run; taken off the list again, it does not.
        let before = Program.text(file)
        let more = try self.keys(["--person", "li"])
        #expect(more["operator"] == keys["operator"] && more.count == 7)
        func asLi() throws -> Ended { try approve(["--key", folder.path + "/bus/li.key", "--wait", "2"]) }
        #expect(try await eventually { try asLi().output.contains(#""code":"unknown-warning""#) })
        let entitled = Program.text(file).replacing(
            #""li": "\#(more["li"] ?? "")""#,
            with: #""li": { key: "\#(more["li"] ?? "")", commands: ["dispatch.command.*"] }"#
        )
        try Data(entitled.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        #expect(try await eventually { try asLi().output.contains(#""code":"not-entitled""#) })
        try Data(before.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        #expect(try await eventually { try asLi().errors.contains("not on the bus's list") })
        // A service's and a tool's key are renewed at work: nobody is started again, and the next command is answered.
        let renewed = try self.keys(["--renew", "monitoring", "--renew", "operator"])
        #expect(renewed["monitoring"] != keys["monitoring"] && renewed["operator"] != keys["operator"])
        #expect(renewed["dispatch"] == keys["dispatch"])
        let isAnswered = try await eventually {
            try approve(["--id", "c-9", "--wait", "2"]).output.contains("unknown-warning")
        }
        #expect(isAnswered)
        let heard = try await eventually {
            let status = try fengsui(["status", "--bus", file, "--service", "monitoring", "--json"]).end()
            return status.code == 0 && status.output.contains(#""service":"dispatch""#)
        }
        #expect(heard)
        let log = Program.text(folder.path + "/data/logs/monitoring.log")
        #expect(log.contains("bus list adopted") && log.contains("command turned away"))
        let status = try fengsui(["status", "--bus", file, "--service", "dispatch", "--json"]).end()
        #expect(status.code == 0 && status.output.contains("monitoring.observation") == false, "\(status)")
        #expect(run.terminate().code == 0)
    }

    @Test func `a command that does not fit is not sent`() throws {
        _ = try keys()
        let unknown = try fengsui(["send", "monitoring.command.x", "--bus", file] + Self.who).end()
        #expect(unknown.code == 1 && unknown.errors.contains("--list"), "\(unknown)")
        let misspelt = try approve(payload: #"{"warnin":"W"}"#)
        #expect(misspelt.code == 1 && misspelt.errors.contains("warnin"), "\(misspelt)")
        let nobody = try fengsui(["send", "monitoring.command.warning.approve", "--bus", file]).end()
        #expect(nobody.code == 64 && nobody.errors.contains("--person"))
        let list = try fengsui(["send", "--list"]).end()
        #expect(list.code == 0 && list.lines.count == MessageCatalogue.commands.count)
    }

    @Test func `a secret key that others may read is refused`() throws {
        _ = try keys()
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644],
            ofItemAtPath: folder.path + "/bus/operator.key"
        )
        let ended = try fengsui(["status", "--bus", file]).end()
        #expect(ended.code == 1 && ended.errors.contains("chmod 600"), "\(ended)")
    }
}
