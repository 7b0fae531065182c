package import MonitoringCodecs
package import Vocabulary

/// A connection of SL 651-2014: frames of either coding in, whole messages out; what is missing of a long one is asked for (mode M3, 6.3.1.2 c).
package struct SL651Session: DeviceSession {
    /// A message as if sent in one frame.
    package struct Message: Hashable, Sendable {
        package let frame: SL651Frame
        package let packets: Int
    }

    package static let channel = MonitoringCore.sl651

    package private(set) var frames = 0
    private var framer = SL651Framer()
    private var assembler = SL651Assembler()
    private var held = HeldPackets<SL651Assembler.Source>()

    package init() {}

    package var heldBytes: Int { framer.heldBytes + assembler.heldBytes }

    /// Takes what came at `now`: whole messages are offered in the order of their last frames.
    package mutating func take(_ bytes: [UInt8], at now: Instant) -> [SessionAction<Message>] {
        framer.take(bytes).flatMap { act(on: $0, at: now) }
    }

    /// Offers what waits for more, for its refusal.
    package mutating func finish() -> [SessionAction<Message>] {
        let rest = framer.finish().flatMap { act(on: $0, at: Instant(seconds: 0)) }
        return rest + held.takeAll().map { .offer($0, nil) }
    }

    private mutating func act(on output: SL651Framer.Output, at now: Instant) -> [SessionAction<Message>] {
        switch output {
        case .refused(_, let bytes): return [.offer(bytes, nil)]
        case .frame(let frame, let bytes):
            frames += 1
            guard let packet = frame.packet else { return [.offer(bytes, Message(frame: frame, packets: 1))] }
            do throws(SL651Error) {
                return try put(frame, packet, bytes, at: now)
            } catch {
                return [.offer(bytes, nil)]
            }
        }
    }

    private mutating func put(_ frame: SL651Frame, _ packet: SL651Frame.Packet, _ bytes: [UInt8], at now: Instant)
        throws(SL651Error) -> [SessionAction<Message>]
    {
        let (progress, abandoned) = try assembler.take(frame, at: now)
        let given = abandoned.map { SessionAction<Message>.offer(held.take($0.key), nil) }
        let source = SL651Assembler.Source(frame)
        held.keep(bytes, packet.sequence, of: source)
        switch progress {
        case .waiting: return given
        case .incomplete(let missing):
            return given + missing.compactMap { again($0, of: packet.total, frame, at: now).map { .say($0) } }
        case .whole:
            let whole = held.take(source)
            // Read as the handler will read it: in the packets' order, whatever the order in which they came.
            let message = (try? SL651Input.decode(whole)).map { Message(frame: $0.frame, packets: $0.packets) }
            return given + [.offer(whole, message)]
        }
    }

    /// Nil where the function is none of annex B: its message is refused once it is whole.
    private func again(_ sequence: Int, of total: Int, _ frame: SL651Frame, at now: Instant) -> [UInt8]? {
        guard let function = SL651Function(rawValue: frame.function) else { return nil }
        let order = SL651Order.again(function, sequence: sequence, total: total)
        // The numbers are those of a packet that was taken: they fit.
        return try? order.frame(
            to: frame.address,
            centre: frame.centre,
            secret: frame.secret,
            coding: frame.coding,
            at: now
        ).encoded()
    }

    /// The address of the station that sent it.
    package static func device(of message: Message) -> String { message.frame.station }

    /// Nil for link keeping and for answers to the centre (6.3.1.2, 6.6.4.2).
    package static func answer(to message: Message, staysOnline: Bool, at now: Instant) -> [UInt8]? {
        guard SL651Function(rawValue: message.frame.function)?.isConfirmed == true else { return nil }
        return SL651Acknowledgement.encode(
            confirming: message.frame,
            packets: message.packets,
            staysOnline: staysOnline,
            at: now
        )
    }
}
