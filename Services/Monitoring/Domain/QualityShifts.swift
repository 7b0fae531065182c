package import Vocabulary

/// What can only be seen once later readings are there: a single reading that jumps away and back (spike), and an instrument that
/// is reset to another level for a while (temporary shift, TS). Values in millionths of a unit.
///
/// Source: Delft-FEWS, temporary shift: the values change quickly to a constant one, stay for a short time and return to the range
/// before. Nothing is judged across a gap.
package struct QualityShifts: Hashable, Sendable {
    /// How far a reading must lie from both its neighbours, to the same side, to be a spike; nil checks nothing.
    package let spikeLimit: Int64?
    package let shift: Shift?
    /// Readings further apart than this are no neighbours.
    package let longestGap: Duration

    /// A temporary shift.
    package struct Shift: Hashable, Sendable {
        /// How far the values jump, and jump back.
        package let step: Int64
        /// Within this they are constant while shifted, and like those before when they have returned.
        package let tolerance: Int64
        /// A shift that lasts longer may be the river.
        package let longest: Duration

        package init(step: Int64, tolerance: Int64, longest: Duration) {
            (self.step, self.tolerance, self.longest) = (step, tolerance, longest)
        }
    }

    /// A reading of the station, unreliable ones left out.
    package struct Reading: Hashable, Sendable {
        package let observed: Instant
        package let value: Int64

        package init(observed: Instant, value: Int64) { (self.observed, self.value) = (observed, value) }
    }

    /// A flag on a reading, by its position.
    package struct Finding: Hashable, Sendable {
        package let position: Int
        /// `SPIKE` or `TS`.
        package let flag: String
    }

    /// Throws `malformed` unless the limits are above 0, the tolerance is at least 0 and less than the step, and the gap above 0.
    package init(spikeLimit: Int64?, shift: Shift?, longestGap: Duration) throws(ForecastError) {
        guard spikeLimit.map({ $0 > 0 }) ?? true, longestGap > .zero else {
            throw ForecastError(.malformed, "a spike's limit and the longest gap are above 0")
        }
        guard shift.map({ $0.step > 0 && (0..<$0.step).contains($0.tolerance) && $0.longest > .zero }) ?? true else {
            throw ForecastError(.malformed, "a shift's step is above its tolerance, which is not negative")
        }
        (self.spikeLimit, self.shift, self.longestGap) = (spikeLimit, shift, longestGap)
    }

    /// The findings in `readings`, which ascend in time, in the order of the readings.
    package func judge(_ readings: [Reading]) -> [Finding] {
        let spikes = spikes(readings)
        let shifted = shifted(readings)
        return readings.indices.flatMap { position -> [Finding] in
            var found = [Finding]()
            if spikes.contains(position) { found.append(Finding(position: position, flag: "SPIKE")) }
            if shifted.contains(position) { found.append(Finding(position: position, flag: "TS")) }
            return found
        }
    }

    /// Differences of any two Int64 fit.
    private static func change(_ from: Reading, _ to: Reading) -> Int128 { Int128(to.value) - Int128(from.value) }

    private func areNeighbours(_ one: Reading, _ next: Reading) -> Bool {
        next.observed - one.observed <= longestGap
    }

    private func spikes(_ readings: [Reading]) -> Set<Int> {
        guard let spikeLimit, readings.count > 2 else { return [] }
        return Set(
            (1..<readings.count - 1).filter { position in
                let (before, now, after) = (readings[position - 1], readings[position], readings[position + 1])
                guard areNeighbours(before, now), areNeighbours(now, after) else { return false }
                let (there, back) = (Self.change(before, now), Self.change(after, now))
                return there.signum() == back.signum() && min(there.magnitude, back.magnitude) > spikeLimit.magnitude
            }
        )
    }

    private func shifted(_ readings: [Reading]) -> Set<Int> {
        guard let shift else { return [] }
        var found = Set<Int>()
        var start = 1
        while start < readings.count {
            guard let end = endOfShift(readings, from: start, shift) else {
                start += 1
                continue
            }
            found.formUnion(start..<end)
            start = end + 1
        }
        return found
    }

    /// The position at which the values are back, if a shift begins at `start`.
    private func endOfShift(_ readings: [Reading], from start: Int, _ shift: Shift) -> Int? {
        let (before, first) = (readings[start - 1], readings[start])
        guard areNeighbours(before, first), Self.change(before, first).magnitude >= shift.step.magnitude else {
            return nil
        }
        for position in readings.indices.dropFirst(start + 1) {
            let now = readings[position]
            guard areNeighbours(readings[position - 1], now), now.observed - first.observed <= shift.longest else {
                return nil
            }
            if Self.change(before, now).magnitude <= shift.tolerance.magnitude { return position }
            guard Self.change(first, now).magnitude <= shift.tolerance.magnitude else { return nil }
        }
        return nil
    }
}
