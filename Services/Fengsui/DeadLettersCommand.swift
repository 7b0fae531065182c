import ArgumentParser
import Foundation
import MessageBus
import MessageSchema
import ServiceKit
import ServiceStore
import SwiftProtobuf
import Vocabulary

struct DeadLettersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters",
        abstract: "Inputs that a service could not handle and kept aside.",
        discussion: """
            Examples:
              fengsui dead-letters list --data run/data
              fengsui dead-letters show 17 --service monitoring --data run/data
              fengsui dead-letters retry 17 --service monitoring --bus run/bus --person "Wang Fang" --role operator
              fengsui dead-letters drop 17 --service monitoring --bus run/bus --person "Wang Fang" --role operator --reason "test frame"
            """,
        subcommands: [List.self, Show.self, Retry.self, Drop.self]
    )

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One line for each, the newest first.")
        @OptionGroup var suite: SuiteOptions
        @Option(help: "How many of each service at most.")
        var count = 100

        func run() throws {
            let services = suite.service.isEmpty ? ServiceName.allCases.filter(suite.hasDatabase) : suite.service
            for service in services {
                let letters = try ServiceStore.readOnly(path: suite.database(service)) {
                    try Ledgers.lastDeadLetters(count, $0)
                }
                for letter in letters {
                    let time = Instant(microseconds: letter.timeUs)
                    try Output.line(
                        "\(service.rawValue) \(letter.journalEntry)  \(time)  \(letter.code): \(letter.message)"
                    )
                }
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Where it came from, and what it holds.")
        @Argument(help: "The journal entry.")
        var entry: UInt64
        @Option(help: "The service that kept it aside.")
        var service: ServiceName
        @Option(help: "The folder of the services' databases.")
        var data: String

        func run() throws {
            let found = try ServiceStore.readOnly(path: "\(data)/\(service.rawValue).db") { db in
                try (Journal.entry(entry, db), Ledgers.hasDeadLetter(entry, db))
            }
            guard let input = found.0, found.1 else {
                throw ValidationError(
                    "\(service.rawValue) keeps no journal entry \(entry) aside; `list` names those that it does"
                )
            }
            try Output.line("\(input.kind.rawValue) of \(input.origin) \(input.subject), \(input.now), id \(input.id)")
            try Output.line(Self.readable(input))
        }

        /// A record as CloudEvents JSON, other bytes as text where they are ASCII, else as hexadecimal digits.
        private static func readable(_ input: JournalEntry) throws -> String {
            if input.kind.isRecord, let envelope = try? Envelope.decode(input.bytes) {
                return try envelope.jsonString()
            }
            if input.bytes.allSatisfy({ (0x20..<0x7F).contains($0) }) {
                return String(decoding: input.bytes, as: UTF8.self)
            }
            return input.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }

    struct Retry: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Handles it once more, as a new input; refused where it fails again."
        )
        @OptionGroup var decision: Decision

        func run() throws {
            var message = RetryDeadLetter()
            message.journalEntry = decision.entry
            try decision.send(RetryDeadLetter.type, message.serializedData())
        }
    }

    struct Drop: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes it off the list; the input and the reason stay in the journal."
        )
        @OptionGroup var decision: Decision
        @Option(help: "Why nothing is to be done.")
        var reason: String

        func run() throws {
            var message = DropDeadLetter()
            (message.journalEntry, message.reason) = (decision.entry, reason)
            try decision.send(DropDeadLetter.type, message.serializedData())
        }
    }

    /// Who decides about which dead letter.
    struct Decision: ParsableArguments {
        @Argument(help: "The journal entry.")
        var entry: UInt64
        @Option(help: "The service that kept it aside.")
        var service: ServiceName
        @OptionGroup var decider: Decider

        func send(_ type: String, _ payload: Data) throws { try decider.send(type, payload, to: service) }
    }
}
