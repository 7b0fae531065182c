import Foundation
import MonitoringCodecs
import TestSupport
import Testing

/// XML as CAPDecoder reads it, seen in the note of an alert. xmllint judged each of these documents alike, save that it
/// expands document types.
@Suite struct CAPMarkupTests {
    static func note(_ text: String) throws -> String? {
        try CAPDecoderTests.decode(CAPDecoderTests.alert("<note>\(text)</note>")).first?.alert?.note
    }

    @Test func `texts are read as XML 1_0 says`() throws {
        #expect(try Self.note("&lt;&gt;&amp;&apos;&quot;&#x6C34;&#27700;") == "<>&'\"水水")
        #expect(try Self.note("a\r\nb\rc&#13;d\t") == "a\nb\nc\rd\t")
        #expect(try Self.note("<![CDATA[<&]]]]><![CDATA[>]]>") == "<&]]>")
        // Foundation's parser ends the process at an instruction without data.
        #expect(try Self.note("a<!-- b -->c<?d e?>f<?g?>") == "acf")
        #expect(try Self.note("😀\u{85}") == "😀\u{85}")
    }

    @Test(arguments: [
        "]]>", "&", "&amp", "&nbsp;", "&#0;", "&#x1F;", "&#xFFFE;", "&#xD800;", "&#x110000;", "&#;", "&#x;", "&#+5;",
        "\u{1}",
        "\u{FFFE}", "<!-- a -- b -->", "<!-- a", "<![CDATA[", "<?xml version='1.0'?>", "<?a:b c?>", "<?a", "<b>",
        "</b>",
        "<b a=1/>", "<b a/>", "<b a='1' a='2'/>", "<b a='1'c='2'/>", "<b a='<'/>", "<b a='&x;'/>", "<1/>", "< b/>",
        "<b:c/>",
        "<b c:d=''/>", "<:b/>", "<b:/>", "<b xmlns:c=''/>", "<b xmlns:xmlns='x'/>", "<b xmlns:xml='x'/>",
        "<b xmlns='' xmlns=''/>",
        "<b xmlns:c='x' xmlns:d='x' c:e='' d:e=''/>", "<!ENTITY a 'b'>", "<!DOCTYPE a>",
    ])
    func `what is not well-formed is refused`(text: String) {
        let document = CAPDecoderTests.alert("<note>\(text)</note>")
        #expect(CAPDecoderTests.refusal(Data(document.utf8)) == .notWellFormed)
    }

    @Test(arguments: [
        "<b/><c/>", "<b/>x", "x<b/>", " <?xml version='1.0'?><b/>", "<?xml encoding='UTF-8'?><b/>", "<?xml?><b/>",
        "<b></c>", "<?xml version='2.0'?><b/>",
        "<?xml version='1.0' standalone='maybe'?><b/>",
        "<?xml version='1.0' standalone='no' encoding='UTF-8'?><b/>", "<b", "<b/", "</b>", "<!-- a --><!", "<",
    ])
    func `what is no document is refused`(text: String) {
        let code = CAPDecoderTests.refusal(Data(text.utf8))
        #expect(code == .notWellFormed || text.hasSuffix("<!") && code == .documentType)
    }

    @Test func `prefixes are read by what they stand for`() throws {
        let other = """
            <c:alert xmlns:c="urn:oasis:names:tc:emergency:cap:1.2" xmlns:x="http://www.w3.org/2001/XMLSchema-instance"
              x:schemaLocation="a b"><c:identifier>1</c:identifier><d:sender xmlns:d="urn:oasis:names:tc:emergency:cap:1.2"
              >s</d:sender><sent xmlns="urn:oasis:names:tc:emergency:cap:1.2">2020-02-05T10:45:00+08:00</sent>
            <c:status>Test</c:status><c:msgType>Alert</c:msgType><c:scope>Public</c:scope></c:alert>
            """
        #expect(try CAPDecoderTests.decode(other).first?.alert?.sender == "s")
        let undone = try CAPDecoderTests.decode(CAPDecoderTests.alert("<note xmlns=''>a</note>"))
        #expect(undone.first?.schemaFaults.map(\.code) == [.unknownElement])
    }
}
