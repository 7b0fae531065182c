/// A unit of measure that the suite's messages use.
package enum Unit: String, CaseIterable, Sendable, Codable {
    /// Stage, level, distance: m.
    case metre = "m"
    /// Depth of rain: mm.
    case millimetre = "mm"
    /// Flow: m³/s.
    case cubicMetrePerSecond = "m3/s"
    /// Battery: V.
    case volt = "V"
    /// Goods that are counted: 件.
    case piece
    /// Temperature of air, water and soil: °C.
    case celsius = "°C"
    /// Humidity, soil moisture, concentration of oxygen: %.
    case percent = "%"
    /// Wind and flow speed: m/s.
    case metrePerSecond = "m/s"
    /// Direction and angle: °.
    case degree = "°"
    /// Air pressure: hPa.
    case hectopascal = "hPa"
    /// Water pressure and flue gas pressure: kPa.
    case kilopascal = "kPa"
    /// Cross-section: m².
    case squareMetre = "m2"
    /// Volume of water or gas: m³.
    case cubicMetre = "m3"
    /// Hourly amount of a water meter: m³/h.
    case cubicMetrePerHour = "m3/h"
    /// Flow of waste water: L/s.
    case litrePerSecond = "L/s"
    /// Mass discharged: kg.
    case kilogram = "kg"
    /// Suspended sediment: kg/m³.
    case kilogramPerCubicMetre = "kg/m3"
    /// Sediment transported: t.
    case tonne = "t"
    /// Concentration in water: mg/L.
    case milligramPerLitre = "mg/L"
    /// Concentration in gas: mg/m³.
    case milligramPerCubicMetre = "mg/m3"
    /// Concentration in ambient air: µg/m³.
    case microgramPerCubicMetre = "µg/m3"
    /// Conductivity of water: µS/cm.
    case microsiemensPerCentimetre = "µS/cm"
    /// Turbidity: NTU, one 度 of SL 651.
    case turbidity = "NTU"
    /// Redox potential: mV.
    case millivolt = "mV"
    /// Current: A.
    case ampere = "A"
    /// Power: kW.
    case kilowatt = "kW"
    /// Sound level: dB.
    case decibel = "dB"
    /// Sampling interval: s.
    case second = "s"
    /// Duration of rain or pumping, reporting interval: min.
    case minute = "min"
    /// Time of operation, hour of the day: h.
    case hour = "h"
    /// Numbers without a unit: pH, codes, counts.
    case one = "1"
}

/// A measured or counted amount: an integer, a decimal scale and a unit, so that a threshold compares exactly.
///
/// `Quantity(4125, decimals: 3, .metre)` is 4.125 m. Amounts of one unit compare by value whatever their scale;
/// amounts of different units never compare: ask `comparable` first.
package struct Quantity: Hashable, Sendable, CustomStringConvertible {
    /// The number without its decimal point.
    package let amount: Int64
    /// How many of the amount's digits stand behind the point: 0 … 6.
    package let decimals: Int
    package let unit: Unit

    /// Nil unless `decimals` is 0 … 6 and the amount leaves room to be rescaled to six decimals, and for the difference of two so scaled.
    package init?(_ amount: Int64, decimals: Int, _ unit: Unit) {
        guard (0...6).contains(decimals), amount.magnitude <= UInt64(Int64.max) / 2_000_000 else { return nil }
        self.amount = amount
        self.decimals = decimals
        self.unit = unit
    }

    /// The value in millionths of the unit; exact.
    package var millionths: Int64 {
        var scaled = amount
        for _ in decimals..<6 { scaled *= 10 }
        return scaled
    }

    /// Less than, equal or greater by value; nil if the units differ.
    package func compare(_ other: Quantity) -> Ordering? {
        guard unit == other.unit else { return nil }
        if millionths == other.millionths { return .equal }
        return millionths < other.millionths ? .less : .greater
    }

    /// The outcome of comparing two amounts of one unit.
    package enum Ordering: Sendable { case less, equal, greater }

    /// The decimal number alone: `4.125`.
    package var number: String {
        guard decimals > 0 else { return String(amount) }
        let digits = String(amount.magnitude)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let point = padded.index(padded.endIndex, offsetBy: -decimals)
        return (amount < 0 ? "-" : "") + padded[..<point] + "." + padded[point...]
    }

    /// Number and unit: `4.125 m`.
    package var description: String { "\(number) \(unit.rawValue)" }
}
