import Vocabulary

/// One frame of SL 651-2014 (hydrological telemetry), its check sum verified.
///
/// Upward in HEX/BCD coding `7E7E | centre 1 | station 5 | password 2 | function 1 | direction and length 2 | STX 02 (or SYN 16 and
/// packet 3) | body | end | CRC 2`; downward the station stands before the centre. In ASCII coding it begins with SOH 01 alone, and
/// every byte but the control characters and the body is two hexadecimal digits. Source: SL 651-2014, 6.4 and 6.5, tables 16 to 23.
package struct SL651Frame: Hashable, Sendable {
    /// Who sends: the station up, the centre down. The high four bits before the length.
    package enum Direction: UInt8, Sendable {
        case up = 0
        case down = 8
    }

    /// How a frame is written.
    package enum Coding: String, Sendable {
        /// HEX/BCD: bytes. Source: 6.5.
        case binary
        /// Characters. Source: 6.4.
        case ascii
    }

    /// The character after the body. Source: table 10.
    package enum Ending: UInt8, Sendable {
        /// Nothing follows.
        case etx = 0x03
        /// More follows.
        case etb = 0x17
        /// The centre asks or orders.
        case enq = 0x05
        /// Confirmed, go on.
        case ack = 0x06
        /// Confirmed, leave.
        case eot = 0x04
        /// Confirmed, stay online.
        case esc = 0x1B
        /// Send this packet again.
        case nak = 0x15
    }

    /// The place of a frame in a message of several, both 1 … 4095.
    package struct Packet: Hashable, Sendable {
        package let total: Int
        package let sequence: Int

        package init(total: Int, sequence: Int) { (self.total, self.sequence) = (total, sequence) }
    }

    package let coding: Coding
    package let direction: Direction
    package let centre: UInt8
    package let address: SL651Address
    package let secret: UInt16
    /// Annex B: `SL651Function` names it.
    package let function: UInt8
    /// Nil for a frame that stands alone; else which packet of how many.
    package let packet: Packet?
    /// What stands between the start and the end character.
    package let body: [UInt8]
    package let ending: Ending

    /// Ten digits, as sent.
    package var station: String { address.description }
    /// Four hexadecimal digits.
    package var password: String { Self.hex(secret) }

    /// The most that stands between the start and the end character: twelve bits of length.
    static let maximumBody = 4_095

    /// The longest frame: a body of 4,095 bytes in ASCII coding with what stands around it.
    package static let maximumBytes = maximumBody + Coding.ascii.overhead
}

extension SL651Frame.Coding {
    /// By a frame's first byte: SOH begins one in characters.
    package init(start: UInt8) { self = start == 0x01 ? .ascii : .binary }

    /// What a frame begins with.
    var start: [UInt8] { self == .ascii ? [0x01] : [0x7E, 0x7E] }
    /// How many bytes of a frame say one byte of its head and of its check sum.
    var width: Int { self == .ascii ? 2 : 1 }
    /// The bytes to the start of the body: start, eleven bytes, STX or SYN.
    var headBytes: Int { start.count + 11 * width + 1 }
    /// The bytes around the body: head, end and check sum.
    var overhead: Int { headBytes + 1 + 2 * width }

    /// Bytes as they stand in a frame.
    func written(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        self == .ascii ? Array(Hexadecimal.text(bytes).utf8) : Array(bytes)
    }

    /// `count` bytes as they stand in a frame; nil where there are more or fewer, or no hexadecimal digits.
    func read(_ written: ArraySlice<UInt8>, count: Int) -> [UInt8]? {
        guard self == .ascii else { return written.count == count ? Array(written) : nil }
        return Hexadecimal.bytes(String(decoding: written, as: UTF8.self), count: count)
    }

    /// What every body begins with: serial number and time of sending.
    func head(serial: UInt16, at now: Instant) -> [UInt8] {
        written([UInt8(serial >> 8), UInt8(serial & 0xFF)] + BCD.time(now))
    }
}

extension SL651Frame {
    /// A frame to be sent.
    package init(
        _ direction: Direction,
        coding: Coding = .binary,
        centre: UInt8,
        address: SL651Address,
        secret: UInt16,
        function: SL651Function,
        packet: Packet? = nil,
        body: [UInt8],
        ending: Ending
    ) {
        (self.coding, self.direction, self.centre, self.address) = (coding, direction, centre, address)
        (self.secret, self.function, self.packet) = (secret, function.rawValue, packet)
        (self.body, self.ending) = (body, ending)
    }

    /// Reads one whole frame sent in `direction`, in either coding. Errors: `SL651Error`, whatever the bytes.
    package static func decode(_ bytes: [UInt8], sent direction: Direction = .up) throws(SL651Error) -> SL651Frame {
        let coding = Coding(start: bytes.first ?? 0)
        let head = try head(bytes, coding)
        let ending = try ending(bytes, coding, head, direction)
        let last = bytes.count - 1 - 2 * coding.width
        let (packet, body) = try content(bytes[coding.headBytes - 1], bytes[coding.headBytes..<last], coding)
        let isUp = direction == .up
        return SL651Frame(
            coding: coding,
            direction: direction,
            centre: isUp ? head[0] : head[5],
            address: try SL651Address(isUp ? head[1..<6] : head[0..<5]),
            secret: UInt16(head[6]) << 8 | UInt16(head[7]),
            function: head[8],
            packet: packet,
            body: body,
            ending: ending
        )
    }

