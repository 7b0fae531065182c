import ArgumentParser
import Foundation
import MessageBus
import MessageSchema
import ServiceKit
import ServiceStore
import SwiftProtobuf
import Vocabulary

struct CursorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cursor",
        abstract: "Where a service goes on reading another's stream.",
        subcommands: [CursorReset.self]
    )
}

struct CursorReset: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Lets a service go on after the last record that it and a restored publisher have in common.",
        discussion: """
            Example: fengsui cursor reset --service dispatch --stream monitoring --data run/data --bus run/bus

            The reading service is stopped, the publisher runs. What was handled beyond the common record stays as it is in the reader's \
            journal, and is told here: a person judges what follows from it. The reset is journaled at the next start.
            """
    )

    @Option(help: "The service that reads.")
    var service: ServiceName

    @Option(help: "The stream that it cannot read on.")
    var stream: StreamName

    @Option(help: "The folder of the reading service's database.")
    var data: String

    @OptionGroup var bus: BusOptions

    func run() throws {
        let context = try ZeroMQContext()
        let address = try bus.address()
        guard try bus.hasSocket(service) == false || answers(Peer(context, service, at: address)) == false else {
            throw ValidationError("\(service.rawValue) runs; stop it, and give this command again")
        }
        let path = "\(data)/\(service.rawValue).db"
        let claim = try Claim.database(path)
        defer { withExtendedLifetime(claim) {} }
        let publisher = Publisher(peer: try Peer(context, stream.writer, at: address), stream: stream)
        let (cursor, common) = try ServiceStore.readOnly(path: path) { db in
            let cursor = try Cursors.load(stream, db)
            let common = try publisher.lastCommon(below: cursor.next) { try Journal.record($0, of: stream, db) }
            return (cursor, common)
        }
        try ServiceStore.give(.reset(common), path: path)
        let beyond = cursor.next - 1 - common.sequence
        try Output.line(
            "\(service.rawValue) goes on with \(stream.rawValue) after \(common.sequence), epoch \(common.epoch)"
        )
        guard beyond > 0 else { return }
        try Output.aside(
            "\(beyond) records that it had handled, \(common.sequence + 1) to \(cursor.next - 1), are not in the stream any more"
        )
    }

    private func answers(_ peer: Peer) throws -> Bool {
        var request = Request()
        request.number = 1
        request.status = StatusQuery()
        _ = try peer.send(request.serializedData())
        return try peer.receive(within: 1_000) != nil
    }
}

/// A running publisher, asked record by record.
private final class Publisher {
    private let peer: Peer
    private let stream: StreamName
    private var number: UInt64 = 0

    init(peer: Peer, stream: StreamName) { (self.peer, self.stream) = (peer, stream) }

    /// The last record before `next` that is the same here and there, as the head to go on after.
    ///
    /// Each record holds the hash of the one before it: where two agree, all before them do, so halving the distance finds it.
    func lastCommon(below next: UInt64, own: (UInt64) throws -> Data?) throws -> StreamHead {
        let head = try page(from: next).head
        var common = StreamHead()
        (common.stream, common.epoch) = (head.stream, head.epoch)
        common.hash = RecordHash.none.bytes
        var (low, high) = (max(1, head.first) - 1, min(next - 1, head.sequence))
        while low < high {
            // The last one first: most often it is the one.
            let middle = common.sequence == 0 && high == min(next - 1, head.sequence) ? high : (low + high + 1) / 2
            guard let theirs = try page(from: middle).records.first else {
                throw BusError(.headBelowCursor, "\(stream.rawValue) \(middle) is not kept by its writer any more")
            }
            if try own(middle) == theirs {
                low = middle
                (common.sequence, common.hash) = (middle, RecordHash.of(theirs).bytes)
            } else {
                high = middle - 1
            }
        }
        guard common.sequence > 0 || head.first <= 1 else {
            throw BusError(
                .headBelowCursor,
                "\(stream.rawValue) is kept from \(head.first) on, and nothing of that is what was read; restore a backup of the reader, "
                    + "or move its database aside: it begins with a snapshot"
            )
        }
        return common
    }

    private func page(from sequence: UInt64) throws -> EncodedPage {
        number += 1
        var request = Request()
        request.number = number
        (request.catchUp.stream, request.catchUp.from) = (stream.rawValue, sequence)
        for _ in 0..<10 {
            _ = try peer.send(request.serializedData())
            while let reply = try peer.receive(within: 1_000) {
                if let page = try EncodedPage(reply), page.number == number { return page }
            }
        }
        throw BusError(.noAnswer, "\(stream.writer.rawValue) did not answer for 10 s; is it running on this bus?")
    }
}
