import Foundation
import MonitoringCodecs
import TestSupport
import Testing
import Vocabulary

@Suite struct SeismicCatalogueTests {
    static let week = Checkout.vectors("earthquakes/usgs-week-2018-02.csv")

    /// Counted and summed by Python's csv module over the vector.
    @Test(.enabled(if: week != nil)) func `a week of the world's earthquakes is read to the last digit`() throws {
        let events = try SeismicCatalogue.decode(try #require(Self.week)).compactMap { try? $0.get() }
        #expect(events.count == 1_707)
        let first = try #require(events.first)
        // Its line: 1517363399650,0.31,-122.197,46.2035,3.28,uw61345682
        #expect(first.id == "uw61345682" && first.time == Instant(microseconds: 1_517_363_399_650_000))
        #expect(first.magnitude == (try DecimalNumber("0.31")) && first.depthMetres == 3_280)
        #expect(
            first.epicentre.latitudeMicrodegrees == 46_203_500 && first.epicentre.longitudeMicrodegrees == -122_197_000
        )
        // Its line: 1517364015660,1.35,-112.5183333,44.8181667,-2.15,mb80279649
        let second = events[1]
        #expect(second.depthMetres == -2_150 && second.epicentre.longitudeMicrodegrees == -112_518_333)
    }

    /// The form of earthquake.usgs.gov/earthquakes/feed/v1.0/geojson.php; the event is made up.
    @Test func `the summary feed gives revisions and what was taken back, and passes over blasts`() throws {
        func feature(_ id: String, _ more: String, _ place: String = "[120.1234567,47.5,10.25]") -> String {
            """
            {"type":"Feature","properties":{"mag":4.6,"place":"12 km S of Arxan","time":1782864000123,"updated":1782864600000,"magType":"mb"\(more)},
            "geometry":{"type":"Point","coordinates":\(place)},"id":"\(id)"}
            """
        }
        let features = [
            feature("us1", ",\"type\":\"earthquake\",\"status\":\"reviewed\""),
            feature("us2", ",\"status\":\"deleted\""),
            feature("us3", ",\"type\":\"quarry blast\""), feature("us4", "", "[120,97,10]"),
            feature("us5", "", "[120]"),
            feature("us6", "").replacing("4.6", with: "null"),
        ]
        let document = "{\"type\":\"FeatureCollection\",\"features\":[\(features.joined(separator: ","))]}"
        let events = try SeismicCatalogue.decode(Data(document.utf8))
        #expect(events.count == 5)
        let first = try events[0].get()
        #expect(
            first.time == Instant(microseconds: 1_782_864_000_123_000)
                && first.updated == Instant(seconds: 1_782_864_600)
        )
        #expect(first.epicentre.longitudeMicrodegrees == 120_123_457 && first.depthMetres == 10_250 && !first.isDeleted)
        #expect(first.magnitudeType == "mb" && first.place == "12 km S of Arxan")
        #expect(try events[1].get().isDeleted)
        for index in 2..<5 { #expect(throws: DocumentError.self) { try events[index].get() } }
        #expect { try SeismicCatalogue.decode(Data("{\"type\":\"Feature\"}".utf8)) } throws: {
            ($0 as? DocumentError)?.code == .unknownForm
        }
    }

    @Test func `the table of the real-time feed is read by its column names`() throws {
        let csv = """
            time,latitude,longitude,depth,mag,magType,nst,gap,dmin,rms,net,id,updated,place,type,status
            2018-02-06T15:50:43.490Z,24.134,121.6584,17,6.4,mww,,20,0.214,1.0,us,us1000chhc,2018-02-07T00:00:00.040Z,"18 km N of Hualien City, Taiwan",earthquake,reviewed
            2018-02-06T15:51:00.000Z,24,121,0,1.0,ml,,,,,us,us2,2018-02-07T00:00:00.000Z,"Mine",explosion,reviewed
            """
        let events = try SeismicCatalogue.decode(Data(csv.utf8))
        #expect(events.count == 1)
        let event = try events[0].get()
        // 2018-02-06T15:50:43.490Z by Python: 1517932243.49.
        #expect(event.time == Instant(microseconds: 1_517_932_243_490_000) && event.depthMetres == 17_000)
        #expect(event.place == "18 km N of Hualien City, Taiwan" && event.magnitudeType == "mww")
    }
}
