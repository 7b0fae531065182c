import Foundation
import Logging
import MessageSchema
import NIOCore
import ServiceKit

/// One station's connection: reads no more than the service keeps up with, and ends what is of no use.
final class StationConnection<Session: DeviceSession>: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let limits: PortLimits
    private let tally: PortTally
    private let intake: Intake
    private let log: Logger
    private var session = Session()
    private var context: ChannelHandlerContext?
    /// When the last sound frame came, or the connection.
    private var heard = NIODeadline.now()
    /// Inputs whose commit is awaited.
    private var waiting = 0
    private var wantsRead = false
    /// Refused inputs in a row.
    private var refusals = 0
    private var heldBytes = 0
    /// Under which the service can answer here.
    private var devices: Set<DeviceName> = []

    init(limits: PortLimits, tally: PortTally, intake: Intake, log: Logger) {
        (self.limits, self.tally, self.intake, self.log) = (limits, tally, intake, log)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    // MARK: beginning and end

    func channelActive(context: ChannelHandlerContext) {
        heard = .now()
        watch(context)
        if tally.connections(1) > limits.connections { end(.crowded) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        intake.outlet.detach(devices, owner: ObjectIdentifier(self))
        // What waited for more is journaled, and refused.
        act(on: session.finish())
        hold()
        _ = tally.connections(-1)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { end(.failed) }

    /// Closes the connection once it has been silent for too long; looks again when that may be.
    private func watch(_ context: ChannelHandlerContext) {
        let silence = TimeAmount(limits.silence)
        context.eventLoop.assumeIsolated().scheduleTask(deadline: heard + silence) { [weak self] in
            guard let self, let context = self.context, context.channel.isActive else { return }
            guard NIODeadline.now() >= self.heard + silence else { return self.watch(context) }
            self.end(.silent)
        }
    }

    /// Closes the connection, and counts why; of many alike only the first, second, fourth … is logged.
    private func end(_ ending: PortEnding) {
        guard let context, context.channel.isActive else { return }
        let count = intake.count("\(Session.channel).closed.\(ending.rawValue)")
        if count.nonzeroBitCount == 1 {
            let address = context.remoteAddress?.description ?? ""
            log.log(
                .info,
                "station connection closed",
                [.peerAddress: address, .portChannel: Session.channel, .portEnding: ending.rawValue, .portCount: count]
            )
        }
        context.close(promise: nil)
    }

    // MARK: in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frames = session.frames
        act(on: session.take(Array(unwrapInboundIn(data).readableBytesView), at: WallClock.now()))
        if session.frames > frames { heard = .now() }
        if hold() > limits.heldBytes { end(.memory) }
    }

    /// What is held is counted; gives how much all connections hold where this one holds more than before.
    @discardableResult
    private func hold() -> Int {
        let change = session.heldBytes - heldBytes
        guard change != 0 else { return 0 }
        heldBytes += change
        let all = tally.heldBytes(change)
        return change > 0 ? all : 0
    }

    private func act(on actions: [SessionAction<Session.Message>]) {
        for action in actions {
            switch action {
            case .say(let bytes): write([bytes])
            case .offer(let bytes, let message): offer(bytes, message)
            }
        }
    }

    private func offer(_ bytes: [UInt8], _ message: Session.Message?) {
        guard let context else { return }
        var input = ExternalInput()
        (input.channel, input.data) = (Session.channel, Data(bytes))
        input.sender = context.remoteAddress?.ipAddress ?? ""
        let (outlet, loop) = (intake.outlet, context.eventLoop)
        let this = NIOLoopBound(self, eventLoop: loop)
        let taken = intake.offer(input) { outcome in
            let posts = outcome.isTaken ? message.map { outlet.collect(Self.name($0)) } ?? [] : []
            loop.execute { this.value.conclude(message, outcome, posts) }
        }
        if taken { waiting += 1 } else { end(.busy) }
    }

    private static func name(_ message: Session.Message) -> DeviceName {
        DeviceName(channel: Session.channel, name: Session.device(of: message))
    }

    // MARK: out, after the commit

    private func conclude(_ message: Session.Message?, _ outcome: Outcome, _ posts: [Data]) {
        waiting -= 1
        refusals = outcome.isTaken ? 0 : refusals + 1
        if outcome.isTaken, let message { answer(message, posts) }
        if refusals >= limits.refusals { end(.refused) } else { resume() }
    }

    private func answer(_ message: Session.Message, _ posts: [Data]) {
        attach(Self.name(message))
        let answer = Session.answer(to: message, staysOnline: !posts.isEmpty, at: WallClock.now())
        write((answer.map { [$0] } ?? []) + posts.map { Array($0) })
    }

    /// From now on the service's posts to the station come here. One connection brings no more stations than there may be connections.
    private func attach(_ device: DeviceName) {
        guard let context, context.channel.isActive, devices.count < limits.connections else { return }
        guard devices.insert(device).inserted else { return }
        let loop = context.eventLoop
        let this = NIOLoopBound(self, eventLoop: loop)
        intake.outlet.attach(device, owner: ObjectIdentifier(self)) { posts in
            loop.execute { this.value.write(posts.map { Array($0) }) }
        }
    }

    private func write(_ pieces: [[UInt8]]) {
        guard let context, context.channel.isActive, !pieces.isEmpty else { return }
        for piece in pieces { context.write(wrapOutboundOut(ByteBuffer(bytes: piece)), promise: nil) }
        context.flush()
    }

    // MARK: no faster than the service

    private var mayRead: Bool { waiting < limits.waiting && context?.channel.isWritable == true }

    func read(context: ChannelHandlerContext) {
        if mayRead { context.read() } else { wantsRead = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        resume()
        context.fireChannelWritabilityChanged()
    }

    private func resume() {
        guard wantsRead, mayRead, let context else { return }
        wantsRead = false
        context.read()
    }
}

extension Outcome {
    /// Whether the input was done, now or before.
    fileprivate var isTaken: Bool {
        switch self {
        case .handled, .duplicate: true
        case .keptBefore, .deadLetter, .answered, .replied: false
        }
    }
}
