import Vocabulary

// Elements in ASCII coding: `identifier value`, the identifiers by annex C's symbols, values in decimal with their point.
// Source: SL 651-2014, 6.6.2 and annex C. Twelve rains and stages are the hexadecimal digits of their bytes, the station's state its
// four bytes'; M, or nothing but F, is a missing value.

extension SL651EntryList {
    /// Reads the next identifier and what belongs to it.
    ///
    /// Errors: `too-short`, `too-large`, `bad-digits`, `bad-time`; `bad-element` where it is not clear which value is whose.
    mutating func take(_ reader: inout SL651TextReader) throws(SL651Error) {
        try checkRoom()
        let word = try reader.word()
        switch word {
        case "ST":
            station = try reader.address()
            stationClass = try reader.stationClass()
        case "TT":
            guard reader.next?.utf8.count == 10 else { throw SL651Error(.badTime, "no ten digits of a time behind TT") }
            reader.skipSpaces()
            observed = try reader.time(digits: 10)
        case "DATA": add(SL651Element(lead: 0xFD), .undefined(reader.rest()))
        default:
            if let step = SL651Step(word) {
                self.step = step
                return add(SL651Element(lead: 0x04), .step(step))
            }
            let element = try SL651Element(identifier: word)
            if isSeries, let step { return try series(from: element, step, &reader) }
            add(element, text: try reader.value(of: word), at: observed)
        }
    }

    /// The values of a series: the identifiers once, then a value of each for every time, the first at the time of observation.
    /// Source: table 30.
    private mutating func series(from first: SL651Element, _ step: SL651Step, _ reader: inout SL651TextReader)
        throws(SL651Error)
    {
        var elements = [first]
        while let next = reader.next, let element = SL651Element.bySymbol[next.uppercased()] {
            elements.append(element)
            _ = try reader.word()
        }
        guard step.duration != nil || elements.allSatisfy(\.isTwelve) else {
            throw SL651Error(.badElement, "a series without a time step")
        }
        var time = observed
        while let next = reader.next, !SL651TextReader.isIdentifier(next) {
            for element in elements {
                try checkRoom()
                add(element, text: try reader.value(of: element.definition?.symbol ?? ""), at: time)
            }
            time = time + (step.duration ?? .hours(1))
        }
    }

    private mutating func add(_ element: SL651Element, text word: String, at time: Instant) {
        guard element.isTwelve else { return add(element, element.content(text: word), at: time) }
        guard let bytes = Hexadecimal.bytes(word, count: word.utf8.count / 2), !bytes.isEmpty else {
            return add(element, .illegible(Array(word.utf8)), at: time)
        }
        values(element, 0, bytes[...], from: time)
    }
}

extension SL651Element {
    /// The elements of annex C by their symbols in capitals.
    static let bySymbol: [String: SL651Element] = {
        var elements: [String: SL651Element] = [:]
        for lead in UInt8.min...UInt8.max {
            let element = SL651Element(lead: lead)
            guard let definition = element.definition, definition.kind != .step else { continue }
            elements[definition.symbol.uppercased()] = element
        }
        return elements
    }()

    /// An identifier in ASCII coding. One that annex C does not have is the user's own; the four digits FFxx name which.
    /// Errors: `bad-element` for what may be a value.
    init(identifier word: String) throws(SL651Error) {
        if let known = Self.bySymbol[word.uppercased()] {
            self = known
        } else if word.hasPrefix("FF"), let bytes = Hexadecimal.bytes(word, count: 2) {
            self.init(lead: 0xFF, extended: bytes[1])
        } else if let first = word.first, first.isLetter, word.utf8.count <= 8 {
            self.init(lead: 0xFF)
        } else {
            throw SL651Error(.badElement, "'\(word)' where an identifier of annex C is due")
        }
    }

    /// Whether its value is twelve of them.
    var isTwelve: Bool { definition?.kind == .twelveRains || definition?.kind == .twelveStages }

    /// What a word says of this element.
    func content(text word: String) -> SL651Entry.Content {
        guard let definition else { return .undefined(Array(word.utf8)) }
        if case .status = definition.kind {
            let status = Hexadecimal.bytes(word, count: 4).flatMap { SL651Status($0[...]) }
            return status.map { .status($0) } ?? .illegible(Array(word.utf8))
        }
        if word == "M" || word.utf8.allSatisfy({ $0 == UInt8(ascii: "F") }) { return .missing }
        guard SL651TextReader.isNumber(word), let number = try? DecimalNumber(word) else {
            return .illegible(Array(word.utf8))
        }
        let (amount, decimals) = (number.amount, number.decimals)
        let value: Quantity? =
            switch definition.kind {
            case .number: try? number.quantity(definition.unit)
            case .tenThousands: SignedBCD.tenThousands(amount, decimals: decimals, definition.unit)
            case .duration: Self.minutes(amount, decimals: decimals)
            case .step, .status, .twelveRains, .twelveStages: nil
            }
        return value.map { .number($0) } ?? .illegible(Array(word.utf8))
    }
}

extension SL651Step {
    /// DRDnn, DRHnn and DRNnn: 1 … 31 days, 1 … 23 hours, 1 … 59 minutes; DRH00 announces values of one hour. Nil for anything else.
    /// Source: table C.2.
    init?(_ word: String) {
        let letters = Array(word.utf8)
        guard letters.count == 5, word.hasPrefix("DR"), letters[3...].allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        let number = Int64(letters[3] - 0x30) * 10 + Int64(letters[4] - 0x30)
        switch (letters[2], number) {
        case (UInt8(ascii: "D"), 1...31): duration = .minutes(number * 1_440)
        case (UInt8(ascii: "H"), 1...23): duration = .hours(number)
        case (UInt8(ascii: "H"), 0): duration = nil
        case (UInt8(ascii: "N"), 1...59): duration = .minutes(number)
        default: return nil
        }
    }

    /// The same in writing; nil for a step that is no number of whole days, hours or minutes as the table has them.
    var text: String? {
        guard let duration else { return "DRH00" }
        let minutes = Int(duration.inSeconds / 60)
        let forms = [("D", 1_440, 31), ("H", 60, 23), ("N", 1, 59)]
        for (letter, unit, most) in forms where minutes % unit == 0 && (1...most).contains(minutes / unit) {
            return "DR\(letter)\(minutes / unit < 10 ? "0" : "")\(minutes / unit)"
        }
        return nil
    }
}
