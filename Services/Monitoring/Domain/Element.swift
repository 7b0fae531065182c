package import Vocabulary

/// What is observed 监测要素: a name for people, its one unit, and for an amount that gathers the period that it gathers over.
package struct Element: Hashable, Sendable {
    package let id: ElementID
    package let chinese: String
    package let english: String
    /// Every value of the element is in it; another is refused, never converted.
    package let unit: Unit
    /// The period that ends at the observation; nil for a value of that instant.
    package let period: Duration?

    package init(id: ElementID, chinese: String, english: String, unit: Unit, period: Duration? = nil) {
        (self.id, self.chinese, self.english, self.unit, self.period) = (id, chinese, english, unit, period)
    }
}

extension ElementID {
    /// Nil unless it is 1 to 32 small letters, digits and underscores, a letter first.
    package init?(checking text: String) {
        guard (1...32).contains(text.utf8.count), let first = text.utf8.first, (97...122).contains(first),
            text.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 95 })
        else { return nil }
        self.init(text)
    }

    /// Stage of a river.
    package static let stage: ElementID = "stage"
    /// Flow of a river.
    package static let flow: ElementID = "flow"
    /// Rain of the hour that ends.
    package static let rain1h: ElementID = "rain_1h"
    /// Rain of the five minutes that end.
    package static let rain5min: ElementID = "rain_5min"
    /// Rain since the gauge was last set back.
    package static let rainAccumulated: ElementID = "rain_accumulated"
    /// Voltage of a station's battery.
    package static let battery: ElementID = "battery"
}
