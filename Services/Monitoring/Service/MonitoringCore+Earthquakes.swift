import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

/// The intensity that an earthquake has at places, by coefficients that are data.
struct EarthquakeForecast: Sendable {
    let id: String
    let attenuation: EarthquakeAttenuation
    let places: [StationID]
    /// What the coefficients are and whose.
    let source: String

    /// `{ id, kind: earthquake, places: [stations], coefficients: { a, b, c, r0 }, short_axis: { … }, magnitudes: ["5.0", "8.5"], most_km, most_depth_km, confirmed: false, source }`.
    init(_ item: YAMLValue, _ stations: [StationID: Station]) throws(ConfigurationError) {
        try item.allow([
            "id", "kind", "places", "coefficients", "short_axis", "magnitudes", "most_km", "most_depth_km",
            "confirmed", "source",
        ])
        id = try item.value("id").text()
        var places: [StationID] = []
        for place in try item.value("places").list() {
            places.append(try place.parse("a station of this file") { stations[StationID($0)]?.id })
        }
        self.places = places
        let long = try item.value("coefficients").axis()
        let range = try item.value("magnitudes").list()
        guard range.count == 2 else { throw item.error("magnitudes is no range", remedy: "write [5.0, 8.5]") }
        let (least, most) = (try range[0].decimal(in: -2...10), try range[1].decimal(in: -2...10))
        guard least <= most else { throw item.error("magnitudes end before they begin", remedy: "swap them") }
        attenuation = EarthquakeAttenuation(
            longAxis: long,
            shortAxis: try item.optional("short_axis")?.axis() ?? long,
            range: .init(
                magnitudeHundredths: Int((least * 100).rounded())...Int((most * 100).rounded()),
                mostMetres: Int64(try item.value("most_km").integer(in: 1...2_000)) * 1_000,
                mostDepthMetres: try item.value("most_depth_km").integer(in: 1...800) * 1_000
            ),
            isConfirmed: try item.value("confirmed").flag()
        )
        source = try item.value("source").text()
    }
}

extension YAMLValue {
    fileprivate func axis() throws(ConfigurationError) -> EarthquakeAttenuation.Axis {
        try allow(["a", "b", "c", "r0"])
        let (a, b) = (try value("a").decimal(in: -20...20), try value("b").decimal(in: 0.1...5))
        let (c, r0) = (try value("c").decimal(in: 0.1...10), try value("r0").decimal(in: 1...100))
        return try made { () throws(ForecastError) in try .init(a: a, b: b, c: c, r0Kilometres: r0) }
    }
}

extension MonitoringCore {
    /// An earlier one is history.
    private static let oldestEarthquake = Duration.hours(8_784)

    /// A person enters an earthquake.
    func report(_ order: ReportEarthquake, _ turn: Turn) throws {
        try officer(turn)
        let age = turn.now - Instant(microseconds: order.timeUs)
        guard age >= .zero, age <= Self.oldestEarthquake else {
            throw CommandRefusal("bad-time", "it lies ahead, or more than a year back; correct its time")
        }
        let event: EarthquakeEvent
        do {
            event = try EarthquakeEvent(
                id: order.event,
                origin: Instant(microseconds: order.timeUs),
                epicentre: try order.epicentre.checked(),
                magnitudeHundredths: Int(order.magnitudeHundredths),
                depthMetres: Int(order.depthMetres)
            )
        } catch let error as ForecastError {
            throw CommandRefusal(error.code.rawValue, error.message)
        } catch let error as MessageError {
            throw CommandRefusal(error.code.rawValue, error.message)
        }
        var message = EarthquakeEntered()
        (message.event, message.magnitudeHundredths) = (order.event, order.magnitudeHundredths)
        (message.epicentre, message.depthMetres) = (order.epicentre, order.depthMetres)
        (message.timeUs, message.source) = (order.timeUs, order.source)
        let record = try turn.send(message, subject: order.event, happened: event.origin)
        try shake(event, record, turn)
    }

    /// What networks give where they could not find the depth. Source: USGS, "Earthquake catalog documentation", depth.
    private static let usualDepthMetres: Int32 = 10_000

    /// The same of an earthquake that a feed reports; one outside of what the formula takes says nothing here.
    func shake(_ report: EarthquakeReported, _ record: RecordID, _ turn: Turn) throws {
        let depth = report.hasDepthMetres ? report.depthMetres : Self.usualDepthMetres
        let event: EarthquakeEvent
        do {
            event = try EarthquakeEvent(
                id: report.event,
                origin: Instant(microseconds: report.timeUs),
                epicentre: try report.epicentre.checked(),
                magnitudeHundredths: Int(report.magnitudeHundredths),
                depthMetres: Int(max(0, depth))
            )
        } catch is ForecastError {
            return
        }
        try shake(event, record, turn)
    }

    /// Tells the intensity at each place that the coefficients reach; `record` says that the earth shook.
    func shake(_ event: EarthquakeEvent, _ record: RecordID, _ turn: Turn) throws {
        try RuleRepository.keep(event, now: turn.now, turn.database)
        guard let earthquake = forecasts.earthquake else { return }
        for place in earthquake.places {
            guard let station = stations[place] else { continue }
            let id = "\(earthquake.id)/\(place)"
            do {
                let found = try earthquake.attenuation.intensity(
                    of: event,
                    at: station.position,
                    longAxisDegrees: nil
                )
                let value = try Quantity(roundingMillionths: found.millionths, decimals: 1, .one)
                let finding = ForecastFinding(
                    base: event.origin,
                    results: [.init(element: "intensity", value: value)],
                    inputs: [record],
                    parameters: [("degree", "\(found.degree)"), ("distance-metres", "\(found.distanceMetres)")],
                    source: earthquake.source,
                    isConfirmed: found.isConfirmed
                )
                try publish(finding, id, place, turn)
            } catch let error as ForecastError {
                // Most earthquakes of the world are too far or too small to say anything here.
                try withhold(id, place, at: event.origin, error.code.rawValue, error.message, turn)
            }
        }
    }
}
