package import Logging
package import MonitoringCodecs
package import NIOCore
import NIOPosix
package import ServiceKit
import ServiceLifecycle
import Vocabulary

/// Listens to an MQTT broker: each message is an input, acknowledged after the commit.
///
/// What was not acknowledged when the connection or this service ended, the broker sends again; it is known then, and done once.
/// A broker that is away is tried again after 1 s, 2 s, … up to a minute.
package struct MQTTPort: DevicePort {
    let broker: Broker
    let intake: Intake
    let log: Logger

    /// Nil where the configuration names no broker.
    package init?(_ inlets: Inlets, intake: Intake, log: Logger) {
        guard let broker = inlets.broker else { return nil }
        (self.broker, self.intake) = (broker, intake)
        var log = log
        log[metadataKey: "broker.address"] = "\(broker.address.host):\(broker.address.port)"
        self.log = log
    }

    /// Listens until cancelled, and says good-bye.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var failures = 0
            while !Task.isCancelled {
                let (listened, why) = await listen()
                guard !Task.isCancelled else { return }
                if listened { failures = 0 }
                failures = min(failures + 1, 30)
                if failures == 1 || listened { log.warning("broker not heard", metadata: ["error.message": "\(why)"]) }
                await Pause.wait(Pause.backOff(failures, first: .seconds(1), most: .minutes(1)))
            }
        }
    }

    /// One connection, from its start to its end: whether it came to listening, and why it ended.
    private func listen() async -> (listened: Bool, why: String) {
        do {
            let connect = MQTTPacket.Connect(
                clientID: broker.clientID,
                keepAliveSeconds: UInt16(clamping: broker.limits.keepAlive.inSeconds),
                user: broker.login?.user,
                password: try broker.login?.password.read()
            )
            let loop = MultiThreadedEventLoopGroup.singleton.any()
            let ended = loop.makePromise(of: MQTTConnection.End.self)
            let channel: any Channel
            do {
                channel = try await open(connect, on: loop, ended)
            } catch {
                ended.fail(error)
                throw error
            }
            let end = try await withTaskCancellationHandler {
                try await ended.futureResult.get()
            } onCancel: {
                let farewell = channel.writeAndFlush(ByteBuffer(bytes: MQTTPacket.disconnect.encoded))
                farewell.whenComplete { _ in channel.close(promise: nil) }
            }
            return (end.listened, end.why)
        } catch {
            return (false, "\(error)")
        }
    }

    private func open(
        _ connect: MQTTPacket.Connect,
        on loop: any EventLoop,
        _ ended: EventLoopPromise<MQTTConnection.End>
    ) async throws -> any Channel {
        let (broker, intake, log) = (broker, intake, log)
        return try await ClientBootstrap(group: loop)
            .connectTimeout(.seconds(10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = MQTTConnection(connect, broker, intake: intake, log: log, ended)
                    if let tls = broker.tls { try channel.pipeline.syncOperations.addHandler(tls.handler()) }
                    try channel.pipeline.syncOperations.addHandlers(ByteToMessageHandler(MQTTPackets()), connection)
                }
            }
            .connect(host: broker.address.host, port: broker.address.port).get()
    }
}

/// Cuts the bytes of a connection into packets.
package struct MQTTPackets: NIOSingleStepByteToMessageDecoder {
    /// One packet.
    package typealias InboundOut = MQTTPacket

    package init() {}

    /// The next packet; nil while it is not whole. Errors: `MQTTError`, after which nothing can be found any more.
    package mutating func decode(buffer: inout ByteBuffer) throws -> MQTTPacket? {
        guard let length = try MQTTFraming.length(buffer.readableBytesView.prefix(5)),
            let bytes = buffer.readBytes(length: length)
        else { return nil }
        return try MQTTPacket(bytes)
    }

    /// What the connection ended with.
    package mutating func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) throws -> MQTTPacket? {
        try decode(buffer: &buffer)
    }
}
