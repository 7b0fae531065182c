import ArgumentParser

@main
struct Fengsui: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fengsui",
        abstract: "The operator's tool: plays recordings into the suite and tells where it stands.",
        subcommands: [Replay.self, StatusCommand.self]
    )
}
