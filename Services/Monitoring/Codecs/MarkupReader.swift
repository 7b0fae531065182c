/// Takes a document apart from its front, never past its end: XML 1.0 (fifth edition) and Namespaces in XML 1.0, without
/// document types. The bytes are known to be UTF-8.
struct MarkupReader {
    private var scanner: MarkupScanner
    private var open: [Open] = []
    private var count = 0

    /// An element whose end has not come, with the prefixes that it declares.
    private struct Open {
        var element: MarkupElement
        let tag: String
        let namespaces: [String: String]
    }

    init(_ bytes: [UInt8]) { scanner = MarkupScanner(bytes) }

    /// XML 1.0, 2.1 document.
    mutating func document() throws(CAPError) -> MarkupElement {
        if scanner.sees("<?xml"), scanner.isSpace(5) { try declaration() }
        try miscellaneous()
        if scanner.sees("<!") {
            throw CAPError(.documentType, "a document type is refused unread; send the alert without DOCTYPE")
        }
        guard scanner.sees("<") else { throw scanner.error("no element") }
        var root = try startTag()
        while root == nil { root = try content() }
        try miscellaneous()
        guard let root, scanner.isAtEnd else { throw scanner.error("more than one element") }
        return root
    }

    /// 2.8 XMLDecl, of which only the encoding matters.
    private mutating func declaration() throws(CAPError) {
        try scanner.skip("<?xml")
        var known = ["version", "encoding", "standalone"][...]
        while !scanner.takes("?>") {
            let hasSpace = scanner.skipSpace()
            if scanner.takes("?>") { break }
            let (name, value) = try attribute()
            guard hasSpace, let place = known.firstIndex(of: name), name == "version" || known.startIndex > 0 else {
                throw scanner.error("'\(name)' in the declaration")
            }
            known = known[(place + 1)...]
            guard name != "standalone" || ["yes", "no"].contains(value), name != "version" || value.hasPrefix("1.")
            else {
                throw scanner.error("\(name)='\(value.prefix(40))'")
            }
            if name == "encoding", !["utf-8", "us-ascii"].contains(value.lowercased()) {
                throw CAPError(.notUTF8, "the declaration names '\(value.prefix(40))'; convert the document to UTF-8")
            }
        }
        guard known.startIndex > 0 else { throw scanner.error("a declaration without version") }
    }

    /// 2.8 Misc*: white space, comments and instructions.
    private mutating func miscellaneous() throws(CAPError) {
        while true {
            scanner.skipSpace()
            if scanner.sees("<!--") {
                try scanner.comment()
            } else if scanner.sees("<?") {
                try scanner.instruction()
            } else {
                return
            }
        }
    }

    /// The next piece of an open element; gives the root when its end has come.
    private mutating func content() throws(CAPError) -> MarkupElement? {
        if scanner.sees("</") { return try endTag() }
        if scanner.sees("<!--") {
            try scanner.comment()
        } else if scanner.sees("<![CDATA[") {
            append(try scanner.characterData())
        } else if scanner.sees("<?") {
            try scanner.instruction()
        } else if scanner.sees("<!") {
            throw scanner.error("a declaration within an element")
        } else if scanner.sees("<") {
            return try startTag()
        } else if scanner.isAtEnd {
            throw scanner.error("<\(open.last?.tag ?? "")> does not end")
        } else {
            append(try scanner.text(until: UInt8(ascii: "<")))
        }
        return nil
    }

    private mutating func append(_ text: String) {
        guard let last = open.indices.last else { return }
        open[last].element.text += text
    }

    /// 3.1 STag and EmptyElemTag; gives the root when that is empty.
    private mutating func startTag() throws(CAPError) -> MarkupElement? {
        try scanner.skip("<")
        let tag = try scanner.name()
        var namespaces: [String: String] = [:]
        var attributes: [(name: String, value: String)] = []
        var isEmpty = false
        while !scanner.takes(">") {
            let hasSpace = scanner.skipSpace()
            if scanner.takes("/>") {
                isEmpty = true
                break
            }
            if scanner.takes(">") { break }
            guard hasSpace else { throw scanner.error("no space before an attribute of <\(tag)>") }
            let (name, value) = try attribute()
            if name == "xmlns" || name.hasPrefix("xmlns:") {
                let prefix = String(name.dropFirst(6))
                guard namespaces[prefix] == nil, isDeclarable(prefix, value, isDefault: name == "xmlns") else {
                    throw scanner.error("the declaration '\(name)'")
                }
                namespaces[prefix] = value
            } else {
                attributes.append((name, value))
            }
        }
        try push(tag, attributes, namespaces)
        return isEmpty ? close() : nil
    }

