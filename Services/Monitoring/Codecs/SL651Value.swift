import Vocabulary

extension SL651Element {
    /// What `bytes` say of this element with the decimals of its identifier's second byte.
    func content(_ bytes: ArraySlice<UInt8>, decimals: Int) -> SL651Entry.Content {
        guard let definition else { return .undefined(Array(bytes)) }
        if case .status = definition.kind {
            return SL651Status(bytes).map { .status($0) } ?? .illegible(Array(bytes))
        }
        // Some loggers fill what they do not have with A, the filler of odd digits (6.6.3.3 b).
        if bytes.allSatisfy({ $0 == 0xFF }) || bytes.allSatisfy({ $0 == 0xAA }) { return .missing }
        let legible: SL651Entry.Content? =
            switch definition.kind {
            case .number: SignedBCD.quantity(bytes, decimals: decimals, definition.unit).map { .number($0) }
            case .tenThousands: SignedBCD.tenThousands(bytes, decimals: decimals, definition.unit).map { .number($0) }
            case .duration:
                BCD.value(bytes).flatMap { Self.minutes($0, decimals: decimals) }.map { .number($0) }
            case .step: SL651Step(bytes).map { .step($0) }
            case .status, .twelveRains, .twelveStages: nil
            }
        return legible ?? .illegible(Array(bytes))
    }

    /// HH.mm, or whole hours where no decimals are stated (E.1.2.3).
    static func minutes(_ number: Int64, decimals: Int) -> Quantity? {
        guard (0..<1_000_000).contains(number) else { return nil }
        switch decimals {
        case 0: return Quantity(number * 60, decimals: 0, .minute)
        case 2 where number % 100 < 60: return Quantity(number / 100 * 60 + number % 100, decimals: 0, .minute)
        default: return nil
        }
    }
}

/// Decimal digits with a sign. Source: SL 651-2014, 6.6.3.3: a first byte FF stands for minus (FF0 before an odd number of digits).
enum SignedBCD {
    /// Nil where the bytes are no digits or the number is out of range.
    static func quantity(_ bytes: ArraySlice<UInt8>, decimals: Int, _ unit: Unit) -> Quantity? {
        guard let number = number(bytes) else { return nil }
        // Quantity keeps six decimals; a seventh counts only where it is 0.
        if decimals == 7 { return number % 10 == 0 ? Quantity(number / 10, decimals: 6, unit) : nil }
        return Quantity(number, decimals: decimals, unit)
    }

    /// The same for a number of ten thousands.
    static func tenThousands(_ bytes: ArraySlice<UInt8>, decimals: Int, _ unit: Unit) -> Quantity? {
        number(bytes).flatMap { tenThousands($0, decimals: decimals, unit) }
    }

    /// `number` × 10^-`decimals` ten thousands. Nil out of range.
    static func tenThousands(_ number: Int64, decimals: Int, _ unit: Unit) -> Quantity? {
        guard decimals < 4 else { return Quantity(number, decimals: decimals - 4, unit) }
        let factors: [Int64] = [10_000, 1_000, 100, 10]
        let (amount, overflow) = number.multipliedReportingOverflow(by: factors[decimals])
        return overflow ? nil : Quantity(amount, decimals: 0, unit)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
        let isNegative = bytes.first == 0xFF
        return BCD.value(isNegative ? bytes.dropFirst() : bytes).map { isNegative ? -$0 : $0 }
    }
}

extension SL651Step {
    /// Reads d, h and m, a BCD byte each: at most 31, 23 and 59. Nil for anything else.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count == 3, let number = BCD.value(bytes) else { return nil }
        let (days, hours, rest) = (number / 10_000, number / 100 % 100, number % 100)
        guard days <= 31, hours <= 23, rest <= 59 else { return nil }
        let minutes = days * 1_440 + hours * 60 + rest
        duration = minutes == 0 ? nil : .minutes(minutes)
    }

    /// d, h and m, a BCD byte each.
    var bytes: [UInt8] {
        let minutes = Int((duration ?? .zero).inSeconds / 60)
        return BCD.bytes(minutes / 1_440 % 100, count: 1) + BCD.bytes(minutes / 60 % 24, count: 1)
            + BCD.bytes(minutes % 60, count: 1)
    }
}

/// The state of a station and its alarms, a bit each. Source: SL 651-2014, table 58.
package struct SL651Status: Hashable, Sendable {
    /// The 32 bits as sent, BIT0 lowest.
    package let bits: UInt32

    package init(bits: UInt32) { self.bits = bits }

    /// Reads four bytes, the highest first. Nil for any other number.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count == 4 else { return nil }
        bits = bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// What a bit means. Raw values are the bits' numbers; 12 to 31 are reserved.
    package enum Bit: Int, CaseIterable, Sendable {
        case mainsLost = 0
        case batteryLow = 1
        case stageAlarm = 2
        case flowAlarm = 3
        case qualityAlarm = 4
        case flowMeterFaulty = 5
        case stageGaugeFaulty = 6
        /// 0 is an open door.
        case doorClosed = 7
        case storageFaulty = 8
        case cardEnabled = 9
        /// 0 is a working pump.
        case pumpStopped = 10
        case waterQuotaExceeded = 11
    }

    /// Whether the bit is 1.
    package func isSet(_ bit: Bit) -> Bool { bits >> UInt32(bit.rawValue) & 1 == 1 }

    /// What asks for attention: lost mains, low battery, alarms, faults, and an open door.
    package var alarms: [Bit] {
        Bit.allCases.filter { bit in
            switch bit {
            case .doorClosed: !isSet(bit)
            case .cardEnabled, .pumpStopped: false
            case .mainsLost, .batteryLow, .stageAlarm, .flowAlarm, .qualityAlarm, .flowMeterFaulty, .stageGaugeFaulty,
                .storageFaulty, .waterQuotaExceeded:
                isSet(bit)
            }
        }
    }
}
