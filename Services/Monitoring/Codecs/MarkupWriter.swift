import Foundation

/// Writes XML 1.0 in UTF-8, without white space between elements.
struct MarkupWriter {
    static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

    private var text = Self.declaration

    var bytes: Data { Data((text + "\n").utf8) }

    /// An element with what `content` writes into it.
    mutating func element(_ name: String, namespace: String? = nil, _ content: (inout MarkupWriter) -> Void) {
        text += "<" + name + (namespace.map { " xmlns=\"\($0)\"" } ?? "") + ">"
        content(&self)
        text += "</" + name + ">"
    }

    /// An element with text, though it be empty.
    mutating func element(_ name: String, _ value: String) {
        text += "<" + name + ">"
        for scalar in value.unicodeScalars { append(scalar) }
        text += "</" + name + ">"
    }

    /// An element with text; nothing where the text is empty.
    mutating func optional(_ name: String, _ value: String) {
        if !value.isEmpty { element(name, value) }
    }

    /// A carriage return is written as a reference, or a reader makes a line feed of it (XML 1.0, 2.11). What XML cannot hold
    /// at all (2.2) becomes U+FFFD.
    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "&": text += "&amp;"
        case "<": text += "&lt;"
        case ">": text += "&gt;"
        case "\r": text += "&#13;"
        case "\t", "\n": text.unicodeScalars.append(scalar)
        case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": text.unicodeScalars.append("\u{FFFD}")
        default: text.unicodeScalars.append(scalar)
        }
    }
}
