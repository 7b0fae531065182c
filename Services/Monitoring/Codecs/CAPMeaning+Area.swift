import Vocabulary

// MARK: 3.2.4 area

extension CAPAlert.Area {
    /// What is wrong with its polygons and circles by the rules of the standard and of China, doubts too.
    package var placeFaults: [CAPFault] {
        let header = CAPAlert(
            identifier: "area",
            sender: "area",
            sent: CAPTime(Instant(seconds: 0)),
            status: .draft,
            messageType: .alert
        )
        var judge = CAPJudge(alert: header, profile: .china)
        judge.judge(self, "area")
        return judge.faults
    }
}

extension CAPJudge {
    mutating func judge(_ area: CAPAlert.Area, _ path: String) {
        expectText(area.description, "\(path)/areaDesc")
        expect(
            !area.polygons.isEmpty || !area.circles.isEmpty || !area.geocodes.isEmpty,
            .areaWithoutPlace,
            path,
            "add a polygon, a circle or a geocode; a machine cannot place the description",
            advised
        )
        for (index, polygon) in area.polygons.enumerated() { judge(polygon: polygon, "\(path)/polygon[\(index + 1)]") }
        for (index, circle) in area.circles.enumerated() { judge(circle: circle, "\(path)/circle[\(index + 1)]") }
        for (index, geocode) in area.geocodes.enumerated() {
            expectText(geocode.name, "\(path)/geocode[\(index + 1)]/valueName")
        }
        judgeHeights(area, path)
    }

    private mutating func judge(polygon text: String, _ path: String) {
        let polygon: CAPPolygon
        do { polygon = try CAPPolygon(text) } catch {
            report(error, path)
            return
        }
        guard polygon.points.count >= 4 else {
            faults.append(CAPFault(.fewPoints, path, "write at least four points, the last like the first"))
            return
        }
        expect(polygon.isClosed, .openPolygon, path, "end with the first point")
        if polygon.isFlat {
            faults.append(CAPFault(.flatPolygon, path, "the points lie on one line; nothing is inside"))
        } else {
            expect(
                polygon.crossesItself != true,
                .crossingPolygon,
                path,
                "put the points in order along the edge",
                .doubt
            )
        }
        if profile == .china { expectInChina(polygon.points, path) }
    }

    private mutating func judge(circle text: String, _ path: String) {
        let circle: CAPCircle
        do { circle = try CAPCircle(text) } catch {
            report(error, path)
            return
        }
        // Half the Earth's circumference: nothing is farther away.
        expect(
            (0...20_040_000_000).contains(circle.radiusMillimetres),
            .badRadius,
            path,
            "write the radius in kilometres, from 0 to 20040"
        )
        if profile == .china { expectInChina([circle.centre], path) }
    }

    private mutating func report(_ error: CAPCoordinateError, _ path: String) {
        let code: CAPFault.Code =
            switch error.kind {
            case .noNumber: .badCoordinate
            case .outOfRange: .coordinateOutOfRange
            case .swapped: .swappedCoordinates
            }
        faults.append(CAPFault(code, path, "write latitude,longitude in WGS 84: \(error.message)"))
    }

    private mutating func judgeHeights(_ area: CAPAlert.Area, _ path: String) {
        guard !area.ceiling.isEmpty else { return }
        expect(
            !area.altitude.isEmpty,
            .ceilingWithoutAltitude,
            "\(path)/ceiling",
            "add the altitude from which the range begins"
        )
        guard let altitude = millionths(area.altitude), let ceiling = millionths(area.ceiling) else { return }
        expect(
            altitude <= ceiling,
            .ceilingBelowAltitude,
            "\(path)/ceiling",
            "the ceiling is the higher of the two, in feet"
        )
    }

    /// Latitude 3 to 54, longitude 73 to 136: who swaps the two leaves this frame.
    private mutating func expectInChina(_ points: [Position], _ path: String) {
        expect(
            points.allSatisfy {
                (3_000_000...54_000_000).contains($0.latitudeMicrodegrees)
                    && (73_000_000...136_000_000).contains($0.longitudeMicrodegrees)
            },
            .outsideChina,
            path,
            "a point lies outside China; write latitude,longitude in degrees"
        )
    }
}
