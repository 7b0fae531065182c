import Foundation
import MonitoringCodecs
import ServiceKit
import Vocabulary

/// An MQTT broker whose messages are taken in.
struct Broker: Sendable {
    let address: HostPort
    /// By it the broker keeps what comes while this service is away: the same for ever, and nobody else's.
    let clientID: String
    let login: Login?
    /// Nil for a connection in plain text.
    let tls: BrokerTLS?
    let limits: MQTTSession.Limits
    let topics: [Topic]

    /// Which source speaks on which topics.
    struct Topic: Sendable {
        let filter: MQTTFilter
        let source: String
    }

    /// A user; its password stands elsewhere, never in the file that the journal keeps.
    struct Login: Sendable {
        let user: String
        let password: Secret
    }

    /// Where a secret is read when it is needed.
    enum Secret: Hashable, Sendable {
        case file(String)
        case environment(String)

        /// The secret, without the line end of its file. Errors: `InputError` that says where it was looked for.
        func read() throws(InputError) -> [UInt8] {
            switch self {
            case .file(let path):
                guard let bytes = FileManager.default.contents(atPath: path), !bytes.isEmpty, bytes.count <= 4_096
                else {
                    throw InputError("no-secret", "\(path) cannot be read or is empty; write the password into it")
                }
                return Array(bytes.last == 0x0A ? bytes.dropLast() : bytes)
            case .environment(let name):
                guard let text = ProcessInfo.processInfo.environment[name], !text.isEmpty else {
                    throw InputError("no-secret", "the variable \(name) is not set; set it to the password")
                }
                return Array(text.utf8)
            }
        }
    }
}

extension YAMLValue {
    func broker(sources: Set<String>) throws(ConfigurationError) -> Broker {
        try allow([
            "broker", "client_id", "user", "password_file", "password_env", "tls", "keep_alive", "in_flight", "topics",
        ])
        let address = try value("broker").parse("HOST:PORT, such as 127.0.0.1:1883") { HostPort(argument: $0) }
        var limits = MQTTSession.Limits()
        if let keepAlive = try optional("keep_alive") {
            limits.keepAlive = try keepAlive.duration()
            guard (Duration.seconds(2)...Duration.hours(1)).contains(limits.keepAlive) else {
                throw keepAlive.error("a keep alive that is too short or too long", remedy: "write 2s to 1h")
            }
        }
        limits.inFlight = try optional("in_flight")?.integer(in: 1...10_000) ?? limits.inFlight
        let tls = try optional("tls")?.brokerTLS(to: address)
        return Broker(
            address: address,
            clientID: try value("client_id").inletName(),
            login: try login(to: address, isSecret: tls != nil),
            tls: tls,
            limits: limits,
            topics: try topics(sources)
        )
    }

    private func login(to address: HostPort, isSecret: Bool) throws(ConfigurationError) -> Broker.Login? {
        guard let user = try optional("user") else { return nil }
        guard address.isLoopback || isSecret else {
            throw user.error(
                "a password would cross the network in plain text",
                remedy: "add tls with the ca_file that signed the broker's certificate"
            )
        }
        switch (try optional("password_file"), try optional("password_env")) {
        case (let file?, nil): return Broker.Login(user: try user.text(), password: .file(try file.text()))
        case (nil, let name?): return Broker.Login(user: try user.text(), password: .environment(try name.text()))
        default:
            throw user.error("a user without a password", remedy: "write password_file or password_env, one of them")
        }
    }

    private func topics(_ sources: Set<String>) throws(ConfigurationError) -> [Broker.Topic] {
        var topics: [Broker.Topic] = []
        for item in try value("topics").list() {
            try item.allow(["filter", "source"])
            let filter = try item.value("filter").parse("a topic filter of MQTT, such as gauges/+/observation") {
                MQTTFilter($0)
            }
            let source = try item.value("source").parse("a source of this file") { sources.contains($0) ? $0 : nil }
            topics.append(Broker.Topic(filter: filter, source: source))
        }
        guard (1...100).contains(topics.count) else { throw error("no topic", remedy: "name 1 to 100 topics") }
        return topics
    }
}
