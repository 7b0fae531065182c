/// Topic filters of MQTT 3.1.1, 4.7: levels between slashes, `+` for one of them, `#` for all that follow.
package struct MQTTFilter: Hashable, Sendable, CustomStringConvertible {
    package let description: String
    private let levels: [Substring]

    /// Nil unless it is 1 to 256 bytes with wildcards only where 4.7.1 allows them.
    package init?(_ text: String) {
        let levels = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...256).contains(text.utf8.count), !text.utf8.contains(0) else { return nil }
        for (index, level) in levels.enumerated() {
            if level.contains("#"), level != "#" || index < levels.count - 1 { return nil }
            if level.contains("+"), level != "+" { return nil }
        }
        (description, self.levels) = (text, levels)
    }

    /// Whether messages on that topic come under the filter. Topics that begin with `$` do not come under a wildcard (4.7.2).
    package func matches(_ topic: String) -> Bool {
        let names = topic.split(separator: "/", omittingEmptySubsequences: false)
        if topic.hasPrefix("$"), let first = levels.first, first == "#" || first == "+" { return false }
        for (index, level) in levels.enumerated() {
            if level == "#" { return true }
            guard index < names.count, level == "+" || level == names[index] else {
                // `sport/#` is also `sport` (4.7.1.2); its last level was looked at above.
                return false
            }
            if index == levels.count - 2, names.count == levels.count - 1, levels.last == "#" { return true }
        }
        return names.count == levels.count
    }
}
