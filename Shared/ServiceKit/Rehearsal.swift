import Foundation
import MessageBus
package import MessageSchema
import ServiceStore
import SwiftProtobuf
package import Vocabulary

/// Plays a recording into one service in a folder of its own: its own engine in lockstep, without sockets, and nothing stays behind.
package enum Rehearsal {
    /// What was played.
    package struct Played: Hashable, Sendable {
        package let tally: Player.Tally
        /// The times of the first and the last input.
        package let from: Instant
        package let until: Instant
    }

    /// Plays the recording at `recording` into a new `Core` that works by `configuration`, the text of `file`, on a database in
    /// a new folder within `parent`. `take` is handed every record that it sends, in order.
    ///
    /// Errors: `ConfigurationError`; `RecordingError`, also for a recording without inputs; what `take` throws.
    package static func play<Core: ServiceCore>(
        _: Core.Type,
        configuration: String,
        file: String,
        recording: String,
        realm: Realm,
        within parent: String,
        take: @escaping (Envelope) throws -> Void
    ) throws -> Played {
        var beginning = try RecordingReader(path: recording, realm: realm)
        guard let first = try beginning.next()?.time else {
            throw RecordingError(file: recording, line: 1, message: "is empty; name a recording with inputs")
        }
        let folder = parent + "/fengsui-rehearsal-" + Epoch.draw()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { _ = try? FileManager.default.removeItem(atPath: folder) }
        let store = try ServiceStore(
            path: "\(folder)/\(Core.name.rawValue).db",
            service: Core.name,
            realm: realm,
            epoch: Epoch.draw(),
            migrations: Core.migrations,
            pageBytes: Core.pageBytes
        )
        let engine = try Engine<Core>(store: store, configuration: configuration, file: file, now: first)
        let seat = RehearsalSeat(engine, take: take)
        let player = try Player(asking: [(Core.name, seat)], run: "rehearsal")
        var reader = try RecordingReader(path: recording, realm: realm)
        var last = first
        do {
            try player.play(from: { try reader.next() }, progress: { _, time in last = time })
        } catch {
            throw seat.failure ?? error
        }
        return Played(tally: player.tally, from: first, until: last)
    }
}

/// An engine that a player asks as if it were a service of its own.
private final class RehearsalSeat<Core: ServiceCore>: AskedService {
    private let engine: Engine<Core>
    private let take: (Envelope) throws -> Void
    private var reply: Data?
    /// What went wrong in it: the player knows only that it was not answered.
    private(set) var failure: (any Error)?

    init(_ engine: Engine<Core>, take: @escaping (Envelope) throws -> Void) {
        (self.engine, self.take) = (engine, take)
    }

    func send(_ request: Data) throws(BusError) -> Bool {
        do {
            let request = try Request(serializedBytes: request)
            var reply = Reply()
            reply.number = request.number
            if case .step(let step) = request.body {
                let (done, batch) = try engine.step(step, records: [])
                reply.stepDone = done
                for record in try batch.records { try take(Envelope.decode(record.bytes)) }
            } else {
                reply.status.service = Core.name.rawValue
                reply.status.heads = try engine.heads()
            }
            self.reply = try reply.serializedData()
            return true
        } catch {
            failure = error
            throw BusError(.socket, "\(error)")
        }
    }

    func receive(within milliseconds: Int) throws(BusError) -> Data? {
        defer { reply = nil }
        return reply
    }
}
