import RealModule

/// A gamma distribution of what is above 0.
struct GammaDistribution: Hashable, Sendable {
    let shape: Double
    let scale: Double

    /// Above this the values are practically alike, and the sums below do not converge.
    private static let largestShape = 100_000.0

    /// Fitted by Thom's approximation of greatest likelihood; nil where the values are alike or fewer than two.
    ///
    /// Source: Thom 1958, "A note on the gamma distribution", Monthly Weather Review 86. Every value is above 0.
    init?(fitting values: [Double]) {
        guard let first = values.first, values.contains(where: { $0 != first }) else { return nil }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let spread = Double.log(mean) - values.reduce(0) { $0 + .log($1) } / count
        let shape = (1 + Double.sqrt(1 + 4 * spread / 3)) / (4 * spread)
        guard spread > 0, shape <= Self.largestShape, mean / shape > 0 else { return nil }
        (self.shape, scale) = (shape, mean / shape)
    }

    /// How much lies below `value`: the regularized lower incomplete gamma function.
    ///
    /// Series below shape + 1, continued fraction above (Press et al., "Numerical Recipes", 6.2).
    func cumulative(_ value: Double) -> Double {
        let x = value / scale
        guard x > 0 else { return 0 }
        guard x < 1e15 else { return 1 }
        let front = Double.exp(shape * .log(x) - x - .logGamma(shape))
        return x < shape + 1 ? front * series(x) : 1 - front * continuedFraction(x)
    }

    /// Terms beyond this change nothing at any shape that a rain record can have.
    private static let mostTerms = 10_000

    private func series(_ x: Double) -> Double {
        var (term, sum) = (1 / shape, 1 / shape)
        for count in 1...Self.mostTerms {
            term *= x / (shape + Double(count))
            sum += term
            if term < sum * .ulpOfOne { break }
        }
        return sum
    }

    private func continuedFraction(_ x: Double) -> Double {
        var b = x + 1 - shape
        var c = 1 / Double.leastNormalMagnitude
        var d = 1 / b
        var result = d
        for count in 1...Self.mostTerms {
            let a = -Double(count) * (Double(count) - shape)
            b += 2
            d = 1 / nonZero(a * d + b)
            c = nonZero(b + a / c)
            result *= d * c
            if abs(d * c - 1) < .ulpOfOne { break }
        }
        return result
    }

    private func nonZero(_ value: Double) -> Double {
        abs(value) < .leastNormalMagnitude ? .leastNormalMagnitude : value
    }
}
