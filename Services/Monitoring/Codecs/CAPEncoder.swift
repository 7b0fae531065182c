package import Foundation

extension CAPAlert {
    /// The document in UTF-8, version 1.2, its elements in the order of the schema.
    ///
    /// What `CAPDecoder` reads from it is this value again, save characters that XML cannot hold. It is valid by the schema
    /// where every content has a category, and its numbers, URIs and language are of their forms.
    package func encoded() -> Data {
        var writer = MarkupWriter()
        writer.element("alert", namespace: Version.v1_2.rawValue) { writer in
            writer.element("identifier", identifier)
            writer.element("sender", sender)
            writer.element("sent", sent.text)
            writer.element("status", status.rawValue)
            writer.element("msgType", messageType.rawValue)
            writer.optional("source", source)
            writer.element("scope", scope.rawValue)
            writer.optional("restriction", restriction)
            writer.optional("addresses", addresses)
            for code in codes { writer.element("code", code) }
            writer.optional("note", note)
            writer.optional("references", references)
            writer.optional("incidents", incidents)
            for info in infos { writer.element("info") { info.write(to: &$0) } }
        }
        return writer.bytes
    }
}

extension CAPAlert.Info {
    fileprivate func write(to writer: inout MarkupWriter) {
        writer.element("language", language)
        for category in categories { writer.element("category", category.rawValue) }
        writer.element("event", event)
        for response in responses { writer.element("responseType", response.rawValue) }
        writer.element("urgency", urgency.rawValue)
        writer.element("severity", severity.rawValue)
        writer.element("certainty", certainty.rawValue)
        writer.optional("audience", audience)
        for code in eventCodes { writer.pair("eventCode", code) }
        writer.optional("effective", effective?.text ?? "")
        writer.optional("onset", onset?.text ?? "")
        writer.optional("expires", expires?.text ?? "")
        writer.optional("senderName", senderName)
        writer.optional("headline", headline)
        writer.optional("description", description)
        writer.optional("instruction", instruction)
        writer.optional("web", web)
        writer.optional("contact", contact)
        for parameter in parameters { writer.pair("parameter", parameter) }
        for resource in resources { writer.element("resource") { resource.write(to: &$0) } }
        for area in areas { writer.element("area") { area.write(to: &$0) } }
    }
}

extension CAPAlert.Resource {
    fileprivate func write(to writer: inout MarkupWriter) {
        writer.element("resourceDesc", description)
        writer.element("mimeType", mimeType)
        writer.optional("size", size)
        writer.optional("uri", uri)
        writer.optional("derefUri", embedded)
        writer.optional("digest", digest)
    }
}

extension CAPAlert.Area {
    fileprivate func write(to writer: inout MarkupWriter) {
        writer.element("areaDesc", description)
        for polygon in polygons { writer.element("polygon", polygon) }
        for circle in circles { writer.element("circle", circle) }
        for geocode in geocodes { writer.pair("geocode", geocode) }
        writer.optional("altitude", altitude)
        writer.optional("ceiling", ceiling)
    }
}

extension MarkupWriter {
    fileprivate mutating func pair(_ name: String, _ pair: CAPAlert.Pair) {
        element(name) { writer in
            writer.element("valueName", pair.name)
            writer.element("value", pair.value)
        }
    }
}
