import Foundation
import TestSupport
import Testing

/// Against Debian's mosquitto: the broker and its client are others' work.
@Suite(.serialized) struct MQTTPortTests {
    /// A broker of its own on the loopback, with one user and its store in the folder.
    private final class Broker {
        let port = FreePorts.block(of: 1)
        private let folder: String
        private(set) var process = Process()

        init(_ folder: String, password: String = "right") throws {
            self.folder = folder
            try Data(
                "listener \(port) 127.0.0.1\npersistence true\npersistence_location \(folder)/\npassword_file \(folder)/users\n"
                    .utf8
            )
            .write(to: URL(fileURLWithPath: folder + "/mosquitto.conf"))
            for path in ["/users", "/secret"] {
                _ = FileManager.default.createFile(atPath: folder + path, contents: Data())
            }
            try Data("right\n".utf8).write(to: URL(fileURLWithPath: folder + "/secret"))
            _ = try Self.run("mosquitto_passwd", ["-b", folder + "/users", "monitoring", password])
            // The broker gives up root and reads its files as another user.
            _ = try Self.run("chmod", ["-R", "a+rwX", folder])
            try start()
        }

        deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

        func start() throws {
            process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["python3", "-c", Self.becoming, "mosquitto", "-c", folder + "/mosquitto.conf"]
            process.environment = ["PATH": "/usr/sbin:/usr/bin:/bin:/usr/local/bin"]
            process.standardError = FileHandle.nullDevice
            try process.run()
        }

        /// Becomes mosquitto, which leaves blocked what it finds blocked.
        private static let becoming = Python.unblocked + "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])"

        func stop() {
            process.terminate()
            process.waitUntilExit()
        }

        /// Publishes each text as one message of quality of service 1.
        func publish(_ texts: [String], user: String = "monitoring") throws -> Int32 {
            let client = Process()
            client.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            client.arguments = [
                "mosquitto_pub", "-p", "\(port)", "-q", "1", "-t", "gauges/7/observation", "-l", "-u", user, "-P",
                "right",
            ]
            // From a file: a client that finds no broker ends before it reads, and a pipe without a reader is a signal.
            let messages = folder + "/messages"
            try Data((texts.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: messages))
            (client.standardInput, client.standardError) = (
                FileHandle(forReadingAtPath: messages), FileHandle.nullDevice
            )
            try client.run()
            client.waitUntilExit()
            return client.terminationStatus
        }

        static func run(_ program: String, _ arguments: [String]) throws -> Int32 {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [program] + arguments
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
        }
    }

    private func inlets(_ broker: Broker, _ folder: TemporaryFolder) -> String {
        """
        sources: [{ id: gauges, stations: all, behind: 5000d }]
        mqtt: { broker: "127.0.0.1:\(broker.port)", client_id: fengsui-test, user: monitoring, password_file: "\(folder.path)/secret", topics: [{ filter: "gauges/+/observation", source: gauges }], in_flight: 8 }
        """
    }

    /// Readings of one gauge, a second apart from `first` on.
    private func readings(_ numbers: Range<Int>) -> [String] {
        numbers.map { number in
            let time = String(format: "2026-07-01T%02d:%02d:%02dZ", number / 3_600, number / 60 % 60, number % 60)
            return
                #"{"station":"1522021001","element":"stage","value":"1.\#(number % 7)","unit":"m","observed":"\#(time)"}"#
        }
    }

    @Test func `with the service killed and the broker restarted nothing is lost and nothing comes twice`() async throws
    {
        let folder = try TemporaryFolder()
        let broker = try Broker(folder.path)
        let service = try InletProcess(inlets(broker, folder), in: folder)
        #expect(try await eventually { service.log(says: "broker heard") })
        #expect(try broker.publish(readings(0..<500)) == 0)
        #expect(try await eventually { try service.observations() >= 50 })
        try service.killAndRestart()
        // What comes while it is away waits in the broker.
        #expect(try broker.publish(readings(500..<1_000) + ["no json"]) == 0)
        #expect(try await eventually(within: .seconds(60)) { try service.observations() == 1_000 })
        #expect(
            try await eventually { try service.count("SELECT count(*) FROM dead_letter WHERE code = 'not-json'") == 1 }
        )
        broker.stop()
        #expect(try await eventually { service.log(says: "broker not heard") })
        try broker.start()
        #expect(try await eventually(within: .seconds(60)) { try broker.publish(readings(1_000..<1_100)) == 0 })
        #expect(try await eventually(within: .seconds(60)) { try service.observations() == 1_100 })
        #expect(try service.count("SELECT count(*) FROM dead_letter") == 1)
        #expect(try await service.stopsAndVerifies())
        #expect(try !Self.mentions("right", folder.path + "/data"), "the password stands nowhere that is kept")
    }

    private static func mentions(_ text: String, _ folder: String) throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: folder).contains { name in
            let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
            return bytes.range(of: Data("\(text)\n".utf8)) != nil
        }
    }

    @Test func `a wrong password is said once, with what to do, and tried again`() async throws {
        let folder = try TemporaryFolder()
        let broker = try Broker(folder.path, password: "another")
        let service = try InletProcess(inlets(broker, folder), in: folder)
        #expect(try await eventually { service.log(says: "refuses this user or its password") })
        _ = try Broker.run("mosquitto_passwd", ["-b", folder.path + "/users", "monitoring", "right"])
        _ = try Broker.run("chmod", ["a+r", folder.path + "/users"])
        // The broker reads its users again.
        kill(broker.process.processIdentifier, SIGHUP)
        #expect(try await eventually(within: .seconds(60)) { service.log(says: "broker heard") })
        #expect(service.program.complained.components(separatedBy: "broker not heard").count == 2)
        #expect(try await service.stopsAndVerifies())
    }
}
