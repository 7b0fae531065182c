import Foundation
import GRDB
import MessageSchema
import ServiceKit
import ServiceStore
import TestSupport
import Vocabulary

/// An error that is not about the input, as far as the engine can know.
struct Unexpected: Error {}

/// A service that falls over what it is told to fall over; anything else it notes and sends on.
struct FragileCore: ServiceCore {
    static let name = ServiceName.dispatch
    static let subscriptions = [StreamName.monitoring]
    static let migrations = [
        Migration("fragile-1", "CREATE TABLE heard (number INTEGER PRIMARY KEY, what TEXT NOT NULL)")
    ]
    static let channel = "gauge"
    let jurisdiction = "152202"

    init(configuration _: YAMLValue) throws {}

    static func register(_ routes: inout Routes<Self>) {
        routes.on(WarningExpired.self) { try note($1.warning, $2) }
        routes.on(WarningDrafted.self) { _, message, turn in
            try note(message.content.colour.checked().name, turn)
        }
        routes.command(VerifyIncident.self) { try note($1.incident, $2) }
        routes.device(channel) { try note(String(decoding: $1, as: UTF8.self), $2) }
        routes.timer("tick") { try note($1.subject, $1) }
    }

    private static func note(_ what: String, _ turn: Turn) throws {
        try turn.database.execute(sql: "INSERT INTO heard (what) VALUES (?)", arguments: [what])
        var sent = IncidentVerified()
        sent.incident = what
        try turn.send(sent, subject: what)
        if let subject = what.split(separator: " ").last, what.hasPrefix("set ") {
            try turn.setTimer("tick", subject: String(subject), due: turn.now)
        }
        if what.hasPrefix("cancel "), let subject = what.split(separator: " ").last {
            try turn.cancelTimer("tick", subject: String(subject))
        }
        switch what {
        case "throw": throw Unexpected()
        case "complain": throw InputError("complaint", "as it was told")
        case "complain until mended":
            let sql = "SELECT EXISTS (SELECT 1 FROM heard WHERE what = 'mended')"
            guard try Bool.fetchOne(turn.database, sql: sql) == true else {
                throw InputError("complaint", "not yet mended")
            }
        case "trap": preconditionFailure("as it was told")
        case "disk full": throw DatabaseError(resultCode: .SQLITE_FULL)
        default: break
        }
    }

    /// Bytes of a gauge.
    static func gauge(_ what: String) -> Arrival {
        var input = ExternalInput()
        (input.channel, input.data) = (channel, Data(what.utf8))
        return .external(input)
    }
}

/// A fragile service's store, opened again and again as by one process after another.
struct FragileRuns: Codable, Sendable {
    static let start = Instant(seconds: 1_790_784_000)
    let path: String

    func store() throws -> ServiceStore {
        try ServiceStore(
            path: path,
            service: FragileCore.name,
            realm: .live,
            epoch: "e",
            migrations: FragileCore.migrations
        )
    }

    /// A new run, and whether the one before it fell.
    func begin() throws -> (engine: Engine<FragileCore>, fell: Bool) {
        let engine = try Engine<FragileCore>(store: store(), configuration: "x: 1", file: "x.yaml", now: Self.start)
        return (engine, try engine.begin())
    }

    /// A run that ends with those inputs, or on one of them.
    func fall(on arrivals: [Arrival]) throws {
        let (engine, _) = try begin()
        do { _ = try engine.handle(arrivals, at: Self.start) } catch is Unexpected {} catch is StoreError {}
    }

    /// What was handled, in order.
    func heard() throws -> [String] {
        try store().read { try String.fetchAll($0, sql: "SELECT what FROM heard ORDER BY number") }
    }

    func codes() throws -> [String] { try store().read { try Ledgers.lastDeadLetters(20, $0) }.map(\.code) }

    /// Inputs whose handling began and did not end.
    func marked() throws -> Int { try store().read { try Attempts.all($0) }.count }

    /// D1.
    func replays() throws -> Bool {
        try Engine<FragileCore>.verify(store(), scratch: path + Epoch.draw()).holds
    }

    /// Records that the service is told: expired warnings of those names.
    static func records(_ names: [String]) throws -> [Arrival] {
        let feed = StreamFeed(.monitoring)
        return try names.map { name in
            var message = WarningExpired()
            message.warning = name
            return try feed.record(message, subject: name, at: start)
        }
    }
}
