import AssessmentService
import Foundation
import MessageSchema
import ServiceKit
import ServiceStore
import TestSupport
import Testing
import Vocabulary

@Suite struct AssessmentCoreTests {
    static let yaml = Checkout.root.path + "/compose/configuration/assessment.yaml"

    /// An incident with one reading and one warning, closed: what each stream says, in its order.
    struct Story {
        static let metre = Quantity(1_000, decimals: 3, .metre).map(WireQuantity.init) ?? WireQuantity()
        var observation: [Arrival] = [], monitoring: [Arrival] = [], dispatch: [Arrival] = []

        let responses = StreamFeed(.dispatch)

        init(note: String = "", warnings count: Int = 1) throws {
            let (readings, warnings) = (StreamFeed(.observation), StreamFeed(.monitoring))
            var reading = ObservationAccepted()
            (reading.station, reading.value) = ("S", WireQuantity(try #require(Quantity(2_014, decimals: 3, .metre))))
            observation = [try readings.record(reading, subject: "S", at: Instant(seconds: 0))]
            var issued = WarningIssued()
            (issued.content.warning, issued.content.colour) = ("W", .blue)
            (issued.content.value, issued.content.threshold) = (reading.value, reading.value)
            guard case .record(let evidence) = observation[0] else { return }
            issued.content.evidence = [evidence.id.bytes]
            monitoring = [try warnings.record(issued, subject: "W", at: Instant(seconds: 180))]
            var linked = WarningLinked()
            (linked.incident, linked.warning) = ("I", "W")
            var level = ResponseLevelChanged()
            (level.incident, level.level) = ("I", WireResponseLevel(.four))
            var shortfall = ShortfallReported()
            (shortfall.incident, shortfall.reason) = ("I", note)
            var closed = IncidentClosed()
            closed.incident = "I"
            closed.asOf = [("monitoring", count), ("dispatch", 4)].map { stream, sequence in
                var position = WireStreamPosition()
                (position.stream, position.sequence) = (stream, UInt64(sequence))
                return position
            }
            dispatch = [
                try responses.record(linked, subject: "I", at: Instant(seconds: 180)),
                try responses.record(level, subject: "I", at: Instant(seconds: 200)),
                try responses.record(shortfall, subject: "I", at: Instant(seconds: 210)),
                try responses.record(closed, subject: "I", at: Instant(seconds: 900)),
            ]
        }
    }

    static func engine(_ folder: TemporaryFolder) throws -> Engine<AssessmentCore> {
        let store = try ServiceStore(
            path: folder.path + "/assessment.db",
            service: .assessment,
            realm: .live,
            epoch: "e",
            migrations: AssessmentCore.migrations
        )
        let text = try String(contentsOfFile: yaml, encoding: .utf8)
        return try Engine(store: store, configuration: text, file: "assessment.yaml", now: Instant(seconds: 0))
    }

    /// The payloads that come out when the arrivals are handled one by one, and after how many the report was there.
    static func outcome(_ arrivals: [Arrival], _ engine: Engine<AssessmentCore>) throws -> (
        payloads: [Data], after: Int
    ) {
        var (payloads, after) = ([Data](), 0)
        for (number, arrival) in arrivals.enumerated() {
            let records = try engine.handle([arrival], at: Instant(seconds: 1_000 + Int64(number))).records
            if !records.isEmpty { after = number + 1 }
            payloads += try records.map { try Envelope.decode($0.bytes).payload }
        }
        return (payloads, after)
    }

    @Test func `whatever comes last, the assessment waits for it and is the same`() throws {
        let story = try Story()
        let orders = [
            story.observation + story.monitoring + story.dispatch,
            story.dispatch + story.monitoring + story.observation,
            story.dispatch + story.observation + story.monitoring,
            story.monitoring + story.dispatch + story.observation,
        ]
        var outcomes: [[Data]] = []
        for order in orders {
            let folder = try TemporaryFolder()
            let (payloads, after) = try Self.outcome(order, Self.engine(folder))
            #expect(after == order.count)
            outcomes.append(payloads)
        }
        // Reading → warning, warning → level, the report.
        #expect(outcomes[0].count == 3 && outcomes.allSatisfy { $0 == outcomes[0] })
    }

    /// What is known when the warning ends counts, and nothing that is told after it; whatever comes last.
    @Test func `who was reached stands in the timeline with what was known of it when the warning ended`() throws {
        var story = try Story(warnings: 2)
        let (warnings, reach) = (StreamFeed(.monitoring, name: "ends"), StreamFeed(.reach))
        var told: [Arrival] = []
        var sent = ReachSent()
        (sent.message.warning, sent.message.channel, sent.message.division) = ("W", "sms", "152202004")
        sent.message.places = ["yirshi"]
        told.append(try reach.record(sent, subject: "W", at: Instant(seconds: 181)))
        var failed = ReachFailed()
        (failed.message, failed.reason, failed.last) = (sent.message, "gave-up", "answered-503")
        told.append(try reach.record(failed, subject: "W", at: Instant(seconds: 182)))
        var delivered = ReachDelivered()
        (delivered.warning, delivered.channel, delivered.place) = ("W", "sms", "yirshi")
        (delivered.reached, delivered.population) = (3_800, 4_200)
        told.append(try reach.record(delivered, subject: "W", at: Instant(seconds: 183)))
        var coverage = ReachCoverage()
        (coverage.warning, coverage.stage, coverage.reached, coverage.population) = ("W", .final, 3_800, 4_200)
        (coverage.targetPercent, coverage.met) = (90, true)
        told.append(try reach.record(coverage, subject: "W", at: Instant(seconds: 800)))
        // After the end of the warning.
        delivered.reached = 1
        told.append(try reach.record(delivered, subject: "W", at: Instant(seconds: 850)))
        // The first of the stream is skipped: the second place is the warning's end.
        _ = try warnings.record(WarningExpired(), subject: "none", at: Instant(seconds: 0))
        var ended = WarningCancelled()
        (ended.warning, ended.reachSequence) = ("W", 4)
        story.monitoring.append(try warnings.record(ended, subject: "W", at: Instant(seconds: 800)))
        var pages: [String] = []
        for order in [
            told + story.observation + story.monitoring + story.dispatch,
            story.dispatch + story.observation + story.monitoring + told,
            story.observation + story.dispatch + told + story.monitoring,
        ] {
            let folder = try TemporaryFolder()
            let (payloads, _) = try Self.outcome(order, Self.engine(folder))
            #expect(try ReportPublished.decode(try #require(payloads.last)).timelineRecords == 11)
            pages.append(try AssessmentCore.report(of: "I", in: "en", data: folder.path))
        }
        for detail in ["3800 / 4200", "target met", "gave up", "answered-503", "yirshi"] {
            #expect(pages[0].contains(detail), "\(detail)")
        }
        #expect(!pages[0].contains("1 / 4200") && pages.allSatisfy { $0 == pages[0] })
        #expect(pages[0].contains("final"))
    }

    @Test func `the page shows what people wrote as text, never as markup`() throws {
        let story = try Story(note: "<script>alert('x')</script>")
        let folder = try TemporaryFolder()
        let engine = try Self.engine(folder)
        _ = try Self.outcome(story.observation + story.monitoring + story.dispatch, engine)
        let page = try AssessmentCore.report(of: "I", in: "en", data: folder.path)
        #expect(page.contains("&lt;script&gt;") && !page.contains("<script>"))
        #expect { _ = try AssessmentCore.report(of: "I", in: "fr", data: folder.path) } throws: {
            ($0 as? InputError)?.code == "no-report"
        }
        #expect { _ = try AssessmentCore.report(of: "I", in: "en", data: folder.path + "/nowhere") } throws: {
            ($0 as? StoreError)?.code == .missing
        }
    }

