import Foundation

/// An element of a document that came from outside, with all that it holds.
struct MarkupElement: Hashable, Sendable {
    let name: String
    /// Empty for an element without one.
    let namespace: String
    /// The names of attributes other than declarations of namespaces, as written; those of schema instances as
    /// `{schema-instance}type`, whatever their prefix.
    let attributes: [String]
    /// What those attributes say that have no prefix.
    let values: [String: String]
    var children: [MarkupElement] = []
    /// All the text directly in the element.
    var text = ""

    func all(_ name: String) -> [MarkupElement] { children.filter { $0.name == name } }
    func first(_ name: String) -> MarkupElement? { children.first { $0.name == name } }
    /// The text of the first child of that name; empty where there is none.
    func text(_ name: String) -> String { first(name)?.text ?? "" }
    func texts(_ name: String) -> [String] { all(name).map(\.text) }
}

/// Reads XML 1.0 with namespaces from senders whom nobody knows: bounded, in UTF-8, without any document type, so that
/// nothing is expanded or fetched.
///
/// Foundation's XMLParser is not used: on Linux it substitutes entities, and an instruction without data (`<?a?>`) ends the
/// process.
enum Markup {
    static let greatestSize = 1 << 20
    static let greatestDepth = 32
    static let mostElements = 20_000

    /// The root element. Errors: `too-large`, `not-utf8`, `document-type`, `not-well-formed`, `too-deep`,
    /// `too-many-elements`.
    static func read(_ bytes: Data) throws(CAPError) -> MarkupElement {
        guard bytes.count <= greatestSize else {
            throw CAPError(.tooLarge, "\(bytes.count) bytes; send at most \(greatestSize)")
        }
        var text = Array(bytes)
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
        guard String(validating: text, as: UTF8.self) != nil else {
            throw CAPError(.notUTF8, "the bytes are no UTF-8; convert the document and its declaration")
        }
        var reader = MarkupReader(text)
        return try reader.document()
    }
}
