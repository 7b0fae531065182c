import FoundationEssentials
import SwiftProtobuf
import Vocabulary

extension Envelope {
    /// This record as a CloudEvents 1.0 event in JSON, on one line, without the line's end.
    ///
    /// The attributes come first, in a fixed order; what is not of CloudEvents are extension attributes, named in lower-case
    /// letters and digits as the standard asks. `sequence` is a text, `sequencetype` Integer (the standard's Sequence extension).
    /// `data` is the message in proto3 JSON. Source: CloudEvents 1.0.2, "JSON Event Format", section 3.
    ///
    /// Errors: `unknown-type`, `malformed-payload`, `malformed-id`.
    package func cloudEventJSON() throws(MessageError) -> String {
        let attributes = try cloudEventAttributes().map { "\(Self.quoted($0)):\($1)" }
        return "{" + attributes.joined(separator: ",") + ",\"data\":" + (try dataJSON()) + "}"
    }

    /// Name and JSON value of each attribute.
    private func cloudEventAttributes() throws(MessageError) -> [(String, String)] {
        var attributes = [
            ("specversion", "1.0"), ("id", try RecordID(id).description), ("source", source), ("type", type),
            ("subject", subject), ("time", Instant(microseconds: timeUs).description),
            ("datacontenttype", "application/json"), ("decidedtime", Instant(microseconds: decidedUs).description),
            ("stream", stream), ("sequence", "\(sequence)"), ("sequencetype", "Integer"), ("epoch", epoch),
            ("previoushash", try RecordHash(previousHash).description),
            ("correlation", try RecordID(correlation).description), ("causation", try causes()), ("realm", realm),
            ("jurisdiction", jurisdiction), ("classification", classificationWord),
        ]
        if hasActor {
            attributes += [
                ("actorperson", actor.person), ("actorrole", actor.role), ("actororganisation", actor.organisation),
            ]
        }
        // CloudEvents: an attribute is absent rather than empty.
        return attributes.filter { !$0.1.isEmpty }.map { ($0.0, Self.quoted($0.1)) }
            + [("schemaversion", "\(schemaVersion)")]
    }

    private func causes() throws(MessageError) -> String {
        var causes: [String] = []
        for cause in causation { causes.append(try RecordID(cause).description) }
        return causes.joined(separator: " ")
    }

    private var classificationWord: String {
        switch classification {
        case .unspecified, .UNRECOGNIZED: ""
        case .open: "open"
        case .internal: "internal"
        case .restricted: "restricted"
        }
    }

    private func dataJSON() throws(MessageError) -> String {
        let message = try MessageCatalogue.message(type)
        do {
            return try message.init(serializedBytes: payload).jsonString()
        } catch {
            throw MessageError(.malformedPayload, "the bytes are no \(message.type)")
        }
    }

    /// `text` as a JSON string (RFC 8259, section 7).
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
