import Foundation
import GRDB
import MessageSchema
import ServiceKit
import ServiceStore
import TestSupport
import Testing

/// The suite on its own clock, stations over TCP, and kill -9 without order. Lockstep would hide real interleavings.
@Suite(.serialized) struct LiveKillTests {
    static let killsEach = 20

    @Test func `whoever is killed whenever, nothing is lost, nothing comes twice, and every journal replays`() throws {
        let suite = try SuiteProcesses(mode: .live)
        var random = Seeded(20_261_001)
        var left = SuiteProcesses.services.flatMap { Array(repeating: $0, count: Self.killsEach) }
        var tally = KillTally()
        var down: (service: ServiceName, until: Int)?
        var done = 0
        try Stations(port: suite.devicePort).run { line in
            if line == "again" { tally.repeated += 1 } else { done += 1 }
            if let fallen = down, done >= fallen.until {
                tally.caughtUp += try suite.isBehind(fallen.service) ? 1 : 0
                try suite.start(fallen.service)
                down = nil
            }
            guard down == nil, line == "ok", done % 8 == 0, !left.isEmpty else { return }
            let victim = left.remove(at: Int(random.next() % UInt64(left.count)))
            suite.kill(victim)
            tally.kills += 1
            tally.uncommitted += try suite.isBehind(victim) ? 1 : 0
            // Nothing is confirmed while monitoring is down; the others miss a few reports.
            if victim == .monitoring {
                try suite.start(victim)
            } else {
                down = (victim, done + Int(random.next() % 6))
            }
        }
        if let down { try suite.start(down.service) }
        try suite.waitUntilNobodyIsBehind()
        suite.stop()
        print("kills: \(tally)")
        #expect(tally.kills == Self.killsEach * SuiteProcesses.services.count)
        #expect(tally.uncommitted > 0 && tally.repeated > 0 && tally.caughtUp > 0)
        try check(suite, reports: done)
    }

    private func check(_ suite: SuiteProcesses, reports: Int) throws {
        for service in SuiteProcesses.services {
            #expect(try suite.verify(service), "D1 of \(service)")
            for stream in service.subscriptions {
                #expect(
                    try suite.journaled(stream, by: service) == suite.outbox(stream),
                    "D2 of \(stream) in \(service)"
                )
            }
            let dead = try suite.database(service).read { try String.fetchAll($0, sql: "SELECT code FROM dead_letter") }
            #expect(dead.isEmpty, "\(service)")
        }
        let taken = try suite.database(.monitoring).read {
            try Stored.inputs(.external, $0).count
        }
        // One report of the recording is a duplicate of another.
        #expect(taken == reports - 1)
        let types = Set(try suite.outbox(.dispatch).map { try Envelope.decode($0).type })
        #expect(types.isSuperset(of: [TaskAssigned.type, SuppliesRequested.type, SessionRequested.type]))
        let reserved = try suite.outbox(.stockpile).map { try Envelope.decode($0) }.filter {
            $0.type == SuppliesReserved.type
        }
        #expect(Set(reserved.map(\.subject)).count == reserved.count && !reserved.isEmpty)
    }
}

/// What the kills met with.
struct KillTally: CustomStringConvertible {
    var kills = 0
    /// A service fell while a record that others had committed was not yet committed by it.
    var uncommitted = 0
    /// How often a station called again before its report was confirmed: monitoring fell, or was not back yet.
    var repeated = 0
    /// A service came back to records that had been published while it was away.
    var caughtUp = 0

    var description: String {
        "\(kills), on uncommitted work \(uncommitted), calls repeated by stations \(repeated), catch-ups forced \(caughtUp)"
    }
}

/// The stations of the recording, in another process.
struct Stations {
    let port: Int
    var recording = SuiteProcesses.recording

    /// Runs until every report was confirmed; `each` is told of every line that they print.
    func run(_ each: (String) throws -> Void) throws {
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let script = Checkout.root.path + "/Tests/Integration/station.py"
        process.arguments = ["python3", script, "\(port)", recording]
        process.standardOutput = pipe
        try process.run()
        defer { process.terminate() }
        var rest = Data()
        while true {
            let more = pipe.fileHandleForReading.availableData
            guard !more.isEmpty else { break }
            rest += more
            while let end = rest.firstIndex(of: 0x0A) {
                try each(String(decoding: rest[rest.startIndex..<end], as: UTF8.self))
                rest = Data(rest[(end + 1)...])
            }
        }
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