    @Test func `a redraft does not set the clock back, and a second closing is kept aside`() throws {
        let (warnings, story) = (StreamFeed(.monitoring), try Story(warnings: 3))
        let readings = StreamFeed(.observation)
        var evidence: [Data] = []
        var arrivals: [Arrival] = []
        for second in [Int64(0), 300] {
            let reading = try readings.record(ObservationAccepted(), subject: "S", at: Instant(seconds: second))
            guard case .record(let record) = reading else { continue }
            evidence.append(record.id.bytes)
            arrivals.append(reading)
            var drafted = WarningDrafted()
            (drafted.content.warning, drafted.content.revision) = ("W", UInt32(evidence.count))
            (drafted.content.colour, drafted.content.evidence) = (.blue, [record.id.bytes])
            (drafted.content.value, drafted.content.threshold) = (Story.metre, Story.metre)
            arrivals.append(try warnings.record(drafted, subject: "W", at: Instant(seconds: second)))
        }
        var issued = WarningIssued()
        (issued.content.warning, issued.content.revision, issued.content.colour) = ("W", 2, .blue)
        (issued.content.value, issued.content.threshold) = (Story.metre, Story.metre)
        issued.content.evidence = [evidence[1]]
        arrivals.append(try warnings.record(issued, subject: "W", at: Instant(seconds: 420)))
        let folder = try TemporaryFolder()
        let engine = try Self.engine(folder)
        let payloads = try Self.outcome(arrivals + story.dispatch, engine).payloads
        let first = try KeyTimeComputed.decode(try #require(payloads.first))
        #expect(first.fromRecord == evidence[0] && first.elapsedUs == 420_000_000)
        var again = IncidentClosed()
        again.incident = "I"
        let closing = try story.responses.record(again, subject: "I", at: Instant(seconds: 950))
        let outcomes = try engine.handle([closing], at: Instant(seconds: 2_000)).outcomes
        #expect(outcomes.contains { if case .deadLetter("closed-twice", _) = $0 { true } else { false } })
    }

    @Test func `after a restore a place in a stream is taken by another record, or by the same one again`() throws {
        let story = try Story()
        let folder = try TemporaryFolder()
        let engine = try Self.engine(folder)
        // The lost record of that place is about the incident, the new one is as well, and then the lost one comes again.
        var lost = ShortfallReported()
        (lost.incident, lost.reason) = ("I", "lost")
        let before = try StreamFeed(.dispatch, name: "lost").record(lost, subject: "I", at: Instant(seconds: 220))
        let other = try StreamFeed(.dispatch, name: "other").record(lost, subject: "I", at: Instant(seconds: 230))
        for arrival in [before, other, before] {
            let outcomes = try engine.handle([arrival], at: Instant(seconds: 1_000)).outcomes
            #expect(outcomes.allSatisfy { if case .handled = $0 { true } else { false } })
        }
        let payloads = try Self.outcome(story.observation + story.monitoring + story.dispatch, engine).payloads
        let alone = try TemporaryFolder()
        let plain = try Self.outcome(story.observation + story.monitoring + story.dispatch, Self.engine(alone)).payloads
        let (with, without) = try (
            ReportPublished.decode(try #require(payloads.last)), ReportPublished.decode(try #require(plain.last))
        )
        #expect(with.timelineRecords == without.timelineRecords + 2)
        #expect(try Engine<AssessmentCore>.verify(engine.store, scratch: folder.path + "/scratch.db").holds)
    }

    @Test func `the journal replays to the same pages (D1)`() throws {
        let story = try Story()
        let folder = try TemporaryFolder()
        let engine = try Self.engine(folder)
        _ = try Self.outcome(story.dispatch + story.monitoring + story.observation, engine)
        #expect(try Engine<AssessmentCore>.verify(engine.store, scratch: folder.path + "/scratch.db").holds)
    }

    @Test(arguments: [
        ("  plan_clauses: 20", "  plan_clauses: 21", 10), ("reading_to_warning: 10m", "reading_to_warning: 0s", 4),
        ("warning_to_level: 5m", "warning_to_levels: 5m", 5),
    ])
    func `a wrong limit or weight is refused with file and line`(old: String, new: String, line: Int) throws {
        let text = try String(contentsOfFile: Self.yaml, encoding: .utf8).replacing(old, with: new)
        #expect {
            _ = try AssessmentCore(configuration: YAMLValue(text: text, file: "a.yaml"))
        } throws: { error in
            guard let error = error as? ConfigurationError else { return false }
            return error.file == "a.yaml" && abs(error.line - line) <= 2 && !error.remedy.isEmpty
        }
    }
}
