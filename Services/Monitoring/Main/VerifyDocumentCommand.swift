import ArgumentParser
import MonitoringService

extension Monitoring {
    struct VerifyDocument: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify-document",
            abstract:
                "Says whether CAP documents are signed within by a key, and unchanged since; exit code 2: one is not.",
            discussion: """
                Example: monitoring verify-document --key cap.pub cap/*.signed.xml
                Only for documents that this service signed: others may canonicalize otherwise, and xmlsec1 knows how.
                """
        )
        @Option(help: "The public key: Ed25519 or P-256, PEM.") var key: String
        @Argument(help: "The documents.") var files: [String]

        func run() throws {
            var isGood = true
            for file in files {
                let verifies = try MonitoringCore.verifyDocument(file, key: key)
                isGood = isGood && verifies
                print("\(file): \(verifies ? "signed by this key" : "CHANGED, or signed by another key")")
            }
            guard isGood else { throw ExitCode(2) }
        }
    }
}
