package import Foundation

/// An index of documents that others publish: Atom or RSS, whose entries link to CAP documents.
///
/// Source: RFC 4287 (Atom), RSS 2.0 and RSS 1.0; the CAP 1.2 media types `application/cap+xml` and what older hubs write.
package struct DocumentIndex: Hashable, Sendable {
    /// One entry with a link.
    package struct Entry: Hashable, Sendable {
        /// As written: it may be relative to the index's own address.
        package let link: String
        /// What changes when the document does: the entry's identifier and its time of change. Empty where neither stands.
        package let version: String
    }

    /// In the index's order, which is the newest first as a rule.
    package let entries: [Entry]
    /// Entries that link to nothing.
    package let withoutLink: Int

    /// Reads an index. Errors: those of `CAPDecoder.decode` for a document that cannot be read, `no-index` for another document.
    package init(_ bytes: Data) throws(CAPError) {
        let root = try Markup.read(bytes)
        let items: [MarkupElement]
        switch root.name {
        case "feed": items = root.all("entry")
        case "rss": items = root.all("channel").flatMap { $0.all("item") }
        case "RDF": items = root.all("item")
        default:
            let name = root.name.prefix(60)
            throw CAPError(.noIndex, "<\(name)> is no index; leave out index: where the document itself stands")
        }
        entries = items.compactMap { item in
            let version = ["id", "guid", "updated", "pubDate", "date"].map { item.text($0).trimmedXML }
            return item.documentLink.map { Entry(link: $0, version: version.joined(separator: " ").trimmedXML) }
        }
        withoutLink = items.count - entries.count
    }
}

extension MarkupElement {
    private static let media = ["application/cap+xml", "application/common-alerting-protocol+xml"]

    /// Where the entry's document stands: the link whose type is CAP's, else the first that is the entry itself in XML or in no type
    /// that is named.
    fileprivate var documentLink: String? {
        let links = all("link") + all("enclosure")
        let typed = links.first { Self.media.contains($0.values["type"]?.lowercased() ?? "") }
        let plain = all("link").first { link in
            let type = link.values["type"]?.lowercased() ?? "xml"
            return ["alternate", nil].contains(link.values["rel"]) && type.contains("xml") && !type.contains("html")
        }
        guard let link = typed ?? plain else { return nil }
        let address = (link.values["href"] ?? link.values["url"] ?? link.text).trimmedXML
        return address.isEmpty ? nil : address
    }
}
