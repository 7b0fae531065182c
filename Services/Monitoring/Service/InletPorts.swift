package import Logging
package import ServiceKit

extension Inlets {
    /// The ways in that the file of `options` opens, and the one over HTTP at `address`.
    ///
    /// None where a player owns time: what a recording brings is all that comes. What is wrong with the file, the service reports.
    package static func ports(of options: ServiceOptions, http address: HostPort?, _ intake: Intake, _ log: Logger)
        -> [any DevicePort]
    {
        guard !options.lockstep, let text = try? ConfigurationError.text(of: options.configuration),
            let inlets = try? Inlets(text: text, file: options.configuration)
        else { return [] }
        var ports: [any DevicePort] = []
        if let address { ports.append(inlets.httpIntake(at: address, intake, log)) }
        if let broker = MQTTPort(inlets, intake: intake, log: log) { ports.append(broker) }
        if !inlets.feeds.isEmpty { ports.append(FeedPort(inlets, intake: intake, log: log)) }
        return ports
    }

    private func httpIntake(at address: HostPort, _ intake: Intake, _ log: Logger) -> HTTPIntake {
        let door = HTTPDoor(
            path: "/v1/observations",
            channel: MonitoringCore.observations,
            sources: Set(sources.keys),
            status: HTTPDoor.batchStatus
        )
        return HTTPIntake(address: address, doors: [door], keys: keys, intake: intake, log: log)
    }
}

extension HTTPDoor {
    /// The status that a batch's refusal has, by its code.
    @Sendable static func batchStatus(_ code: String) -> Int {
        switch code {
        case "batch-conflict", "forgotten-batch": 409
        case "unknown-source": 403
        case "too-large", "too-many-values": 413
        default: 400
        }
    }
}
