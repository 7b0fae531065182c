import Vocabulary

/// CRC-16/Modbus: polynomial A001 (reflected 8005), start FFFF. SL 651-2014 sends it high byte first.
package enum CRC16 {
    /// CRC-16/MODBUS: polynomial 8005 reflected, initial value FFFF (SL 651-2014).
    package static func modbus(_ bytes: some Sequence<UInt8>) -> UInt16 {
        bytes.reduce(0xFFFF) { crc, byte in (crc >> 8) ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
    }

    /// What eight shifts make of each low byte.
    static let table: [UInt16] = (0..<256).map { low in
        (0..<8).reduce(UInt16(low)) { crc, _ in crc & 1 == 1 ? (crc >> 1) ^ 0xA001 : crc >> 1 }
    }
}

/// Binary-coded decimal: two digits a byte.
enum BCD {
    /// The number; nil where a nibble is above nine, or it has more than eighteen digits that count.
    static func value(_ bytes: some Sequence<UInt8>) -> Int64? {
        var number: Int64 = 0
        for byte in bytes {
            guard byte >> 4 < 10, byte & 0xF < 10, number < 10_000_000_000_000_000 else { return nil }
            number = number * 100 + Int64(byte >> 4) * 10 + Int64(byte & 0xF)
        }
        return number
    }

    /// The number. Errors: `bad-digits`.
    static func number(_ bytes: some Sequence<UInt8>) throws(SL651Error) -> Int64 {
        guard let number = value(bytes) else { throw SL651Error(.badDigits, "a nibble is no decimal digit") }
        return number
    }

    /// `number` in `count` bytes, its higher digits dropped.
    static func bytes(_ number: Int, count: Int) -> [UInt8] {
        var rest = number.magnitude
        var bytes: [UInt8] = []
        for _ in 0..<count {
            bytes.append(UInt8(rest / 10 % 10) << 4 | UInt8(rest % 10))
            rest /= 100
        }
        return bytes.reversed()
    }
}

/// Hexadecimal digits, as stations' addresses and passwords are written.
enum Hexadecimal {
    private static let digits = Array("0123456789ABCDEF")

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0xF)])
        }
        return text
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }

    /// The bytes; nil unless `text` is `count` pairs of digits.
    static func bytes(_ text: String, count: Int) -> [UInt8]? {
        let nibbles = text.unicodeScalars.compactMap { scalar in
            scalar.isASCII ? Character(scalar).hexDigitValue.map { UInt8($0) } : nil
        }
        guard nibbles.count == text.unicodeScalars.count, nibbles.count == 2 * count else { return nil }
        return (0..<count).map { nibbles[2 * $0] << 4 | nibbles[2 * $0 + 1] }
    }
}

/// Takes a body apart from its front, never past its end.
struct BodyReader {
    var bytes: ArraySlice<UInt8>

    mutating func take(_ count: Int) throws(SL651Error) -> ArraySlice<UInt8> {
        guard bytes.count >= count else { throw SL651Error(.tooShort, "the body ends within an element") }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count)
    }

    mutating func byte() throws(SL651Error) -> UInt8 {
        guard let byte = bytes.popFirst() else { throw SL651Error(.tooShort, "the body ends within an element") }
        return byte
    }

    mutating func word() throws(SL651Error) -> UInt16 { UInt16(try byte()) << 8 | UInt16(try byte()) }

    mutating func rest() -> [UInt8] {
        defer { bytes = [] }
        return Array(bytes)
    }

    /// A time in Beijing: YYMMDDhh, then mm with five bytes and ss with six. Years are 2000 … 2099.
    mutating func time(bytes count: Int) throws(SL651Error) -> Instant {
        var fields: [Int] = []
        for byte in try take(count) { fields.append(Int(try BCD.number(CollectionOfOne(byte)))) }
        while fields.count < 6 { fields.append(0) }
        let civil = CivilTime(
            year: 2000 + fields[0],
            month: fields[1],
            day: fields[2],
            hour: fields[3],
            minute: fields[4],
            second: fields[5]
        )
        guard let civil else { throw SL651Error(.badTime, "no such time: \(fields)") }
        return BeijingTime.instant(civil)
    }
}

extension BCD {
    /// YYMMDDhhmmss in Beijing, or its first `count` bytes.
    static func time(_ instant: Instant, bytes count: Int = 6) -> [UInt8] {
        let civil = BeijingTime.civil(instant)
        let fields = [civil.year % 100, civil.month, civil.day, civil.hour, civil.minute, civil.second]
        return fields.prefix(count).flatMap { bytes($0, count: 1) }
    }
}
