import Foundation
import MessageSchema
import ServiceKit
import TestSupport
import Vocabulary

/// What reaches the suite from outside in a stretch of the recorded flood, and what it holds when the stretch begins.
struct Story: Sendable {
    let name: String
    let start: Instant
    let inputs: [RecordedInput]
    /// Where the suite stands at the beginning; nil where it is new.
    let stage: Stage?

    /// The river rises, an incident is opened, and people meet in a session.
    static let session = Result { try Story("session", from: rise, to: "2026-10-02T15:30:00Z") }
    /// The first tents are asked for, picked, shipped and received.
    static let tents = Result { try Story("tents", from: "2026-10-02T23:45:00Z", to: "2026-10-03T01:30:00Z") }
    /// The river is red: level I, two orders for one lot, teams on their way.
    static let peak = Result { try Story("peak", from: "2026-10-03T02:45:00Z", to: "2026-10-03T05:00:00Z") }
    /// All of it, from a new suite on.
    static let night = Result { try Story("night", from: rise, to: "2026-10-03T05:00:00Z") }

    private static let rise = "2026-10-02T13:00:00Z"

    /// What the seed's suite is told: mostly one of the short ones, so that there may be many seeds.
    static func told(_ seed: UInt64) throws -> Story {
        guard seed % 32 != 31 else { return try night.get() }
        return try [session, tents, peak][Int(seed % 3)].get()
    }

    private init(_ name: String, from: String, to: String) throws {
        let (rise, from, to) = (try Self.time(Self.rise), try Self.time(from), try Self.time(to))
        let path = Checkout.root.path + "/Tests/Recordings/flash-flood/inputs.jsonl"
        let told = try Recording(path: path, realm: Setting.realm).inputs.filter(Self.isTold)
        self.init(name, from, told.filter { $0.time >= from && $0.time < to }, nil)
        guard from > rise else { return }
        let past = Story("before \(name)", rise, told.filter { $0.time >= rise && $0.time < from }, nil)
        self = Story(name, from, inputs, try Stage(after: past))
    }

    private init(_ name: String, _ start: Instant, _ inputs: [RecordedInput], _ stage: Stage?) {
        (self.name, self.start, self.inputs, self.stage) = (name, start, inputs, stage)
    }

    private static func time(_ text: String) throws -> Instant {
        guard let time = Instant(text) else { throw Broken("\(text) is no time") }
        return time
    }

    /// One of six stations is left out, for time; so are approvals, for warnings of every colour are released without a person.
    private static func isTold(_ input: RecordedInput) -> Bool {
        let isCommand = input.input.channel == Arrival.commandChannel
        return isCommand ? input.service != .monitoring : input.input.sender != "1522021002"
    }

    var timed: [TimedInput] {
        inputs.map { TimedInput(at: ($0.time - start).inMicroseconds, input: $0) }
    }

    /// All that the suite was ever told.
    var whole: [RecordedInput] { (stage?.told ?? []) + inputs }
}

/// The suite at rest after a story that was told without faults: made once, and begun from by many seeds.
struct Stage: Sendable {
    let told: [RecordedInput]
    let answers: [SimulatedPerson.Answered]
    let files: [ServiceName: StoreFiles]
    let texts: SimulatedGateway.Memory

    init(after story: Story) throws {
        let suite = try SimulatedSuite(seed: 0, telling: story)
        suite.endTroubles()
        try suite.play(story)
        (told, answers, texts) = (story.inputs, suite.people.flatMap(\.answers), suite.gateway.memory)
        var files: [ServiceName: StoreFiles] = [:]
        for node in suite.nodes {
            try node.stop()
            files[node.name] = try node.files()
        }
        self.files = files
    }
}

/// A database and its write-ahead log, as they lie on a disk.
struct StoreFiles: Sendable {
    let database: Data
    let log: Data

    init(database: Data, log: Data) { (self.database, self.log) = (database, log) }

    init(_ path: String) throws {
        database = try Data(contentsOf: URL(fileURLWithPath: path))
        log = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
    }

    func write(_ path: String) throws {
        try database.write(to: URL(fileURLWithPath: path))
        try log.write(to: URL(fileURLWithPath: path + "-wal"))
    }
}
