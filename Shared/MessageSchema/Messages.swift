package import SwiftProtobuf

/// A message that stands on a stream: a fact in the past tense, or a request in the imperative.
package protocol StreamMessage: SwiftProtobuf.Message, Sendable {
    /// CloudEvents type, `monitoring.warning.issued`: the same for ever.
    static var type: String { get }
    /// The one stream that carries it.
    static var stream: StreamName { get }
    /// Whether the last one of each subject stays readable when older records go: what a new subscriber must know of what stands.
    static var stands: Bool { get }
}

extension StreamMessage {
    package static var stands: Bool { true }
}

/// A command's content 指令: sent by a person or a tool to the service that owns the thing.
package protocol CommandMessage: SwiftProtobuf.Message, Sendable {
    /// `monitoring.command.warning.approve`: the same for ever.
    static var type: String { get }
    static var service: ServiceName { get }
}

/// Every type of message there is, by name.
package enum MessageCatalogue {
    package static let messages: [any StreamMessage.Type] =
        monitoringMessages + gridMessages + stationMessages + forecastMessages + feedMessages + warningMessages
        + alarmMessages + reachMessages + dispatchMessages
        + stockpileMessages + centerMessages + assessmentMessages
    package static let commands: [any CommandMessage.Type] =
        monitoringCommands + gridCommands + stationCommands + forecastCommands + warningCommands + dispatchCommands
        + stockpileCommands
        + centerCommands

    private static let messagesByType = Dictionary(uniqueKeysWithValues: messages.map { ($0.type, $0) })
    private static let commandsByType = Dictionary(uniqueKeysWithValues: commands.map { ($0.type, $0) })

    /// The message type of that name; an error with code `unknown-type` otherwise.
    package static func message(_ type: String) throws(MessageError) -> any StreamMessage.Type {
        guard let found = messagesByType[type] else {
            throw MessageError(
                .unknownType,
                "no message is called '\(type.prefix(64))'; is the sender newer than this program?"
            )
        }
        return found
    }

    /// The command of that name; an error with code `unknown-type` otherwise.
    package static func command(_ type: String) throws(MessageError) -> any CommandMessage.Type {
        guard let found = commandsByType[type] else {
            throw MessageError(
                .unknownType,
                "no command is called '\(type.prefix(64))'; `fengsui send --list` lists them"
            )
        }
        return found
    }
}
