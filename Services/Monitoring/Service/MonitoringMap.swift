import Foundation
import GRDB
import MessageSchema
import MonitoringDomain
import ServiceKit
import ServiceStore
import Vocabulary

/// What a map can show of monitoring.
package enum MapKind: String, CaseIterable, Sendable {
    case stations
    case gridUnits = "grid-units"
    case gridReports = "grid-reports"
    case dangers
    case riskPoints = "risk-points"
}

extension MonitoringCore {
    /// GeoJSON of that kind from the folder that the service keeps its database in, beside the running service or without it: what
    /// is open now, by the configuration that the journal has last.
    ///
    /// Errors: `StoreError` where there is no database, `ConfigurationError` where this program does not read its configuration.
    package static func map(_ kind: MapKind, data: String) throws -> String {
        try ServiceStore.readOnly(path: "\(data)/\(name.rawValue).db") { db in
            guard let text = try Journal.configuration(db) else {
                throw InputError("no-configuration", "the journal is empty; start the service once")
            }
            let configuration = try YAMLValue(text: String(decoding: text, as: UTF8.self), file: "journal")
            let core = try MonitoringCore(configuration: configuration)
            return try GeoJSON(features: core.features(kind, db)).text()
        }
    }

    private func features(_ kind: MapKind, _ db: Database) throws -> [GeoJSON.Feature] {
        switch kind {
        case .stations: try stationFeatures(db)
        case .gridUnits: try unitFeatures(db)
        case .gridReports: try reportFeatures(db)
        case .dangers: try dangerFeatures(db)
        case .riskPoints: try riskPointFeatures(db)
        }
    }

    /// Those of the configuration, and the registered ones whose kind it has.
    private func stationFeatures(_ db: Database) throws -> [GeoJSON.Feature] {
        var all = Array(stations.values)
        try StationRegister.forEach(db) { entry in
            if kinds[entry.kind] != nil { all.append(try station(registered: entry)) }
        }
        return all.sorted { $0.id < $1.id }.map { station in
            GeoJSON.Feature(
                id: station.id.value,
                geometry: .point(station.position),
                properties: [
                    "name_zh": .text(station.name.zh), "name_en": .text(station.name.en),
                    "division": .text(station.division),
                ]
            )
        }
    }

    /// Units in listed order, with the statistics of their reports.
    private func unitFeatures(_ db: Database) throws -> [GeoJSON.Feature] {
        guard let grid else { return [] }
        return try grid.tree.units.compactMap { node in
            guard let unit = grid.units[node.id] else { return nil }
            let statistics = try GridRepository.statistics(of: node.id, db)
            var properties: [String: GeoJSON.Property] = [
                "name_zh": .text(unit.name.zh), "name_en": .text(unit.name.en), "level": .text(node.level.name),
                "division": .text(unit.division), "reports": .number(Int64(statistics.reports)),
                "late": .number(Int64(statistics.late)), "missing": .number(Int64(statistics.missing)),
            ]
            properties["parent"] = node.parent.map { .text($0.value) }
            properties["median_delay_seconds"] = statistics.medianDelaySeconds.map { .number($0) }
            let geometry = node.area.map(GeoJSON.Geometry.polygon) ?? .point(unit.position)
            return GeoJSON.Feature(id: node.id.value, geometry: geometry, properties: properties)
        }
    }

    /// Happenings that are not closed. One without a position stands where its unit does.
    private func reportFeatures(_ db: Database) throws -> [GeoJSON.Feature] {
        try GridRepository.open(db).map { seen in
            let happening = seen.happening
            let place = seen.first.position ?? grid?.units[seen.first.unit]?.position
            return GeoJSON.Feature(
                id: happening.lead.value,
                geometry: place.map(GeoJSON.Geometry.point),
                properties: [
                    "kind": .text(seen.first.kind),
                    "hazard": .text(grid?.kinds[seen.first.kind]?.hazard?.rawValue ?? ""),
                    "grade": .text(happening.grade.name), "state": .text(happening.state.rawValue),
                    "unit": .text(happening.unit.value), "holder": .text(happening.holder.value),
                    "reports": .number(Int64(happening.reports)), "people_affected": .number(Int64(happening.people)),
                    "first_observed": .init(seen.first.observed), "last_observed": .init(seen.last),
                    "place": seen.first.position == nil ? "unit" : "position",
                ]
            )
        }
    }

    /// Dangers that are not closed. One without a position stands where its risk point or its unit does.
    private func dangerFeatures(_ db: Database) throws -> [GeoJSON.Feature] {
        try DangerRepository.open(db).map { known in
            let (found, danger) = (known.found, known.danger)
            var properties: [String: GeoJSON.Property] = [
                "kind": .text(found.kind), "grade": .text(danger.grade.rawValue),
                "state": .text(danger.state.rawValue), "unit": .text(danger.unit.value),
                "supervisor": .text(danger.supervisor.value), "round": .number(Int64(danger.round)),
                "extensions": .number(Int64(danger.extensions)), "overdue": .number(Int64(danger.overdue)),
                "self_check": .flag(found.selfCheck),
            ]
            if !found.enterprise.isEmpty { properties["enterprise"] = .text(found.enterprise) }
            if !found.riskPoint.isEmpty { properties["risk_point"] = .text(found.riskPoint) }
            properties["deadline"] = danger.deadline.map { .init($0) }
            properties["responsible"] = danger.responsible.map { .text($0.value) }
            properties["suspension"] = danger.suspension.map { .text($0.rawValue) }
            properties["listed_supervisor"] = danger.listing.map { .text($0.supervisor.value) }
            properties["listed_until"] = danger.listing.map { .init($0.until) }
            let place = try position(of: known, db)
            return .init(id: danger.id.value, geometry: place.map(GeoJSON.Geometry.point), properties: properties)
        }
    }

    private func position(of known: DangerRepository.Known, _ db: Database) throws -> Position? {
        if known.found.hasPosition {
            let position = try known.found.position.checked()
            if position.datum != .gcj02 { return position }
        }
        let id = RiskPointID(known.found.riskPoint)
        if let point = try DangerRepository.point(id, db) ?? riskPoints?.point(id) {
            return try point.registered.position.checked()
        }
        return grid?.units[known.danger.unit]?.position
    }

    /// Risk points that are not retired: those of the configuration first, then the others by id.
    private func riskPointFeatures(_ db: Database) throws -> [GeoJSON.Feature] {
        guard let riskPoints else { return [] }
        let kept = try DangerRepository.points(db)
        let ids = Set(riskPoints.points.map(\.registered.riskPoint))
        let configured = riskPoints.points.map { point in
            kept.first { $0.registered.riskPoint == point.registered.riskPoint } ?? point
        }
        let all = configured + kept.filter { !ids.contains($0.registered.riskPoint) }
        return try all.filter { !$0.isRetired }.map { point in
            let registered = point.registered
            let open = try DangerRepository.openMajorDangers(on: RiskPointID(registered.riskPoint), db)
            let shown = riskPoints.tables.shown(point.own, openMajorDangers: open)
            return GeoJSON.Feature(
                id: registered.riskPoint,
                geometry: .point(try registered.position.checked()),
                properties: [
                    "name": .text(registered.name), "unit": .text(registered.unit), "own": .text(point.own.name),
                    "shown": .text(shown.name), "open_major_dangers": .number(Int64(open)),
                    "enterprise": .text(registered.enterprise), "hazard": .text(registered.hazard),
                    "responsible": .text(registered.responsible), "controls": .texts(registered.controls),
                ]
            )
        }
    }
}
