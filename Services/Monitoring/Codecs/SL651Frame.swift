/// One upward frame of SL 651-2014 (hydrological telemetry), its check sum verified.
///
/// `7E7E | centre 1 | station 5 | password 2 | function 1 | direction and length 2 | STX 02 (or SYN 16 and packet 3) | body |
/// ETX 03 or ETB 17 | CRC 2`. Source: SL 651-2014, 6.2 (hexadecimal frames).
package struct SL651Frame: Hashable, Sendable {
    package let centre: UInt8
    /// Ten digits.
    package let station: String
    /// Four hexadecimal digits.
    package let password: String
    /// 2F link, 30 test, 31 uniform, 32 timed, 33 extra, 34 hourly, 35 manual …
    package let function: UInt8
    /// Nil for a frame that stands alone; else which packet of how many.
    package let packet: Packet?
    /// What stands between the start and the end character.
    package let body: [UInt8]

    /// The place of a frame in a message of several.
    package struct Packet: Hashable, Sendable {
        package let total: Int
        package let sequence: Int
    }

    /// Bytes around the body: head 14, end 1, check sum 2; with a packet number three more.
    static let overhead = 17

    /// The longest frame: a body of 4,095 bytes with what stands around it.
    package static let maximumBytes = 4_095 + overhead

    /// How many bytes a frame has in all, by the two bytes of direction and length at its eleventh.
    package static func wholeLength(directionAndLength word: UInt16) -> Int { Int(word & 0x0FFF) + overhead }

    /// Reads one whole frame. Errors: `SL651Error`, whatever the bytes.
    package static func decode(_ bytes: [UInt8]) throws(SL651Error) -> SL651Frame {
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
        guard bytes[11] >> 4 == 0 else { throw SL651Error(.wrongDirection, "not an upward frame") }
        let length = Int(bytes[11] & 0x0F) << 8 | Int(bytes[12])
        guard length == bytes.count - overhead else {
            throw SL651Error(.wrongLength, "length \(length), but the frame carries \(bytes.count - overhead) bytes")
        }
        guard [0x03, 0x17, 0x05].contains(bytes[bytes.count - 3]) else {
            throw SL651Error(.noEnd, "no ETX, ETB or ENQ before the CRC")
        }
        let (packet, body) = try content(start: bytes[13], bytes[14..<bytes.count - 3])
        return SL651Frame(
            centre: bytes[2],
            station: try BCD.digits(bytes[3..<8]),
            password: hex(UInt16(bytes[8]) << 8 | UInt16(bytes[9])),
            function: bytes[10],
            packet: packet,
            body: body
        )
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

    private static func hex(_ number: UInt16) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}

/// CRC-16/Modbus: polynomial A001 (reflected 8005), start FFFF. SL 651-2014 sends it high byte first.
package enum CRC16 {
    /// CRC-16/MODBUS: polynomial 8005 reflected, initial value FFFF (SL 651-2014).
    package static func modbus(_ bytes: some Sequence<UInt8>) -> UInt16 {
        bytes.reduce(0xFFFF) { crc, byte in
            var crc = crc ^ UInt16(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xA001 : crc >> 1 }
            return crc
        }
    }
}

/// Binary-coded decimal: two digits a byte.
enum BCD {
    /// The digits. Errors: `bad-digits` where a nibble is above nine.
    static func digits(_ bytes: some Sequence<UInt8>) throws(SL651Error) -> String {
        var text = ""
        for byte in bytes {
            guard byte >> 4 < 10, byte & 0xF < 10 else { throw SL651Error(.badDigits, "a nibble is no decimal digit") }
            text += "\(byte >> 4)\(byte & 0xF)"
        }
        return text
    }

    /// The number. Errors: `bad-digits`.
    static func number(_ bytes: some Sequence<UInt8>) throws(SL651Error) -> Int64 {
        guard let number = Int64(try digits(bytes)) else { throw SL651Error(.badDigits, "a number is too long") }
        return number
    }
}
