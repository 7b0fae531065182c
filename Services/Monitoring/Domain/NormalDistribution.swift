import RealModule

/// The standard normal distribution.
enum NormalDistribution {
    static func cumulative(_ value: Double) -> Double { 0.5 * .erfc(-value / Double.sqrt(2)) }

    /// The value below which lies `probability`; −∞ at 0 and ∞ at 1.
    ///
    /// Abramowitz and Stegun 1964, 26.2.23, for a start that is right to 4.5 · 10⁻⁴, then Halley's method: full precision in the
    /// lower half, to which the upper one is mirrored.
    static func quantile(_ probability: Double) -> Double {
        if probability > 0.5 { return -quantile(1 - probability) }
        guard probability > 0 else { return -.infinity }
        let t = Double.sqrt(-2 * .log(probability))
        let above = 2.515517 + t * (0.802853 + t * 0.010328)
        let below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
        var value = above / below - t
        for _ in 0..<3 {
            let density = Double.exp(-value * value / 2) / Double.sqrt(2 * .pi)
            guard density > 0 else { break }
            let step = (cumulative(value) - probability) / density
            value -= step / (1 + value * step / 2)
        }
        return value
    }
}
