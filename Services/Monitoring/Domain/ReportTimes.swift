package import Vocabulary

/// When reports are due: at full hours of the day in Beijing, while a watch lasts.
package struct ReportTimes: Hashable, Sendable {
    package let from: Instant
    package let until: Instant
    /// 0 … 23, ascending.
    package let hours: [Int]

    package init(from: Instant, until: Instant, hours: [Int]) {
        (self.from, self.until, self.hours) = (from, until, hours)
    }

    /// The first time after `instant` that lies in the watch, both ends included; nil where none is left.
    package func next(after instant: Instant) -> Instant? {
        let start = max(from - .seconds(1), instant)
        var midnight = BeijingTime.civil(start)
        (midnight.hour, midnight.minute, midnight.second) = (0, 0, 0)
        let day = BeijingTime.instant(midnight)
        for hour in hours + hours.map({ $0 + 24 }) {
            let time = day + .hours(Int64(hour))
            if time > start, time >= from { return time <= until ? time : nil }
        }
        return nil
    }
}
