import Foundation
import MessageSchema
import MonitoringService
import ServiceKit
import ServiceStore
import TestSupport
import Testing
import Vocabulary

/// Stations by the thousand: registered by command, known by their kind.
@Suite struct StationRegisterTests {
    static let kinds = """
        station_kinds:
          - { id: gauge, silent_after: 2h, elements: { stage: { hard: ["0.00 m", "12.00 m"] } } }
          - { id: outlet, silent_after: 1h, factors: { w01010: { Rtd: water_temperature } } }
        """

    static func station(
        _ id: String,
        kind: String = "gauge",
        division: String = "152202004",
        sl651: String = "",
        mn: String = ""
    ) -> RegisteredStation {
        var station = RegisteredStation()
        (station.id, station.kind, station.division) = (id, kind, division)
        (station.nameZh, station.nameEn) = ("\(id)站", "Gauge \(id)")
        (station.sl651, station.mn) = (sl651, mn)
        (station.position.latitudeMicrodegrees, station.position.longitudeMicrodegrees) = (47_300_000, 119_800_000)
        station.position.datum = .wgs84
        return station
    }

    static func rule(_ selection: String, _ more: String = "") -> String {
        """
        id: k, hazard: flash-flood, kind: level, element: stage, stations: \(selection), hysteresis: "0.00 m",
            bands: [{ colour: blue, at: "2.00 m" }], duration: 0s, clear_after: 0s, lifetime: 48h, drafter: p-li,
            automatic_release: [blue]\(more)
        """
    }

    private static func register(_ stations: RegisteredStation...) -> RegisterStations {
        var order = RegisterStations()
        order.stations = stations
        return order
    }

    private func rig(_ selection: String = "{ kind: gauge }") throws -> RuleRig {
        try RuleRig([Self.rule(selection)], Self.kinds)
    }

    // MARK: the register

    @Test func `a registered station is told once, and again only where it changed; its password is not told`() throws {
        let rig = try rig()
        var secret = Self.station("t1")
        secret.password = "1234"
        #expect(try rig.order(Self.register(secret, Self.station("t2")), minute: 0).isEmpty)
        let told = try rig.take(StationRegistered.self)
        #expect(told.map(\.station.id) == ["t1", "t2"])
        #expect(told.map(\.station.password) == ["", ""])
        secret.nameEn = "Other"
        #expect(try rig.order(Self.register(secret, Self.station("t2")), minute: 1).isEmpty)
        #expect(try rig.take(StationRegistered.self).map(\.station.nameEn) == ["Other"])
    }

    @Test(arguments: [
        ("bad-id", Self.station("t 1")), ("in-configuration", Self.station("s1")),
        ("unknown-kind", Self.station("t1", kind: "buoy")),
        ("unknown-division", Self.station("t1", division: "110101")),
        ("bad-address", Self.station("t1", sl651: "15220")), ("bad-mn", Self.station("t1", mn: "A-1")),
        ("address-taken", Self.station("t1", sl651: "1522020001")), ("mn-taken", Self.station("t1", mn: "A1")),
        ("address-taken", Self.station("1522020002")),
    ])
    func `what is wrong with one station refuses all of its command`(code: String, wrong: RegisteredStation) throws {
        let rig = try rig()
        let others = Self.register(
            Self.station("1522020001"),
            Self.station("b", sl651: "1522020002"),
            Self.station("c", kind: "outlet", mn: "A1")
        )
        #expect(try rig.order(others, minute: 0).isEmpty)
        _ = try rig.take(StationRegistered.self)
        #expect(try rig.order(Self.register(Self.station("good"), wrong), minute: 1) == code)
        #expect(try rig.take(StationRegistered.self).isEmpty)
    }

    @Test func `names, places and counts that cannot be are refused, and so is who may not`() throws {
        let rig = try rig()
        var nameless = Self.station("t1")
        nameless.nameZh = ""
        var elsewhere = Self.station("t1")
        elsewhere.position.latitudeMicrodegrees = 91_000_000
        var shifted = Self.station("t1")
        shifted.position.datum = .gcj02
        #expect(try rig.order(Self.register(nameless), minute: 0) == "bad-name")
        #expect(try rig.order(Self.register(elsewhere), minute: 0) == "bad-position")
        #expect(try rig.order(Self.register(shifted), minute: 0) == "wrong-datum")
        #expect(try rig.order(Self.register(), minute: 0) == "bad-count")
        #expect(try rig.order(Self.register(Self.station("t1"), Self.station("t1")), minute: 0) == "stands-twice")
        #expect(try rig.order(Self.register(Self.station("t1")), by: "p-nobody", minute: 0) == "role-missing")
    }

