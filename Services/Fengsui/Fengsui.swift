import ArgumentParser

@main
struct Fengsui: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fengsui",
        abstract:
            "The operator's tool: runs the suite, shows what it sends and where it stands, and checks its record.",
        discussion: """
            Examples:
              fengsui run --data run/data --bus run/bus --configuration compose/configuration
              fengsui status --bus run/bus
              fengsui tail --bus run/bus --type 'monitoring.warning.*'
              fengsui verify --data run/data

            Exit codes: 0 done; 1 failed, with one line that says why; 2 a check found a difference; 64 wrong usage.
            """,
        subcommands: [
            RunCommand.self, StatusCommand.self, TailCommand.self, RecordCommand.self, VerifyCommand.self, Replay.self,
            SendCommand.self, KeysCommand.self, BackupCommand.self, RestoreCommand.self, CursorCommand.self,
            DeadLettersCommand.self, SubscriberCommand.self, SealCommand.self, RulesCommand.self,
            StationsCommand.self,
        ]
    )
}
