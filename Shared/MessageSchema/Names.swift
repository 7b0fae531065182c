/// The five services. The raw value names the executable, the source of its records and its folder of configuration.
package enum ServiceName: String, CaseIterable, Sendable, Comparable {
    case monitoring
    case dispatch
    case stockpile
    case commandCenter = "command-center"
    case assessment

    package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }

    /// The streams that this service, and nobody else, writes.
    package var streams: [StreamName] { StreamName.allCases.filter { $0.writer == self } }
}

/// The streams. One ordered stream for each service; others only where volume, retention or need to know differ.
package enum StreamName: String, CaseIterable, Sendable, Comparable {
    /// Warnings, silent stations.
    case monitoring = "monitoring"
    /// Accepted readings with quality flags.
    case observation = "monitoring.observation"
    /// Whom warnings reached, by which channel.
    case reach = "monitoring.reach"
    /// Incidents, levels, tasks, requests, transport.
    case dispatch = "dispatch"
    /// Reservations, shortages, movements.
    case stockpile = "stockpile"
    /// Sessions: called, joined, floor, ended.
    case center = "center"
    /// Key times and reports.
    case assessment = "assessment"

    package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }

    package var writer: ServiceName {
        switch self {
        case .monitoring, .observation, .reach: .monitoring
        case .dispatch: .dispatch
        case .stockpile: .stockpile
        case .center: .commandCenter
        case .assessment: .assessment
        }
    }

    /// The stream of that name, or an error with code `unknown-stream`.
    package init(named name: String) throws(MessageError) {
        guard let stream = StreamName(rawValue: name) else {
            throw MessageError(.unknownStream, "no stream is called '\(name.prefix(64))'")
        }
        self = stream
    }
}

/// The version of the shared message schema, raised when a field or a type is added.
package enum SchemaVersion {
    package static let current: UInt32 = 1
}

/// Bounds on what is decoded. Larger is refused before it is decoded.
package enum Limits {
    /// An encoded envelope: 1 MiB.
    package static let recordBytes = 1 << 20
    /// A request or a reply; a page of catch-up stays below it: 8 MiB.
    package static let requestBytes = 8 << 20
    /// The last sequence that a stream can reach: the one after it still fits the databases' 64 bits with a sign.
    package static let lastSequence = UInt64(Int64.max) - 1
    /// A command's id, a subject: 128 characters.
    package static let nameCharacters = 128
}
