import ArgumentParser
import MessageSchema
import ServiceKit
import SwiftProtobuf

struct SubscriberCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subscriber",
        abstract: "For whom a service keeps records that may go otherwise.",
        discussion: "`fengsui status` lists the subscribers of each stream, and how far they have read.",
        subcommands: [Forget.self]
    )

    struct Forget: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Keeps no more records for a subscriber that is gone for good. One that comes back is on the list again.",
            discussion: """
                Example: fengsui subscriber forget --stream monitoring --subscriber assessment --bus run/bus --person p-wang --role duty
                """
        )

        @Option(help: "The stream that it read.")
        var stream: StreamName

        @Option(help: "The service that is gone.")
        var subscriber: ServiceName

        @OptionGroup var decider: Decider

        func run() throws {
            var message = ForgetSubscriber()
            (message.stream, message.service) = (stream.rawValue, subscriber.rawValue)
            try decider.send(ForgetSubscriber.type, message.serializedData(), to: stream.writer)
        }
    }
}
