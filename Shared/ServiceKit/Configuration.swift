package import Vocabulary
import Yams

/// What is wrong with a configuration file, where, and what to do about it.
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    package let file: String
    /// From 1.
    package let line: Int
    package let message: String
    package let remedy: String

    package var description: String { "\(file):\(line): \(message); \(remedy)" }
}

/// A value of a YAML document that knows where it stands, so that every complaint names file and line.
package struct YAMLValue {
    private let node: Node
    private let file: String
    /// The keys that lead here: `rules[2].bands`.
    private let path: String

    /// Reads `text`. Errors: `ConfigurationError` where it is no YAML or empty.
    package init(text: String, file: String) throws(ConfigurationError) {
        do {
            guard let node = try Yams.compose(yaml: text) else {
                throw ConfigurationError(file: file, line: 1, message: "the file is empty", remedy: "fill it in")
            }
            self.init(node: node, file: file, path: "")
        } catch let error as ConfigurationError {
            throw error
        } catch let error as YamlError {
            throw Self.syntax(error, file: file)
        } catch {
            throw ConfigurationError(file: file, line: 1, message: "no YAML", remedy: "check the indentation")
        }
    }

    private init(node: Node, file: String, path: String) {
        (self.node, self.file, self.path) = (node, file, path)
    }

    private static func syntax(_ error: YamlError, file: String) -> ConfigurationError {
        let (line, problem): (Int, String) =
            switch error {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                (mark.line, problem)
            case .duplicatedKeysInMapping(_, let context): (context.mark.line, "a key stands twice")
            default: (1, "\(error)")
            }
        return ConfigurationError(file: file, line: line, message: problem, remedy: "correct the YAML there")
    }

    /// An error at this place.
    package func error(_ message: String, remedy: String) -> ConfigurationError {
        let place = path.isEmpty ? "" : "\(path): "
        return ConfigurationError(file: file, line: node.mark?.line ?? 1, message: place + message, remedy: remedy)
    }

    /// Refuses keys that are not in `known`: a misspelt key must not be passed over.
    package func allow(_ known: Set<String>) throws(ConfigurationError) {
        guard let mapping = node.mapping else { throw error("not a mapping", remedy: "write `key: value` lines") }
        for (key, _) in mapping where !known.contains(key.string ?? "") {
            throw YAMLValue(node: key, file: file, path: path)
                .error(
                    "unknown key '\(key.string ?? "?")'",
                    remedy: "use one of \(known.sorted().joined(separator: ", "))"
                )
        }
    }

    /// The value of `key`, or an error that names the missing key.
    package func value(_ key: String) throws(ConfigurationError) -> YAMLValue {
        guard let value = try optional(key) else { throw error("'\(key)' is missing", remedy: "add `\(key): …`") }
        return value
    }

    /// The value of `key`, nil where it is absent.
    package func optional(_ key: String) throws(ConfigurationError) -> YAMLValue? {
        guard let mapping = node.mapping else { throw error("not a mapping", remedy: "write `key: value` lines") }
        guard let node = mapping[Node(key)] else { return nil }
        return YAMLValue(node: node, file: file, path: path.isEmpty ? key : "\(path).\(key)")
    }

    /// Whether it holds keys and values.
    package var isMapping: Bool { node.mapping != nil }

    /// The items of a list.
    package func list() throws(ConfigurationError) -> [YAMLValue] {
        guard let sequence = node.sequence else { throw error("not a list", remedy: "write `- item` lines") }
        return sequence.enumerated().map { YAMLValue(node: $1, file: file, path: "\(path)[\($0)]") }
    }

    /// The keys and values of a mapping, in the file's order.
    package func entries() throws(ConfigurationError) -> [(key: String, value: YAMLValue)] {
        guard let mapping = node.mapping else { throw error("not a mapping", remedy: "write `key: value` lines") }
        return mapping.map { key, value in
            let name = key.string ?? "?"
            return (name, YAMLValue(node: value, file: file, path: path.isEmpty ? name : "\(path).\(name)"))
        }
    }

    /// A text that is not empty.
    package func text() throws(ConfigurationError) -> String {
        guard let text = node.scalar?.string, !text.isEmpty, !text.utf8.contains(0) else {
            throw error("not a text", remedy: "write a text, without the character NUL")
        }
        return text
    }

    /// A whole number within `range`.
    package func integer(in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        guard let number = Int(try text()), range.contains(number) else {
            throw error(
                "'\(try text())' is out of range",
                remedy: "write a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    /// The value that `parse` makes of the text, or an error that says what was expected.
    package func parse<Value>(_ expected: String, _ parse: (String) -> Value?) throws(ConfigurationError) -> Value {
        let text = try text()
        guard let value = parse(text) else { throw error("'\(text)' is not \(expected)", remedy: "write \(expected)") }
        return value
    }

    /// A list of texts.
    package func texts() throws(ConfigurationError) -> [String] {
        var texts: [String] = []
        for item in try list() { texts.append(try item.text()) }
        return texts
    }

    /// Checks a name in both languages, `{ zh, en }`; the screens read it from the file.
    package func names() throws(ConfigurationError) {
        try allow(["zh", "en"])
        _ = try value("zh").text()
        _ = try value("en").text()
    }

    /// `true` or `false`.
    package func flag() throws(ConfigurationError) -> Bool {
        try parse("true or false") { $0 == "true" ? true : $0 == "false" ? false : nil }
    }

    /// A duration: `30s`, `10m`, `3h`, `2d`.
    package func duration() throws(ConfigurationError) -> Duration {
        try parse("a duration such as 30s, 10m, 3h, 2d") { text in
            guard let count = Int64(text.dropLast()), (0...100_000).contains(count) else { return nil }
            return switch text.last {
            case "s": .seconds(count)
            case "m": .minutes(count)
            case "h": .hours(count)
            case "d": .hours(count * 24)
            default: nil
            }
        }
    }

    /// A quantity with its unit: `2.50 m`, `30.0 mm`.
    package func quantity(_ unit: Unit) throws(ConfigurationError) -> Quantity {
        try parse("a quantity in \(unit.rawValue), such as \"2.50 \(unit.rawValue)\"") { text in
            let words = text.split(separator: " ")
            guard words.count == 2, words[1] == unit.rawValue else { return nil }
            let parts = words[0].split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count <= 2, let amount = Int64(parts.joined()) else { return nil }
            return Quantity(amount, decimals: parts.count == 2 ? parts[1].utf8.count : 0, unit)
        }
    }

    /// A place: `[latitude, longitude]` in degrees of WGS 84.
    package func position() throws(ConfigurationError) -> Position {
        let degrees = try list()
        guard degrees.count == 2, let latitude = Double(try degrees[0].text()),
            let longitude = Double(try degrees[1].text()),
            abs(latitude) <= 90, abs(longitude) <= 180,
            let position = Position(
                latitudeMicrodegrees: Int32((latitude * 1_000_000).rounded()),
                longitudeMicrodegrees: Int32((longitude * 1_000_000).rounded()),
                datum: .wgs84
            )
        else { throw error("not a place", remedy: "write [latitude, longitude] in degrees of WGS 84") }
        return position
    }
}
