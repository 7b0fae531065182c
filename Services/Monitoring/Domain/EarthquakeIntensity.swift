import RealModule
package import Vocabulary

/// An earthquake as a network reports it.
package struct EarthquakeEvent: Hashable, Sendable {
    /// The network's own identifier.
    package let id: String
    package let origin: Instant
    package let epicentre: Position
    package let magnitudeHundredths: Int
    /// Below sea level; a shallow one may be reported above.
    package let depthMetres: Int

    /// Throws `out-of-range` unless the magnitude is −2 … 10 and the depth −10 … 800 km, `malformed` without an identifier.
    package init(id: String, origin: Instant, epicentre: Position, magnitudeHundredths: Int, depthMetres: Int)
        throws(ForecastError)
    {
        guard !id.isEmpty else { throw ForecastError(.malformed, "an earthquake needs its network's identifier") }
        try ForecastError.check(
            ("magnitude", Double(magnitudeHundredths) / 100, -2...10),
            ("depth in km", Double(depthMetres) / 1000, -10...800)
        )
        (self.id, self.origin, self.epicentre) = (id, origin, epicentre)
        (self.magnitudeHundredths, self.depthMetres) = (magnitudeHundredths, depthMetres)
    }
}

/// How seismic intensity falls with the distance from the epicentre: I = A + B · M − C · ln(R + R₀) along either axis of an ellipse,
/// R in km. Coefficients, their range and whether they are confirmed are data of the region.
///
/// Form: Wang Suyun, Yu Yanxiang, Gao Ajia and Yan Xiujie 2000, "Development of attenuation relations for ground motion in China";
/// Xiao Liang 2011 keeps it. Intensities are those of GB/T 17742-2020, I to XII.
package struct EarthquakeAttenuation: Hashable, Sendable {
    package let longAxis: Axis
    package let shortAxis: Axis
    package let range: Range
    /// Whether somebody answerable has compared the coefficients with the published ones. A forecast tells it along.
    package let isConfirmed: Bool

    /// The coefficients along one axis.
    package struct Axis: Hashable, Sendable {
        let a: Double
        let b: Double
        let c: Double
        let r0: Double

        /// Throws `out-of-range` unless A is −20 … 20, B 0.1 … 5, C 0.1 … 10 and R₀ 1 … 100 km: so that intensity grows with the
        /// magnitude and falls with the distance.
        package init(a: Double, b: Double, c: Double, r0Kilometres: Double) throws(ForecastError) {
            try ForecastError.check(
                ("A", a, -20...20),
                ("B", b, 0.1...5),
                ("C", c, 0.1...10),
                ("R₀ in km", r0Kilometres, 1...100)
            )
            (self.a, self.b, self.c, r0) = (a, b, c, r0Kilometres)
        }

        func intensity(_ magnitude: Double, _ kilometres: Double) -> Double {
            a + b * magnitude - c * .log(kilometres + r0)
        }

        /// How far the intensity reaches; 0 where it is not reached at all.
        func kilometres(_ magnitude: Double, _ intensity: Double) -> Double {
            max(.exp((a + b * magnitude - intensity) / c) - r0, 0)
        }
    }

    /// For which earthquakes and distances the coefficients were made.
    package struct Range: Hashable, Sendable {
        package var magnitudeHundredths: ClosedRange<Int>
        package var mostMetres: Int64
        /// Deeper ones are felt otherwise: under north-east China they reach 600 km.
        package var mostDepthMetres: Int

        package init(magnitudeHundredths: ClosedRange<Int>, mostMetres: Int64, mostDepthMetres: Int) {
            (self.magnitudeHundredths, self.mostMetres) = (magnitudeHundredths, mostMetres)
            self.mostDepthMetres = mostDepthMetres
        }
    }

    package init(longAxis: Axis, shortAxis: Axis, range: Range, isConfirmed: Bool) {
        (self.longAxis, self.shortAxis, self.range) = (longAxis, shortAxis, range)
        self.isConfirmed = isConfirmed
    }

    /// The intensity at a place.
    package struct Intensity: Hashable, Sendable {
        /// I … XII; halves round up.
        package let degree: Int
        /// Before rounding, in millionths of a degree.
        package let millionths: Int64
        package let distanceMetres: Int64
        /// False where the coefficients are not confirmed.
        package let isConfirmed: Bool
    }

    /// The intensity at `place`. `longAxisDegrees` is the fault's direction from north by east; nil, as in the first minutes, takes
    /// the long axis in every direction, which is the worst case.
    ///
    /// Throws `out-of-range` for an earthquake or a distance for which the coefficients were not made, and for another datum.
    package func intensity(of event: EarthquakeEvent, at place: Position, longAxisDegrees: Double?)
        throws(ForecastError) -> Intensity
    {
        guard range.magnitudeHundredths.contains(event.magnitudeHundredths) else {
            throw ForecastError(.outOfRange, "magnitude \(Double(event.magnitudeHundredths) / 100) has no coefficients")
        }
        guard event.depthMetres <= range.mostDepthMetres else {
            throw ForecastError(.outOfRange, "at \(event.depthMetres) m it is too deep for the coefficients")
        }
        guard let metres = GreatCircle.metres(event.epicentre, place),
            let bearing = GreatCircle.bearingDegrees(event.epicentre, place), metres <= range.mostMetres
        else { throw ForecastError(.outOfRange, "the place is too far, or in another datum; give WGS 84") }
        if let longAxisDegrees { try ForecastError.check(("direction in degrees", longAxisDegrees, -360...360)) }
        let value = value(
            magnitude: Double(event.magnitudeHundredths) / 100,
            kilometres: Double(metres) / 1000,
            degreesOffAxis: longAxisDegrees.map { bearing - $0 }
        )
        return Intensity(
            degree: min(max(Int((value + 0.5).rounded(.down)), 1), 12),
            millionths: try value.roundedToMillionths(),
            distanceMetres: metres,
            isConfirmed: isConfirmed
        )
    }

    /// The intensity whose ellipse goes through the place, between those of the axes.
    private func value(magnitude: Double, kilometres: Double, degreesOffAxis: Double?) -> Double {
        let along = longAxis.intensity(magnitude, kilometres)
        guard let degreesOffAxis else { return along }
        let across = shortAxis.intensity(magnitude, kilometres)
        let angle = degreesOffAxis * .pi / 180
        let (x, y) = (kilometres * .cos(angle), kilometres * .sin(angle))
        var (low, high) = (min(along, across), max(along, across))
        // Halves what is left 60 times: to the last digit of a number.
        for _ in 0..<60 {
            let middle = (low + high) / 2
            let long = longAxis.kilometres(magnitude, middle)
            let short = shortAxis.kilometres(magnitude, middle)
            if reaches(x, long, y, short) { low = middle } else { high = middle }
        }
        return low
    }

    /// Whether a place lies within an ellipse.
    private func reaches(_ x: Double, _ long: Double, _ y: Double, _ short: Double) -> Bool {
        guard long > 0, short > 0 else { return false }
        return (x / long) * (x / long) + (y / short) * (y / short) <= 1
    }
}
