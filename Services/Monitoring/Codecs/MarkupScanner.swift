/// The bytes of a document and how far they are read: the tokens of XML 1.0 that need no context.
struct MarkupScanner {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { at == bytes.count }

    func sees(_ mark: String) -> Bool { bytes[at...].starts(with: mark.utf8) }

    /// Whether white space stands `offset` bytes ahead.
    func isSpace(_ offset: Int) -> Bool { at + offset < bytes.count && Self.isSpace(bytes[at + offset]) }

    mutating func takes(_ mark: String) -> Bool {
        guard sees(mark) else { return false }
        at += mark.utf8.count
        return true
    }

    mutating func skip(_ mark: String) throws(CAPError) {
        guard takes(mark) else { throw error("no \(mark)") }
    }

    /// Whether there was any.
    @discardableResult mutating func skipSpace() -> Bool {
        let start = at
        while at < bytes.count, Self.isSpace(bytes[at]) { at += 1 }
        return at > start
    }

    /// The refusal, with the line on which it stands.
    func error(_ what: String) -> CAPError {
        let line = bytes[..<at].count { $0 == 0xA } + 1
        return CAPError(.notWellFormed, "no well-formed XML: \(what) at line \(line)")
    }

    // MARK: Names, 2.3

    mutating func name() throws(CAPError) -> String {
        let start = at
        while at < bytes.count, !Self.endsName(bytes[at]) { at += 1 }
        let name = String(decoding: bytes[start..<at], as: UTF8.self)
        let isPlain = bytes[start..<at].allSatisfy { CAPLexical.isLetter($0) || $0 == UInt8(ascii: ":") }
        guard !name.isEmpty, isPlain || Self.isName(name, mayBeginWithColon: true) else {
            throw error("'\(name.prefix(60))' where a name belongs")
        }
        return name
    }

    /// 2.3 Name; one that may stand alone or on a side of a colon does not begin with one.
    static func isName(_ text: String, mayBeginWithColon: Bool = false) -> Bool {
        guard let first = text.unicodeScalars.first, first != ":" || mayBeginWithColon else { return false }
        return startsName(first) && text.unicodeScalars.allSatisfy(isInName)
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "="), UInt8(ascii: "/"), UInt8(ascii: ">"), UInt8(ascii: "?"), UInt8(ascii: "<"),
            UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "&"), UInt8(ascii: ";"):
            true
        default: isSpace(byte)
        }
    }

    private static func startsName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ":", "_", "A"..."Z", "a"..."z", "\u{C0}"..."\u{D6}", "\u{D8}"..."\u{F6}", "\u{F8}"..."\u{2FF}",
            "\u{370}"..."\u{37D}", "\u{37F}"..."\u{1FFF}", "\u{200C}"..."\u{200D}", "\u{2070}"..."\u{218F}",
            "\u{2C00}"..."\u{2FEF}", "\u{3001}"..."\u{D7FF}", "\u{F900}"..."\u{FDCF}", "\u{FDF0}"..."\u{FFFD}",
            "\u{10000}"..."\u{EFFFF}":
            true
        default: false
        }
    }

    private static func isInName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "-", ".", "0"..."9", "\u{B7}", "\u{300}"..."\u{36F}", "\u{203F}"..."\u{2040}": true
        default: startsName(scalar)
        }
    }

    // MARK: Text, 2.2, 2.4, 2.11, 4.1

    /// Text with its references up to `end`, which stays; the end of the document is an end too.
    mutating func text(until end: UInt8, isAttribute: Bool = false) throws(CAPError) -> String {
        var text: [UInt8] = []
        while at < bytes.count, bytes[at] != end {
            switch bytes[at] {
            case UInt8(ascii: "&"): text += String(try reference()).utf8
            case UInt8(ascii: "<"): throw error("< in an attribute")
            case UInt8(ascii: "]") where !isAttribute && sees("]]>"): throw error("]]> in a text")
            case let byte where Self.isPlain(byte):
                let run = bytes[at...].prefix { $0 != end && Self.isPlain($0) }
                text += run
                at = run.endIndex
            default:
                let byte = try character()
                text.append(isAttribute && Self.isSpace(byte) ? 0x20 : byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// 2.7 CDSect.
    mutating func characterData() throws(CAPError) -> String {
        try skip("<![CDATA[")
        return try text(untilMark: "]]>")
    }

    /// 2.5 Comment: two hyphens only at its end.
    mutating func comment() throws(CAPError) {
        try skip("<!--")
        _ = try text(untilMark: "--")
        try skip(">")
    }

    /// 2.6 PI; `<?xml` only begins a document.
    mutating func instruction() throws(CAPError) {
        try skip("<?")
        let target = try name()
        guard target.lowercased() != "xml", !target.contains(":"), sees("?>") || isSpace(0) else {
            throw error("the instruction '\(target)'")
        }
        _ = try text(untilMark: "?>")
    }

    /// Everything before `mark`, which is taken too.
    private mutating func text(untilMark mark: String) throws(CAPError) -> String {
        var text: [UInt8] = []
        while !sees(mark) {
            guard at < bytes.count else { throw error("no \(mark)") }
            text.append(try character())
        }
        try skip(mark)
        return String(decoding: text, as: UTF8.self)
    }

    /// One byte of a character that XML allows; the ends of lines become line feeds.
    private mutating func character() throws(CAPError) -> UInt8 {
        let byte = bytes[at]
        at += 1
        if byte == 0xD {
            if at < bytes.count, bytes[at] == 0xA { at += 1 }
            return 0xA
        }
        // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
        let isNoCharacter = byte == 0xEF && at + 1 < bytes.count && bytes[at] == 0xBF && bytes[at + 1] >= 0xBE
        guard byte >= 0x20 || Self.isSpace(byte), !isNoCharacter else {
            throw error("a character that XML does not allow")
        }
        return byte
    }

    /// The five names of 4.6 and the numbers of 4.1; any other entity would need a document type.
    private mutating func reference() throws(CAPError) -> Character {
        try skip("&")
        let rest = bytes[at...].prefix(12)
        guard let end = rest.firstIndex(of: UInt8(ascii: ";")) else { throw error("& that begins no reference") }
        let name = String(decoding: bytes[at..<end], as: UTF8.self)
        at = end + 1
        let named: [String: Character] = ["amp": "&", "lt": "<", "gt": ">", "apos": "'", "quot": "\""]
        if let character = named[name] { return character }
        let isHex = name.hasPrefix("#x")
        let digits = name.dropFirst(isHex ? 2 : 1)
        guard name.hasPrefix("#"), digits.utf8.allSatisfy(isHex ? CAPLexical.isHexDigit : CAPLexical.isDigit),
            let value = UInt32(digits, radix: isHex ? 16 : 10), let scalar = Unicode.Scalar(value),
            value >= 0x20 || [0x9, 0xA, 0xD].contains(value), value != 0xFFFE, value != 0xFFFF
        else { throw error("the reference '&\(name);'") }
        return Character(scalar)
    }

    /// Whether the byte stands for itself in every text: no mark, no end of a line, no beginning of U+FFFE.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0xEF && byte != UInt8(ascii: "&") && byte != UInt8(ascii: "<")
            && byte != UInt8(ascii: "]")
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x9 || byte == 0xA || byte == 0xD }
}
