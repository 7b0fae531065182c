import Foundation
import Logging
import MessageSchema
import MonitoringCodecs
import NIOCore
import ServiceKit
import Vocabulary

/// One connection to a broker: does what its session says.
final class MQTTConnection: ChannelInboundHandler {
    typealias InboundIn = MQTTPacket
    typealias OutboundOut = ByteBuffer

    /// How a connection ended.
    struct End: Sendable {
        let listened: Bool
        let why: String
    }

    private var session: MQTTSession
    private let connect: MQTTPacket.Connect
    private let intake: Intake
    private let log: Logger
    private let ended: EventLoopPromise<End>
    private var listened = false
    /// The first reason to end it: what comes after follows from it.
    private var why: String?
    private var isReading = true

    init(
        _ connect: MQTTPacket.Connect,
        _ broker: Broker,
        intake: Intake,
        log: Logger,
        _ ended: EventLoopPromise<End>
    ) {
        (self.connect, self.intake, self.log, self.ended) = (connect, intake, log, ended)
        let filters = broker.topics.map(\.filter.description)
        session = MQTTSession(filters: filters, limits: broker.limits, at: Self.now)
    }

    /// The machine's steady time, whatever becomes of the wall clock.
    private static var now: Instant {
        Instant(microseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds / 1_000))
    }

    func channelActive(context: ChannelHandlerContext) {
        perform(session.begin(connect), context)
        tick(context)
    }

    /// Looks at the clock once a second while the connection lasts.
    private func tick(_ context: ChannelHandlerContext) {
        context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { [weak self] in
            guard let self, context.channel.isActive else { return }
            self.perform(self.session.tick(at: Self.now), context)
            self.tick(context)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        perform(session.received(unwrapInboundIn(data), at: Self.now), context)
        read(context)
    }

    private func perform(_ actions: [MQTTSession.Action], _ context: ChannelHandlerContext) {
        for action in actions {
            switch action {
            case .send(let packet):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: packet.encoded)), promise: nil)
            case .take(let publish): take(publish, context)
            case .listening(let isKept):
                listened = true
                log.info("broker heard", metadata: ["session.kept": "\(isKept)"])
            case .close(let reason): close(reason.remedy, context)
            }
        }
    }

    private func take(_ publish: MQTTPacket.Publish, _ context: ChannelHandlerContext) {
        var input = ExternalInput()
        (input.channel, input.sender) = (MonitoringCore.mqtt, publish.topic)
        input.data = Data(publish.payload)
        let (bound, loop) = (NIOLoopBound((self, context), eventLoop: context.eventLoop), context.eventLoop)
        let taken = intake.offer(input) { _ in
            loop.execute {
                let (connection, context) = bound.value
                guard context.channel.isActive else { return }
                connection.perform(connection.session.kept(publish, at: Self.now), context)
                connection.read(context)
            }
        }
        // The broker has what was not acknowledged, and sends it on the next connection.
        if !taken { close("the queue is full; what waits in the broker comes later", context) }
    }

    /// Reads on while there is room.
    private func read(_ context: ChannelHandlerContext) {
        guard isReading != session.hasRoom else { return }
        isReading = session.hasRoom
        _ = context.channel.setOption(.autoRead, value: isReading)
    }

    private func close(_ why: String, _ context: ChannelHandlerContext) {
        self.why = self.why ?? why
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        ended.succeed(End(listened: listened, why: why ?? "the broker closed the connection"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close(BrokerTLS.remedy(error) ?? "\(error)", context)
    }
}

extension MQTTSession.Reason {
    /// What happened, and what to do.
    fileprivate var remedy: String {
        switch self {
        case .refused(.badUserOrPassword), .refused(.notAuthorized):
            "the broker refuses this user or its password; correct them in monitoring.yaml and where the password stands"
        case .refused(.identifierRejected): "the broker refuses client_id; give another"
        case .refused(let code): "the broker refuses the connection (\(code)); ask who runs it"
        case .notSubscribed(let filter):
            "the broker does not let this user have '\(filter)' with quality of service 1; allow it there"
        case .silent: "the broker says nothing"
        case .unexpected(let what): "the broker sent \(what); does another client use client_id?"
        case .tooMany: "more messages came than agreed on; raise in_flight"
        }
    }
}
