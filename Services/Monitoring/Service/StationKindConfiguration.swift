import MonitoringDomain
import ServiceKit
import Vocabulary

/// What the registered stations of one kind have in common.
final class StationKind: Sendable {
    let id: String
    /// No word for longer than this: silent.
    let silentAfter: Duration
    /// What each element may read; nothing is checked for one that is not listed.
    let limits: [ElementID: QualityLimits]
    /// What values of HJ 212 are kept as, as `HJ212Device` has them.
    let factors: [String: Element]

    init(_ id: String, silentAfter: Duration, limits: [ElementID: QualityLimits], factors: [String: Element]) {
        (self.id, self.silentAfter, self.limits, self.factors) = (id, silentAfter, limits, factors)
    }
}

/// Whom a rule watches where it names no stations: all registered ones of a kind, in some divisions or in all.
struct StationSelection: Sendable {
    let kind: String
    /// Codes; empty: everywhere.
    let divisions: [DivisionCode]

    func contains(_ station: Station) -> Bool {
        guard station.kind?.id == kind else { return false }
        guard !divisions.isEmpty else { return true }
        return DivisionCode(station.division).map { code in divisions.contains { $0.contains(code) } } ?? false
    }
}

/// What rules watch at registered stations of each kind.
struct KindWatches: Sendable {
    private struct Key: Hashable {
        let kind: String
        let element: ElementID
    }

    private var watches: [Key: Watch] = [:]

    init(_ kinds: [String: StationKind], _ rules: [AppliedRule]) {
        for kind in kinds.values {
            for (element, limits) in kind.limits {
                watches[Key(kind: kind.id, element: element)] = Watch(reach: limits.sameReading?.duration ?? .zero)
            }
        }
        for applied in rules {
            guard let selection = applied.selection else { continue }
            watches[Key(kind: selection.kind, element: applied.element), default: Watch()].add(applied)
        }
    }

    /// Of that element at the station; one that rules need not look at has none.
    func watch(_ element: ElementID, at station: Station) -> Watch {
        guard let kind = station.kind, let watch = watches[Key(kind: kind.id, element: element)] else { return Watch() }
        return watch.rules.allSatisfy { $0.selection?.contains(station) ?? true } ? watch : watch.of(station)
    }
}

extension YAMLValue {
    /// `[{ id: rain-gauge, silent_after: 150m, elements: { rain_1h: {…} }, factors: {…} }]`, by id.
    func stationKinds(_ elements: ElementList) throws(ConfigurationError) -> [String: StationKind] {
        var kinds: [String: StationKind] = [:]
        for item in try list() {
            try item.allow(StationKeys.kind)
            let id = try item.value("id").stationID().value
            let kind = StationKind(
                id,
                silentAfter: try item.value("silent_after").duration(),
                limits: try item.limits(elements),
                factors: try item.factors(elements)
            )
            guard kinds.updateValue(kind, forKey: id) == nil else {
                throw item.error("kind '\(id)' stands twice", remedy: "give it another id")
            }
        }
        return kinds
    }

    /// `{ kind: rain-gauge, divisions: ["1522"] }`.
    func selection(_ kinds: Set<String>) throws(ConfigurationError) -> StationSelection {
        try allow(StationKeys.selection)
        var divisions: [DivisionCode] = []
        for item in try optional("divisions")?.list() ?? [] {
            divisions.append(
                try item.parse("a division code of 2, 4, 6, 9 or 12 digits") { DivisionCode($0) }
            )
        }
        if let given = try optional("divisions"), divisions.isEmpty {
            throw given.error("no division", remedy: "name one, or leave it out for everywhere")
        }
        return StationSelection(
            kind: try value("kind").parse("a kind of station_kinds") { kinds.contains($0) ? $0 : nil },
            divisions: divisions
        )
    }
}

/// The keys of registered stations' kinds, and of rules that select by them.
package enum StationKeys {
    package static let kind: Set<String> = ["id", "silent_after", "elements", "factors"]
    package static let selection: Set<String> = ["kind", "divisions"]
}
