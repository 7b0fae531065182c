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
        discussion: """
            Examples:
              fengsui replay Tests/Recordings/flash-flood/inputs.jsonl --bus run/bus
              fengsui replay Tests/Recordings/flash-flood/inputs.jsonl --bus run/bus --speed 3600

            The outcome does not depend on the speed. A recording that is played again does nothing new.
            """
    )

    @Argument(help: "The recording: one JSON object a line.")
    var recording: String

    @OptionGroup var bus: BusOptions

    @Option(help: "The realm of the suite that plays.")
    var realm = "exercise:flash-flood"

    @Option(help: "The services that take part.")
    var service: [ServiceName] = [.monitoring, .dispatch, .stockpile, .commandCenter, .assessment]

    @Option(help: "How many recorded seconds pass in one second: 1 is as it was. As fast as possible without it.")
    var speed: Double?

    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        guard speed.map({ $0.isFinite && $0 > 0 }) ?? true else {
            throw ValidationError("--speed is a number above 0, such as 3600 for an hour in a second")
        }
    }

    func run() throws {
        guard let realm = Realm(realm) else {
            throw ValidationError("'\(realm)' is no realm; write live or exercise:ID")
        }
        var reader = try RecordingReader(path: recording, realm: realm)
        var beginning = try RecordingReader(path: recording, realm: realm)
        let first = try beginning.next()
        let player = try Player(services: service, address: bus.address(), run: Epoch.draw())
        let pace = Pace(speed: speed, from: first?.time)
        var bar = ProgressBar(total: try RecordingReader.count(path: recording))
        try player.play(from: { try reader.next() }, pace: pace.wait) { done, time in bar.show(done, "\(time)") }
        bar.end()
        let tally = player.tally
        try Output.line(
            json
                ? Output.json(tally)
                : "\(tally.inputs) inputs, \(tally.duplicates) duplicates, \(tally.deadLetters) kept aside, "
                    + "\(tally.refused) commands refused, \(tally.records) records"
        )
    }
}

/// When an instant of a recording is due on the wall's clock.
private struct Pace {
    let speed: Double?
    let from: Instant?
    let begun = ContinuousClock.now

    /// Waits until `time` is due; not at all without a speed.
    func wait(_ time: Instant) {
        guard let speed, let from else { return }
        let left = ContinuousClock.now.duration(to: begun + (time - from) / speed)
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .microseconds(Int(left.inMicroseconds)))
    }
}

extension ServiceName: ExpressibleByArgument {}
