import Vocabulary

/// What a device says in one input: a packet that stands alone, or all packets of one message (PNUM and PNO), one behind the other.
///
/// A port hands over whole messages, so that an input can be understood by itself, whenever and wherever it is replayed.
package enum HJ212Input {
    /// The message of those bytes as if sent in one packet. The order of the packets does not matter.
    ///
    /// Errors: those of `HJ212Packet.decode`, `HJ212Message.decode` and `HJ212Assembler.take`; `bad-packet` where packets are
    /// missing, or those of several messages stand together.
    package static func decode(_ bytes: [UInt8]) throws(HJ212Error) -> HJ212Message {
        var assembler = HJ212Assembler()
        var rest = bytes[...]
        repeat {
            let length = wholeLength(rest)
            let packet = try HJ212Packet.decode(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
            let message = try HJ212Message.decode(packet)
            let (progress, abandoned) = try assembler.take(message, bytes: length, at: Instant(seconds: 0))
            guard abandoned.isEmpty else { throw HJ212Error(.badPacket, "packets of several messages in one input") }
            guard case .whole(let whole) = progress else { continue }
            guard rest.isEmpty else { throw HJ212Error(.badPacket, "bytes behind a whole message") }
            return whole
        } while !rest.isEmpty
        throw HJ212Error(.badPacket, "not all packets of the message came; the device sends all of it again")
    }

    /// How many of the bytes its first packet takes, the line end not among them; all where they are no start of two packets.
    private static func wholeLength(_ bytes: ArraySlice<UInt8>) -> Int {
        guard let length = HJ212Packet.decimal(bytes.dropFirst(2).prefix(4)) else { return bytes.count }
        let whole = length + HJ212Packet.overhead
        return bytes.dropFirst(whole).prefix(2).elementsEqual([0x23, 0x23]) ? whole : bytes.count
    }
}