    @Test func `a registered station that was never heard is ordered by its address or MN; one without is refused`()
        throws
    {
        let rig = try RuleRig(
            [Self.rule("{ kind: gauge }")],
            Self.kinds + "\nstation_orders: { keep: 24h, answer: 2m, attempts: 3 }"
        )
        let stations = Self.register(
            Self.station("1522020001"),
            Self.station("t1", sl651: "1522020002"),
            Self.station("t2", kind: "outlet", mn: "A1"),
            Self.station("t3")
        )
        #expect(try rig.order(stations, minute: 0).isEmpty)
        var ask = AskStation()
        ask.question = .clock
        for id in ["1522020001", "t1", "t2"] {
            ask.station = id
            #expect(try rig.order(ask, minute: 1).isEmpty, "\(id)")
        }
        ask.station = "t3"
        #expect(try rig.order(ask, minute: 1) == "not-reachable")
        #expect(try rig.take(StationOrdered.self).map(\.station) == ["1522020001", "t1", "t2"])
    }

    // MARK: readings and rules

    @Test func `a rule of a kind warns in the station's own division, and only where it selects`() throws {
        let rig = try rig("{ kind: gauge, divisions: [\"152202004\"] }")
        #expect(
            try rig.order(
                Self.register(
                    Self.station("t1"),
                    Self.station("t2", division: "152202100"),
                    Self.station("t3", kind: "outlet")
                ),
                minute: 0
            ).isEmpty
        )
        for id in ["t1", "t2", "t3"] { try rig.read("2.50", minute: 1, StationID(id)) }
        let issued = try rig.take(WarningIssued.self)
        #expect(issued.map(\.content.stations) == [["t1"]])
        #expect(issued.map(\.content.divisions) == [["152202004"]])
        #expect(issued.first.map { String(decoding: $0.capDocument, as: UTF8.self).contains("t1站") } == true)
    }

    @Test func `the limits of its kind judge a station's readings`() throws {
        let rig = try rig()
        #expect(try rig.order(Self.register(Self.station("t1")), minute: 0).isEmpty)
        try rig.read("13.00", minute: 1, "t1")
        let told = try rig.take(ObservationAccepted.self)
        #expect(told.map(\.flags) == [["HX"]])
        #expect(told.map(\.reliability) == [.unreliable])
    }

    @Test func `a station is silent when its kind says so, to the second, whatever it said before`() throws {
        let rig = try rig()
        #expect(try rig.order(Self.register(Self.station("t1")), minute: 0).isEmpty)
        for minute in [1, 61, 100] as [Int64] { try rig.read("1.00", minute: minute, "t1") }
        try rig.pass(to: 219)
        #expect(try rig.take(StationSilent.self).isEmpty)
        try rig.pass(to: 220)
        let silent = try rig.take(StationSilent.self)
        #expect(silent.map(\.lastObservedUs) == [(RuleRig.start + .minutes(100)).microseconds])
        try rig.pass(to: 1_000)
        #expect(try rig.take(StationSilent.self).isEmpty)
        try rig.read("1.00", minute: 1_001, "t1")
        #expect(try rig.take(StationRestored.self).map(\.silentSinceUs) == silent.map(\.lastObservedUs))
        #expect(try rig.holds())
    }

    @Test func `a retired station is unknown, is not missed, and may come back with its readings`() throws {
        let rig = try rig()
        #expect(try rig.order(Self.register(Self.station("t1")), minute: 0).isEmpty)
        try rig.read("1.00", minute: 1, "t1")
        var order = RetireStations()
        order.stations = ["t1"]
        #expect(try rig.order(order, minute: 2) == "no-reason")
        order.reason = "washed away"
        #expect(try rig.order(order, minute: 2).isEmpty)
        #expect(try rig.order(order, minute: 3) == "unknown-station")
        #expect(try rig.take(StationRetired.self).map(\.reason) == ["washed away"])
        try rig.pass(to: 1_000)
        #expect(try rig.take(StationSilent.self).isEmpty)
        #expect(try rig.answer("1.00", minute: 1_001, "t1").contains("unknown-station"))
        #expect(try rig.order(Self.register(Self.station("t1")), minute: 1_002).isEmpty)
        // The same value again is nothing new.
        _ = try rig.take(ObservationAccepted.self)
        try rig.read("1.00", minute: 1, "t1")
        #expect(try rig.take(ObservationAccepted.self).isEmpty)
        #expect(try rig.holds())
    }

    // MARK: configuration

    @Test(arguments: [
        ("{ kind: buoy }", "", "'buoy' is not a kind of station_kinds"),
        ("{ kind: gauge, divisions: [\"15220\"] }", "", "is not a division code"),
        (
            "{ kind: gauge }", ", agreement: { stations: 2, within_km: 30, fresh: 1h }",
            "stations of a kind do not agree"
        ),
    ])
    func `a rule that selects nobody says so at the start`(selection: String, more: String, message: String) throws {
        #expect {
            _ = try RuleRig([Self.rule(selection, more)], Self.kinds)
        } throws: { "\($0)".contains(message) }
    }
}
