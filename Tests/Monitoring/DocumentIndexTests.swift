import Foundation
import MonitoringCodecs
import Testing

/// Indexes as RFC 4287, RSS 2.0 and RSS 1.0 have them.
@Suite struct DocumentIndexTests {
    private func links(_ text: String) throws -> [String] {
        try DocumentIndex(Data(text.utf8)).entries.map(\.link)
    }

    private func refusal(_ text: String) -> CAPError.Code? {
        do throws(CAPError) {
            _ = try DocumentIndex(Data(text.utf8))
            return nil
        } catch { return error.code }
    }

    @Test func `an Atom index links to documents by CAP's media type first, else by its own link`() throws {
        let index = """
            <?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>
            <link href="https://hub.example/index"/><id>urn:hub</id>
            <entry><id>urn:1</id><updated>2026-07-01T08:00:00+08:00</updated><link href="https://hub.example/1.html" type="text/html"/>
              <link rel="alternate" type="application/cap+xml" href="https://hub.example/1.cap?a=1&amp;b=2"/></entry>
            <entry><id>urn:2</id><updated>2026-07-01T07:00:00+08:00</updated><link href="docs/2.xml"/></entry>
            <entry><id>urn:3</id><link rel="self" href="https://hub.example/3"/></entry>
            <entry><id>urn:4</id><link href="https://hub.example/4.html" type="application/xhtml+xml"/></entry></feed>
            """
        let read = try DocumentIndex(Data(index.utf8))
        #expect(read.entries.map(\.link) == ["https://hub.example/1.cap?a=1&b=2", "docs/2.xml"])
        #expect(read.withoutLink == 2)
        let changed = try DocumentIndex(Data(index.replacing("T07:00:00", with: "T07:30:00").utf8))
        #expect(changed.entries[0] == read.entries[0] && changed.entries[1] != read.entries[1])
    }

    @Test func `RSS links by its link or an enclosure of CAP`() throws {
        #expect(
            try links(
                """
                <rss version="2.0"><channel><title>t</title><link>https://hub.example/</link>
                <item><title>1</title><link> https://hub.example/1.xml </link><guid>1</guid></item>
                <item><link>https://hub.example/2.html</link><enclosure url="https://hub.example/2.cap" type="application/cap+xml" length="1"/></item>
                <item><title>3</title></item></channel></rss>
                """
            ) == ["https://hub.example/1.xml", "https://hub.example/2.cap"]
        )
        #expect(
            try links(
                """
                <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><link>c</link>
                </channel><item rdf:about="x"><link>https://hub.example/1.xml</link></item></rdf:RDF>
                """
            ) == ["https://hub.example/1.xml"]
        )
        #expect(try links("<feed xmlns=\"http://www.w3.org/2005/Atom\"/>").isEmpty)
    }

    @Test func `what is no index is refused, and a document type is refused unread`() {
        #expect(refusal("<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"/>") == .noIndex)
        #expect(refusal("<!DOCTYPE feed [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><feed>&a;</feed>") == .documentType)
        #expect(refusal("<feed><entry></feed>") == .notWellFormed)
        #expect(refusal("<feed><entry link=\"1\" link=\"2\"/></feed>") == .notWellFormed)
    }
}
