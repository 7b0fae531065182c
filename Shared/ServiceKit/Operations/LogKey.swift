package import Logging

/// The keys of the facts in ServiceKit's log lines: stable, so that a filter written today works next year.
package enum LogKey: String, Sendable {
    case service
    case realm
    /// Root of the chain that the line belongs to: 32 hexadecimal digits.
    case correlation
    case recordType = "record.type"
    case recordSubject = "record.subject"
    case recordSequence = "record.sequence"
    /// The type that all records of the line have.
    case recordTypes = "record.types"
    /// How many records the line stands for.
    case recordCount = "record.count"
    case inputKind = "input.kind"
    /// Stream, channel or timer from which the input came.
    case inputOrigin = "input.origin"
    case inputType = "input.type"
    case stream = "stream.name"
    case streamNext = "stream.next"
    case streamHead = "stream.head"
    case streamLag = "stream.lag"
    /// For how long records have been known of that are not read yet.
    case streamBehindSeconds = "stream.behind_s"
    case streamGaps = "stream.gaps"
    case streamPages = "stream.pages"
    case streamDuplicates = "stream.duplicates"
    case streamDeadLetters = "stream.dead_letters"
    case streamEpoch = "stream.epoch"
    case streamFirst = "stream.first"
    /// A service that reads the stream.
    case subscriber = "stream.subscriber"
    case streamBytes = "stream.bytes"
    case streamRate = "stream.records_per_s"
    case errorCode = "error.code"
    case errorMessage = "error.message"
    case peerAddress = "peer.address"
    /// A public key, Z85.
    case peerKey = "peer.key"
    case httpAddress = "http.address"
    /// The channel of a device port: sl651, hj212.
    case portChannel = "port.channel"
    /// Why a device port closed a connection.
    case portEnding = "port.ending"
    /// How often it did since the start.
    case portCount = "port.count"
}

extension Logger {
    /// Logs a constant, lower-case message with its facts.
    package func log(
        _ level: Level,
        _ message: Message,
        _ facts: KeyValuePairs<LogKey, any CustomStringConvertible>
    ) {
        guard level >= logLevel else { return }
        var metadata = Metadata()
        for (key, value) in facts { metadata[key.rawValue] = "\(value)" }
        log(level: level, message, metadata: metadata)
    }
}
