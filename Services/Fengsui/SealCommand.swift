import ArgumentParser
import Foundation
import MessageSchema
import ServiceKit
import ServiceStore
import Vocabulary

struct SealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Signs where each record stands, so that it can be shown later that nothing before it was changed.",
        discussion: """
            Examples:
              fengsui seal key seal.key                                   a signing key; prints the public one
              fengsui seal take --data run/data --key seal.key > 2026-11-24.seal
              fengsui seal check 2026-11-24.seal --data run/data --public-key 3b6a…

            Keep seals and the public key where nobody can write who can write the databases.
            """,
        subcommands: [Key.self, Take.self, Check.self]
    )

    struct Key: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a signing key, readable by its owner alone.")
        @Argument(help: "The file of the secret key; must not exist.")
        var file: String

        func run() throws {
            guard !FileManager.default.fileExists(atPath: file) else {
                throw ValidationError("\(file) is there already; name another file")
            }
            let (secret, open) = Seal.drawKey()
            let contents = Data(secret.hex.utf8)
            guard
                FileManager.default.createFile(atPath: file, contents: contents, attributes: [.posixPermissions: 0o600])
            else { throw ValidationError("\(file) cannot be written; check the folder") }
            try Output.line(open.hex)
        }
    }

    struct Take: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a seal of each service, one JSON object a line."
        )
        @OptionGroup var suite: SuiteOptions
        @Option(help: "The file of the signing key.")
        var key: String

        func run() throws {
            let secret = try SealCommand.bytes(SealFile.text(of: key), "the file \(key)")
            for service in suite.service.isEmpty ? ServiceName.allCases.filter(suite.hasDatabase) : suite.service {
                var seal = try Seal(of: service, path: suite.database(service), taken: "\(WallClock.now())")
                try seal.sign(with: secret)
                try Output.line(Output.json(seal))
            }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tells whether the databases still begin as they were sealed; exit code 2 where one does not."
        )
        @Argument(help: "The file of seals.")
        var file: String
        @OptionGroup var suite: SuiteOptions
        @Option(help: "The public key, 64 hexadecimal digits.")
        var publicKey: String

        func run() throws {
            let open = try SealCommand.bytes(publicKey, "--public-key")
            var differs = false
            for line in try SealFile.text(of: file).split(separator: "\n") {
                let seal = try JSONDecoder().decode(Seal.self, from: Data(line.utf8))
                guard let service = ServiceName(rawValue: seal.service) else {
                    throw ValidationError("the seal is of '\(seal.service)', which is no service")
                }
                if !suite.service.isEmpty, !suite.service.contains(service) { continue }
                let found =
                    try seal.isSigned(by: open)
                    ? seal.differences(path: suite.database(service)) : ["the seal was not signed with that key"]
                differs = differs || !found.isEmpty
                let detail =
                    found.isEmpty ? "\(seal.entries) entries as sealed on \(seal.taken)" : found.joined(separator: "; ")
                try Output.line("\(seal.service): \(detail)")
            }
            if differs { throw ExitCode(2) }
        }
    }

    private static func bytes(_ hex: String, _ name: String) throws -> Data {
        let digits = Array(hex.trimmingCharacters(in: .whitespacesAndNewlines).utf8)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
        guard digits.count == 64, bytes.count == 32 else {
            throw ValidationError("\(name) is no key of 64 hexadecimal digits; `fengsui seal key` makes one")
        }
        return Data(bytes)
    }
}

private enum SealFile {
    static func text(of file: String) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: file) else {
            throw ValidationError("\(file) cannot be read; check the name")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Data {
    fileprivate var hex: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
