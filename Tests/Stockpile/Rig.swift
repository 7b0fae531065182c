import Foundation
import GRDB
import MessageSchema
import ServiceKit
import ServiceStore
import StockpileService
import SwiftProtobuf
import TestSupport
import Testing
import Vocabulary

/// A stockpile on a real database file, told what dispatch and people say.
final class Rig {
    static let configuration = """
        jurisdiction: "152202"
        people:
          - { person: p-keeper, roles: [storekeeper] }
          - { person: p-hao, roles: [receiver] }
        items:
          - { code: "1010100", name: { zh: 帐篷, en: tent } }
          - { code: "1020100", name: { zh: 食品, en: ration } }
        stores:
          - { id: S1, name: { zh: 甲, en: A }, division: "152202001" }
          - { id: S2, name: { zh: 乙, en: B }, division: "152202002" }
        routes:
          - { from: S1, to: tianchi, minutes: 40 }
          - { from: S2, to: tianchi, minutes: 20 }
        lots:
          - { id: L1, store: S1, item: "1010100", quantity: 100, expiry: 2026-12-31 }
          - { id: L2, store: S1, item: "1010100", quantity: 50, expiry: 2026-10-01 }
          - { id: L3, store: S2, item: "1010100", quantity: 30 }
          - { id: L4, store: S2, item: "1020100", quantity: 40 }
        """

    let folder: TemporaryFolder
    let store: ServiceStore
    let engine: Engine<StockpileCore>
    /// 20:00 on 3 October 2026 in Beijing: L2 is past its last day.
    let start = Instant(seconds: 1_791_028_800)
    /// Every record sent, in order.
    private(set) var sent: [Envelope] = []
    private var (sequence, number): (UInt64, Int) = (0, 0)

    init(configuration: String = Rig.configuration) throws {
        folder = try TemporaryFolder()
        store = try ServiceStore(
            path: folder.path + "/s.db",
            service: .stockpile,
            realm: .live,
            epoch: "e",
            migrations: StockpileCore.migrations
        )
        engine = try Engine(store: store, configuration: configuration, file: "stockpile.yaml", now: start)
    }

    // MARK: inputs

    func record(_ message: some StreamMessage) throws -> Arrival {
        sequence += 1
        let id = RecordID.input(channel: "test", content: Data("\(sequence)".utf8))
        var envelope = Envelope()
        (envelope.id, envelope.correlation, envelope.previousHash) = (id.bytes, id.bytes, RecordHash.none.bytes)
        (envelope.type, envelope.stream, envelope.epoch) = (type(of: message).type, "dispatch", "e")
        (envelope.sequence, envelope.realm, envelope.schemaVersion) = (sequence, "live", SchemaVersion.current)
        envelope.payload = try message.serializedData()
        return try .received(envelope.encoded())
    }

    func command(_ message: some CommandMessage, by person: String = "p-keeper") throws -> Arrival {
        number += 1
        var command = Command()
        (command.id, command.type, command.realm) = ("c\(number)", type(of: message).type, "live")
        (command.actor.person, command.actor.role) = (person, "storekeeper")
        command.payload = try message.serializedData()
        var input = ExternalInput()
        (input.channel, input.data) = (Arrival.commandChannel, try command.serializedData())
        return .external(input)
    }

    func handle(_ arrivals: [Arrival]) throws -> [Outcome] {
        let batch = try engine.handle(arrivals, at: start)
        sent += try batch.records.map { try Envelope.decode($0.bytes) }
        return batch.outcomes
    }

    @discardableResult
    func tell(_ message: some StreamMessage) throws -> Outcome { try #require(handle([record(message)]).first) }

    /// The refusal's code; empty where the command was carried out.
    func order(_ message: some CommandMessage, by person: String = "p-keeper") throws -> String {
        let outcome = try #require(handle([command(message, by: person)]).first)
        guard case .answered(let answer) = outcome else {
            Issue.record("not answered: \(outcome)")
            return "not answered"
        }
        #expect(answer.hasRefusal == answer.records.isEmpty)
        return answer.refusal.code
    }

    // MARK: what came of it

    /// The records of that type, in order.
    func all<M: StreamMessage>(_ type: M.Type) throws -> [M] {
        try sent.filter { $0.type == M.type }.map { try $0.decodePayload(as: M.self) }
    }

    /// The pieces on every account that holds any, by account and lot.
    func balances() throws -> [String: Int64] {
        try store.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT account, lot, amount FROM balance WHERE amount <> 0")
            return Dictionary(
                uniqueKeysWithValues: rows.map { ("\($0["account"] as String) \($0["lot"] as String)", $0["amount"]) }
            )
        }
    }

    func verify() throws -> Verification { try Engine<StockpileCore>.verify(store, scratch: folder.path + "/v.db") }

    // MARK: messages

    static func request(_ order: String, _ lines: [(String, UInt64)], to place: String = "tianchi") -> SuppliesRequested
    {
        var request = SuppliesRequested()
        (request.order, request.incident, request.destination) = (order, "I", place)
        request.lines = lines.map { item, quantity in
            var line = SupplyLine()
            (line.item, line.quantity) = (item, quantity)
            return line
        }
        return request
    }

    static func arrival(_ order: String, _ store: String) -> TransportArrived {
        var arrival = TransportArrived()
        (arrival.order, arrival.store) = (order, store)
        return arrival
    }

    static func closing(_ incident: String) -> IncidentClosed {
        var closing = IncidentClosed()
        closing.incident = incident
        return closing
    }

    static func pick(_ order: String, _ store: String) -> PickOrder {
        var pick = PickOrder()
        (pick.order, pick.store) = (order, store)
        return pick
    }

    static func ship(_ order: String, _ store: String) -> ShipOrder {
        var ship = ShipOrder()
        (ship.order, ship.store, ship.vehicle) = (order, store, "蒙F12345")
        return ship
    }

    static func receive(_ order: String, _ store: String, _ counts: [(String, UInt64, String)]) -> ReceiveOrder {
        var receive = ReceiveOrder()
        (receive.order, receive.store) = (order, store)
        receive.counted = counts.map { lot, quantity, reason in
            var count = CountedLot()
            (count.lot, count.quantity, count.reason) = (lot, quantity, reason)
            return count
        }
        return receive
    }
}