    private mutating func push(
        _ tag: String,
        _ given: [(name: String, value: String)],
        _ namespaces: [String: String]
    ) throws(CAPError) {
        guard open.count < Markup.greatestDepth else {
            throw CAPError(.tooDeep, "elements within elements; nest at most \(Markup.greatestDepth)")
        }
        count += 1
        guard count <= Markup.mostElements else {
            throw CAPError(.tooManyElements, "send at most \(Markup.mostElements) elements")
        }
        let (space, local) = try resolved(tag, namespaces, isElement: true)
        var attributes: [String] = []
        var seen: Set<[String]> = []
        for (name, _) in given {
            let (space, local) = try resolved(name, namespaces, isElement: false)
            guard seen.insert([space, local]).inserted else {
                throw scanner.error("'\(name)' stands twice in <\(tag)>")
            }
            attributes.append(space == Self.schemaInstance ? "{schema-instance}\(local)" : name)
        }
        // None stands twice: that was refused above.
        let values = Dictionary(given.map { ($0.name, $0.value) }) { first, _ in first }
        let element = MarkupElement(name: local, namespace: space, attributes: attributes, values: values)
        open.append(Open(element: element, tag: tag, namespaces: namespaces))
    }

    /// 3.1 ETag.
    private mutating func endTag() throws(CAPError) -> MarkupElement? {
        try scanner.skip("</")
        let tag = try scanner.name()
        scanner.skipSpace()
        guard scanner.takes(">"), tag == open.last?.tag else {
            throw scanner.error("</\(tag)> where <\(open.last?.tag ?? "")> ends")
        }
        return close()
    }

    private mutating func close() -> MarkupElement? {
        guard let done = open.popLast()?.element else { return nil }
        guard let last = open.indices.last else { return done }
        open[last].element.children.append(done)
        return nil
    }

    /// 3.1 Attribute, declarations of namespaces included.
    private mutating func attribute() throws(CAPError) -> (name: String, value: String) {
        let name = try scanner.name()
        scanner.skipSpace()
        try scanner.skip("=")
        scanner.skipSpace()
        let quote = scanner.sees("'") ? "'" : "\""
        try scanner.skip(quote)
        let value = try scanner.text(until: quote == "'" ? UInt8(ascii: "'") : UInt8(ascii: "\""), isAttribute: true)
        try scanner.skip(quote)
        return (name, value)
    }
}

// MARK: Namespaces in XML 1.0

extension MarkupReader {
    private static let schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"
    private static let xml = "http://www.w3.org/XML/1998/namespace"

    /// 3: what `xmlns` and `xmlns:prefix` may say.
    private func isDeclarable(_ prefix: String, _ value: String, isDefault: Bool) -> Bool {
        if isDefault { return value != Self.xml && value != "http://www.w3.org/2000/xmlns/" }
        guard !prefix.contains(":"), MarkupScanner.isName(prefix), prefix != "xmlns", !value.isEmpty else {
            return false
        }
        return (prefix == "xml") == (value == Self.xml) && value != "http://www.w3.org/2000/xmlns/"
    }

    /// 4 and 5: the namespace and the local name. A name without prefix is in the default namespace if an element's.
    private func resolved(_ name: String, _ declared: [String: String], isElement: Bool) throws(CAPError)
        -> (namespace: String, local: String)
    {
        var (prefix, local) = ("", name)
        if let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")) {
            (prefix, local) = (String(name[..<colon]), String(name[name.index(after: colon)...]))
            guard MarkupScanner.isName(prefix), MarkupScanner.isName(local), !local.contains(":") else {
                throw scanner.error("the name '\(name)'")
            }
            if prefix == "xml" { return (Self.xml, local) }
        } else if !isElement {
            return ("", name)
        }
        let found = declared[prefix] ?? open.reversed().lazy.compactMap { $0.namespaces[prefix] }.first
        guard let namespace = found ?? (prefix.isEmpty ? "" : nil) else {
            throw scanner.error("the prefix '\(prefix)' is not declared")
        }
        return (namespace, local)
    }
}
