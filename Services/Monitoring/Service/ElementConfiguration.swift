import MonitoringDomain
import ServiceKit
import Vocabulary

/// The elements that this service knows: the standard catalogue's and the configuration's own.
struct ElementList: Sendable {
    private var elements: [ElementID: Element]

    /// The standard catalogue, and `elements` of the configuration where it has any.
    init(_ own: YAMLValue?) throws(ConfigurationError) {
        elements = Dictionary(uniqueKeysWithValues: ElementCatalogue.standard.map { ($0.id, $0) })
        for item in try own?.list() ?? [] {
            let element = try item.element()
            guard elements.updateValue(element, forKey: element.id) == nil else {
                throw item.error("element \(element.id) is in the catalogue already", remedy: "give it another id")
            }
        }
    }

    subscript(_ id: ElementID) -> Element? { elements[id] }
}

extension YAMLValue {
    /// An element of the configuration's own: `{ id: methane, name: { zh: …, en: … }, unit: "%", period: 5m }`.
    fileprivate func element() throws(ConfigurationError) -> Element {
        try allow(["id", "name", "unit", "period"])
        let name = try value("name").name()
        let period = try optional("period")
        return Element(
            id: try value("id").parse("a word of small letters, digits and underscores") { ElementID(checking: $0) },
            chinese: name.zh,
            english: name.en,
            unit: try value("unit").unit(),
            period: try period.map { item throws(ConfigurationError) in try item.duration() }
        )
    }

    /// A unit as it is written: `m`, `mm`, `m3/s`.
    func unit() throws(ConfigurationError) -> Unit {
        try parse("one of the units \(Unit.allCases.map(\.rawValue).joined(separator: ", "))") { Unit(rawValue: $0) }
    }

    /// A station's id: its SL 651 address of ten digits, or the catalogue's word of letters, digits and hyphens.
    func stationID() throws(ConfigurationError) -> StationID {
        try parse("a station's address, or a word of at most 24 letters, digits and hyphens") {
            StationID(checking: $0)
        }
    }
}

extension StationID {
    /// Nil unless it is 1 to 24 letters, digits and hyphens.
    init?(checking text: String) {
        let isWord = text.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45
        }
        guard isWord, (1...24).contains(text.utf8.count) else { return nil }
        self.init(text)
    }
}
