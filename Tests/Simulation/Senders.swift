import Foundation
import MessageSchema
import ServiceKit
import SwiftProtobuf
import TestSupport
import Vocabulary

/// An input and when its sender has it, in microseconds since the simulation began.
struct TimedInput {
    let at: Int64
    let input: RecordedInput
}

/// Whoever sends inputs one after the other, each again until it is confirmed: a station, or a person.
protocol Sender: AnyObject {
    /// When the sender has something to do next; nil when all is confirmed.
    var next: Int64? { get }
    /// Takes what came for it, and sends what is due.
    func act(now: Int64, _ suite: SimulatedSuite) throws
}

/// A station sends its reports in order; the next when the last is confirmed.
final class SimulatedStation: Sender {
    private let node: any SimulatedNode
    private let queue: [(number: Int, timed: TimedInput)]
    private var done = 0
    private var sentAt: Int64?
    private var random: Seeded

    /// Sends again after so long.
    private static let patience: Int64 = 2_000_000
    /// Reports within this time go out together: a minute's worth of them is one moment of the river.
    private static let moment: Int64 = 40_000_000

    init(_ node: any SimulatedNode, _ queue: [(number: Int, timed: TimedInput)], seed: UInt64) {
        (self.node, self.queue) = (node, queue)
        random = Seeded(seed)
    }

    var next: Int64? {
        guard done < queue.count else { return nil }
        return sentAt.map { $0 + Self.patience } ?? (queue[done].timed.at - Self.moment)
    }

    func confirm(_ numbers: Set<Int>) {
        guard done < queue.count, numbers.contains(queue[done].number) else { return }
        (done, sentAt) = (done + 1, nil)
    }

    func act(now: Int64, _ suite: SimulatedSuite) throws {
        guard let next, next <= now else { return }
        if sentAt != nil { suite.tally[.unanswered] += 1 }
        sentAt = now
        // An impatient one sends the same twice.
        for _ in 0...(random.chance(suite.impatience) ? 1 : 0) {
            if node.offer(queue[done].timed.input.input, number: queue[done].number) == false {
                suite.tally[.turnedDown] += 1
            }
        }
    }
}

/// A person gives commands in order; the next when the last is answered.
final class SimulatedPerson: Sender {
    /// The command's id and the answer as it first came.
    private(set) var answers: [Answered] = []

    struct Answered: Sendable {
        let command: String
        let answer: CommandAnswer
    }

    /// Answers to one command that differ.
    private(set) var contradictions: [String] = []
    private let queue: [TimedInput]
    private let asker: SimulatedAsker
    private var sentAt: Int64?
    private var number: UInt64 = 0

    private static let patience: Int64 = 3_000_000

    init(_ name: String, _ queue: [TimedInput], _ network: SimulatedNetwork) {
        self.queue = queue
        asker = SimulatedAsker(network, name: name)
    }

    var next: Int64? {
        guard answers.count < queue.count else { return nil }
        return sentAt.map { $0 + Self.patience } ?? queue[answers.count].at
    }

    func act(now: Int64, _ suite: SimulatedSuite) throws {
        for service in Set(queue.map(\.input.service)).sorted() {
            while let bytes = asker.nextReply(of: service) { try take(Reply(serializedBytes: bytes)) }
        }
        guard let next, next <= now else { return }
        if sentAt != nil { suite.tally[.unanswered] += 1 }
        sentAt = now
        let input = queue[answers.count].input
        var request = Request()
        number += 1
        request.number = number
        request.command = try Command.decode(input.input.data)
        _ = asker.ask(input.service, try request.serializedData())
    }

    private func take(_ reply: Reply) throws {
        guard case .answer(let answer) = reply.body else {
            throw Broken("a command was answered with \(reply.refused.code): \(reply.refused.message)")
        }
        if let known = answers.first(where: { $0.command == answer.commandID }) {
            if known.answer != answer { contradictions.append(answer.commandID) }
            return
        }
        answers.append(Answered(command: answer.commandID, answer: answer))
        sentAt = nil
    }
}

/// What must not be, and was.
struct Broken: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
