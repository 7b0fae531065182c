import MonitoringCodecs
import MonitoringDomain
import ServiceKit
import Vocabulary

extension YAMLValue {
    /// The polygons of divisions that have some: `{ code, name, datum: wgs84, polygons: [[[latitude, longitude], …]] }`.
    func divisionAreas() throws(ConfigurationError) -> [String: [WarningArea]] {
        var areas: [String: [WarningArea]] = [:]
        for item in try list() {
            guard let polygons = try item.optional("polygons") else {
                if let datum = try item.optional("datum") {
                    throw datum.error("a datum of nothing", remedy: "add polygons, or remove it")
                }
                continue
            }
            // CGCS 2000 agrees with WGS 84 within centimetres: CAP's datum may stand for it.
            _ = try item.value("datum").parse(
                "wgs84 or cgcs2000; GCJ-02 has no published way to CAP's WGS 84, so take the corners from another source"
            ) { ["wgs84", "cgcs2000"].contains($0) ? $0 : nil }
            var own: [WarningArea] = []
            for polygon in try polygons.list() { own.append(try polygon.warningArea()) }
            guard (1...20).contains(own.count) else {
                throw polygons.error("\(own.count) polygons", remedy: "draw 1 to 20 of them")
            }
            areas[try item.value("code").division()] = own
        }
        return areas
    }

    private func warningArea() throws(ConfigurationError) -> WarningArea {
        var corners: [Position] = []
        for corner in try list() { corners.append(try corner.position()) }
        let area: WarningArea
        do {
            area = try WarningArea(corners)
        } catch {
            throw self.error(
                error.words,
                remedy: "list 3 to \(WarningArea.mostCorners) [latitude, longitude] round it, in order"
            )
        }
        // The judge of documents has the last word, so that no warning fails over its area.
        var judged = CAPAlert.Area(description: "area")
        judged.polygons = [CAPPolygon(area.closed).text]
        if let fault = judged.placeFaults.first { throw self.error("\(fault.code.rawValue)", remedy: fault.remedy) }
        return area
    }
}

extension WarningArea.Fault {
    fileprivate var words: String {
        switch self {
        case .count: "too few corners, or too many"
        case .datum: "GCJ-02 is not CAP's datum"
        case .repeated(let corner): "the corner \(corner.shown) stands twice"
        case .meetsItself(let one, let other): "the line meets itself between \(one.shown) and \(other.shown)"
        }
    }
}

extension Position {
    fileprivate var shown: String {
        "[\(Double(latitudeMicrodegrees) / 1_000_000), \(Double(longitudeMicrodegrees) / 1_000_000)]"
    }
}
