import Foundation
import FoundationNetworking
import GRDB
import MessageBus
import MessageSchema
import ServiceKit
import ServiceStore
import TestSupport
import Vocabulary

/// A program that was run to its end.
struct Ended {
    let code: Int32
    let output: String
    let errors: String

    var lines: [String] { output.split(separator: "\n").map(String.init) }
}

/// A program of the product, with its output in files so that nothing waits for a reader.
final class Program {
    let process = Process()
    private let output: String
    private let errors: String

    /// `name` tells the files apart.
    init(_ program: String, _ arguments: [String], in folder: TemporaryFolder, name: String) throws {
        (output, errors) = ("\(folder.path)/\(name).out", "\(folder.path)/\(name).err")
        for path in [output, errors] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        process.executableURL = SuiteProcesses.binaries.appendingPathComponent(program)
        process.arguments = arguments
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    /// What it has written so far.
    var said: String { Self.text(output) }
    var complained: String { Self.text(errors) }

    /// Waits for its end.
    func end() -> Ended {
        process.waitUntilExit()
        return Ended(code: process.terminationStatus, output: said, errors: complained)
    }

    func terminate() -> Ended {
        process.terminate()
        return end()
    }
}

/// The suite as `fengsui run` runs it, in a folder of its own.
final class OperatedSuite {
    /// What `fengsui run --json` says of a service.
    struct State: Decodable {
        let service, state, detail: String
        let process: Int32
    }

    static let configuration = Checkout.root.path + "/compose/configuration"
    let folder: TemporaryFolder
    let run: Program
    var data: String { folder.path + "/data" }
    var bus: String { folder.path + "/bus" }

    init(_ services: [ServiceName], lockstep: Bool) throws {
        folder = try TemporaryFolder()
        var arguments = [
            "run", "--data", folder.path + "/data", "--bus", folder.path + "/bus", "--configuration",
            Self.configuration, "--realm", "exercise:test", "--json",
        ]
        for service in services { arguments += ["--service", service.rawValue] }
        run = try Program("fengsui", arguments + (lockstep ? ["--lockstep"] : []), in: folder, name: "run")
    }

    deinit {
        // Its end is the end of its services.
        if run.process.isRunning { _ = run.terminate() }
    }

    /// Every line that `fengsui run` has printed.
    var states: [State] {
        run.said.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(State.self, from: Data($0.utf8))
        }
    }

    func isRunning(_ services: [ServiceName]) -> Bool {
        services.allSatisfy { service in states.last { $0.service == service.rawValue }?.state == "running" }
    }

    func fengsui(_ arguments: [String], name: String) throws -> Program {
        try Program("fengsui", arguments, in: folder, name: name)
    }

    func play(_ services: [ServiceName]) throws -> Player.Tally {
        let recording = try Recording(path: SuiteProcesses.recording, realm: .exercise("test"))
        let player = try Player(services: services, address: BusAddress(folder: bus), run: Epoch.draw())
        try player.play(recording)
        return player.tally
    }

    /// Status and body of a page of `service`; nil where nobody answers.
    static func get(_ page: String, of service: ServiceName, data: String) async -> (status: Int, body: String)? {
        let place = Program.text("\(data)/\(service.rawValue).http").split(separator: "\n").first.map(String.init)
        guard let url = place.flatMap({ URL(string: $0 + page) }),
            let (body, response) = try? await URLSession.shared.data(from: url),
            let status = (response as? HTTPURLResponse)?.statusCode
        else { return nil }
        return (status, String(decoding: body, as: UTF8.self))
    }
}
