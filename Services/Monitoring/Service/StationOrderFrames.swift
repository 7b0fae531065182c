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
        let words = try order.ask.hj212(now)
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
    /// Errors: `CommandRefusal`, where HJ 212 has no such order too.
    fileprivate func hj212(_ now: Instant) throws(CommandRefusal) -> HJ212Order {
        switch question {
        case .setClock: return .setClock(to: now, factor: nil)
        case .clock: return .askClock(factor: nil)
        case .now: return .startRealTime
        case .period:
            let command: HJ212Command = stepMinutes < 60 ? .minute : stepMinutes < 1_440 ? .hour : .day
            guard fromUs < toUs, elements.isEmpty else {
                throw CommandRefusal("bad-period", "a period of HJ 212 is of all factors, and begins before it ends")
            }
            return .history(command, from: Instant(microseconds: fromUs), to: Instant(microseconds: toUs))
        case .running where parameters == ["RtdInterval"]: return .askInterval(.realTimeInterval)
        case .running where parameters == ["MinInterval"]: return .askInterval(.minuteInterval)
        case .basics where parameters.count == 1: return .askIdentity(factor: parameters[0])
        case .basics where parameters.count == 2:
            return .askInformation(factor: parameters[0], information: parameters[1])
        case .basics, .running:
            throw CommandRefusal(
                "unknown-parameter",
                "ask for RtdInterval or MinInterval as running, and for a factor, or a factor and its i-code, as basics"
            )
        case .elements, .status, .version, .events, .pumps, .manual, .picture, .unspecified, .UNRECOGNIZED:
            throw CommandRefusal(
                "unsupported-question",
                "HJ 212 sets and asks clocks, and asks for what is now, for a period and for parameters"
            )
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
        case .basics: return .parameters(.readBasics, try leads())
        case .running: return .parameters(.readRunning, try leads())
        case .unspecified, .UNRECOGNIZED:
            throw CommandRefusal("unknown-question", "name a question; `fengsui send --help` has examples")
        }
    }
}

extension AskStation {
    /// The identifiers of the parameters asked for. Errors: `unknown-parameter`.
    fileprivate func leads() throws(CommandRefusal) -> [UInt8] {
        var leads: [UInt8] = []
        for word in parameters {
            guard let lead = SL651Parameter.lead(named: word) else {
                throw CommandRefusal(
                    "unknown-parameter",
                    "'\(word.shown(32))' is no parameter of SL 651-2014, annex D; write its two digits or its name"
                )
            }
            leads.append(lead)
        }
        return leads
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
