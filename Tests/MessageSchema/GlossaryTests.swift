import Foundation
import MessageSchema
import TestSupport
import Testing

@Suite struct GlossaryTests {
    /// The glossary's rows: word, Chinese term, what it is.
    private let rows: [[String]]

    init() throws {
        let path = Checkout.root.appendingPathComponent("Shared/MessageSchema/Glossary.md")
        rows = try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix("| ") && !$0.hasPrefix("| ---") && !$0.hasPrefix("| word") }
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
    }

    @Test func `every noun of a message type is a word of the glossary`() {
        let types = MessageCatalogue.messages.map { $0.type } + MessageCatalogue.commands.map { $0.type }
        let words = Set(rows.map { $0[0] })
        for type in types {
            let noun = type.replacing(".command.", with: ".").split(separator: ".")[1]
            #expect(words.contains(String(noun)), "\(type): add '\(noun)' to the glossary")
        }
    }

    @Test func `every word stands once, with a Chinese term and what it is`() {
        #expect(Set(rows.map { $0[0] }).count == rows.count && rows.count > 30)
        for row in rows {
            #expect(row.count == 3 && row[2].count > 10, "\(row)")
            #expect(row[1].unicodeScalars.allSatisfy { (0x4E00...0x9FFF).contains($0.value) }, "\(row)")
        }
    }
}
