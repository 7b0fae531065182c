import Foundation
import MessageSchema
import MonitoringService
import ServiceKit
import ServiceStore
import SwiftProtobuf
import TestSupport
import Testing
import Vocabulary

/// Monitoring with a grid, on a real database file, told what people say.
final class GridRig {
    /// 1 October 2026, 00:00 in Beijing.
    static let start = Instant(seconds: 1_790_784_000)
    static let configuration = """
        jurisdiction: "152202"
        sender: { code: "15220241600000", name: { zh: 局, en: Bureau } }
        divisions: []
        people: []
        stations:
          - { id: "1522021001", name: { zh: 站, en: Gauge }, division: "152202004", position: [47.305, 119.815], silent_after: 3h }
        rules: []
        grid:
          clock_ahead: 10m
          merge: { distance: "500 m", time: 30m }
          escalation:
            acknowledge_within: 15m
            grades: { major: town, exceptional: city }
            reporters: [{ count: 3, level: community }]
            people: [{ count: 50, grade: exceptional }]
          kinds:
            - { kind: all-quiet, regular: true, name: { zh: 平安, en: Quiet } }
            - { kind: smoke, hazard: wildfire, grade: general, name: { zh: 烟, en: Smoke } }
            - { kind: fire, hazard: wildfire, grade: major, name: { zh: 火, en: Fire } }
          units:
            - { id: arxan, level: city, name: &n { zh: 市, en: City }, division: "152202", position: [47.177, 119.943], allowance: 30m, workers: [p-city] }
            - { id: yirshi, level: town, parent: arxan, name: *n, division: "152202004", position: [47.305, 119.815], allowance: 30m, workers: [p-town] }
            - { id: east, level: community, parent: yirshi, name: *n, division: "152202004", position: [47.306, 119.830], allowance: 15m, report_every: 2h,
                area: [[47.29, 119.82], [47.32, 119.82], [47.32, 119.85], [47.29, 119.85]], workers: [p-east], informants: [p-herder, p-a, p-b] }
            - { id: east-1, level: group, parent: east, name: *n, division: "152202004", position: [47.31, 119.835], allowance: 15m, report_every: 2h, officers: [p-one] }
        dangers:
          kinds: [{ kind: blocked-exit, name: { zh: 堵塞, en: Blocked } }]
          enterprises: [{ id: mill, name: { zh: 厂, en: Mill }, persons: [p-boss] }, { id: mine, name: { zh: 矿, en: Mine }, persons: [p-miner] }]
          grades:
            general: { report: 24h, assign: 12h, rectify: 10d, reinspect: 2d, close: 36h, escalate_every: 6h, supervisor: community }
            major: { report: 2h, assign: 12h, rectify: 90d, reinspect: 2d, close: 36h, escalate_every: 6h, supervisor: town }
        risk_points:
          lec_colours: [blue, blue, yellow, orange, red]
          major_danger: { steps: 1, at_least: orange }
          points:
            - { id: dust, name: 粉尘车间, unit: east, position: [47.308, 119.841], enterprise: mill, hazard: dust-explosion, responsible: p-boss, controls: [湿式除尘], lec: [6, 6, 3] }
        """

    let folder: TemporaryFolder
    let store: ServiceStore
    let engine: Engine<MonitoringCore>
    /// Every record sent, in order.
    private(set) var sent: [Envelope] = []
    private(set) var now = GridRig.start
    private var number = 0

    /// `more` is added to the configuration, and the division of Yirshi has a name then.
    init(more: String = "") throws {
        let named = #"divisions: [{ code: "152202004", name: { zh: 伊尔施, en: Yirshi } }]"#
        let text = more.isEmpty ? Self.configuration : Self.configuration.replacing("divisions: []", with: named)
        folder = try TemporaryFolder()
        store = try ServiceStore(
            path: folder.path + "/monitoring.db",
            service: .monitoring,
            realm: .live,
            epoch: "e",
            migrations: MonitoringCore.migrations
        )
        engine = try Engine(
            store: store,
            configuration: text + "\n" + more,
            file: "monitoring.yaml",
            now: now
        )
    }

    /// The refusal's code; empty where the command was carried out.
    func order(_ message: some CommandMessage, by person: String) throws -> String {
        number += 1
        var command = Command()
        (command.id, command.type, command.realm) = ("c\(number)", type(of: message).type, "live")
        (command.actor.person, command.actor.role, command.timeUs) = (person, "worker", now.microseconds)
        command.payload = try message.serializedData()
        var input = ExternalInput()
        (input.channel, input.data) = (Arrival.commandChannel, try command.serializedData())
        let batch = try engine.handle([.external(input)], at: now)
        try note(batch)
        guard case .answered(let answer) = try #require(batch.outcomes.first) else { return "not answered" }
        return answer.hasRefusal ? answer.refusal.code : ""
    }

    /// The gauge reports the rain of a day in tenths of a mm.
    func report(dayRain tenths: Int, at observed: Instant) throws {
        now = max(now, observed + .seconds(20))
        try note(try engine.fireTimers(at: now))
        let frame = try RecordingRig.frame(
            "1522021001",
            observed,
            serial: Int(observed.seconds % 60_000),
            [("1F19", tenths, 3)]
        )
        try note(try engine.handle([frame], at: now))
    }

    /// Time passes, and what is due in it fires.
    func pass(_ duration: Duration) throws {
        now = now + duration
        try note(try engine.fireTimers(at: now))
    }

    private func note(_ batch: Batch) throws { sent += try batch.records.map { try Envelope.decode($0.bytes) } }

    /// Every message of that type sent so far.
    func all<M: StreamMessage>(_: M.Type) throws -> [M] {
        try sent.filter { $0.type == M.type }.map { try M(serializedBytes: $0.payload) }
    }

    /// The types sent since `count`, without `monitoring.`.
    func types(since count: Int = 0) -> [String] { sent.dropFirst(count).map { String($0.type.dropFirst(11)) } }

    func verify() throws -> Bool {
        try Engine<MonitoringCore>.verify(store, scratch: folder.path + "/replayed.db").holds
    }

    // MARK: commands

    /// A report of what was seen so many minutes ago, so many microdegrees north of 47.3 N, 119.83 E.
    func seen(
        _ kind: String,
        north: Int32? = nil,
        unit: String = "",
        minutesAgo: Int64 = 1,
        people: UInt32 = 0,
        datum: WireDatum = .wgs84
    ) -> ReportToGrid {
        var report = ReportToGrid()
        (report.kind, report.unit, report.peopleAffected) = (kind, unit, people)
        report.observedUs = (now - .minutes(minutesAgo)).microseconds
        if let north {
            report.position.latitudeMicrodegrees = 47_300_000 + north
            report.position.longitudeMicrodegrees = 119_830_000
            report.position.datum = datum
        }
        return report
    }

    func found(_ grade: HiddenDangerGrade, enterprise: String = "", point: String = "", unit: String = "east")
        -> FindDanger
    {
        var order = FindDanger()
        (order.kind, order.grade, order.unit) = ("blocked-exit", grade, unit)
        (order.enterprise, order.riskPoint, order.foundUs) = (enterprise, point, now.microseconds)
        return order
    }
}
