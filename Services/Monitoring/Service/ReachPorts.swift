import Foundation
package import Logging
package import ServiceKit
import Vocabulary

/// The secret keys of channels' gateways, by channel: a file that its owner alone may read. They stand in no record and no journal.
package struct ReachKeys: Sendable {
    private let keys: [String: String]

    /// None: gateways are asked without.
    package init() { keys = [:] }

    /// Reads lines `channel: key` of the YAML file at `path`. Errors: `ConfigurationError` with file, line and remedy, also where others may
    /// read the file.
    package init(path: String) throws {
        let text = try ConfigurationError.text(of: path)
        let file = try YAMLValue(text: text, file: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0
        guard mode & 0o077 == 0 else {
            throw file.error("others may read these keys", remedy: "run `chmod 600 \(path)`")
        }
        var keys: [String: String] = [:]
        for (channel, item) in try file.entries() {
            keys[channel] = try item.parse("a key of 1 to 512 letters, digits and signs, without a space") { key in
                (1...512).contains(key.utf8.count) && key.utf8.allSatisfy { (33...126).contains($0) } ? key : nil
            }
        }
        self.keys = keys
    }

    subscript(channel: String) -> String? { keys[channel] }
}

extension Reach {
    /// Who posts the texts, and where receipts come in: at `receipts`, nowhere where that is nil.
    ///
    /// None where a player owns time, or nobody has to be reached. What is wrong with the file, the service reports.
    package static func ports(
        of options: ServiceOptions,
        receipts: HostPort?,
        keys: ReachKeys,
        _ intake: Intake,
        _ log: Logger
    ) -> [any DevicePort] {
        guard !options.lockstep, let text = try? ConfigurationError.text(of: options.configuration),
            let reach = try? Reach.read(text: text, file: options.configuration)
        else { return [] }
        let gateway = ReachGateway(reach, keys: keys)
        var ports: [any DevicePort] = [EffectPort([MonitoringCore.reachEffect: gateway], intake: intake, log: log)]
        if let receipts { ports.append(reach.receiptIntake(at: receipts, intake, log)) }
        return ports
    }

    private func receiptIntake(at address: HostPort, _ intake: Intake, _ log: Logger) -> HTTPIntake {
        let door = HTTPDoor(
            path: "/v1/receipts",
            channel: MonitoringCore.receipts,
            sources: Set(channels.filter { $0.receiptKey != nil }.map(\.id.value)),
            status: HTTPDoor.batchStatus
        )
        return HTTPIntake(
            address: address,
            doors: [door],
            keys: keys,
            option: "--receipts",
            intake: intake,
            log: log
        )
    }
}
