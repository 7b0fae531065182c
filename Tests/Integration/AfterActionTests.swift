import Crypto
import Foundation
import GRDB
import MessageSchema
import TestSupport
import Testing

/// The after-action report of the recorded flood, each figure followed to the records that it was made of.
@Suite struct AfterActionTests {
    @Test func `each figure leads to two records and is their distance; the pages are those whose hash was published`()
        throws
    {
        let suite = try SuiteProcesses()
        _ = try suite.play()
        suite.stop()
        let streams: [StreamName] = [.observation, .monitoring, .dispatch, .stockpile, .center]
        let records = try streams.flatMap(suite.outbox).map { try Envelope.decode($0) }
        let byID = Dictionary(uniqueKeysWithValues: records.map { ($0.id, $0) })
        let reports = try suite.outbox(.assessment).map { try Envelope.decode($0) }
            .filter { $0.type == ReportPublished.type }.map { try ReportPublished.decode($0.payload) }
        try #require(reports.count == 2)
        for key in reports.flatMap(\.keyTimes) {
            let (from, to) = (try #require(byID[key.fromRecord]), try #require(byID[key.toRecord]))
            #expect(to.decidedUs - from.decidedUs == key.elapsedUs)
            #expect([from.type, to.type] == Self.ends(key.keyTime))
        }
        // By hand from acts.py: approved after 3 minutes; T-town arrives after 16; the last of the slower order after 115; the
        // chair joins after 18 seconds.
        let seconds = reports[1].keyTimes.map { $0.elapsedUs / 1_000_000 }
        #expect(seconds == [180, 0, 0, 960, 6_900, 18])
        #expect(reports.flatMap(\.keyTimes).allSatisfy { $0.verdict == .met })
        // Of the first incident's two clauses both were met. Of the second's seven three were not: 80 + 20 × 4/7 = 91.43.
        #expect(reports.map(\.scoreHundredths) == [10_000, 9_143])
        try checkPages(of: reports, suite)
    }

    private func checkPages(of reports: [ReportPublished], _ suite: SuiteProcesses) throws {
        for report in reports {
            for (language, hash) in [("zh", report.htmlZhSha256), ("en", report.htmlEnSha256)] {
                let page = try #require(
                    try suite.database(.assessment).read { db in
                        try Data.fetchOne(
                            db,
                            sql: "SELECT html FROM report WHERE incident = ? AND language = ?",
                            arguments: [report.incident, language]
                        )
                    }
                )
                #expect(Data(SHA256.hash(data: page)) == hash)
                for key in report.keyTimes {
                    #expect(String(decoding: page, as: UTF8.self).contains(try RecordID(key.toRecord).description))
                }
            }
        }
    }

    static func ends(_ keyTime: KeyTime) -> [String] {
        switch keyTime {
        case .readingToWarning: [ObservationAccepted.type, WarningIssued.type]
        case .warningToLevel: [WarningIssued.type, ResponseLevelChanged.type]
        case .levelToFirstTask: [ResponseLevelChanged.type, TaskAssigned.type]
        case .firstTaskToFirstArrival: [TaskAssigned.type, TaskArrived.type]
        case .requestToSuppliesReceived: [SuppliesRequested.type, SuppliesReceived.type]
        case .requestToSessionJoined: [SessionRequested.type, ParticipantJoined.type]
        case .unspecified, .UNRECOGNIZED: []
        }
    }
}
