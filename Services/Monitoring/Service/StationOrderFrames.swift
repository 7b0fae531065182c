import Foundation
import MessageSchema
import MonitoringCodecs
import ServiceKit
import Vocabulary

// Orders in the words of the wire.

extension MonitoringCore {
    /// The bytes of the order as sent at `now`.
    ///
    /// Errors: `CommandRefusal` where the protocol has no words for it; `unknown-element`, `unknown-question`.
    func frame(of order: inout StationOrder, _ link: StationLink, _ now: Instant) throws -> Data {
        if link.channel == Self.hj212 { return try packet(of: &order, link, now) }
        guard let address = SL651Address(link.name), let centre = UInt8(exactly: link.centre),
            let secret = UInt16(link.secret, radix: 16)
        else { throw CommandRefusal("not-reachable", "station \(order.ask.station) has no SL 651 address") }
        let words = try order.ask.sl651()
        do throws(SL651Error) {
            let frame = try words.frame(to: address, centre: centre, secret: secret, coding: link.coding, at: now)
            return Data(try frame.encoded())
        } catch {
            throw CommandRefusal(error.code.rawValue, error.message)
        }
    }

    private func packet(of order: inout StationOrder, _ link: StationLink, _ now: Instant) throws -> Data {
        guard let words = order.ask.hj212(now) else {
            throw CommandRefusal("unsupported-question", "HJ 212 sets and asks clocks, and asks for what is now")
        }
        do throws(HJ212Error) {
            let message = try words.message(to: link.name, system: link.system, password: link.secret, at: now)
            order.request = message.request
            return Data(try message.encoded().encoded())
        } catch {
            throw CommandRefusal(error.code.rawValue, error.message)
        }
    }
}

extension AskStation {
    /// Nil where HJ 212 has no such order.
    fileprivate func hj212(_ now: Instant) -> HJ212Order? {
        switch question {
        case .setClock: .setClock(to: now, factor: nil)
        case .clock: .askClock(factor: nil)
        case .now: .startRealTime
        case .elements, .period, .status, .version, .events, .pumps, .manual, .picture, .unspecified, .UNRECOGNIZED: nil
        }
    }

    /// Errors: `CommandRefusal`.
    fileprivate func sl651() throws(CommandRefusal) -> SL651Order {
        switch question {
        case .setClock: return .setClock
        case .clock: return .ask(.queryClock)
        case .now: return .ask(.queryNow)
        case .status: return .ask(.queryStatus)
        case .version: return .ask(.queryVersion)
        case .events: return .ask(.queryEvents)
        case .pumps: return .ask(.queryPumps)
        case .manual: return .ask(.queryManual)
        case .picture: return .ask(.picture)
        case .elements:
            var list: [SL651Element] = []
            for word in elements { list.append(try SL651Element.named(word)) }
            return .elements(list)
        case .period:
            guard elements.count == 1, fromUs < toUs, (1...44_640).contains(stepMinutes) else {
                throw CommandRefusal(
                    "bad-period",
                    "a period has one element, a beginning before its end, and steps of 1 … 44640 minutes"
                )
            }
            return .period(
                from: Instant(microseconds: fromUs),
                to: Instant(microseconds: toUs),
                step: SL651Step(.minutes(Int64(stepMinutes))),
                element: try SL651Element.named(elements[0])
            )
        case .unspecified, .UNRECOGNIZED:
            throw CommandRefusal("unknown-question", "name a question; `fengsui send --help` has examples")
        }
    }
}

extension SL651Element {
    /// The element of annex C that the catalogue calls so. Errors: `unknown-element`.
    fileprivate static func named(_ word: String) throws(CommandRefusal) -> SL651Element {
        let id = ElementID(word)
        for lead in UInt8.min...UInt8.max {
            let element = SL651Element(lead: lead)
            if element.definition != nil, ElementID(element) == id { return element }
        }
        throw CommandRefusal("unknown-element", "'\(word.shown(32))' is no element of SL 651-2014, annex C")
    }
}
