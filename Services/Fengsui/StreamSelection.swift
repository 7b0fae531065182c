import ArgumentParser
import Foundation
import MessageBus
import MessageSchema
import ServiceKit
import Vocabulary

/// Which records `tail` and `record` want, and the loop that brings them.
struct StreamSelection: ParsableArguments {
    @OptionGroup var bus: BusOptions

    @Option(help: "A stream; may be given again. Every stream of the services on the bus without it.")
    var stream: [StreamName] = []

    @Option(help: "Only records of types that match: * is any text, ? one character.")
    var type: String?

    @Option(help: "Only records about this subject.")
    var subject: String?

    @Option(help: "Begin with this sequence, from 1: the past is fetched. Only what is new without it.")
    var from: UInt64?

    @Option(help: "Stop after so many records.")
    var count: Int?

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count is 1 or more") }
        if from == 0 { throw ValidationError("sequences begin at 1; write --from 1 for everything") }
    }

    /// Hands over each record that is wanted, in the order of its stream, until a signal comes or `count` were handed over.
    ///
    /// Errors: `BusError` where a stream cannot be read on; what `body` throws.
    func forEach(_ body: (Envelope) throws -> Void) throws {
        let doorbell = try Doorbell()
        let stop = StopSignal { doorbell.ring() }
        let streams = try stream.isEmpty ? bus.services().flatMap(\.streams) : stream
        let readers = Set(streams).sorted().map { StreamReader(watching: $0, from: from) }
        let bus = try Bus(watching: readers, address: bus.address(), doorbell: doorbell)
        var watch = StreamWatch(startedAt: WallClock.now(), silence: .seconds(3))
        var left = count ?? .max
        while !stop.isSet, left > 0 {
            bus.wait(milliseconds: 500)
            for record in try bus.collect() where left > 0 {
                let envelope = try Envelope.decode(record.bytes)
                guard wants(envelope) else { continue }
                try body(envelope)
                left -= 1
            }
            let events = watch.observe(bus.readers, pages: bus.pagesAsked, at: WallClock.now()).events
            for event in events { try tell(event) }
        }
    }

    private func wants(_ envelope: Envelope) -> Bool {
        if let subject, envelope.subject != subject { return false }
        guard let type else { return true }
        return fnmatch(type, envelope.type, 0) == 0
    }

    private func tell(_ event: StreamWatch.Event) throws {
        switch event {
        case .fellSilent(let standing):
            let writer = standing.stream.writer.rawValue
            try Output.aside("\(standing.stream.rawValue): nothing heard; is \(writer) running on this bus?")
        case .heardAgain(let standing): try Output.aside("\(standing.stream.rawValue): heard again")
        case .fellBehind, .caughtUp: break
        }
    }
}

extension StreamName: ExpressibleByArgument {}
