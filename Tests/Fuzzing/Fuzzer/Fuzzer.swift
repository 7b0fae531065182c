import ArgumentParser
import Foundation
import FuzzTargets

#if !COVERAGE

    /// Gives mutated inputs to everything that takes bytes from outside, each target in a process of its own under a memory limit.
    @main struct Fuzzer: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives mutated inputs to everything that takes bytes from outside.",
            discussion: "What makes a target fall, hang or disagree is kept as Tests/Fuzzing/Corpus/TARGET/crash-….",
            subcommands: [Run.self, Child.self, Again.self, Gather.self],
            defaultSubcommand: Run.self
        )

        static func target(_ name: String) throws -> FuzzTarget {
            guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
                let names = FuzzTarget.all.map(\.name).joined(separator: ", ")
                throw ValidationError("no target is called '\(name)'; there are \(names)")
            }
            return target
        }
    }

#endif

/// What a run is told.
struct RunOptions: ParsableArguments {
    @Option(help: "How many inputs a fast target gets; a slow one gets its share of them.")
    var count = 1_000_000

    @Option(help: "The seed: the same one gives the same inputs.")
    var seed: UInt64 = 1

    @Option(help: "At most so many minutes for each target.")
    var minutes = 60.0
}

/// Runs targets one after the other and prints a table.
struct Run: ParsableCommand {
    @Argument(help: "The targets; all of them without it.")
    var targets: [String] = []

    @OptionGroup var options: RunOptions

    func run() throws {
        let chosen = try targets.isEmpty ? FuzzTarget.all : targets.map(Fuzzer.target)
        Self.tell("target            inputs  inputs/s  peak MB  outcomes")
        var failed = 0
        for target in chosen {
            let result = try Watched(target: target, options: options).run()
            Self.tell(result.line)
            failed += result.fault == nil ? 0 : 1
        }
        if failed > 0 { throw ExitCode(1) }
    }

    /// A line that is seen at once, in a file too.
    private static func tell(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
}

/// Gives the kept inputs to their target, in this process: for a debugger.
struct Again: ParsableCommand {
    @Argument(help: "The target.")
    var target: String

    @Argument(help: "Files of inputs.")
    var files: [String]

    func run() throws {
        let taker = try Fuzzer.target(target).make()
        for file in files {
            print("\(file): \(try taker(Array(try Data(contentsOf: URL(fileURLWithPath: file)))))")
        }
    }
}

/// Writes the corpus anew from the played recording; the inputs on which the product once failed are kept.
struct Gather: ParsableCommand {
    func run() throws {
        for (target, inputs) in try Corpus.gathered() {
            let folder = Corpus.folder(target)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (name, bytes) in inputs { try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
        }
    }
}
