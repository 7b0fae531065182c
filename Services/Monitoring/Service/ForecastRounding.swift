import MonitoringDomain
import Vocabulary

extension Quantity {
    /// A forecast's number rounded to `decimals`, ties away from zero. Throws `out-of-range` where no quantity can tell it.
    init(rounding value: Double, decimals: Int, _ unit: Unit) throws(ForecastError) {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        guard let amount = Int64(exactly: (value * scale).rounded()),
            let quantity = Quantity(amount, decimals: decimals, unit)
        else { throw ForecastError(.outOfRange, "\(value) \(unit.rawValue) cannot be told; correct the input") }
        self = quantity
    }

    /// The same, of millionths.
    init(roundingMillionths value: Int64, decimals: Int, _ unit: Unit) throws(ForecastError) {
        try self.init(rounding: Double(value) / 1_000_000, decimals: decimals, unit)
    }
}
