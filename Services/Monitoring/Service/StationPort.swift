package import Logging
import MonitoringCodecs
package import NIOCore
import NIOPosix
package import ServiceKit
import ServiceLifecycle

/// The TCP port of SL 651 stations.
package typealias SL651Port = StationPort<SL651Session>
/// The TCP port of HJ 212 devices.
package typealias HJ212Port = StationPort<HJ212Session>

/// A TCP port of stations: messages in, their confirmation after the commit, and what the service has to say to them.
///
/// What is refused is journaled and not confirmed, so the station sends it again. A full intake closes the connection for the same
/// reason. Connections are bounded by `PortLimits`.
package struct StationPort<Session: DeviceSession>: DevicePort {
    let address: HostPort
    /// The command-line option that named the address.
    let option: String
    let limits: PortLimits
    let intake: Intake
    let log: Logger

    /// Port 0 takes a free one; the log names it.
    package init(_ address: HostPort, option: String, limits: PortLimits, intake: Intake, log: Logger) {
        (self.address, self.option, self.limits) = (address, option, limits)
        (self.intake, self.log) = (intake, log)
    }

    /// Listens until cancelled; open connections are closed then. Errors: the port cannot be bound.
    package func run() async throws {
        let server = try await open()
        log.info(
            "device port open",
            metadata: ["address": "\(server.localAddress?.description ?? "")", "channel": "\(Session.channel)"]
        )
        try await gracefulShutdown()
        try await server.close()
    }

    /// Errors: the port cannot be bound.
    package func open() async throws -> any Channel {
        let (intake, log, limits, tally) = (intake, log, limits, PortTally())
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // A read is one piece: what a connection may hand over at once is bounded.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 8_192))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        StationConnection<Session>(limits: limits, tally: tally, intake: intake, log: log)
                    )
                }
            }
        do {
            return try await bootstrap.bind(host: address.host, port: address.port).get()
        } catch {
            throw PortError(address.host, address.port, option: option, error)
        }
    }
}
