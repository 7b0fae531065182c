package import MonitoringCodecs
package import Vocabulary

/// A connection of HJ 212-2017: packets in, whole messages out.
package struct HJ212Session: DeviceSession {
    package static let channel = MonitoringCore.hj212

    package private(set) var frames = 0
    private var framer = HJ212Framer()
    private var assembler = HJ212Assembler()
    private var held = HeldPackets<HJ212Assembler.Source>()

    package init() {}

    package var heldBytes: Int { framer.heldBytes + assembler.heldBytes }

    /// Takes what came at `now`: whole messages are offered in the order of their last packets.
    package mutating func take(_ bytes: [UInt8], at now: Instant) -> [SessionAction<HJ212Message>] {
        framer.take(bytes).flatMap { act(on: $0, at: now) }
    }

    /// Offers what waits for more, for its refusal.
    package mutating func finish() -> [SessionAction<HJ212Message>] {
        let rest = framer.finish().flatMap { act(on: $0, at: Instant(seconds: 0)) }
        return rest + held.takeAll().map { .offer($0, nil) }
    }

    private mutating func act(on output: HJ212Framer.Output, at now: Instant) -> [SessionAction<HJ212Message>] {
        switch output {
        case .refused(_, let bytes): return [.offer(bytes, nil)]
        case .frame(let packet, let bytes):
            frames += 1
            do throws(HJ212Error) {
                let message = try HJ212Message.decode(packet)
                return message.packet.map { put(message, $0, bytes, at: now) } ?? [.offer(bytes, message)]
            } catch {
                return [.offer(bytes, nil)]
            }
        }
    }

    private mutating func put(
        _ message: HJ212Message,
        _ packet: HJ212Message.Packet,
        _ bytes: [UInt8],
        at now: Instant
    ) -> [SessionAction<HJ212Message>] {
        let source = HJ212Assembler.Source(message)
        do throws(HJ212Error) {
            let (progress, abandoned) = try assembler.take(message, bytes: bytes.count, at: now)
            let given = abandoned.map { SessionAction<HJ212Message>.offer(held.take($0.key), nil) }
            held.keep(bytes, packet.sequence, of: source)
            guard case .whole = progress else { return given }
            let whole = held.take(source)
            // Read as the handler will read it: in the packets' order, whatever the order in which they came.
            return given + [.offer(whole, try? HJ212Input.decode(whole))]
        } catch {
            // Too much, or packets that contradict each other: all of them are given up together.
            held.keep(bytes, packet.sequence, of: source)
            return [.offer(held.take(source), nil)]
        }
    }

    /// The device's MN.
    package static func device(of message: HJ212Message) -> String { message.device }

    /// 9014 to data and 9013 to a notice that ask for an answer (6.4).
    package static func answer(to message: HJ212Message, staysOnline: Bool, at now: Instant) -> [UInt8]? {
        // An answer is shorter than what it answers, but for a word or two.
        (try? HJ212Answer.confirming(message)?.encoded())?.encoded()
    }
}
