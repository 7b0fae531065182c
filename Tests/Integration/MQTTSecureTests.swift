import Foundation
import TestSupport
import Testing

/// Against Debian's mosquitto with a listener of TLS, and certificates that openssl made.
@Suite(.serialized) struct MQTTSecureTests {
    /// A broker that wants a certificate of whoever comes, on the loopback.
    private final class Broker {
        let port = FreePorts.block(of: 1)
        let folder: String
        private let process = Process()

        init(_ folder: String) throws {
            self.folder = folder
            try authority("ours")
            try authority("other")
            try certificate("broker", by: "ours", "subjectAltName=DNS:broker.example")
            try certificate("client", by: "ours", "subjectAltName=DNS:fengsui")
            try certificate("stranger", by: "other", "subjectAltName=DNS:stranger")
            try Data(
                """
                listener \(port) 127.0.0.1
                allow_anonymous true
                cafile \(folder)/ours.crt
                certfile \(folder)/broker.crt
                keyfile \(folder)/broker.key
                require_certificate true

                """.utf8
            ).write(to: URL(fileURLWithPath: folder + "/mosquitto.conf"))
            // The broker gives up root and reads its files as another user.
            try run("chmod", ["-R", "a+rX", folder])
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            let becoming = Python.unblocked + "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])"
            process.arguments = ["python3", "-c", becoming, "mosquitto", "-c", folder + "/mosquitto.conf"]
            process.environment = ["PATH": "/usr/sbin:/usr/bin:/bin:/usr/local/bin"]
            process.standardError = FileHandle.nullDevice
            try process.run()
        }

        deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

        private func authority(_ name: String) throws {
            try run(
                "openssl",
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=\(name)", "-keyout",
                    "\(folder)/\(name).key", "-out", "\(folder)/\(name).crt",
                ]
            )
        }

        private func certificate(_ name: String, by authority: String, _ names: String) throws {
            let path = "\(folder)/\(name)"
            try run(
                "openssl",
                [
                    "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=\(name)", "-keyout", path + ".key", "-out",
                    path + ".csr",
                ]
            )
            try Data(names.utf8).write(to: URL(fileURLWithPath: path + ".ext"))
            try run(
                "openssl",
                [
                    "x509", "-req", "-in", path + ".csr", "-CA", "\(folder)/\(authority).crt", "-CAkey",
                    "\(folder)/\(authority).key", "-CAcreateserial", "-days", "2", "-extfile", path + ".ext", "-out",
                    path + ".crt",
                ]
            )
        }

        @discardableResult
        func run(_ program: String, _ arguments: [String]) throws -> Int32 {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [program] + arguments
            (process.standardError, process.standardOutput) = (FileHandle.nullDevice, FileHandle.nullDevice)
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
        }

        func publish(_ text: String) throws -> Int32 {
            try run(
                "mosquitto_pub",
                [
                    "-h", "127.0.0.1", "-p", "\(port)", "-q", "1", "-t", "gauges/7/observation", "-m", text, "--cafile",
                    folder + "/ours.crt", "--cert", folder + "/client.crt", "--key", folder + "/client.key",
                    // It cannot be told another name than the address.
                    "--insecure",
                ]
            )
        }
    }

    private func service(_ broker: Broker, _ tls: String) throws -> InletProcess {
        let inlets = """
            sources: [{ id: gauges, stations: all, behind: 5000d }]
            mqtt:
              broker: "127.0.0.1:\(broker.port)"
              client_id: fengsui-test
              tls: { \(tls) }
              topics: [{ filter: "gauges/+/observation", source: gauges }]
            """
        return try InletProcess(inlets, in: TemporaryFolder())
    }

    @Test func `a broker is heard over TLS, each of the two by a certificate that the other trusts`() async throws {
        let folder = try TemporaryFolder()
        let broker = try Broker(folder.path)
        let identity = "certificate_file: \"\(folder.path)/client.crt\", key_file: \"\(folder.path)/client.key\""
        let tls = "ca_file: \"\(folder.path)/ours.crt\", name: broker.example, \(identity)"
        let service = try service(broker, tls)
        #expect(try await eventually { service.log(says: "broker heard") })
        let values = #""element":"stage","value":"1.5","unit":"m","observed":"2026-07-01T00:00:00Z""#
        let reading = #"{"station":"1522021001",\#(values)}"#
        #expect(try broker.publish(reading) == 0)
        #expect(try await eventually { try service.observations() == 1 })
        #expect(try await service.stopsAndVerifies())
    }

    @Test func `a broker that is not the one that is meant is told nothing, and the log says why`() async throws {
        let folder = try TemporaryFolder()
        let broker = try Broker(folder.path)
        let (ours, other) = ("ca_file: \"\(folder.path)/ours.crt\"", "ca_file: \"\(folder.path)/other.crt\"")
        let known = "certificate_file: \"\(folder.path)/client.crt\", key_file: \"\(folder.path)/client.key\""
        let stranger = "certificate_file: \"\(folder.path)/stranger.crt\", key_file: \"\(folder.path)/stranger.key\""
        let cases = [
            (other + ", name: broker.example", "is its certificate signed by tls.ca_file"),
            ("\(ours), \(known)", "not for this name"),
            ("\(ours), \(known), name: elsewhere.example", "not for this name"),
            (ours + ", name: broker.example", "ours one that it knows"),
            ("\(ours), name: broker.example, \(stranger)", "ours one that it knows"),
            ("ca_file: \"\(folder.path)/nothing.crt\"", "correct tls.ca_file"),
        ]
        for (tls, why) in cases {
            let service = try service(broker, tls)
            #expect(try await eventually { service.log(says: "broker not heard") }, "\(tls)")
            #expect(service.log(says: why), "\(tls): \(service.program.complained.suffix(800))")
            #expect(!service.log(says: "broker heard"))
            #expect(try await service.stopsAndVerifies())
        }
    }
}
