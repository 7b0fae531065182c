/// The lexical forms of XML Schema part 2 that CAP's schema uses; the white space around is gone already.
enum CAPLexical {
    /// 3.3.3 language: `zh-CN`.
    static func isLanguage(_ text: String) -> Bool {
        let tags = text.split(separator: "-", omittingEmptySubsequences: false).map { Array($0.utf8) }
        return tags.allSatisfy { (1...8).contains($0.count) }
            && tags[0].allSatisfy(isLetter)
            && tags.dropFirst().allSatisfy { $0.allSatisfy { isLetter($0) || isDigit($0) } }
    }

    /// 3.3.13 integer and 3.2.3 decimal.
    static func isNumber(_ text: String, mayHavePoint: Bool) -> Bool {
        let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count <= (mayHavePoint ? 2 : 1) && parts.contains { !$0.isEmpty }
            && parts.allSatisfy { $0.utf8.allSatisfy(isDigit) }
    }

    /// 3.2.17 anyURI: what RFC 3986 still forbids once all that a URI may not hold is escaped.
    static func isURI(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "#"), maxSplits: 1, omittingEmptySubsequences: false)
        guard hasWholeEscapes(bytes), parts.dropFirst().allSatisfy({ !$0.contains(UInt8(ascii: "#")) }),
            parts.dropFirst().allSatisfy({ $0.allSatisfy { !isBracket($0) } })
        else { return false }
        var rest = parts[0]
        if let scheme = scheme(rest) {
            guard let first = scheme.first, isLetter(first), scheme.allSatisfy(isSchemePart) else { return false }
            rest = rest.dropFirst(scheme.count + 1)
        }
        guard rest.starts(with: "//".utf8) else { return rest.allSatisfy { !isBracket($0) } }
        let authority = rest.dropFirst(2).prefix { !isEndOfAuthority($0) }
        return isAuthority(authority) && rest.dropFirst(2 + authority.count).allSatisfy { !isBracket($0) }
    }

    /// Whether it says where to go without a base: a scheme and something after it (RFC 3986, 4.3).
    static func isAbsoluteURI(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard isURI(text), let scheme = scheme(bytes[...]) else { return false }
        return !scheme.isEmpty && bytes.count > scheme.count + 1
    }

    /// RFC 2046: `image/png`, perhaps with parameters.
    static func isMimeType(_ text: String) -> Bool {
        let type = text.prefix { $0 != ";" }.split(separator: "/", omittingEmptySubsequences: false)
        return type.count == 2 && type.allSatisfy { !$0.trimmedXML.isEmpty && $0.trimmedXML.utf8.allSatisfy(isToken) }
    }

    /// What stands before the first colon, where that comes before any slash or question mark.
    private static func scheme(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let end = bytes.firstIndex(where: { $0 == UInt8(ascii: ":") || isEndOfAuthority($0) }),
            bytes[end] == UInt8(ascii: ":")
        else { return nil }
        return bytes[..<end]
    }

    private static func isAuthority(_ bytes: ArraySlice<UInt8>) -> Bool {
        var host = bytes
        if let at = host.firstIndex(of: UInt8(ascii: "@")) { host = host[host.index(after: at)...] }
        if host.first == UInt8(ascii: "["), let end = host.firstIndex(of: UInt8(ascii: "]")) {
            host = host[host.index(after: end)...]
            guard host.isEmpty || host.first == UInt8(ascii: ":") else { return false }
        }
        guard host.allSatisfy({ !isBracket($0) }) else { return false }
        guard let colon = host.firstIndex(of: UInt8(ascii: ":")) else { return true }
        let port = host[host.index(after: colon)...]
        return port.count <= 9 && port.allSatisfy(isDigit)
    }

    private static func hasWholeEscapes(_ bytes: [UInt8]) -> Bool {
        bytes.indices.allSatisfy { index in
            bytes[index] != UInt8(ascii: "%")
                || index + 2 < bytes.count && isHexDigit(bytes[index + 1]) && isHexDigit(bytes[index + 2])
        }
    }

    private static func isEndOfAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?")
    }
    private static func isBracket(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]") }
    private static func isSchemePart(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || "+-.".utf8.contains(byte)
    }
    private static func isToken(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && !"()<>@,;:\\\"/[]?=".utf8.contains(byte)
    }
    static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
    static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }
}
