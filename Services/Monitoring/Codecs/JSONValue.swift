package import Foundation

/// A JSON text (RFC 8259) of a sender whom nobody knows; its numbers stay as they were written.
package enum JSONValue: Hashable, Sendable {
    case null
    case flag(Bool)
    /// The digits as they stand: no binary number comes between a sender and the record.
    case number(String)
    case text(String)
    case list([JSONValue])
    /// In the order of the text; no name stands twice.
    case object([Member])

    /// One name with its value.
    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: JSONValue

        package init(_ name: String, _ value: JSONValue) { (self.name, self.value) = (name, value) }
    }

    /// What is read at the most of one text.
    package struct Bounds: Sendable {
        package var bytes: Int
        package var values: Int
        package var depth = 12

        package init(bytes: Int = 1 << 20, values: Int = 50_000) { (self.bytes, self.values) = (bytes, values) }
    }

    /// Reads a whole text in UTF-8.
    ///
    /// Errors: `too-large`, `not-utf8`, `too-deep`, `too-many-values`, `not-json`, `repeated-field`, `bad-text` (the character NUL, half
    /// a surrogate pair).
    package init(_ bytes: Data, within bounds: Bounds = Bounds()) throws(DocumentError) {
        guard bytes.count <= bounds.bytes else {
            throw DocumentError(.tooLarge, "\(bytes.count) bytes; send at most \(bounds.bytes) at once")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw DocumentError(.notUTF8, "the text is no UTF-8; save it as UTF-8")
        }
        var reader = JSONReader(bytes: Array(bytes), bounds: bounds)
        self = try reader.whole()
    }

    /// What the value is, in words for its sender.
    package var kind: String {
        switch self {
        case .null: "null"
        case .flag: "true or false"
        case .number: "a number"
        case .text: "a text"
        case .list: "a list"
        case .object: "an object"
        }
    }

    /// The value of that name; nil where this is no object or has none.
    package subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text; nil for anything else.
    package var string: String? { if case .text(let text) = self { text } else { nil } }
}

/// Reads one text from its start to its end.
struct JSONReader {
    let bytes: [UInt8]
    let bounds: JSONValue.Bounds
    private var place = 0
    private var count = 0

    init(bytes: [UInt8], bounds: JSONValue.Bounds) { (self.bytes, self.bounds) = (bytes, bounds) }

    mutating func whole() throws(DocumentError) -> JSONValue {
        // RFC 8259, 8.1: a byte order mark may be passed over.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
        let value = try value(depth: 0)
        skipSpace()
        guard place == bytes.count else { throw unexpected("the end") }
        return value
    }

    private mutating func value(depth: Int) throws(DocumentError) -> JSONValue {
        guard depth <= bounds.depth else {
            throw DocumentError(
                .tooDeep,
                "more than \(bounds.depth) lists and objects in one another; send a flat text"
            )
        }
        count += 1
        guard count <= bounds.values else {
            throw DocumentError(.tooMany, "more than \(bounds.values) values; send them in several texts")
        }
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try list(depth)
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func object(_ depth: Int) throws(DocumentError) -> JSONValue {
        place += 1
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        skipSpace()
        if take("}") { return .object([]) }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw unexpected("a name in quotes") }
            let name = try text()
            guard names.insert(name).inserted else {
                throw DocumentError(.repeatedField, "'\(name.prefix(40))' stands twice; say it once")
            }
            skipSpace()
            guard take(":") else { throw unexpected("a colon") }
            members.append(JSONValue.Member(name, try value(depth: depth + 1)))
            skipSpace()
        } while take(",")
        guard take("}") else { throw unexpected("a comma or }") }
        return .object(members)
    }

    private mutating func list(_ depth: Int) throws(DocumentError) -> JSONValue {
        place += 1
        var items: [JSONValue] = []
        skipSpace()
        if take("]") { return .list([]) }
        repeat {
            items.append(try value(depth: depth + 1))
            skipSpace()
        } while take(",")
        guard take("]") else { throw unexpected("a comma or ]") }
        return .list(items)
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(DocumentError) -> JSONValue {
        guard bytes[place...].starts(with: word.utf8) else { throw unexpected("a value") }
        place += word.utf8.count
        return value
    }

    /// RFC 8259, 6: a minus, digits without a leading zero, a fraction, an exponent.
    private mutating func number() throws(DocumentError) -> String {
        let start = place
        _ = take("-")
        let whole = digits()
        guard whole == 1 || (whole > 1 && bytes[place - whole] != UInt8(ascii: "0")) else {
            place = start
            throw unexpected("a value")
        }
        if take("."), digits() == 0 { throw unexpected("a digit") }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            if digits() == 0 { throw unexpected("a digit") }
        }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func digits() -> Int {
        let start = place
        while let byte = peek, (48...57).contains(byte) { place += 1 }
        return place - start
    }
}

extension JSONReader {
    private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { place += 1 }
    }

    private func unexpected(_ wanted: String) -> DocumentError {
        DocumentError(
            .notJSON,
            "at byte \(place) stands no \(wanted.replacing("a ", with: "", maxReplacements: 1)); send JSON"
        )
    }

    /// RFC 8259, 7, from its opening quote to its closing one.
    private mutating func text() throws(DocumentError) -> String {
        place += 1
        var text: [UInt8] = []
        while let byte = peek {
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += Array(String(try escaped()).utf8)
            case 0..<0x20: throw DocumentError(.badText, "a control character in a text; write it as \\u00XX")
            default: text.append(byte)
            }
        }
        throw unexpected("a closing quote")
    }

    private mutating func escaped() throws(DocumentError) -> Unicode.Scalar {
        let letter = peek
        place += 1
        switch letter {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicode()
        default:
            place = min(place, bytes.count)
            throw unexpected("an escape")
        }
    }

    private mutating func unicode() throws(DocumentError) -> Unicode.Scalar {
        let first = try hexadecimal()
        var number = first
        if (0xD800..<0xDC00).contains(first), take("\\"), take("u") {
            let second = try hexadecimal()
            if (0xDC00..<0xE000).contains(second) { number = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00) }
        }
        guard number > 0, let scalar = Unicode.Scalar(number) else {
            throw DocumentError(.badText, "\\u\(String(first, radix: 16)) is no character of a text; leave it out")
        }
        return scalar
    }

    private mutating func hexadecimal() throws(DocumentError) -> UInt32 {
        guard place + 4 <= bytes.count else { throw unexpected("four hexadecimal digits") }
        let digits = bytes[place..<place + 4]
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw unexpected("four hexadecimal digits") }
        place += 4
        return number
    }
}
