import Foundation
import MessageBus
import MessageSchema
import MonitoringService
import ServiceKit
import ServiceStore
import SwiftProtobuf
import TestSupport
import Vocabulary

// Whole services, in the middle of a flood. That one falls on an input is a finding, and so is any error that stops it.

extension FuzzTarget {
    /// After so many inputs the services begin anew.
    private static let renewal = 2_000

    /// A taker over the five services, renewed now and then so that one input does not spoil all that follow.
    private static func served(_ take: @escaping (Seats, [UInt8], Int) throws -> String) throws -> Taker {
        var seats = try Seats()
        var count = 0
        return { bytes in
            count += 1
            if count.isMultiple(of: renewal) { seats = try Seats() }
            return try take(seats, bytes, count)
        }
    }

    private static func tell(_ batch: Batch) -> String {
        switch batch.outcomes.last {
        case .handled?: "handled"
        case .duplicate?: "duplicate"
        case .keptBefore?: "kept before"
        case .replied?: "replied"
        case .deadLetter(let code, _)?: code
        case .answered(let answer)?: answer.hasRefusal ? answer.refusal.code : "answered"
        case nil: "nothing"
        }
    }

    /// What comes in on the socket for requests.
    static let request = FuzzTarget(name: "request", form: .message, share: 10_000) {
        try served { seats, bytes, count in
            guard let request = try? Request(serializedBytes: Data(bytes)) else { return "no-message" }
            switch request.body {
            case .catchUp(let wanted):
                guard let stream = StreamName(rawValue: wanted.stream) else { return "unknown-stream" }
                let page = try seats.seat(stream.writer).page(stream, from: wanted.from)
                return page.isEmpty ? "empty page" : "page"
            case .command(let command): return try give(command, seats, count)
            case .step(let step): return try take(step, seats)
            case .status: return "status"
            case .reading(let reading): return try register(reading, seats)
            case .snapshot(let wanted):
                guard let stream = StreamName(rawValue: wanted.stream) else { return "unknown-stream" }
                return try seats.seat(stream.writer).standing(stream, after: wanted.after).isEmpty
                    ? "nothing stands" : "snapshot"
            case nil: return "unknown-request"
            }
        }
    }

    private static func register(_ reading: Reading, _ seats: Seats) throws -> String {
        guard let service = ServiceName(rawValue: reading.service), let stream = StreamName(rawValue: reading.stream)
        else {
            return "unknown-subscriber"
        }
        let subscriber = RegisteredSubscriber(service: service, next: reading.next, seen: seats.now)
        try seats.seat(stream.writer).register(stream, subscriber)
        return "registered"
    }

    private static func take(_ step: Step, _ seats: Seats) throws -> String {
        var reader = StreamReader(stream: .monitoring, epoch: "e", next: 1, hash: .none)
        let heard = try outcome { for head in step.barrier { try reader.hear(head) } }
        let seat = seats.seats[Int(truncatingIfNeeded: step.number & 0xFF) % seats.seats.count]
        let batch = try seat.step(step)
        return "step, \(heard), " + tell(batch)
    }

    /// A person's command, to the service that takes it.
    static let command = FuzzTarget(name: "command", form: .message, share: 10_000) {
        try served { seats, bytes, count in
            guard let command = try? Command(serializedBytes: Data(bytes)) else { return "no-message" }
            return try give(command, seats, count)
        }
    }

    private static func give(_ command: Command, _ seats: Seats, _ count: Int) throws -> String {
        var command = command
        // A command is done once by its id: most of them get a new one.
        if !count.isMultiple(of: 8), !command.id.isEmpty { command.id = "\(command.id.prefix(48))/\(count)" }
        if !count.isMultiple(of: 16) { command.realm = Seats.realm.description }
        let service = (try? MessageCatalogue.command(command.type))?.service ?? .dispatch
        var input = ExternalInput()
        input.channel = Arrival.commandChannel
        input.data = try command.serializedData()
        let batch = try seats.seat(service).handle([.external(input)], at: seats.now)
        try Seats.spread(batch, from: seats.seats, at: seats.now)
        return "\(service.rawValue): \(tell(batch))"
    }

    /// A record in its right place in the chain, of a writer that may say anything.
    static let record = FuzzTarget(name: "record", form: .message, share: 10_000) {
        try served { seats, bytes, _ in
            guard var envelope = try? Envelope(serializedBytes: Data(bytes)),
                let stream = StreamName(rawValue: envelope.stream)
            else { return "no-record" }
            let (arrival, refused) = try attempt { try Arrival.received(try seats.place(&envelope, in: stream)) }
            guard let arrival else { return refused }
            var told: [String] = []
            for seat in seats.seats where seat.subscriptions.contains(stream) {
                // What they write is not handed on: this stream and others go on with what the input says.
                told.append(tell(try seat.handle([arrival], at: seats.now)))
            }
            return told.joined(separator: ", ")
        }
    }

    /// A station's frame, down to the warnings that follow.
    static let station = FuzzTarget(name: "station", form: .binary, repair: repairFrame, share: 20_000) {
        try served { seats, bytes, _ in
            var input = ExternalInput()
            (input.channel, input.data) = (MonitoringCore.sl651, Data(bytes))
            let batch = try seats.seat(.monitoring).handle([.external(input)], at: seats.now)
            try Seats.spread(batch, from: seats.seats, at: seats.now)
            return tell(batch)
        }
    }
}
