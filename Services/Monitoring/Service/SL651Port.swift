package import Foundation
package import Logging
import MessageSchema
import MonitoringCodecs
package import NIOCore
import NIOPosix
package import ServiceKit
import ServiceLifecycle

/// The TCP port of SL 651 stations: frames in, confirmations out after the commit (mode M2).
///
/// A frame that is refused is not confirmed, so the station sends it again. A full intake closes the connection for the same reason.
/// A connection on which no whole frame came for `silence` is closed: a half-open one, and one that drips bytes, hold nothing for ever.
package struct SL651Port: DevicePort {
    let host: String
    let port: Int
    let silence: Duration
    let intake: Intake
    let log: Logger

    /// Port 0 takes a free one; the log names it.
    package init(host: String, port: Int, silence: Duration, intake: Intake, log: Logger) {
        (self.host, self.port, self.silence) = (host, port, silence)
        (self.intake, self.log) = (intake, log)
    }

    /// Listens until cancelled; open connections are closed then. Errors: the port cannot be bound.
    package func run() async throws {
        let server = try await open()
        log.info("device port open", metadata: ["address": "\(server.localAddress?.description ?? "")"])
        try await gracefulShutdown()
        try await server.close()
    }

    private func open() async throws -> any Channel {
        let (intake, log, silence) = (intake, log, TimeAmount(silence))
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        ByteToMessageHandler(SL651Framing()),
                        SL651Connection(intake: intake, silence: silence, log: log)
                    )
                }
            }
        do {
            return try await bootstrap.bind(host: host, port: port).get()
        } catch {
            throw PortError(host, port, option: "--sl651", error)
        }
    }
}

/// Cuts the bytes of a connection into frames; what is no start of one is passed over.
package struct SL651Framing: NIOSingleStepByteToMessageDecoder {
    /// The bytes of one frame.
    package typealias InboundOut = Data

    package init() {}

    /// The next frame; nil while it is not whole.
    package mutating func decode(buffer: inout ByteBuffer) throws -> Data? {
        while buffer.readableBytes >= 2, buffer.getBytes(at: buffer.readerIndex, length: 2) != [0x7E, 0x7E] {
            buffer.moveReaderIndex(forwardBy: 1)
        }
        guard let word: UInt16 = buffer.getInteger(at: buffer.readerIndex + 11) else { return nil }
        let length = SL651Frame.wholeLength(directionAndLength: word)
        guard let frame = buffer.readBytes(length: length) else { return nil }
        return Data(frame)
    }

    /// What the connection ended with.
    package mutating func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) throws -> Data? {
        try decode(buffer: &buffer)
    }
}

/// One station's connection.
final class SL651Connection: ChannelInboundHandler {
    typealias InboundIn = Data

    private let intake: Intake
    private let silence: TimeAmount
    private let log: Logger
    /// When the last whole frame came, or the connection.
    private var heard = NIODeadline.now()

    init(intake: Intake, silence: TimeAmount, log: Logger) {
        (self.intake, self.silence, self.log) = (intake, silence, log)
    }

    func channelActive(context: ChannelHandlerContext) {
        heard = .now()
        watch(context)
        context.fireChannelActive()
    }

    /// Closes the connection once it has been silent for too long; looks again when that may be.
    private func watch(_ context: ChannelHandlerContext) {
        context.eventLoop.assumeIsolated().scheduleTask(deadline: heard + silence) { [weak self] in
            guard let self, context.channel.isActive else { return }
            guard NIODeadline.now() >= self.heard + self.silence else { return self.watch(context) }
            let address = context.remoteAddress?.description ?? ""
            self.log.log(.info, "station connection closed, no frame came", [.peerAddress: address])
            context.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        heard = .now()
        let bytes = unwrapInboundIn(data)
        var input = ExternalInput()
        input.channel = MonitoringCore.sl651
        input.sender = context.remoteAddress?.ipAddress ?? ""
        input.data = bytes
        let channel = context.channel
        let taken = intake.offer(input) { outcome in
            guard let answer = Self.confirmation(of: bytes, outcome) else { return }
            channel.writeAndFlush(ByteBuffer(bytes: answer), promise: nil)
        }
        if !taken { context.close(promise: nil) }
    }

    private static func confirmation(of bytes: Data, _ outcome: Outcome) -> [UInt8]? {
        switch outcome {
        case .handled, .duplicate:
            (try? SL651Frame.decode(Array(bytes))).flatMap {
                SL651Acknowledgement.encode(confirming: $0, at: WallClock.now())
            }
        case .deadLetter, .answered, .replied: nil
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
