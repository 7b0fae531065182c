package import Vocabulary

/// What a station measures that the suite uses.
package enum SL651Element: Hashable, Sendable {
    /// Stage, lead 39.
    case stage
    /// Flow, lead 27.
    case flow
    /// Rain of one hour, lead 1A.
    case rain1h
    /// Rain of five minutes, lead 22.
    case rain5min
    /// Accumulated rain, lead 26.
    case rainAccumulated
    /// Battery, lead 38.
    case battery

    init?(lead: UInt8) {
        switch lead {
        case 0x39: self = .stage
        case 0x27: self = .flow
        case 0x1A: self = .rain1h
        case 0x22: self = .rain5min
        case 0x26: self = .rainAccumulated
        case 0x38: self = .battery
        default: return nil
        }
    }

    var unit: Unit {
        switch self {
        case .stage: .metre
        case .flow: .cubicMetrePerSecond
        case .rain1h, .rain5min, .rainAccumulated: .millimetre
        case .battery: .volt
        }
    }
}

/// One value of a report, with the decimals that the station sent.
package struct SL651Reading: Hashable, Sendable {
    package let element: SL651Element
    package let value: Quantity
    package let observed: Instant
}

/// The content of a report: functions 30 to 35. Source: SL 651-2014, 6.6 and annex C (element identifiers).
package struct SL651Report: Hashable, Sendable {
    package let serial: UInt16
    package let sent: Instant
    package let readings: [SL651Reading]

    /// Reads the body of `frame`. Elements that the suite does not use are passed over by the length in their second byte.
    ///
    /// Twelve 5-minute values (F4, F5–FC) belong to a later issue and are passed over too.
    /// Errors: `unsupported-function`, `too-short`, `bad-digits`, `bad-time`, `bad-element`.
    package static func decode(_ frame: SL651Frame) throws(SL651Error) -> SL651Report {
        guard (0x30...0x35).contains(frame.function), frame.packet == nil else {
            throw SL651Error(
                .unsupportedFunction,
                "function \(String(frame.function, radix: 16)) carries no single report"
            )
        }
        var reader = BodyReader(bytes: frame.body[...])
        let serial = try reader.take(2).reduce(0) { $0 << 8 | UInt16($1) }
        let sent = try reader.time(digits: 6)
        var observed = sent
        var readings: [SL651Reading] = []
        while !reader.bytes.isEmpty {
            let head = try reader.take(2)
            let (lead, length) = (head[head.startIndex], head[head.startIndex + 1])
            switch (lead, length) {
            case (0xF1, 0xF1): _ = try reader.take(6)
            case (0xF0, 0xF0): observed = try reader.time(digits: 5)
            default:
                let value = try reader.take(Int(length >> 3))
                guard let element = SL651Element(lead: lead), !value.isEmpty, !value.allSatisfy({ $0 == 0xFF }) else {
                    continue
                }
                readings.append(try reading(element, value, decimals: Int(length & 7), observed))
            }
        }
        return SL651Report(serial: serial, sent: sent, readings: readings)
    }

    private static func reading(_ element: SL651Element, _ bytes: ArraySlice<UInt8>, decimals: Int, _ observed: Instant)
        throws(SL651Error) -> SL651Reading
    {
        // A first byte of FF stands for a minus sign.
        let negative = bytes.first == 0xFF
        let magnitude = try BCD.number(negative ? bytes.dropFirst() : bytes)
        guard let value = Quantity(negative ? -magnitude : magnitude, decimals: decimals, element.unit) else {
            throw SL651Error(.badElement, "a value with \(decimals) decimals is out of range")
        }
        return SL651Reading(element: element, value: value, observed: observed)
    }
}

/// Takes a body apart from its front, never past its end.
private struct BodyReader {
    var bytes: ArraySlice<UInt8>

    mutating func take(_ count: Int) throws(SL651Error) -> ArraySlice<UInt8> {
        guard bytes.count >= count else { throw SL651Error(.tooShort, "the body ends within an element") }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count)
    }

    /// A time in Beijing: YYMMDDhhmm, and ss with six bytes. Years are 2000 … 2099.
    mutating func time(digits count: Int) throws(SL651Error) -> Instant {
        var fields: [Int] = []
        for byte in try take(count) { fields.append(Int(try BCD.number([byte]))) }
        let second = count == 6 ? fields[5] : 0
        let civil = CivilTime(
            year: 2000 + fields[0],
            month: fields[1],
            day: fields[2],
            hour: fields[3],
            minute: fields[4],
            second: second
        )
        guard let civil else { throw SL651Error(.badTime, "no such time: \(fields)") }
        return BeijingTime.instant(civil)
    }
}
