package import Vocabulary

/// A decimal number as a device sent it.
package struct HJ212Number: Hashable, Sendable, CustomStringConvertible {
    /// The number without its decimal point.
    package let amount: Int64
    /// How many of its digits stand behind the point: 0 … 18.
    package let decimals: Int

    /// Reads an optional sign, digits, and digits behind a point, at most eighteen in all. Nil for anything else.
    package init?(_ text: some StringProtocol) {
        var digits = Array(text.utf8)
        let isNegative = digits.first == 0x2D
        if isNegative || digits.first == 0x2B { digits.removeFirst() }
        let parts = digits.split(separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
        guard !digits.isEmpty, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        let all = Array(parts.joined())
        decimals = parts.count == 1 ? 0 : parts[1].count
        guard decimals <= 18, all.allSatisfy({ (0x30...0x39).contains($0) }),
            all.drop(while: { $0 == 0x30 }).count <= 18
        else { return nil }
        let number = all.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
        amount = isNegative ? -number : number
    }

    /// The number in `unit`, rounded half away from zero where it has more than six decimals; nil where it is out of range.
    package func quantity(_ unit: Unit) -> Quantity? {
        guard decimals > 6 else { return Quantity(amount, decimals: decimals, unit) }
        let divisor = (6..<decimals).reduce(Int64(1)) { power, _ in power * 10 }
        let rest = amount % divisor
        let up: Int64 = rest.magnitude >= (divisor / 2).magnitude ? rest.signum() : 0
        return Quantity(amount / divisor + up, decimals: 6, unit)
    }

    package var description: String {
        let digits = String(amount.magnitude)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let point = padded.index(padded.endIndex, offsetBy: -decimals)
        return (amount < 0 ? "-" : "") + padded[..<point] + (decimals > 0 ? "." : "") + padded[point...]
    }
}

/// What was made of a factor's values. Raw values are the fields' names after the factor's code.
package enum HJ212Statistic: String, CaseIterable, Sendable {
    case realTime = "Rtd"
    case minimum = "Min"
    case average = "Avg"
    case maximum = "Max"
    /// What was discharged in the period.
    case total = "Cou"
    /// Converted to the standard's oxygen.
    case convertedRealTime = "ZsRtd"
    case convertedMinimum = "ZsMin"
    case convertedAverage = "ZsAvg"
    case convertedMaximum = "ZsMax"
    /// Sound level, in the daytime, at night.
    case level = "Data"
    case dayLevel = "DayData"
    case nightLevel = "NightData"
    /// Whether equipment runs: 0 off, 1 on, 2 calibrating, 3 maintained, 4 alarm, 5 backflushing.
    case runningState = "RS"
    /// How long equipment ran: hours.
    case runningTime = "RT"
}

/// What a message says of one factor or piece of equipment.
package struct HJ212Factor: Hashable, Sendable {
    /// One value.
    package struct Value: Hashable, Sendable {
        package let statistic: HJ212Statistic
        /// Nil where what was sent is no number.
        package let number: HJ212Number?
        /// As sent.
        package let text: String
    }

    /// The factor's code: `w01018`, in HJ/T 212-2005 `011`; or equipment's, `SB1`.
    package let code: String
    package internal(set) var values: [Value] = []
    /// As sent; `HJ212DataFlag` names it. Nil where none was.
    package internal(set) var flag: String?
    /// The state of the instrument, as sent.
    package internal(set) var equipmentFlag: String?
    /// SampleTime; nil where none was sent.
    package internal(set) var sampled: Instant?
    /// Fields of the factor that the standard does not have.
    package internal(set) var others: [HJ212Field] = []

    init(code: String) { self.code = code }

    /// The flag; nil where none was sent or table 8 has none of that letter.
    package var known: HJ212DataFlag? { flag.flatMap { HJ212DataFlag(rawValue: $0) } }
}

/// The values of a message: commands 2011, 2021, 2031, 2041, 2051 and 2061. Source: HJ 212-2017, 6.6.5 and annex C.
package struct HJ212Report: Hashable, Sendable {
    package let command: HJ212Command
    package let device: String
    /// DataTime: the time that the values belong to, as the device labels it.
    package let time: Instant
    /// In the order of their first fields.
    package let factors: [HJ212Factor]

    /// Reads the items of `message`, which stands alone or was put together by `HJ212Assembler`.
    ///
    /// Errors: `unsupported-command`, `bad-packet` for a single packet of several, `bad-time` where DataTime is missing or none.
    package static func decode(_ message: HJ212Message) throws(HJ212Error) -> HJ212Report {
        guard let command = message.known, command.isReport else {
            throw HJ212Error(.unsupportedCommand, "command \(message.command) carries no values")
        }
        guard message.packet.map({ $0.total == 1 }) ?? true else {
            throw HJ212Error(.badPacket, "one packet of several; put the message together first")
        }
        guard let text = message.value("DataTime")?.text, let time = HJ212Time.instant(text[...]) else {
            throw HJ212Error(.badTime, "no DataTime of fourteen digits")
        }
        var factors: [HJ212Factor] = []
        var places: [String: Int] = [:]
        for field in message.items.joined() {
            guard let dash = field.name.lastIndex(of: "-") else { continue }
            let code = String(field.name[..<dash])
            let place = places[code] ?? factors.count
            if place == factors.count { factors.append(HJ212Factor(code: code)) }
            places[code] = place
            factors[place].add(field, named: field.name[field.name.index(after: dash)...])
        }
        return HJ212Report(command: command, device: message.device, time: time, factors: factors)
    }
}

extension HJ212Factor {
    mutating func add(_ field: HJ212Field, named name: Substring) {
        guard let text = field.text else { return others.append(field) }
        switch (name, HJ212Statistic(rawValue: String(name))) {
        case (_, let statistic?):
            values.append(Value(statistic: statistic, number: HJ212Number(text), text: text))
        case ("Flag", _): flag = text
        case ("EFlag", _): equipmentFlag = text
        case ("SampleTime", _):
            sampled = HJ212Time.instant(text[...])
            if sampled == nil { others.append(field) }
        default: others.append(field)
        }
    }
}
