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

    @Option(help: "How long records are kept; retention.yaml beside --configuration, if it is there, without it.")
    package var retention: String?

    @Flag(help: "Stop in order when the standard input ends: for a program that keeps services running.")
    package var endWithInput = false

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
    func address() throws -> HostPort? {
        guard let http else { return nil }
        guard let address = HostPort(argument: http) else {
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
