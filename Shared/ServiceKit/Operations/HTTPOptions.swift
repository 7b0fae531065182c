package import ArgumentParser
import Vocabulary

/// The HTTP edge and the log, as told on the command line.
package struct OperationsOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "Health and metrics over HTTP: PORT, or HOST:PORT on loopback; 0 takes a free port. None without it.",
            discussion: "The address is logged and written to SERVICE.http in the data folder.",
            valueName: "host:port"
        )
    )
    package var http: String?

    @Option(help: "Seconds without a turn of the service's thread after which /healthz says 503.")
    package var loopLimit: Int = 5

    @Option(help: "Seconds without a heartbeat of a subscribed stream after which /readyz says 503.")
    package var silenceLimit: Int = 5

    @Option(help: "json, or console for people; console on a terminal, json anywhere else, without it.")
    package var logs: LogStyle?

    package init() {}

    /// Refuses an address that is not on the loopback, and limits of nothing. Errors: a usage error.
    package func validate() throws {
        _ = try address()
        guard (1...3600).contains(loopLimit), (1...3600).contains(silenceLimit) else {
            throw ValidationError("--loop-limit and --silence-limit are 1 to 3600 seconds")
        }
    }

    var limits: HealthLimits { HealthLimits(loop: .seconds(loopLimit), silence: .seconds(silenceLimit)) }

    /// The address named by `--http`; nil without it. Errors: a usage error.
    func address() throws -> HTTPAddress? {
        guard let http else { return nil }
        guard let address = HTTPAddress(http) else {
            throw ValidationError("'\(http)' is no address; write a port, or HOST:PORT such as 127.0.0.1:9464")
        }
        guard address.isLoopback else {
            throw ValidationError(
                "--http \(http) would be reachable, in plain text, from other machines; use 127.0.0.1 with a proxy before it"
            )
        }
        return address
    }
}

/// Where the HTTP edge listens.
struct HTTPAddress: Hashable, Sendable {
    let host: String
    /// 0 takes a free one.
    let port: Int

    /// Reads `PORT` or `HOST:PORT`; an IPv6 host stands in brackets. Nil for anything else.
    init?(_ text: String) {
        let cut = text.lastIndex(of: ":")
        let host = cut.map { String(text[..<$0]) } ?? "127.0.0.1"
        let digits = cut.map { text[text.index(after: $0)...] } ?? text[...]
        guard let port = UInt16(digits), !host.isEmpty else { return nil }
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        self.port = Int(port)
    }

    var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}
