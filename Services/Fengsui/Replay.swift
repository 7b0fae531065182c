import ArgumentParser
import Foundation
import MessageBus
import MessageSchema
import ServiceKit
import ServiceStore
import Vocabulary

struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Plays a recording into services that run with --lockstep.",
        discussion: "Example: fengsui replay Tests/Recordings/flash-flood/inputs.jsonl --bus run/bus"
    )

    @Argument(help: "The recording: one JSON object a line.")
    var recording: String

    @OptionGroup var bus: BusOptions

    @Option(help: "The realm of the suite that plays.")
    var realm = "exercise:flash-flood"

    @Option(help: "The services that take part.")
    var service: [ServiceName] = [.monitoring, .dispatch, .stockpile, .commandCenter, .assessment]

    @Flag(help: "Print the result as JSON.")
    var json = false

    func run() throws {
        guard let realm = Realm(realm) else {
            throw ValidationError("'\(realm)' is no realm; write live or exercise:ID")
        }
        let recording = try Recording(path: recording, realm: realm)
        let player = try Player(services: service, address: bus.address(), run: Epoch.draw())
        let total = recording.inputs.count
        try player.play(recording) { done, time in
            guard !json, done % 100 == 0 else { return }
            FileHandle.standardError.write(Data("\r\(done)/\(total) inputs, \(time)".utf8))
        }
        let tally = player.tally
        try Output.line(
            json
                ? Output.json(tally)
                : "\n\(tally.inputs) inputs, \(tally.duplicates) duplicates, \(tally.deadLetters) kept aside, "
                    + "\(tally.refused) commands refused, \(tally.records) records"
        )
    }
}

extension ServiceName: ExpressibleByArgument {}
