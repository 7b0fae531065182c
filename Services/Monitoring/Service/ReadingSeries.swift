import MessageSchema
import Vocabulary

/// The last readings of a place, as the table holds them: all from the first one here on.
///
/// What is asked of an earlier time is answered by `Answer.unknown`: only the table knows.
final class ReadingSeries {
    struct Reading {
        let observed: Instant
        let millionths: Int64
        let isUsable: Bool
        let record: RecordID
    }

    enum Answer<Value> {
        case known(Value)
        case unknown
    }

    /// By which the table knows it; nil until its first reading is kept.
    var key: ReadingRepository.Key?
    /// Who looks at it, and how far back.
    let watch: Watch
    /// False once the memory let go of it.
    var isRemembered = true
    /// In order of observation.
    private(set) var readings: [Reading]
    /// Nothing stands before them in the table.
    private let startsWhole: Bool
    private var isTrimmed = false
    /// Old readings are let go when there are so many.
    private var trimCount: Int

    init(_ readings: [Reading], isWhole: Bool, _ watch: Watch) {
        (self.readings, startsWhole, self.watch) = (readings, isWhole, watch)
        trimCount = Self.trimCount(readings.count)
    }

    private static func trimCount(_ count: Int) -> Int { max(32, count + count / 2) }

    private var isWhole: Bool { startsWhole && !isTrimmed }

    var newest: Reading? { readings.last }

    /// Takes the reading in, or puts it in the place of the one of that instant; one that stands before the first is the table's.
    func keep(_ reading: Reading) {
        let index = firstIndex(from: reading.observed)
        if index < readings.count, readings[index].observed == reading.observed {
            readings[index] = reading
        } else if index > 0 || isWhole {
            readings.insert(reading, at: index)
            if readings.count >= trimCount { trim() }
        }
    }

    /// Lets go of what the newest reading does not reach, but for the last of it.
    private func trim() {
        guard let newest else { return }
        let anchor = firstIndex(from: newest.observed - watch.reach + .microseconds(1)) - 1
        if anchor > 0 {
            readings.removeFirst(anchor)
            isTrimmed = true
        }
        trimCount = Self.trimCount(readings.count)
    }

    /// Index of the first reading that was not observed before `instant`.
    private func firstIndex(from instant: Instant) -> Int {
        if let newest, newest.observed < instant { return readings.count }
        var (low, high) = (0, readings.count)
        while low < high {
            let middle = (low + high) / 2
            if readings[middle].observed < instant { low = middle + 1 } else { high = middle }
        }
        return low
    }

    // MARK: questions

    /// The reading of that instant.
    func reading(at instant: Instant) -> Answer<Reading?> {
        let index = firstIndex(from: instant)
        if index < readings.count, readings[index].observed == instant { return .known(readings[index]) }
        return index > 0 || isWhole ? .known(nil) : .unknown
    }

    /// The last usable reading before `instant`.
    func lastUsable(before instant: Instant) -> Answer<Reading?> {
        if let found = readings[..<firstIndex(from: instant)].last(where: \.isUsable) { return .known(found) }
        return isWhole ? .known(nil) : .unknown
    }

    /// Whether every reading since `duration` before the instant has that value, and one is that old.
    func isUnchanged(_ millionths: Int64, _ duration: Duration, before instant: Instant) -> Answer<Bool> {
        let start = instant - duration
        let end = firstIndex(from: instant)
        var index = firstIndex(from: start)
        if index == readings.count || readings[index].observed != start {
            guard index > 0 else { return isWhole ? .known(false) : .unknown }
            index -= 1
        }
        guard index < end else { return .known(false) }
        return .known(readings[index..<end].allSatisfy { $0.millionths == millionths })
    }

    /// The readings between two instants, both included.
    func readings(from: Instant, through: Instant) -> Answer<ArraySlice<Reading>> {
        let first = firstIndex(from: from)
        guard isWhole || first > 0 || readings.first?.observed == from else { return .unknown }
        var end = readings.count
        while end > first, readings[end - 1].observed > through { end -= 1 }
        return .known(readings[first..<end])
    }
}
