package import Vocabulary

/// Puts the packets of long messages (PNUM and PNO) together. A value without a clock, bounded by its limits.
///
/// Source: HJ 212-2017, 6.3.2: each packet repeats the header and has whole items of its own.
package struct HJ212Assembler: Sendable {
    /// Whose message it is.
    package struct Source: Hashable, Sendable {
        package let device: String
        package let command: Int
        /// QN.
        package let request: String

        /// Whose message that packet belongs to.
        package init(_ message: HJ212Message) {
            (device, command, request) = (message.device, message.command, message.request)
        }
    }

    /// What a packet brought.
    package enum Progress: Hashable, Sendable {
        case waiting
        /// The last packet is here and these are not.
        case incomplete(missing: [Int])
        /// The message as if sent in one packet.
        case whole(HJ212Message)
    }

    /// A message that was given up.
    package typealias Abandoned = PacketAssembler<Source, [[HJ212Field]]>.Abandoned

    private let limits: AssemblyLimits
    private var packets: PacketAssembler<Source, [[HJ212Field]]>

    /// What it holds unless told otherwise: fields take up to fifty times their bytes in memory.
    package static var usualLimits: AssemblyLimits {
        var limits = AssemblyLimits()
        limits.bytes = 1 << 18
        return limits
    }

    package init(_ limits: AssemblyLimits = Self.usualLimits) {
        self.limits = limits
        packets = PacketAssembler(limits)
    }

    /// The bytes of all packets held.
    package var heldBytes: Int { packets.heldBytes }

    /// Takes one packet of `bytes` bytes; a message that stands alone is whole at once. `abandoned` names what had to give way.
    ///
    /// Errors: `too-large` for more than the limits allow, `bad-field` where two packets give one message two DataTimes.
    package mutating func take(_ message: HJ212Message, bytes: Int, at now: Instant) throws(HJ212Error) -> (
        progress: Progress, abandoned: [Abandoned]
    ) {
        guard let packet = message.packet else { return (.whole(message), []) }
        let source = Source(message)
        let step: (progress: PacketAssembler<Source, [[HJ212Field]]>.Progress, abandoned: [Abandoned])
        do throws(AssemblyFault) {
            step = try packets.take(
                message.items,
                size: bytes,
                packet.sequence,
                of: packet.total,
                source,
                at: now
            )
        } catch {
            throw refusal(error, packet)
        }
        switch step.progress {
        case .waiting: return (.waiting, step.abandoned)
        case .incomplete(let missing): return (.incomplete(missing: missing), step.abandoned)
        case .whole(let parts): return (.whole(try Self.whole(message, parts)), step.abandoned)
        }
    }

    /// Gives up the messages that waited too long at `now`.
    package mutating func expire(at now: Instant) -> [Abandoned] { packets.expire(at: now) }

    private func refusal(_ fault: AssemblyFault, _ packet: HJ212Message.Packet) -> HJ212Error {
        switch fault {
        case .numbers: HJ212Error(.badPacket, "PNO \(packet.sequence) of PNUM \(packet.total)")
        case .tooManyPackets: HJ212Error(.tooLarge, "\(packet.total) packets; at most \(limits.packets) are taken")
        case .tooManyBytes: HJ212Error(.tooLarge, "more than \(limits.bytes) bytes in one message")
        }
    }

    private static func whole(_ last: HJ212Message, _ parts: [[[HJ212Field]]]) throws(HJ212Error) -> HJ212Message {
        var items: [[HJ212Field]] = []
        var time: [HJ212Field]?
        for item in parts.joined() {
            if item.count == 1, item[0].name == "DataTime" {
                guard time == nil || time == item else {
                    throw HJ212Error(.badField, "packets of one message with different DataTimes")
                }
                if time != nil { continue }
                time = item
            }
            items.append(item)
        }
        return HJ212Message(
            request: last.request,
            system: last.system,
            command: last.command,
            password: last.password,
            device: last.device,
            flag: last.flag,
            packet: nil,
            others: last.others,
            items: items
        )
    }
}
