import Foundation
import MessageBus
import MessageSchema
import MonitoringCodecs
import MonitoringService
import ServiceKit
import ServiceStore
import SwiftProtobuf
import TestSupport
import Testing
import Vocabulary

/// Monitoring on a real database file, asked by a player in lockstep; it may be closed and opened again at any step.
final class RecordingRig: AskedService {
    static let realm = Realm.exercise("test")
    let folder: TemporaryFolder
    private let configuration: String
    private(set) var store: ServiceStore
    private(set) var engine: Engine<MonitoringCore>
    private var reply: Data?
    private var seed: Seeded?
    private(set) var kills = 0
    private var commands = 0

    /// `seed` decides at which steps it is killed, before or after it committed; nil never.
    init(configuration: String, seed: UInt64? = nil, start: Instant) throws {
        folder = try TemporaryFolder(inMemory: true)
        (self.configuration, self.seed) = (configuration, seed.map { Seeded($0) })
        store = try Self.store(folder)
        engine = try Engine(store: store, configuration: configuration, file: "monitoring.yaml", now: start)
    }

    private static func store(_ folder: TemporaryFolder) throws -> ServiceStore {
        try ServiceStore(
            path: folder.path + "/m.db",
            service: .monitoring,
            realm: realm,
            epoch: "e",
            migrations: MonitoringCore.migrations
        )
    }

    private func restart() throws {
        kills += 1
        let now = engine.now
        store = try Self.store(folder)
        engine = try Engine(store: store, configuration: configuration, file: "monitoring.yaml", now: now)
    }

    func send(_ request: Data) throws(BusError) -> Bool {
        do {
            let request = try Request(serializedBytes: request)
            var reply = Reply()
            reply.number = request.number
            switch request.body {
            case .step(let step):
                let isKilled = (seed?.next()).map { $0 % 8 == 0 } ?? false
                let isBefore = (seed?.next()).map { $0 % 2 == 0 } ?? false
                if isKilled, isBefore { try restart() }
                reply.stepDone = try engine.step(step, records: []).done
                if isKilled, !isBefore {
                    // The answer is lost; the player asks the same step again.
                    try restart()
                    reply.stepDone = try engine.step(step, records: []).done
                }
            default:
                reply.status.service = ServiceName.monitoring.rawValue
                reply.status.heads = try engine.heads()
            }
            self.reply = try reply.serializedData()
            return true
        } catch {
            throw BusError(.socket, "\(error)")
        }
    }

    func receive(within milliseconds: Int) throws(BusError) -> Data? {
        defer { reply = nil }
        return reply
    }

    // MARK: playing

    /// Plays the recording of that folder with its own configuration.
    static func play(_ name: String, seed: UInt64? = nil) throws -> (rig: RecordingRig, tally: Player.Tally) {
        let folder = Checkout.root.path + "/Tests/Recordings/" + name
        let recording = try Recording(path: folder + "/inputs.jsonl", realm: realm)
        let rig = try RecordingRig(
            configuration: String(contentsOfFile: folder + "/monitoring.yaml", encoding: .utf8),
            seed: seed,
            start: try #require(recording.inputs.first?.time) - .hours(1)
        )
        let player = try Player(asking: [(.monitoring, rig)], run: "run")
        try player.play(recording)
        return (rig, player.tally)
    }

    /// The records of a stream, in order.
    func records(_ stream: StreamName) throws -> [Envelope] {
        try store.read { try Stored.outbox(stream, $0) }.map { try Envelope.decode($0) }
    }

    func messages<M: StreamMessage>(_: M.Type) throws -> [M] {
        try records(M.stream).filter { $0.type == M.type }.map { try M.decode($0.payload) }
    }

    /// D1: which derived tables a replay of the journal finds otherwise.
    func differences() throws -> [String] {
        try Engine<MonitoringCore>.verify(store, scratch: folder.path + "/replayed.db").differing
    }

    /// D3: what two runs must have alike.
    func outcome() throws -> [String] {
        try [StreamName.monitoring, .observation].flatMap { stream in
            try records(stream).map { record in
                [
                    record.type, record.subject, record.id.base64EncodedString(), "\(record.decidedUs)",
                    record.payload.base64EncodedString(),
                ].joined(separator: "|")
            }
        }
    }

    /// The lines of a file of the recording, as dictionaries.
    static func lines(_ path: String) throws -> [[String: Any]] {
        let text = try String(contentsOfFile: Checkout.root.path + "/Tests/Recordings/" + path, encoding: .utf8)
        return try text.split(separator: "\n").compactMap {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }

    // MARK: inputs by hand

    /// The refusal's code; empty where the command was carried out.
    func order(_ message: some CommandMessage, by person: String, at now: Instant) throws -> String {
        commands += 1
        _ = try engine.fireTimers(at: now)
        var command = Command()
        (command.id, command.type, command.realm) = ("c\(commands)", type(of: message).type, Self.realm.description)
        (command.actor.person, command.actor.role, command.timeUs) = (person, "officer", now.microseconds)
        command.payload = try message.serializedData()
        var input = ExternalInput()
        (input.channel, input.data) = (Arrival.commandChannel, try command.serializedData())
        let outcome = try engine.handle([.external(input)], at: now).outcomes.first
        guard case .answered(let answer)? = outcome else { return "not answered" }
        return answer.hasRefusal ? answer.refusal.code : ""
    }

    /// An hourly report; each element as its two identifier bytes and its digits.
    static func frame(_ station: String, _ observed: Instant, serial: Int, _ elements: [(String, Int, Int)]) throws
        -> Arrival
    {
        var content: [UInt8] = []
        for (identifier, value, size) in elements {
            content += [UInt8(identifier.prefix(2), radix: 16) ?? 0, UInt8(identifier.suffix(2), radix: 16) ?? 0]
            content += decimal(value, size)
        }
        return try frame(station, observed, serial: serial, .hourly, content)
    }

    /// A picture of the station's camera (SL 651-2014, table 40), of those bytes.
    static func picture(_ station: String, _ observed: Instant, serial: Int, _ bytes: [UInt8]) throws -> Arrival {
        try frame(station, observed, serial: serial, .picture, [0xF3, 0xF3] + bytes)
    }

    private static func frame(
        _ station: String,
        _ observed: Instant,
        serial: Int,
        _ function: SL651Function,
        _ content: [UInt8]
    ) throws -> Arrival {
        let address = try #require(SL651Address(station))
        let stamp = digits(observed)
        var body = [UInt8(serial >> 8 & 0xFF), UInt8(serial & 0xFF)] + stamp + [0x15]
        body += [0xF1, 0xF1] + decimal(Int(station) ?? 0, 5) + [0x48, 0xF0, 0xF0] + stamp + content
        let frame = SL651Frame(
            .up,
            centre: 1,
            address: address,
            secret: 0x1234,
            function: function,
            body: body,
            ending: .etx
        )
        var input = ExternalInput()
        (input.channel, input.sender) = (MonitoringCore.sl651, station)
        input.data = Data(try frame.encoded())
        return .external(input)
    }

    private static func decimal(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { place in
            let pair = (0..<place).reduce(number) { rest, _ in rest / 100 } % 100
            return UInt8((pair / 10) << 4 | pair % 10)
        }
    }

    /// yyMMddHHmm in Beijing.
    private static func digits(_ instant: Instant) -> [UInt8] {
        let digits = (instant + .hours(8)).description.filter(\.isNumber).dropFirst(2).prefix(10)
            .compactMap(\.wholeNumberValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