    /// The eleven bytes between the start and the start character, of a frame whose start and check sum are right.
    private static func head(_ bytes: [UInt8], _ coding: Coding) throws(SL651Error) -> [UInt8] {
        guard bytes.count >= coding.overhead else {
            throw SL651Error(.tooShort, "\(bytes.count) bytes; the shortest frame has \(coding.overhead)")
        }
        guard bytes.starts(with: coding.start) else {
            throw SL651Error(.noStart, "a frame starts with 7E 7E, or 01 in ASCII coding")
        }
        let expected = CRC16.modbus(bytes.dropLast(2 * coding.width))
        let found = coding.read(bytes.suffix(2 * coding.width), count: 2) ?? []
        guard found == [UInt8(expected >> 8), UInt8(expected & 0xFF)] else {
            let sent = found.isEmpty ? "no digits" : Hexadecimal.text(found)
            throw SL651Error(
                .wrongCRC,
                "check sum \(sent), worked out \(hex(expected)); ask the station to repeat"
            )
        }
        guard let head = coding.read(bytes[coding.start.count..<coding.headBytes - 1], count: 11) else {
            throw SL651Error(.badDigits, "no hexadecimal digits in the head of a frame in ASCII coding")
        }
        return head
    }

    /// The end character of a frame whose direction and length are right.
    private static func ending(_ bytes: [UInt8], _ coding: Coding, _ head: [UInt8], _ direction: Direction)
        throws(SL651Error) -> Ending
    {
        guard head[9] >> 4 == direction.rawValue else {
            throw SL651Error(.wrongDirection, direction == .up ? "not an upward frame" : "not a downward frame")
        }
        let (length, carried) = (Int(head[9] & 0x0F) << 8 | Int(head[10]), bytes.count - coding.overhead)
        guard length == carried else {
            throw SL651Error(.wrongLength, "length \(length), but the frame carries \(carried) bytes")
        }
        // Some stations end their answers in the ENQ of the question.
        let allowed: [Ending] = direction == .up ? [.etx, .etb, .enq] : [.enq, .ack, .eot, .esc, .nak]
        guard let ending = Ending(rawValue: bytes[bytes.count - 1 - 2 * coding.width]), allowed.contains(ending) else {
            throw SL651Error(.noEnd, "no end character of table 10 before the CRC")
        }
        return ending
    }

    private static func content(_ start: UInt8, _ rest: ArraySlice<UInt8>, _ coding: Coding) throws(SL651Error) -> (
        Packet?, [UInt8]
    ) {
        switch start {
        case 0x02: return (nil, Array(rest))
        case 0x16:
            guard let number = coding.read(rest.prefix(3 * coding.width), count: 3) else {
                throw SL651Error(.tooShort, "SYN without a packet number")
            }
            let both = number.reduce(0) { $0 << 8 | Int($1) }
            return (Packet(total: both >> 12, sequence: both & 0xFFF), Array(rest.dropFirst(3 * coding.width)))
        default: throw SL651Error(.noStart, "neither STX nor SYN before the body")
        }
    }

    /// The frame's bytes with their check sum. Errors: `too-large` where the body does not fit one frame; `bad-packet` where the
    /// packet's numbers are not 1 … 4095.
    package func encoded() throws(SL651Error) -> [UInt8] {
        let length = body.count + (packet == nil ? 0 : 3 * coding.width)
        guard length <= Self.maximumBody else {
            throw SL651Error(.tooLarge, "a body of \(body.count) bytes; send it in packets")
        }
        var head = direction == .up ? [centre] + address.bytes : address.bytes + [centre]
        head += [UInt8(secret >> 8), UInt8(secret & 0xFF), function]
        head += [direction.rawValue << 4 | UInt8(length >> 8), UInt8(length & 0xFF)]
        var bytes = coding.start + coding.written(head)
        if let packet {
            guard (1...4_095).contains(packet.total), (1...packet.total).contains(packet.sequence) else {
                throw SL651Error(.badPacket, "packet \(packet.sequence) of \(packet.total)")
            }
            let number = packet.total << 12 | packet.sequence
            bytes += [0x16] + coding.written([UInt8(number >> 16), UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)])
        } else {
            bytes.append(0x02)
        }
        bytes += body
        bytes.append(ending.rawValue)
        let crc = CRC16.modbus(bytes)
        return bytes + coding.written([UInt8(crc >> 8), UInt8(crc & 0xFF)])
    }

    static func hex(_ number: UInt16) -> String { Hexadecimal.text([UInt8(number >> 8), UInt8(number & 0xFF)]) }
}
