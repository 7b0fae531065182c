package import Vocabulary

/// A decimal number exactly as it was written: `amount` × 10^-`decimals`.
package struct DecimalNumber: Hashable, Sendable {
    package let amount: Int64
    /// 0 … 18.
    package let decimals: Int

    /// Reads `4.125`, `-0.5`, `1.2e3`: the numbers of JSON (RFC 8259, 6). At most 40 characters.
    ///
    /// Errors: `bad-number`, `too-precise` beyond 18 decimals, `out-of-range` beyond 64 bits.
    package init(_ text: some StringProtocol) throws(DocumentError) {
        let bytes = Array(text.utf8)
        guard (1...40).contains(bytes.count) else { throw Self.bad(text) }
        let isNegative = bytes[0] == UInt8(ascii: "-")
        let parts = bytes[(isNegative ? 1 : 0)...].split(omittingEmptySubsequences: false) {
            $0 | 0x20 == UInt8(ascii: "e")
        }
        let mantissa = parts[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, mantissa.count <= 2,
            mantissa.allSatisfy({ !$0.isEmpty && $0.allSatisfy(CAPLexical.isDigit) }),
            let exponent = parts.count == 2 ? Self.exponent(parts[1]) : 0
        else { throw Self.bad(text) }
        var digits = Array(mantissa.joined())
        var decimals = (mantissa.count == 2 ? mantissa[1].count : 0) - exponent
        while decimals > 6, digits.count > 1, digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            decimals -= 1
        }
        guard decimals <= 18 else {
            throw DocumentError(.tooPrecise, "'\(text.prefix(40))' has more than 18 decimals; round it")
        }
        if decimals < 0 { digits += Array(repeating: UInt8(ascii: "0"), count: min(-decimals, 40)) }
        guard let magnitude = Int64(String(decoding: digits, as: UTF8.self)) else {
            throw DocumentError(.outOfRange, "'\(text.prefix(40))' is too large; check what it measures")
        }
        (amount, self.decimals) = (isNegative ? -magnitude : magnitude, max(0, decimals))
    }

    private static func bad(_ text: some StringProtocol) -> DocumentError {
        DocumentError(.badNumber, "'\(text.prefix(40))' is no decimal number; write it like 4.125")
    }

    private static func exponent(_ text: ArraySlice<UInt8>) -> Int? {
        let digits =
            text.first.map { [UInt8(ascii: "+"), UInt8(ascii: "-")].contains($0) } == true ? text.dropFirst() : text
        guard let number = fourDigits(digits), digits.count <= 2 else { return nil }
        return text.first == UInt8(ascii: "-") ? -number : number
    }

    /// The number in that unit. Errors: `too-precise` beyond 6 decimals, `out-of-range`.
    package func quantity(_ unit: Unit) throws(DocumentError) -> Quantity {
        var (amount, decimals) = (amount, decimals)
        while decimals > 6, amount % 10 == 0 { (amount, decimals) = (amount / 10, decimals - 1) }
        guard decimals <= 6 else { throw DocumentError(.tooPrecise, "more than 6 decimals; round the value") }
        guard let quantity = Quantity(amount, decimals: decimals, unit) else {
            throw DocumentError(.outOfRange, "the value is too large; check what it measures")
        }
        return quantity
    }

    /// The number in units of 10^-`places`, the half rounded away from zero; nil beyond 64 bits.
    package func rounded(places: Int) -> Int64? {
        var value = Int128(amount)
        if places >= decimals {
            for _ in decimals..<min(places, decimals + 18) { value *= 10 }
        } else {
            var divisor: Int128 = 1
            for _ in places..<decimals { divisor *= 10 }
            value = (value + (value < 0 ? -divisor : divisor) / 2) / divisor
        }
        return Int64(exactly: value)
    }
}
