package import Foundation
package import GRDB
package import MessageSchema
package import ServiceStore
import SwiftProtobuf

/// What one service is: what it is told, what it reads, the tables it keeps and what it does with each input.
///
/// The core itself is a constant made from the configuration text in the journal. All that changes stands in the
/// service's tables, so a transaction that fails leaves nothing behind.
package protocol ServiceCore: Sendable {
    static var name: ServiceName { get }
    /// The streams of others that are read.
    static var subscriptions: [StreamName] { get }
    /// The service's own tables, all derived: rebuilt from the journal and digested.
    static var migrations: [Migration] { get }

    /// The page of its database, as `ServiceStore` takes it.
    static var pageBytes: Int { get }

    /// Reads the configuration. Errors: `ConfigurationError` with file, line and remedy.
    init(configuration: YAMLValue) throws

    /// Division code of the jurisdiction that the service serves.
    var jurisdiction: String { get }

    /// Names what is done with each type of record, command, device bytes and timer.
    static func register(_ routes: inout Routes<Self>)
}

extension ServiceCore {
    package static var pageBytes: Int { ServiceStore.batchPageBytes }
}

/// What a service does with each type of input. The message map is read from here.
package struct Routes<Core: ServiceCore>: Sendable {
    /// What is done with the bytes of one input.
    package typealias Handler = @Sendable (Core, Data, Turn) throws -> Void
    /// What the sender of those bytes is told, read from the tables as they stand; changes nothing.
    package typealias Answer = @Sendable (Core, Data, _ sender: String, Database) throws -> Data

    private(set) var records: [String: Handler] = [:]
    private(set) var commands: [String: Handler] = [:]
    private(set) var devices: [String: Handler] = [:]
    private(set) var timers: [String: Handler] = [:]
    private(set) var effects: [String: @Sendable (Core, EffectOutcome, Turn) throws -> Void] = [:]
    /// What is answered on a device channel, when the bytes are handled and whenever they come again.
    private(set) var answers: [String: Answer] = [:]
    /// The channels on which the same bytes of two senders are two inputs.
    private(set) var bySender: Set<String> = []

    init() {}

    /// What `Core` registers.
    package static var registered: Routes<Core> {
        var routes = Routes<Core>()
        Core.register(&routes)
        return routes
    }

    /// The types of records that are handled, in name order.
    package var recordTypes: [String] { records.keys.sorted() }
    /// The types of commands that are handled, in name order.
    package var commandTypes: [String] { commands.keys.sorted() }

    /// Handles records of that type.
    package mutating func on<M: StreamMessage>(
        _ type: M.Type,
        _ handler: @escaping @Sendable (Core, M, Turn) throws -> Void
    ) {
        records[type.type] = { try handler($0, M.decode($1), $2) }
    }

    /// Handles commands of that type; refuses by throwing `CommandRefusal`.
    package mutating func command<C: CommandMessage>(
        _ type: C.Type,
        _ handler: @escaping @Sendable (Core, C, Turn) throws -> Void
    ) {
        commands[type.type] = { try handler($0, C.decode($1), $2) }
    }

    /// Handles bytes of a device on that channel.
    package mutating func device(_ channel: String, _ handler: @escaping Handler) { devices[channel] = handler }

    /// Handles bytes of a named source on that channel: the same bytes of another source are another input.
    ///
    /// `answer` is what the source is told after the commit, and again whenever the same bytes come again.
    package mutating func source(_ channel: String, answer: Answer? = nil, _ handler: @escaping Handler) {
        devices[channel] = handler
        answers[channel] = answer
        bySender.insert(channel)
    }

    /// Handles how effects of that kind ended: what `Turn.perform` asked for; its subject is the turn's.
    package mutating func effect(
        _ kind: String,
        _ handler: @escaping @Sendable (Core, EffectOutcome, Turn) throws -> Void
    ) {
        effects[kind] = handler
    }

    /// Handles the timer of that name; its subject is the turn's.
    package mutating func timer(_ name: String, _ handler: @escaping @Sendable (Core, Turn) throws -> Void) {
        timers[name] = { core, _, turn in try handler(core, turn) }
    }
}
