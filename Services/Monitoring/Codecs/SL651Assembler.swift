package import Vocabulary

/// Puts the packets of long messages (mode M3) together: pictures, series, manual reports. A value without a clock, bounded by its
/// limits. Source: SL 651-2014, 6.3.1.2 c and tables 22 and 23.
package struct SL651Assembler: Sendable {
    /// Whose message it is; a station sends one of a function at a time.
    package struct Source: Hashable, Sendable {
        package let address: SL651Address
        package let centre: UInt8
        package let function: UInt8
        package let coding: SL651Frame.Coding

        /// Whose message that packet belongs to.
        package init(_ frame: SL651Frame) {
            (address, centre, function, coding) = (frame.address, frame.centre, frame.function, frame.coding)
        }
    }

    /// What a packet brought.
    package enum Progress: Hashable, Sendable {
        case waiting
        /// The last packet is here and these are not: ask for each again (`SL651Order.again`). In ascending order.
        case incomplete(missing: [Int])
        /// The message as if sent in one frame, and the number of its packets for the confirmation.
        case whole(SL651Frame, packets: Int)
    }

    /// A message that was given up.
    package typealias Abandoned = PacketAssembler<Source, [UInt8]>.Abandoned

    private let limits: AssemblyLimits
    private var packets: PacketAssembler<Source, [UInt8]>

    package init(_ limits: AssemblyLimits = AssemblyLimits()) {
        self.limits = limits
        packets = PacketAssembler(limits)
    }

    /// The bytes of all packets held.
    package var heldBytes: Int { packets.heldBytes }

    /// Takes one packet; a frame that stands alone is whole at once. `abandoned` names what had to give way.
    ///
    /// Errors: `bad-packet` for numbers that do not fit, `too-large` for more than the limits allow; nothing changes then.
    package mutating func take(_ frame: SL651Frame, at now: Instant) throws(SL651Error) -> (
        progress: Progress, abandoned: [Abandoned]
    ) {
        guard let packet = frame.packet else { return (.whole(frame, packets: 1), []) }
        let source = Source(frame)
        let (size, sequence, total) = (frame.body.count, packet.sequence, packet.total)
        let step: (progress: PacketAssembler<Source, [UInt8]>.Progress, abandoned: [Abandoned])
        do throws(AssemblyFault) {
            step = try packets.take(frame.body, size: size, sequence, of: total, source, at: now)
        } catch {
            throw refusal(error, packet)
        }
        switch step.progress {
        case .waiting: return (.waiting, step.abandoned)
        case .incomplete(let missing): return (.incomplete(missing: missing), step.abandoned)
        case .whole(let parts):
            return (.whole(Self.whole(frame, Array(parts.joined())), packets: total), step.abandoned)
        }
    }

    /// Gives up the messages that waited too long at `now`.
    package mutating func expire(at now: Instant) -> [Abandoned] { packets.expire(at: now) }

    private func refusal(_ fault: AssemblyFault, _ packet: SL651Frame.Packet) -> SL651Error {
        switch fault {
        case .numbers: SL651Error(.badPacket, "packet \(packet.sequence) of \(packet.total)")
        case .tooManyPackets: SL651Error(.tooLarge, "\(packet.total) packets; at most \(limits.packets) are taken")
        case .tooManyBytes: SL651Error(.tooLarge, "more than \(limits.bytes) bytes in one message")
        }
    }

    private static func whole(_ frame: SL651Frame, _ body: [UInt8]) -> SL651Frame {
        SL651Frame(
            coding: frame.coding,
            direction: frame.direction,
            centre: frame.centre,
            address: frame.address,
            secret: frame.secret,
            function: frame.function,
            packet: nil,
            body: body,
            ending: .etx
        )
    }
}
