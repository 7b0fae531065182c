import DispatchService
import Foundation
import Logging
import MessageBus
import MessageSchema
import ServiceKit
import ServiceStore
import SwiftProtobuf
import Vocabulary

extension FuzzTarget {
    /// A running service and all that comes in on its sockets: bus, loop, engine and store as they are.
    ///
    /// An input is a message of fields: 1 a publication of records, 2 a heartbeat, 3 a reply, 4 a request, 5 a record that gets its right
    /// place at the end of its stream. The loop may stop with the bus's error, as it does before a broken chain; it then starts again.
    static let loop = FuzzTarget(name: "loop", form: .message, share: 10_000) {
        var run = try LoopRun()
        return { bytes in
            run.taken += 1
            if run.taken > 2_000 { run = try LoopRun() }
            return try run.take(FieldMutation.fields(bytes) ?? [])
        }
    }
}

/// Dispatch in the middle of the flood, in a loop over scripted sockets; in lockstep or live.
private final class LoopRun {
    var taken = 0
    private let seats: Seats
    private let sockets = ScriptedSockets()
    private let engine: Engine<DispatchCore>
    private var loops: [ServiceLoop<DispatchCore>] = []

    init() throws {
        seats = try Seats()
        guard let seat = seats.seat(.dispatch) as? EngineSeat<DispatchCore> else {
            throw Finding("dispatch has no seat")
        }
        engine = seat.engine
        loops = try start()
    }

    private func start() throws -> [ServiceLoop<DispatchCore>] {
        let (now, turns) = (seats.now, ContinuousClock.now)
        let modes: [ServiceLoop<DispatchCore>.Mode] = [.live, .lockstep]
        return try modes.map { mode in
            let readers = try DispatchCore.subscriptions.map { stream in
                let cursor = try engine.store.read { try Cursors.load(stream, $0) }
                return StreamReader(stream: stream, epoch: cursor.epoch, next: cursor.next, hash: cursor.hash)
            }
            let address = try BusAddress(folder: "fuzzed")
            let bus = try Bus(service: .dispatch, address: address, readers: readers) { _ in self.sockets }
            return ServiceLoop(
                engine: engine,
                bus: bus,
                intake: Intake(doorbell: try Doorbell()),
                mode: mode,
                log: Logger(label: "fuzzed") { _ in SwiftLogNoOpLogHandler() },
                clock: LoopClock(wall: { now }, steady: { turns }),
                timersHeld: .zero
            )
        }
    }

    func take(_ fields: [FieldMutation.Field]) throws -> String {
        for field in fields {
            guard case .bytes(let bytes) = field.value else { continue }
            switch field.number {
            case 1: sockets.publications.append([Bus.topic(of: .monitoring), Data(bytes)])
            case 2: sockets.publications.append([Bus.heartbeatTopic, Data(bytes)])
            case 3: sockets.replies.append(Data(bytes))
            case 4: sockets.requests.append(Data(bytes))
            case 5: try publish(bytes)
            default: continue
            }
        }
        let loop = loops[fields.count.isMultiple(of: 5) ? 1 : 0]
        do {
            // The first asks for what it finds missing, the second takes the replies.
            for _ in 0..<2 { try loop.turn() }
            return "answers \(sockets.takeAnswers())"
        } catch let error as BusError {
            loops = try start()
            return error.code.rawValue
        }
    }

    private func publish(_ bytes: [UInt8]) throws {
        guard var envelope = try? Envelope(serializedBytes: Data(bytes)),
            let stream = StreamName(rawValue: envelope.stream),
            let record = try attempt({ try seats.place(&envelope, in: stream) }).value
        else { return }
        var list = ItemList()
        list.append(record)
        sockets.publications.append([Bus.topic(of: stream), Data(list.bytes)])
    }
}

/// Sockets that bring what a script says. Replies answer what was asked last.
private final class ScriptedSockets: BusSockets {
    var publications: [[Data]] = []
    var replies: [Data] = []
    var requests: [Data] = []
    private var answers = 0
    private var number: UInt64 = 0
    let refused: UInt64 = 0

    func takeAnswers() -> Int {
        defer { answers = 0 }
        return answers
    }

    func publish(_: [Data]) -> Bool { true }
    func nextPublication() -> [Data]? { publications.isEmpty ? nil : publications.removeFirst() }
    func nextRequest() -> RequestFrames? {
        requests.isEmpty ? nil : RequestFrames(frames: [Data("route".utf8), requests.removeFirst()], key: "")
    }
    func answer(_: [Data]) -> Bool {
        answers += 1
        return true
    }
    func ask(_: ServiceName, _ request: Data) -> Bool {
        if let asked = try? Request(serializedBytes: request), asked.number > 0 { number = asked.number }
        return true
    }
    func nextReply(of _: ServiceName) -> Data? {
        guard number > 0, !replies.isEmpty else { return nil }
        // The last of two equal fields counts: this is the number of the question.
        return replies.removeFirst() + [0x08] + varint(number)
    }
    func wait(milliseconds _: Int) {}
    func keepGate() -> [TurnedAway] { [] }
    func admit(_: BusAddress) {}
    func refuse(_: String, stream _: StreamName?) {}
}
