package import Vocabulary

/// What the centre sends a station of its own accord: queries, the clock, and what it says to packets.
///
/// Orders that change a station's configuration, erase its memory or move its pumps and gates are read, not written.
/// Source: SL 651-2014, 6.6.4, tables 41 to 86 (downward).
package enum SL651Order: Hashable, Sendable {
    /// 36, 37, 39, 44, 45, 46, 50, 51: a question without more words.
    case ask(SL651Function)
    /// 4A: the time of sending becomes the station's. A station that is more than five minutes wrong is set twice.
    case setClock
    /// 38: the values of an element between two whole hours.
    case period(from: Instant, to: Instant, step: SL651Step, element: SL651Element)
    /// 3A: what the elements are now.
    case elements([SL651Element])
    /// 41 and 43: parameters of annex D, by the lead bytes of their identifiers.
    case parameters(SL651Function, [UInt8])
    /// NAK: packet `sequence` of `total` of a message of `function` did not arrive; one frame for each.
    case again(SL651Function, sequence: Int, total: Int)
    /// EOT, ESC or ACK: confirmed.
    case confirmed(SL651Function, SL651Frame.Ending)
    /// Every other order, its body after serial number and time.
    case other(SL651Function, [UInt8])

    package var function: SL651Function {
        switch self {
        case .ask(let function), .again(let function, _, _), .confirmed(let function, _), .other(let function, _),
            .parameters(let function, _):
            function
        case .setClock: .setClock
        case .period: .queryPeriod
        case .elements: .queryElements
        }
    }

    /// The questions that need no more words.
    package static let plainQuestions: [SL651Function] = [
        .picture, .queryNow, .queryManual, .queryPumps, .queryVersion, .queryStatus, .queryEvents, .queryClock,
    ]

    /// The frame to the station, sent at `now`; `serial` is 0 but where a station's message is answered (6.6.2.4).
    ///
    /// Errors: `bad-element` for an element or a parameter that annex C or D does not define, none at all, a period of more than
    /// 2000 … 2099 can say, or a step that ASCII coding has no word for; `unsupported-function` for what the centre does not send.
    package func frame(
        to address: SL651Address,
        centre: UInt8,
        secret: UInt16,
        coding: SL651Frame.Coding = .binary,
        serial: UInt16 = 0,
        at now: Instant
    ) throws(SL651Error) -> SL651Frame {
        let head = coding.head(serial: serial, at: now)
        let (words, ending, packet) = try content()
        var rest: [UInt8] = []
        for word in words { rest += coding == .ascii ? try word.text() : try word.bytes() }
        return SL651Frame(
            .down,
            coding: coding,
            centre: centre,
            address: address,
            secret: secret,
            function: function,
            packet: packet,
            body: head + rest,
            ending: ending
        )
    }

    private func content() throws(SL651Error) -> ([Word], SL651Frame.Ending, SL651Frame.Packet?) {
        switch self {
        case .ask(let function) where Self.plainQuestions.contains(function): return ([], .enq, nil)
        case .setClock: return ([], .enq, nil)
        case .period(let from, let to, let step, let element):
            return ([.hours(from, to), .step(step), .element(element)], .enq, nil)
        case .elements(let elements):
            guard !elements.isEmpty else { throw SL651Error(.badElement, "no element to ask for") }
            return (elements.map { .element($0) }, .enq, nil)
        case .parameters(let function, let leads) where function == .readBasics || function == .readRunning:
            guard !leads.isEmpty else { throw SL651Error(.badElement, "no parameter to ask for") }
            for lead in leads where SL651Parameter.function(reading: lead) != function {
                throw SL651Error(.badElement, "\(Hexadecimal.text([lead])) is no parameter that \(function.name) tells")
            }
            return (leads.map { .parameter($0) }, .enq, nil)
        case .again(_, let sequence, let total):
            return ([], .nak, SL651Frame.Packet(total: total, sequence: sequence))
        case .confirmed(_, let ending) where [.eot, .esc, .ack].contains(ending): return ([], ending, nil)
        case .ask, .confirmed, .other, .parameters:
            throw SL651Error(.unsupportedFunction, "the centre does not send this: \(function.name)")
        }
    }

    /// What an order says besides its function.
    private enum Word {
        case hours(Instant, Instant)
        case step(SL651Step)
        case element(SL651Element)
        case parameter(UInt8)

        func bytes() throws(SL651Error) -> [UInt8] {
            switch self {
            case .hours(let from, let to): return BCD.time(from, bytes: 4) + BCD.time(to, bytes: 4)
            case .step(let step): return [0x04, 0x18] + step.bytes
            case .element(let element):
                guard let form = element.usualForm else {
                    throw SL651Error(.badElement, "element \(Hexadecimal.text([element.lead])) is not in annex C")
                }
                return [element.lead, form]
            case .parameter(let lead): return [lead, SL651Parameter.usualForm(lead)]
            }
        }

        /// A space stands behind each; the two ends of a period are one number of sixteen digits, as field centres write them.
        func text() throws(SL651Error) -> [UInt8] {
            let word: String
            switch self {
            case .hours(let from, let to): word = Hexadecimal.text(BCD.time(from, bytes: 4) + BCD.time(to, bytes: 4))
            case .step(let step):
                guard let text = step.text else {
                    throw SL651Error(.badElement, "ask in steps of 1 … 59 minutes, 1 … 23 hours or 1 … 31 days")
                }
                word = text
            case .element(let element):
                guard let symbol = element.definition?.symbol else {
                    throw SL651Error(.badElement, "element \(Hexadecimal.text([element.lead])) is not in annex C")
                }
                word = symbol
            case .parameter(let lead): word = Hexadecimal.text([lead])
            }
            return Array("\(word) ".utf8)
        }
    }
}

