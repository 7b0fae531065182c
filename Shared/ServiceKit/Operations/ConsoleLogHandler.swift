import Foundation
package import Logging
package import Vocabulary

/// Writes one readable line an event: time in Beijing, level, service, message, then the facts as key=value.
///
/// `12:00:41.250 info    monitoring     record sent  record.type=monitoring.warning.issued correlation=…`
package struct ConsoleLogHandler: LogHandler {
    package var logLevel: Logger.Level = .info
    package var metadata: Logger.Metadata = [:]

    package init() {}

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line.
    package func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { _, new in new }
        Logs.write(
            Data(Self.line(event.level, event.message.description, facts.mapValues { "\($0)" }, WallClock.now()).utf8)
        )
    }

    /// The line, its newline included. A value that a reader could misread is quoted.
    package static func line(
        _ level: Logger.Level,
        _ message: String,
        _ facts: [String: String],
        _ time: Instant
    ) -> String {
        var facts = facts
        let service = facts.removeValue(forKey: LogKey.service.rawValue) ?? ""
        let head = [clock(time), padded(level.rawValue, 7), padded(service, 14), message]
        let tail = facts.sorted { $0.key < $1.key }.map { "\($0.key)=\(quoted($0.value))" }
        return (head + (tail.isEmpty ? [] : [""]) + tail).joined(separator: " ") + "\n"
    }

    private static func clock(_ time: Instant) -> String {
        let civil = BeijingTime.civil(time)
        let milliseconds = (time.microseconds - time.seconds * 1_000_000) / 1_000
        let parts = [civil.hour, civil.minute, civil.second].map { String($0 + 100).dropFirst() }
        return parts.joined(separator: ":") + "." + String(milliseconds + 1_000).dropFirst()
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func quoted(_ value: String) -> String {
        guard value.isEmpty || value.contains(where: { $0.isWhitespace || $0 == "\"" || $0.isNewline }) else {
            return value
        }
        return "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            + "\""
    }
}
