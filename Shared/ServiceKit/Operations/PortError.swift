/// A port that cannot be opened. Its message names the remedy.
package struct PortError: Error, Sendable, CustomStringConvertible {
    package let description: String

    /// `option` is where the place is named on the command line.
    package init(_ host: String, _ port: Int, option: String, _ reason: any Error) {
        description =
            "port: \(host):\(port) cannot be opened (\(reason)); stop who listens there, or name another with \(option)"
    }
}
