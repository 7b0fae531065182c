import Vocabulary

/// What a station says in one input: a frame that stands alone, or all packets of one message (mode M3), one behind the other.
///
/// A port hands over whole messages, so that an input can be understood by itself, whenever and wherever it is replayed.
package enum SL651Input {
    /// The message of those bytes as if sent in one frame, and the number of its packets. The order of the packets does not matter.
    ///
    /// Errors: those of `SL651Frame.decode`; `bad-packet` where packets are missing, or frames of several messages stand together;
    /// `too-large` for more than `AssemblyLimits`.
    package static func decode(_ bytes: [UInt8]) throws(SL651Error) -> (frame: SL651Frame, packets: Int) {
        var assembler = SL651Assembler()
        var rest = bytes[...]
        var total = 1
        repeat {
            let length = wholeLength(rest)
            let frame = try SL651Frame.decode(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
            let (progress, abandoned) = try assembler.take(frame, at: Instant(seconds: 0))
            guard abandoned.isEmpty else { throw SL651Error(.badPacket, "packets of several messages in one input") }
            switch progress {
            case .whole(let whole, let packets):
                guard rest.isEmpty else { throw SL651Error(.badPacket, "bytes behind a whole message") }
                return (whole, packets)
            case .incomplete, .waiting: total = frame.packet?.total ?? 1
            }
        } while !rest.isEmpty
        throw SL651Error(.badPacket, "not all of \(total) packets came; the station sends the whole message again")
    }

    /// How many of the bytes its first frame takes; all of them where they are no start of two frames.
    private static func wholeLength(_ bytes: ArraySlice<UInt8>) -> Int {
        let format = SL651Format(direction: .up)
        guard let first = bytes.first, let length = format.length(head: bytes.prefix(format.headBytes(first))) else {
            return bytes.count
        }
        let next = bytes.dropFirst(length).prefix(2)
        guard let start = next.first, next.count == 2 else { return bytes.count }
        return format.isStart(start, next.last) ? length : bytes.count
    }
}
