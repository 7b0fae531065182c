import ArgumentParser
import Foundation
package import Logging
import Vocabulary

/// How log lines are written on standard error.
package enum LogStyle: String, CaseIterable, Sendable, ExpressibleByArgument {
    /// One JSON object a line, for machines.
    case json
    /// One readable line, for people.
    case console

    /// Console on a terminal, JSON anywhere else.
    package static var fitting: LogStyle { isatty(STDERR_FILENO) == 1 ? .console : .json }
}

/// Where log lines go.
package enum Logs {
    /// Sets how this process logs; called once, at its start.
    package static func bootstrap(_ style: LogStyle) {
        switch style {
        case .json: LoggingSystem.bootstrap { _ in JSONLogHandler() }
        case .console: LoggingSystem.bootstrap { _ in ConsoleLogHandler() }
        }
    }

    /// Writes to standard error. A log that nobody reads any more must not stop the service, so a failure is dropped here.
    static func write(_ line: Data) { try? FileHandle.standardError.write(contentsOf: line) }
}

/// Writes one JSON object a line: time, level, message, then the facts by their dotted keys.
package struct JSONLogHandler: LogHandler {
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
        var object = facts.mapValues { "\($0)" }
        object["time"] = WallClock.now().description
        object["level"] = event.level.rawValue
        object["message"] = event.message.description
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard var line = try? encoder.encode(object) else { return }
        line.append(0x0A)
        Logs.write(line)
    }
}
