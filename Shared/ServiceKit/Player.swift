import Foundation
package import MessageBus
package import MessageSchema
import SwiftProtobuf
package import Vocabulary

/// Owns logical time in lockstep: plays a recording into running services, instant by instant.
///
/// At instant t first the timers due, then t's inputs in recording order; records follow in rounds, each handling exactly
/// what the round before emitted, up to the heads that a barrier names; t advances when a round is empty. A step is asked
/// again until it is answered, so a service may be killed and come back at any moment.
package final class Player {
    /// One service as the player sees it.
    private struct Seat {
        let service: ServiceName
        let peer: any AskedService
        let reads: Set<String>
        var step: UInt64 = 0
        var nextTimer: Int64 = 0
        var seen: [String: UInt64] = [:]
    }

    /// What a run did.
    package struct Tally: Hashable, Encodable, Sendable {
        package var inputs = 0
        package var duplicates: UInt64 = 0
        package var deadLetters: UInt64 = 0
        package var refused = 0
        package var records: UInt64 = 0
    }

    private let run: String
    private var seats: [Seat] = []
    private var heads: [String: StreamHead] = [:]
    private var number: UInt64 = 0
    private var ahead = Ahead { nil }
    package private(set) var tally = Tally()

    /// Connects to `services` in lockstep at `address`. `run` names this run: steps are applied once by run and number.
    ///
    /// Errors: `no-answer` where a service does not answer within half a minute.
    package convenience init(services: [ServiceName], address: BusAddress, run: String) throws {
        let context = try ZeroMQContext()
        try self.init(asking: services.map { ($0, try Peer(context, $0, at: address)) }, run: run)
    }

    /// Plays into the services that answer there. Errors: as above.
    package init(asking services: [(ServiceName, any AskedService)], run: String) throws {
        self.run = run
        for (service, peer) in services {
            var request = Request()
            request.status = StatusQuery()
            guard case .status(let status) = try ask(peer, request, of: service).body else {
                throw BusError(.noAnswer, "\(service.rawValue) gave no status")
            }
            seats.append(Seat(service: service, peer: peer, reads: Set(status.cursors.map(\.stream))))
            for head in status.heads { heads[head.stream] = head }
            for cursor in status.cursors { seats[seats.count - 1].seen[cursor.stream] = max(1, cursor.next) - 1 }
        }
        let before = heads.values.reduce(0) { $0 &+ $1.sequence }
        tally.records = 0 &- before
    }

    /// Plays the whole recording. Before each instant `pace` may wait; `progress` is told how many inputs are done.
    package func play(
        _ recording: Recording,
        pace: (Instant) -> Void = { _ in },
        progress: (Int, Instant) -> Void = { _, _ in }
    ) throws {
        var rest = recording.inputs[...]
        try play(from: { rest.popFirst() }, pace: pace, progress: progress)
    }

    /// Plays what `next` gives, in order of time, until it gives nil. While a service handles an instant, the next one is read.
    package func play(
        from next: @escaping () throws -> RecordedInput?,
        pace: (Instant) -> Void = { _ in },
        progress: (Int, Instant) -> Void = { _, _ in }
    ) throws {
        ahead = Ahead(next: next)
        defer { ahead = Ahead { nil } }
        try ahead.read()
        while let recorded = ahead.inputs.first?.time {
            let timers = seats.map(\.nextTimer).filter { $0 > 0 }.min().map { Instant(microseconds: $0) }
            let time = min(recorded, timers ?? recorded)
            let due = recorded <= time ? ahead.inputs : []
            pace(time)
            if !due.isEmpty { ahead.take() }
            try instant(time, inputs: due)
            try ahead.read()
            tally.inputs += due.count
            progress(tally.inputs, time)
        }
        tally.records &+= heads.values.reduce(0) { $0 &+ $1.sequence }
    }

    /// The inputs of the next recorded instant, and the first one after them.
    private struct Ahead {
        let next: () throws -> RecordedInput?
        private(set) var inputs: [RecordedInput] = []
        private var after: RecordedInput?
        private var isWanted = true

        init(next: @escaping () throws -> RecordedInput?) { self.next = next }

        /// The inputs are taken: those of another instant are wanted.
        mutating func take() { (inputs, isWanted) = ([], true) }

        /// Reads what is wanted; nothing is left where the recording ends.
        mutating func read() throws {
            guard isWanted else { return }
            isWanted = false
            guard let first = try after ?? next() else { return after = nil }
            inputs = [first]
            after = try next()
            while let input = after, input.time == first.time {
                inputs.append(input)
                after = try next()
            }
        }
    }

    private func instant(_ time: Instant, inputs: [RecordedInput]) throws {
        for index in seats.indices {
            let own = inputs.filter { $0.service == seats[index].service }.map(\.input)
            let isDue = seats[index].nextTimer > 0 && seats[index].nextTimer <= time.microseconds
            guard isDue || !own.isEmpty else { continue }
            var step = Step()
            step.timers = true
            step.inputs = own
            try take(step, time, index)
        }
        while try round(time) {}
    }

    /// One round: whoever reads a stream that grew is told up to where. False if nobody was.
    private func round(_ time: Instant) throws -> Bool {
        let barrier = heads
        var any = false
        for index in seats.indices {
            let news = seats[index].reads.sorted().compactMap { stream -> StreamHead? in
                guard let head = barrier[stream], head.sequence > seats[index].seen[stream, default: 0] else {
                    return nil
                }
                return head
            }
            guard !news.isEmpty else { continue }
            var step = Step()
            step.barrier = news
            try take(step, time, index)
            for head in news { seats[index].seen[head.stream] = head.sequence }
            any = true
        }
        return any
    }

    private func take(_ step: Step, _ time: Instant, _ index: Int) throws {
        var request = Request()
        request.step = step
        seats[index].step += 1
        request.step.run = run
        request.step.number = seats[index].step
        request.step.timeUs = time.microseconds
        let reply = try ask(seats[index].peer, request, of: seats[index].service)
        guard case .stepDone(let done) = reply.body else {
            throw BusError(
                .noAnswer,
                "\(seats[index].service.rawValue) refused a step: \(reply.refused.code) \(reply.refused.message)"
            )
        }
        seats[index].nextTimer = done.nextTimerUs
        tally.duplicates &+= done.duplicates
        tally.deadLetters &+= done.deadLetters
        tally.refused += done.answers.count { $0.hasRefusal }
        for head in done.heads { heads[head.stream] = head }
    }

    private func ask(_ peer: any AskedService, _ request: Request, of service: ServiceName) throws -> Reply {
        var request = request
        number += 1
        request.number = number
        let bytes = try request.serializedData()
        for _ in 0..<60 {
            _ = try peer.send(bytes)
            try ahead.read()
            while let answer = try peer.receive(within: 500) {
                let reply = try Reply(serializedBytes: answer)
                if reply.number == number { return reply }
            }
        }
        throw BusError(
            .noAnswer,
            "\(service.rawValue) did not answer for 30 s; is it running on this bus, with --lockstep?"
        )
    }
}
