import Vocabulary

/// Takes a body in ASCII coding apart: serial number and time of sending with nothing between, then words with a space behind each.
///
/// Source: SL 651-2014, 6.4 and 6.6.2. Where what others wrote disagrees, it takes what can be meant in one way only: the words may
/// begin right behind the time or after a space, and there may be more spaces than one.
struct SL651TextReader {
    private(set) var bytes: ArraySlice<UInt8>

    init(_ body: [UInt8]) { bytes = body[...] }

    private static let space = UInt8(ascii: " ")

    /// Whether nothing but spaces follows.
    var isAtEnd: Bool { bytes.allSatisfy { $0 == Self.space } }

    /// The four digits of a serial number. Errors: `bad-digits`, `too-short`.
    mutating func serial() throws(SL651Error) -> UInt16 {
        let pair = try hexadecimal(4)
        return UInt16(pair[0]) << 8 | UInt16(pair[1])
    }

    /// YYMMDDhhmmss in Beijing, or its first `digits`. Errors: `bad-digits`, `bad-time`, `too-short`.
    mutating func time(digits: Int) throws(SL651Error) -> Instant {
        var reader = BodyReader(bytes: try hexadecimal(digits)[...])
        return try reader.time(bytes: digits / 2)
    }

    private mutating func hexadecimal(_ digits: Int) throws(SL651Error) -> [UInt8] {
        guard bytes.count >= digits else { throw SL651Error(.tooShort, "the body ends within a number") }
        let text = String(decoding: bytes.prefix(digits), as: UTF8.self)
        guard let read = Hexadecimal.bytes(text, count: digits / 2) else {
            throw SL651Error(.badDigits, "'\(text)' where \(digits) digits are due")
        }
        bytes = bytes.dropFirst(digits)
        return read
    }

    /// The next word, which stays; nil at the end.
    var next: String? {
        let rest = bytes.drop { $0 == Self.space }
        return rest.isEmpty ? nil : String(decoding: rest.prefix { $0 != Self.space }, as: UTF8.self)
    }

    /// Passes over spaces.
    mutating func skipSpaces() { bytes = bytes.drop { $0 == Self.space } }

    /// Takes the next word and the space behind it. Errors: `too-short` at the end, `bad-element` for what is no printable word.
    mutating func word() throws(SL651Error) -> String {
        skipSpaces()
        let word = bytes.prefix { $0 != Self.space }
        guard !word.isEmpty else { throw SL651Error(.tooShort, "the body ends where a word is due") }
        guard word.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw SL651Error(.badElement, "\(Hexadecimal.text(word.prefix(16))) where a word in ASCII is due")
        }
        bytes = bytes.dropFirst(word.count + 1)
        return String(decoding: word, as: UTF8.self)
    }

    /// The word behind an identifier. Errors: those of `word`; `bad-element` where another identifier stands in its place.
    mutating func value(of identifier: String) throws(SL651Error) -> String {
        guard let next, !Self.isIdentifier(next) else {
            throw SL651Error(.badElement, "no value behind '\(identifier)'; M stands for a missing one")
        }
        return try word()
    }

    /// A station's ten digits. Errors: `bad-digits`.
    mutating func address() throws(SL651Error) -> SL651Address {
        let word = try word()
        guard let address = SL651Address(word) else {
            throw SL651Error(.badDigits, "'\(word)' is no address of ten digits")
        }
        return address
    }

    /// Annex A behind an address: its letter, or the letter's code in digits as some write it; nil where none stands.
    ///
    /// H, Z, Q and M are elements too, or stand for a missing value: a letter before a value is no class.
    mutating func stationClass() throws(SL651Error) -> UInt8? {
        guard let next, let code = Self.classes[next] else { return nil }
        var behind = self
        _ = try behind.word()
        if next.utf8.count == 1, let value = behind.next, Self.isNumber(value) || value == "M" { return nil }
        self = behind
        return code
    }

    /// Everything behind an identifier, as sent.
    mutating func rest() -> [UInt8] {
        defer { bytes = [] }
        return Array(bytes)
    }

    private static let classes: [String: UInt8] = {
        var classes: [String: UInt8] = [:]
        for code in "PHKZDTMGQIO".utf8 {
            classes[String(decoding: [code], as: UTF8.self)] = code
            classes[Hexadecimal.text([code])] = code
        }
        return classes
    }()

    /// Whether a word is one of annex C, which no value is.
    static func isIdentifier(_ word: String) -> Bool {
        ["ST", "TT", "RGZS", "PIC", "DATA"].contains(word) || SL651Step(word) != nil
            || SL651Element.bySymbol[word.uppercased()] != nil
    }

    static func isNumber(_ word: String) -> Bool {
        word.utf8.contains { (0x30...0x39).contains($0) }
            && word.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E }
    }
}
