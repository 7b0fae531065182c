/// One frame of SL 651-2014 (hydrological telemetry) in HEX/BCD coding, its check sum verified.
///
/// Upward `7E7E | centre 1 | station 5 | password 2 | function 1 | direction and length 2 | STX 02 (or SYN 16 and packet 3) |
/// body | end | CRC 2`; downward the station stands before the centre. Source: SL 651-2014, 6.5, tables 20 to 23.
package struct SL651Frame: Hashable, Sendable {
    /// Who sends: the station up, the centre down. The high four bits before the length.
    package enum Direction: UInt8, Sendable {
        case up = 0
        case down = 8
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

    /// Bytes around the body: head 14, end 1, check sum 2; with a packet number three more.
    static let overhead = 17

    /// The most that stands between the start and the end character: twelve bits of length.
    static let maximumBody = 4_095

    /// The longest frame: a body of 4,095 bytes with what stands around it.
    package static let maximumBytes = maximumBody + overhead

    /// How many bytes a frame has in all, by the two bytes of direction and length at its eleventh.
    package static func wholeLength(directionAndLength word: UInt16) -> Int { Int(word & 0x0FFF) + overhead }
}

extension SL651Frame {
    /// A frame to be sent.
    package init(
        _ direction: Direction,
        centre: UInt8,
        address: SL651Address,
        secret: UInt16,
        function: SL651Function,
        packet: Packet? = nil,
        body: [UInt8],
        ending: Ending
    ) {
        (self.direction, self.centre, self.address, self.secret) = (direction, centre, address, secret)
        (self.function, self.packet, self.body, self.ending) = (function.rawValue, packet, body, ending)
    }

    /// Reads one whole frame sent in `direction`. Errors: `SL651Error`, whatever the bytes.
    package static func decode(_ bytes: [UInt8], sent direction: Direction = .up) throws(SL651Error) -> SL651Frame {
        let ending = try checked(bytes, direction)
        let (packet, body) = try content(start: bytes[13], bytes[14..<bytes.count - 3])
        let isUp = direction == .up
        return SL651Frame(
            direction: direction,
            centre: isUp ? bytes[2] : bytes[7],
            address: try SL651Address(isUp ? bytes[3..<8] : bytes[2..<7]),
            secret: UInt16(bytes[8]) << 8 | UInt16(bytes[9]),
            function: bytes[10],
            packet: packet,
            body: body,
            ending: ending
        )
    }

    /// The end character of a frame whose start, check sum, direction and length are right.
    private static func checked(_ bytes: [UInt8], _ direction: Direction) throws(SL651Error) -> Ending {
        guard bytes.count >= overhead else {
            throw SL651Error(.tooShort, "\(bytes.count) bytes; the shortest frame has 17")
        }
        guard bytes[0] == 0x7E, bytes[1] == 0x7E else { throw SL651Error(.noStart, "a frame starts with 7E 7E") }
        let expected = CRC16.modbus(bytes.dropLast(2))
        let found = UInt16(bytes[bytes.count - 2]) << 8 | UInt16(bytes[bytes.count - 1])
        guard expected == found else {
            throw SL651Error(
                .wrongCRC,
                "check sum \(hex(found)), worked out \(hex(expected)); ask the station to repeat"
            )
        }
        guard bytes[11] >> 4 == direction.rawValue else {
            throw SL651Error(.wrongDirection, direction == .up ? "not an upward frame" : "not a downward frame")
        }
        let length = Int(bytes[11] & 0x0F) << 8 | Int(bytes[12])
        guard length == bytes.count - overhead else {
            throw SL651Error(.wrongLength, "length \(length), but the frame carries \(bytes.count - overhead) bytes")
        }
        // Some stations end their answers in the ENQ of the question.
        let allowed: [Ending] = direction == .up ? [.etx, .etb, .enq] : [.enq, .ack, .eot, .esc, .nak]
        guard let ending = Ending(rawValue: bytes[bytes.count - 3]), allowed.contains(ending) else {
            throw SL651Error(.noEnd, "no end character of table 10 before the CRC")
        }
        return ending
    }

    private static func content(start: UInt8, _ rest: ArraySlice<UInt8>) throws(SL651Error) -> (Packet?, [UInt8]) {
        switch start {
        case 0x02: return (nil, Array(rest))
        case 0x16:
            guard rest.count >= 3 else { throw SL651Error(.tooShort, "SYN without a packet number") }
            let number = rest.prefix(3).reduce(0) { $0 << 8 | Int($1) }
            return (Packet(total: number >> 12, sequence: number & 0xFFF), Array(rest.dropFirst(3)))
        default: throw SL651Error(.noStart, "neither STX nor SYN before the body")
        }
    }

    /// The frame's bytes with their check sum. Errors: `too-large` where the body does not fit one frame; `bad-packet` where the
    /// packet's numbers are not 1 … 4095.
    package func encoded() throws(SL651Error) -> [UInt8] {
        let length = body.count + (packet == nil ? 0 : 3)
        guard length <= Self.maximumBody else {
            throw SL651Error(.tooLarge, "a body of \(body.count) bytes; send it in packets")
        }
        var bytes: [UInt8] = [0x7E, 0x7E]
        bytes += direction == .up ? [centre] + address.bytes : address.bytes + [centre]
        bytes += [UInt8(secret >> 8), UInt8(secret & 0xFF), function]
        bytes += [direction.rawValue << 4 | UInt8(length >> 8), UInt8(length & 0xFF)]
        if let packet {
            guard (1...4_095).contains(packet.total), (1...packet.total).contains(packet.sequence) else {
                throw SL651Error(.badPacket, "packet \(packet.sequence) of \(packet.total)")
            }
            let number = packet.total << 12 | packet.sequence
            bytes += [0x16, UInt8(number >> 16), UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)]
        } else {
            bytes.append(0x02)
        }
        bytes += body
        bytes.append(ending.rawValue)
        let crc = CRC16.modbus(bytes)
        return bytes + [UInt8(crc >> 8), UInt8(crc & 0xFF)]
    }

    static func hex(_ number: UInt16) -> String { Hexadecimal.text([UInt8(number >> 8), UInt8(number & 0xFF)]) }
}
