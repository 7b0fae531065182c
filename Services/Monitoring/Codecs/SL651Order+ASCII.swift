import Vocabulary

extension SL651Order {
    /// The words of an order in ASCII coding. Errors: `bad-element`, `bad-time`, `too-short`.
    static func question(_ function: SL651Function, _ reader: inout SL651TextReader) throws(SL651Error) -> SL651Order {
        if reader.isAtEnd { return plain(function) }
        switch function {
        case .queryPeriod: return try period(&reader)
        case .queryElements:
            var elements: [SL651Element] = []
            while !reader.isAtEnd { elements.append(try SL651Element(identifier: try reader.word())) }
            return .elements(elements)
        case .readBasics, .readRunning:
            var leads: [UInt8] = []
            while !reader.isAtEnd {
                let word = try reader.word()
                guard let bytes = Hexadecimal.bytes(word, count: 1) else {
                    throw SL651Error(.badElement, "'\(word)' where a parameter's identifier of annex D is due")
                }
                leads += bytes
            }
            return .parameters(function, leads)
        case let other: return .other(other, reader.rest())
        }
    }

    private static func period(_ reader: inout SL651TextReader) throws(SL651Error) -> SL651Order {
        reader.skipSpaces()
        let from = try reader.time(digits: 8)
        reader.skipSpaces()
        let to = try reader.time(digits: 8)
        guard let step = SL651Step(try reader.word()) else {
            throw SL651Error(.badElement, "no time step in a question for a period")
        }
        return .period(from: from, to: to, step: step, element: try SL651Element(identifier: try reader.word()))
    }
}
