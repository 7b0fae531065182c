import Foundation
import MessageSchema
import MonitoringCodecs
import MonitoringDomain
import ServiceKit
import Vocabulary

// Orders to stations: kept in a table, sent when the station is heard, answered by a message of its own.

extension MonitoringCore {
    static let order = "station-order"

    // MARK: people

    func order(_ order: SetStationClock, _ turn: Turn) throws {
        var ask = AskStation()
        (ask.station, ask.question) = (order.station, .setClock)
        try begin(ask, turn)
    }

    func ask(_ ask: AskStation, _ turn: Turn) throws {
        guard ask.question != .setClock else {
            throw CommandRefusal("unknown-question", "to set the clock, send \(SetStationClock.type)")
        }
        try begin(ask, turn)
    }

    private func begin(_ ask: AskStation, _ turn: Turn) throws {
        guard let limits = links.orders else {
            throw CommandRefusal(
                "orders-off",
                "this service sends stations nothing; add station_orders to monitoring.yaml"
            )
        }
        guard let actor = turn.actor, links.officers.contains(actor.person) else {
            throw CommandRefusal(
                "role-missing",
                "a duty officer or approver orders stations; see people in monitoring.yaml"
            )
        }
        guard let station = try station(StationID(ask.station), turn) else {
            throw CommandRefusal("unknown-station", "there is no station '\(ask.station.shown(64))'")
        }
        let memory = turn.remembered.stations
        guard try !memory.orders(to: station.id, turn.database).contains(where: { $0.ask.question == ask.question })
        else {
            throw CommandRefusal("order-pending", "the same question to \(station.id) is on its way")
        }
        let digits = turn.now.description.filter(\.isNumber).prefix(14)
        var order = StationOrder(
            id: "O.\(station.id).\(ask.question.rawValue).\(digits)",
            ask: ask,
            track: StationOrderTrack(orderedAt: turn.now, limits)
        )
        let link = try memory.link(of: station.id, turn.database)
        // Its words are checked now, while somebody listens; a station that is connected has it at once.
        let bytes = try frame(of: &order, link ?? expected(station.id, turn), turn.now)
        if let link { turn.post(bytes, to: DeviceName(channel: link.channel, name: link.name)) }
        try keep(order, turn)
        var message = StationOrdered()
        (message.order, message.station, message.question) = (order.id, station.id.value, ask.question)
        message.expiresUs = order.track.expires.microseconds
        try turn.send(message, subject: station.id.value)
    }

    /// How a station that was never heard would be reached.
    private func expected(_ station: StationID, _ turn: Turn) throws -> StationLink {
        if let address = links.addresses.first(where: { $0.value == station })?.key {
            return StationLink(channel: Self.sl651, name: address, centre: 1, secret: "0000", system: "")
        }
        if let name = links.devices.first(where: { $0.value.station == station })?.key {
            let secret = links.passwords[station] ?? ""
            return StationLink(channel: Self.hj212, name: name, centre: 0, secret: secret, system: "91")
        }
        if let entry = try ReadingRepository.station(station, turn.database)?.registered {
            if !entry.mn.isEmpty {
                return StationLink(channel: Self.hj212, name: entry.mn, centre: 0, secret: entry.password, system: "91")
            }
            if let address = SL651Address(entry.sl651.isEmpty ? entry.id : entry.sl651)?.description {
                return StationLink(channel: Self.sl651, name: address, centre: 1, secret: "0000", system: "")
            }
        }
        throw CommandRefusal("not-reachable", "station \(station) speaks neither SL 651 nor HJ 212")
    }

    private func keep(_ order: StationOrder, _ turn: Turn) throws {
        try turn.remembered.stations.keep(order, turn.database)
        try turn.setTimer(Self.order, subject: Self.subject(of: order), due: order.track.due)
    }

    private static func subject(of order: StationOrder) -> String {
        "\(order.ask.station)/\(order.ask.question.rawValue)"
    }

    // MARK: stations

    /// The station was heard: what waits for it goes out behind the answer to its message.
    func sendOrders(to station: StationID, _ turn: Turn) throws {
        guard let limits = links.orders else { return }
        let memory = turn.remembered.stations
        for var order in try memory.orders(to: station, turn.database) {
            guard order.track.heard(at: turn.now, limits) == [.send],
                let link = try memory.link(of: station, turn.database)
            else { continue }
            do {
                let bytes = try frame(of: &order, link, turn.now)
                turn.post(bytes, to: DeviceName(channel: link.channel, name: link.name))
                try keep(order, turn)
            } catch let refusal as CommandRefusal {
                // The configuration, or how the station speaks, changed since: no fault of the station's message.
                try refuse(order, refusal.message, turn)
            }
        }
    }

    /// Publishes an answer with the order that it answers; without one only where it says something by itself.
    func conclude(
        _ answer: inout StationAnswered,
        _ station: StationID,
        at clock: Instant,
        evenUnasked: Bool,
        _ turn: Turn
    ) throws {
        let question = answer.question
        let orders = try turn.remembered.stations.orders(to: station, turn.database)
        let order = orders.first { $0.ask.question == question }
        guard order != nil || evenUnasked else { return }
        (answer.station, answer.clockUs) = (station.value, clock.microseconds)
        answer.clockAheadUs = (clock - turn.now).inMicroseconds
        if var order {
            answer.order = order.id
            _ = order.track.answered()
            try remove(order, turn)
        }
        try turn.send(answer, subject: station.value)
    }

    /// The station said no.
    func refuse(_ order: StationOrder, _ detail: String, _ turn: Turn) throws {
        var order = order
        try fail(order, order.track.refused(), detail, turn)
    }

    private func remove(_ order: StationOrder, _ turn: Turn) throws {
        try turn.remembered.stations.remove(order, turn.database)
        try turn.cancelTimer(Self.order, subject: Self.subject(of: order))
    }

    // MARK: time

    func orderIsDue(_ turn: Turn) throws {
        let words = turn.subject.split(separator: "/")
        let orders = try turn.remembered.stations.orders(to: StationID(String(words.first ?? "")), turn.database)
        guard var order = orders.first(where: { Self.subject(of: $0) == turn.subject }) else { return }
        // Where orders were switched off since, those on their way end at their time.
        let limits = links.orders ?? StationOrderTrack.Limits(keep: .zero, answer: .zero, attempts: 0)
        let effects = order.track.timeUp(at: turn.now, limits)
        if effects.isEmpty { try keep(order, turn) } else { try fail(order, effects, "", turn) }
    }

    private func fail(_ order: StationOrder, _ effects: [StationOrderTrack.Effect], _ detail: String, _ turn: Turn)
        throws
    {
        for case .failed(let failure) in effects {
            var message = StationOrderFailed()
            (message.order, message.station, message.question) = (order.id, order.ask.station, order.ask.question)
            (message.attempts, message.detail) = (UInt32(clamping: order.track.attempts), detail)
            message.reason =
                switch failure {
                case .notHeard: .notHeard
                case .noAnswer: .noAnswer
                case .refused: .refused
                }
            try turn.send(message, subject: order.ask.station)
        }
        try remove(order, turn)
    }
}
