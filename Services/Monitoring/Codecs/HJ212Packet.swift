/// One packet of HJ 212 on the wire, its check sum verified: `## | length 4 digits | data segment | CRC 4 hex digits | CR LF`.
///
/// Source: HJ 212-2017, 6.3.1. The standard's segment has at most 1,024 bytes; devices in the field send more, up to what four digits
/// can say.
package struct HJ212Packet: Hashable, Sendable {
    /// The data segment.
    package let segment: [UInt8]

    /// Four digits of length.
    package static let maximumSegment = 9_999
    /// Start, length and check sum; CR LF are two more.
    static let overhead = 10

    /// Whether the segment keeps to the standard's 1,024 bytes.
    package var isWithinStandard: Bool { segment.count <= 1_024 }

    /// A packet to be sent. Errors: `too-large`.
    init(segment: [UInt8]) throws(HJ212Error) {
        guard segment.count <= Self.maximumSegment else {
            throw HJ212Error(.tooLarge, "a segment of \(segment.count) bytes; send it in packets")
        }
        self.segment = segment
    }

    /// Reads one whole packet, with or without its CR LF. Errors: `HJ212Error`, whatever the bytes.
    package static func decode(_ bytes: [UInt8]) throws(HJ212Error) -> HJ212Packet {
        var bytes = bytes[...]
        if bytes.suffix(2) == [0x0D, 0x0A] { bytes = bytes.dropLast(2) }
        guard bytes.count >= overhead else {
            throw HJ212Error(.tooShort, "\(bytes.count) bytes; the shortest packet has 10")
        }
        guard bytes.prefix(2) == [0x23, 0x23], let length = decimal(bytes.dropFirst(2).prefix(4)) else {
            throw HJ212Error(.noStart, "a packet starts with ## and four digits")
        }
        let segment = bytes.dropFirst(6).dropLast(4)
        let expected = HJ212CRC.value(segment)
        guard let found = hexadecimal(bytes.suffix(4)), expected == found else {
            let sent = String(decoding: bytes.suffix(4), as: UTF8.self)
            throw HJ212Error(.wrongCRC, "check sum \(sent), worked out \(hex(expected)); ask the device to repeat")
        }
        guard length == segment.count else {
            throw HJ212Error(.wrongLength, "length \(length), but the packet carries \(segment.count) bytes")
        }
        return try HJ212Packet(segment: Array(segment))
    }

    /// The packet's bytes with length, check sum in capitals, and CR LF.
    package func encoded() -> [UInt8] {
        let count = String(segment.count)
        let length = String(repeating: "0", count: 4 - count.count) + count
        return Array("##\(length)".utf8) + segment + Array("\(Self.hex(HJ212CRC.value(segment)))\r\n".utf8)
    }

    /// The number of one to four decimal digits; nil for anything else.
    static func decimal(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard (1...4).contains(bytes.count), bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// The number of four hexadecimal digits, small or capital; nil for anything else.
    private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> UInt16? {
        Hexadecimal.bytes(String(decoding: bytes, as: UTF8.self), count: 2).map { UInt16($0[0]) << 8 | UInt16($0[1]) }
    }

    private static func hex(_ number: UInt16) -> String {
        Hexadecimal.text([UInt8(number >> 8), UInt8(number & 0xFF)])
    }
}

/// The check sum of HJ 212-2017, annex A. Not Modbus: the register is shifted down before the byte is added.
package enum HJ212CRC {
    /// Start FFFF; for each byte the register's high byte with the byte, then eight shifts with A001.
    package static func value(_ bytes: some Sequence<UInt8>) -> UInt16 {
        bytes.reduce(0xFFFF) { crc, byte in
            let mixed = crc >> 8 ^ UInt16(byte)
            return mixed >> 8 ^ CRC16.table[Int(mixed & 0xFF)]
        }
    }
}

/// How packets of HJ 212 are found: `##` and four digits; CR LF between them.
package struct HJ212Format: StreamFormat {
    package let maximumBytes = HJ212Packet.maximumSegment + HJ212Packet.overhead

    /// `##`.
    package func isStart(_ first: UInt8, _ next: UInt8?) -> Bool { first == 0x23 && next ?? 0x23 == 0x23 }
    /// `##` and the length.
    package func headBytes(_ start: UInt8) -> Int { 6 }

    /// Nil unless four digits follow.
    package func length(head: ArraySlice<UInt8>) -> Int? {
        HJ212Packet.decimal(head.suffix(4)).map { $0 + HJ212Packet.overhead }
    }

    /// Errors: those of `HJ212Packet.decode`.
    package func decode(_ bytes: [UInt8]) throws(HJ212Error) -> HJ212Packet { try HJ212Packet.decode(bytes) }
    /// A wrong check sum may be that of bytes that only look like a packet.
    package func mayHoldAnother(_ refusal: HJ212Error) -> Bool { refusal.code == .wrongCRC }
    /// CR and LF.
    package func isFiller(_ byte: UInt8) -> Bool { byte == 0x0D || byte == 0x0A }
    /// `no-start`.
    package func noStart(_ why: String) -> HJ212Error { HJ212Error(.noStart, why) }
    /// `too-short`.
    package func cutShort(_ why: String) -> HJ212Error { HJ212Error(.tooShort, why) }
}

/// Cuts a device's bytes into packets of HJ 212.
package typealias HJ212Framer = StreamFramer<HJ212Format>

extension StreamFramer where Format == HJ212Format {
    /// A framer without bytes.
    package init() { self.init(format: HJ212Format()) }
}
