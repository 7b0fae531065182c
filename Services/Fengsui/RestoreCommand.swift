import ArgumentParser
import Foundation
import MessageSchema
import ServiceKit
import ServiceStore

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Puts backups in the place of databases that are gone, and begins a new epoch in each.",
        discussion: """
            Example: fengsui restore --from backups/2026-11-24 --data run/data --service monitoring

            The service is stopped, and what is left of its database moved aside. At its next start it journals the new epoch. Services \
            that read its streams stop then and say so: what they had read may be lost here. `fengsui cursor reset` lets them go on.
            """
    )

    @OptionGroup var suite: SuiteOptions

    @Option(help: "The folder of the copies that `fengsui backup` made.")
    var from: String

    func run() throws {
        let services =
            suite.service.isEmpty
            ? ServiceName.allCases.filter { FileManager.default.fileExists(atPath: copy(of: $0)) } : suite.service
        guard !services.isEmpty else {
            throw ValidationError("there is no backup in \(from); name the folder that `fengsui backup --to` was given")
        }
        try FileManager.default.createDirectory(atPath: suite.data, withIntermediateDirectories: true)
        for service in services {
            let claim = try Claim.database(suite.database(service))
            defer { withExtendedLifetime(claim) {} }
            let epoch = Epoch.draw()
            let restored = try Restore.make(
                of: service,
                from: copy(of: service),
                to: suite.database(service),
                epoch: epoch
            )
            try Output.line("\(suite.database(service))  \(restored.entries) journal entries; epoch \(epoch)")
        }
    }

    private func copy(of service: ServiceName) -> String { "\(from)/\(service.rawValue).db" }
}
