package import Vocabulary

/// One row of a station's configuration, as functions 40 to 43 and 49 carry it. Source: SL 651-2014, annex D.
package struct SL651Parameter: Hashable, Sendable {
    /// The identifier's lead byte. Below 20 the basic table D.1, from 20 the running table D.4.
    package let lead: UInt8
    /// The second byte of a user's own identifier FF xx.
    package let extended: UInt8?
    package let content: Content

    /// What the bytes say.
    package enum Content: Hashable, Sendable {
        case number(Quantity)
        /// The addresses of up to four centres; 0 is none.
        case centres([UInt8])
        case address(SL651Address)
        case password(UInt16)
        /// Where a centre is reached: 1 text message, 2 IPv4, 3 Beidou, 4 maritime satellite, 5 telephone, 6 VHF radio, 0 not at all;
        /// and the digits of its number.
        case channel(kind: UInt8, digits: String)
        /// The elements that the station measures, a bit each (table D.2).
        case measured([UInt8])
        /// The station's own SIM or satellite card.
        case card(String)
        /// A value in ASCII coding, as sent.
        case text(String)
        /// Everything else, as sent.
        case raw([UInt8])
    }

    /// The parameter's name in annex D; nil for a reserved one.
    package var name: String? { extended == nil ? Self.name(Int(lead)) : nil }

    /// Reads identifiers and values to the end. Errors: `too-short`, `bad-digits`, `too-large` for more than 1,024.
    static func decode(_ reader: inout BodyReader) throws(SL651Error) -> [SL651Parameter] {
        var list: [SL651Parameter] = []
        while !reader.bytes.isEmpty {
            guard list.count < 1_024 else { throw SL651Error(.tooLarge, "more than 1,024 parameters") }
            let lead = try reader.byte()
            let extended: UInt8? = lead == 0xFF ? try reader.byte() : nil
            let form = try reader.byte()
            // D.1: the second byte of 0E is a number of bytes and nothing else.
            let bytes = try reader.take(lead == 0x0E ? Int(form) : Int(form >> 3))
            let content = extended == nil ? try content(lead, bytes, decimals: Int(form & 7)) : .raw(Array(bytes))
            list.append(SL651Parameter(lead: lead, extended: extended, content: content))
        }
        return list
    }

    private static func content(_ lead: UInt8, _ bytes: ArraySlice<UInt8>, decimals: Int) throws(SL651Error) -> Content
    {
        switch (lead, bytes.count) {
        case (0x01, _): return .centres(Array(bytes))
        case (0x02, 5): return .address(try SL651Address(bytes))
        case (0x03, 2): return .password(bytes.reduce(0) { $0 << 8 | UInt16($1) })
        case (0x04...0x0B, 1...):
            let digits = Hexadecimal.text(bytes.dropFirst())
            return .channel(kind: bytes.first ?? 0, digits: digits.hasPrefix("A") ? String(digits.dropFirst()) : digits)
        case (0x0D, _): return .measured(Array(bytes))
        case (0x0F, 1...) where bytes.allSatisfy({ (0x20...0x7E).contains($0) }):
            return .card(String(decoding: bytes, as: UTF8.self))
        default:
            guard let unit = unit(Int(lead)), !bytes.isEmpty,
                let value = SignedBCD.quantity(bytes, decimals: decimals, unit)
            else { return .raw(Array(bytes)) }
            return .number(value)
        }
    }
}
