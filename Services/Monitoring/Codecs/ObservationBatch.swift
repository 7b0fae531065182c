package import Foundation
package import Vocabulary

/// One observation as its sender wrote it; nothing is known yet of its station, its element and its unit.
package struct SentObservation: Hashable, Sendable {
    package let station: String
    package let element: String
    package let value: DecimalNumber
    package let unit: String
    /// The instant that the value belongs to; the end of the period where it gathers over one.
    package let observed: Instant

    package init(station: String, element: String, value: DecimalNumber, unit: String, observed: Instant) {
        (self.station, self.element, self.value, self.unit) = (station, element, value, unit)
        self.observed = observed
    }
}

/// Observations that came together: each good, or bad for a reason of its own.
package struct ObservationBatch: Hashable, Sendable {
    /// How its sender names it, so that it may send it again; empty for a single observation.
    package let id: String
    package let items: [Result<SentObservation, DocumentError>]

    package init(id: String = "", items: [Result<SentObservation, DocumentError>]) {
        (self.id, self.items) = (id, items)
    }

    /// So many observations come together at the most.
    package static let most = 1_000

    /// Reads `{"batch": "…", "observations": [{"station", "element", "value", "unit", "observed"}, …]}`, or one such observation alone.
    ///
    /// A value is a number or the same number as a text. Errors: those of `JSONValue`, and `missing-field`, `unknown-field`,
    /// `wrong-kind`, `too-many-values` of the whole; what is wrong with one item is in its place.
    package init(_ bytes: Data) throws(DocumentError) {
        let json = try JSONValue(bytes)
        guard case .object = json else {
            throw DocumentError(.wrongKind, "\(json.kind) came; send an object with batch and observations")
        }
        if json["observations"] == nil, json["station"] != nil {
            let single = try SentObservation(json)
            self.init(items: [.success(single)])
            return
        }
        try json.allow(["batch", "observations"])
        let id = try json.name("batch")
        guard case .list(let list) = try json.value("observations") else {
            throw DocumentError(.wrongKind, "observations is no list; write [ … ]")
        }
        guard (1...Self.most).contains(list.count) else {
            throw DocumentError(.tooMany, "\(list.count) observations; send 1 to \(Self.most) at once")
        }
        self.init(
            id: id,
            items: list.map { item in Result { () throws(DocumentError) in try SentObservation(item) } }
        )
    }
}

extension SentObservation {
    init(_ json: JSONValue) throws(DocumentError) {
        guard case .object = json else {
            throw DocumentError(.wrongKind, "\(json.kind) is no observation; send an object")
        }
        try json.allow(["station", "element", "value", "unit", "observed"])
        let value: DecimalNumber
        switch try json.value("value") {
        case .number(let digits), .text(let digits): value = try DecimalNumber(digits)
        case let other: throw DocumentError(.wrongKind, "value is \(other.kind); write a number such as \"4.125\"")
        }
        self.init(
            station: try json.name("station"),
            element: try json.name("element"),
            value: value,
            unit: try json.name("unit"),
            observed: try ZonedTime.instant(try json.name("observed"))
        )
    }
}

extension JSONValue {
    /// Refuses names that are not in `known`: a misspelt one must not be passed over.
    func allow(_ known: [String]) throws(DocumentError) {
        guard case .object(let members) = self else { return }
        for member in members where !known.contains(member.name) {
            throw DocumentError(
                .unknownField,
                "'\(member.name.prefix(40))' is not known; use \(known.joined(separator: ", "))"
            )
        }
    }

    func value(_ name: String) throws(DocumentError) -> JSONValue {
        guard let value = self[name], value != .null else {
            throw DocumentError(.missingField, "'\(name)' is missing; add it")
        }
        return value
    }

    /// A text of 1 to 128 bytes.
    func name(_ name: String) throws(DocumentError) -> String {
        let value = try value(name)
        guard let text = value.string else { throw DocumentError(.wrongKind, "\(name) is \(value.kind); write a text") }
        guard (1...128).contains(text.utf8.count) else {
            throw DocumentError(.badText, "\(name) has \(text.utf8.count) bytes; write 1 to 128")
        }
        return text
    }
}
