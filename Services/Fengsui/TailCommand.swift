import ArgumentParser
import MessageSchema
import Vocabulary

struct TailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Shows records as they are sent.",
        discussion: """
            Examples:
              fengsui tail --bus run/bus
              fengsui tail --bus run/bus --type 'monitoring.warning.*'
              fengsui tail --bus run/bus --stream dispatch --from 1 --count 10 --json

            A readable line has the time in Beijing, stream and sequence, type, subject, and the root of the chain. With --json \
            each line is one CloudEvents 1.0 event. Ends on Ctrl-C.
            """
    )

    @OptionGroup var selection: StreamSelection

    @Flag(help: "Print CloudEvents JSON, one event a line.")
    var json = false

    func run() throws {
        try selection.forEach { try Output.line(json ? $0.cloudEventJSON() : Self.line($0)) }
    }

    private static func line(_ envelope: Envelope) throws -> String {
        let time = BeijingTime.civil(Instant(microseconds: envelope.timeUs))
        func two(_ number: Int) -> Substring { String(number + 100).dropFirst() }
        let day = "\(time.year)-\(two(time.month))-\(two(time.day))"
        let clock = "\(two(time.hour)):\(two(time.minute)):\(two(time.second))"
        let root = try RecordID(envelope.correlation)
        return "\(day) \(clock) \(envelope.stream)#\(envelope.sequence) \(envelope.type) \(envelope.subject) \(root)"
    }
}