extension SL651Order {
    /// What a frame from the centre orders, for a station. Errors: those of a body, `unknown-function`, `bad-packet`.
    package static func decode(_ frame: SL651Frame) throws(SL651Error) -> (
        order: SL651Order, serial: UInt16, sent: Instant
    ) {
        let function = try frame.known()
        var (bytes, text) = (BodyReader(bytes: frame.body[...]), SL651TextReader(frame.body))
        let isText = frame.coding == .ascii
        let serial = isText ? try text.serial() : try bytes.word()
        let sent = isText ? try text.time(digits: 12) : try bytes.time(bytes: 6)
        switch frame.ending {
        case .nak:
            guard let packet = frame.packet else { throw SL651Error(.badPacket, "NAK without a packet's number") }
            return (.again(function, sequence: packet.sequence, total: packet.total), serial, sent)
        case .eot, .esc, .ack: return (.confirmed(function, frame.ending), serial, sent)
        case .enq, .etx, .etb:
            return (isText ? try question(function, &text) : try question(function, &bytes), serial, sent)
        }
    }

    private static func question(_ function: SL651Function, _ reader: inout BodyReader) throws(SL651Error) -> SL651Order
    {
        if reader.bytes.isEmpty { return plain(function) }
        switch function {
        case .queryPeriod: return try period(&reader)
        case .queryElements:
            var elements: [SL651Element] = []
            while !reader.bytes.isEmpty { elements.append(try element(&reader)) }
            return .elements(elements)
        case .readBasics, .readRunning:
            var leads: [UInt8] = []
            while !reader.bytes.isEmpty { leads.append(try reader.take(2).first ?? 0) }
            return .parameters(function, leads)
        case let other: return .other(other, reader.rest())
        }
    }

    /// A question without more words.
    static func plain(_ function: SL651Function) -> SL651Order {
        if function == .setClock { return .setClock }
        return plainQuestions.contains(function) ? .ask(function) : .other(function, [])
    }

    private static func period(_ reader: inout BodyReader) throws(SL651Error) -> SL651Order {
        let (from, to) = (try reader.time(bytes: 4), try reader.time(bytes: 4))
        guard try reader.take(2) == [0x04, 0x18], let step = SL651Step(try reader.take(3)) else {
            throw SL651Error(.badElement, "no time step in a question for a period")
        }
        return .period(from: from, to: to, step: step, element: try element(&reader))
    }

    /// An identifier without a value.
    private static func element(_ reader: inout BodyReader) throws(SL651Error) -> SL651Element {
        let lead = try reader.byte()
        let extended: UInt8? = lead == 0xFF ? try reader.byte() : nil
        _ = try reader.byte()
        return SL651Element(lead: lead, extended: extended)
    }
}
