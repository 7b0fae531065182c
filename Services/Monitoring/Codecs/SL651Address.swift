/// A telemetry station's address: five bytes, A5 first. Source: SL 651-2014, 6.2.3.2, tables 13 and 14.
///
/// A hydrological station sends 00 and the eight digits of its SL 502 code. Any other sends its county's six digits and a number
/// in two binary bytes; many in the field send ten decimal digits instead, so the ten digits as sent are the name.
package struct SL651Address: Hashable, Sendable, CustomStringConvertible {
    /// What the five bytes say under the standard.
    package enum Form: Hashable, Sendable {
        /// A hydrological station, by the eight digits of SL 502.
        case hydrological(code: String)
        /// A station 1 … 60000 or a relay 60001 … 65534 of a county (GB/T 2260); 65535 addresses all.
        case county(division: String, number: UInt16)
    }

    /// Five bytes, as sent.
    let bytes: [UInt8]

    /// Reads five bytes. Errors: `too-short`; `bad-digits` where a digit is asked for and none stands.
    package init(_ bytes: some Collection<UInt8>) throws(SL651Error) {
        let bytes = Array(bytes)
        guard bytes.count == 5 else {
            throw SL651Error(.tooShort, "a station's address has five bytes, not \(bytes.count)")
        }
        guard Self.areDecimal(bytes) else { throw SL651Error(.badDigits, "no address: \(Hexadecimal.text(bytes))") }
        self.bytes = bytes
    }

    /// The number of a county's station is binary; everything else is decimal.
    private static func areDecimal(_ bytes: [UInt8]) -> Bool {
        BCD.value(bytes.first == 0 ? bytes.prefix(5) : bytes.prefix(3)) != nil
    }

    /// The ten digits as sent: `0012345678`, `1522020C35`. Nil for anything else.
    package init?(_ text: String) {
        guard let bytes = Hexadecimal.bytes(text, count: 5), Self.areDecimal(bytes) else { return nil }
        self.bytes = bytes
    }

    /// Station `number` of the county with six digits of GB/T 2260. Nil where the digits are none, or the county begins with 00.
    package init?(division: String, number: UInt16) {
        guard division.utf8.count == 6, !division.hasPrefix("00") else { return nil }
        self.init(division + Hexadecimal.text([UInt8(number >> 8), UInt8(number & 0xFF)]))
    }

    /// What the bytes say under the standard.
    package var form: Form {
        guard bytes[0] != 0 else { return .hydrological(code: Hexadecimal.text(bytes.dropFirst())) }
        let number = UInt16(bytes[3]) << 8 | UInt16(bytes[4])
        return .county(division: Hexadecimal.text(bytes.prefix(3)), number: number)
    }

    /// The ten digits as sent.
    package var description: String { Hexadecimal.text(bytes) }
}
