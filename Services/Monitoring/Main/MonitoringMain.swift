import ArgumentParser
import MonitoringService
import ServiceKit

@main
struct Monitoring: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitoring",
        abstract: "Watches gauges, and warns.",
        subcommands: [
            Run.self, Verify.self, Map.self, Verification.self, Try.self, Documents.self, VerifyDocument.self,
        ],
        defaultSubcommand: Run.self
    )

    struct Run: AsyncParsableCommand {
        @OptionGroup var options: ServiceOptions

        @Option(
            help: ArgumentHelp(
                "The TCP port for SL 651 stations: PORT on 127.0.0.1, or HOST:PORT; 0 takes a free one. None without it.",
                discussion: "SL 651 has no encryption: let stations of other places come in through a VPN.",
                valueName: "host:port"
            )
        )
        var sl651: HostPort?

        @Option(
            help: ArgumentHelp(
                "The TCP port for HJ 212 devices: PORT on 127.0.0.1, or HOST:PORT; 0 takes a free one. None without it.",
                discussion: "HJ 212 has no encryption: let devices of other places come in through a VPN.",
                valueName: "host:port"
            )
        )
        var hj212: HostPort?

        @Option(
            help: ArgumentHelp(
                "Where sources post observations: PORT on 127.0.0.1; 0 takes a free one. None without it.",
                discussion: "Keys cross it in plain text: let a proxy with TLS stand before it.",
                valueName: "host:port"
            )
        )
        var httpIntake: HostPort?

        @Option(
            help: ArgumentHelp(
                "Where channels post receipts of warnings: PORT on 127.0.0.1; 0 takes a free one. None without it.",
                discussion: "Keys cross it in plain text: let a proxy with TLS stand before it.",
                valueName: "host:port"
            )
        )
        var receipts: HostPort?

        @Option(
            help:
                "The file of the keys that channels' gateways ask for: YAML lines `channel: key`, readable by its owner alone."
        )
        var reachKeys: String?

        @Option(help: "Seconds without a whole frame after which a station's connection is closed.")
        var stationSilence = 1_800

        @Option(help: "How many connections each port for stations has at the most.")
        var stationConnections = 1_000

        func validate() throws {
            guard (1...86_400).contains(stationSilence) else {
                throw ValidationError("--station-silence is 1 to 86400 seconds")
            }
            guard (1...100_000).contains(stationConnections) else {
                throw ValidationError("--station-connections is 1 to 100000")
            }
            for (option, port) in [("--http-intake", httpIntake), ("--receipts", receipts)] {
                guard let port, !port.isLoopback else { continue }
                throw ValidationError("\(option) takes keys in plain text; use 127.0.0.1 with a proxy before it")
            }
        }

        func run() async throws {
            let limits = PortLimits(silence: .seconds(stationSilence), connections: stationConnections)
            let keys = try reachKeys.map { try ReachKeys(path: $0) } ?? ReachKeys()
            try await ServiceProgram.run(MonitoringCore.self, options) { intake, log in
                var ports: [any DevicePort] = Inlets.ports(of: options, http: httpIntake, intake, log)
                ports += Reach.ports(of: options, receipts: receipts, keys: keys, intake, log)
                if let sl651 {
                    ports.append(SL651Port(sl651, option: "--sl651", limits: limits, intake: intake, log: log))
                }
                if let hj212 {
                    ports.append(HJ212Port(hj212, option: "--hj212", limits: limits, intake: intake, log: log))
                }
                return ports
            }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Replays the journal and compares (D1).")
        @OptionGroup var options: StoreOptions
        func run() throws { print(try ServiceProgram.verify(MonitoringCore.self, options)) }
    }

    struct Map: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints what stands on the map as GeoJSON (RFC 7946, WGS 84).",
            discussion: "Example: monitoring map --data run/data --kind dangers > dangers.geojson"
        )
        @Option(help: "The folder of this service's database.") var data: String
        @Option(help: "stations, grid-units, grid-reports, dangers or risk-points: what is open now.") var kind: MapKind
        func run() throws { print(try MonitoringCore.map(kind, data: data), terminator: "") }
    }
}

extension Monitoring {
    struct Verification: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints how well the rules' warnings foretold what happened: POD, FAR, CSI, bias, lead time.",
            discussion: "Example: monitoring verification --data run/data; with --json one score a line."
        )
        @Option(help: "The folder of this service's database.") var data: String
        @Flag(help: "One JSON object a line in place of the table.") var json = false
        func run() throws { print(try MonitoringCore.verification(data: data, json: json), terminator: "") }
    }
}

extension Monitoring {
    struct Documents: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes the CAP documents that were issued into a folder, each with its signature.",
            discussion: """
                Example: monitoring documents --data run/data --to cap --key cap.key
                A key: openssl genpkey -algorithm ed25519 -out cap.key; its public half: openssl pkey -in cap.key -pubout -out cap.pub
                Check: openssl pkeyutl -verify -pubin -inkey cap.pub -rawin -in ID.xml -sigfile ID.xml.sig
                Within a copy of the document (CAP 1.2, 3.3.2.1): --signature enveloped writes ID.signed.xml. A key that xmlsec1 verifies: \
                openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out cap.key
                Check: xmlsec1 --verify --pubkey-pem cap.pub ID.signed.xml, or monitoring verify-document for either kind of key
                """
        )
        @Option(help: "The folder of this service's database.") var data: String
        @Option(help: "The folder that they are written into.") var to: String
        @Option(help: "The secret key: Ed25519 or P-256, PEM (PKCS #8). No signatures without it.") var key: String?
        @Option(help: "detached: beside the document; enveloped: within a copy of it.") var signature = SignatureForm
            .detached

        func validate() throws {
            guard key != nil || signature == .detached else { throw ValidationError("--signature needs --key") }
        }

        func run() throws {
            print(try MonitoringCore.writeDocuments(data: data, to: to, key: key, signature: signature))
        }
    }
}

extension MapKind: ExpressibleByArgument {}
extension SignatureForm: ExpressibleByArgument {}
