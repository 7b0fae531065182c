package import MessageSchema

/// Where each service's sockets are: two ipc sockets a service in one folder.
package struct BusAddress: Hashable, Sendable {
    /// The folder that holds the sockets; its path may have at most 80 bytes, a limit of Unix sockets.
    package let folder: String

    /// Errors: `address` where the path is too long.
    package init(folder: String) throws(BusError) {
        guard folder.utf8.count <= 80 else {
            throw BusError(
                .address,
                "the folder of the bus has \(folder.utf8.count) bytes; a Unix socket allows 80: choose a shorter one"
            )
        }
        self.folder = folder
    }

    /// Where `service` publishes.
    package func publication(_ service: ServiceName) -> String { "ipc://\(folder)/\(service.rawValue).pub" }

    /// Where `service` answers requests.
    package func requests(_ service: ServiceName) -> String { "ipc://\(folder)/\(service.rawValue).req" }
}
