import ArgumentParser
import Foundation
import MessageSchema

struct RecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Writes records to a file as CloudEvents JSON, one event a line, until stopped.",
        discussion: """
            Examples:
              fengsui record flood.jsonl --bus run/bus
              fengsui record warnings.jsonl --bus run/bus --stream monitoring --from 1 --count 100

            Each line is written whole, as it comes. Ends on Ctrl-C, and says how many there were.
            """
    )

    @Argument(help: "The file; it must not exist yet.")
    var file: String

    @OptionGroup var selection: StreamSelection

    @Flag(help: "Print the result as JSON.")
    var json = false

    func run() throws {
        let output = try open()
        var count = 0
        try selection.forEach { envelope in
            try output.write(contentsOf: Data((envelope.cloudEventJSON() + "\n").utf8))
            count += 1
        }
        try output.close()
        try Output.line(json ? Output.json(Result(file: file, records: count)) : "\(count) records in \(file)")
    }

    private struct Result: Encodable {
        let file: String
        let records: Int
    }

    private func open() throws -> FileHandle {
        guard !FileManager.default.fileExists(atPath: file) else {
            throw ValidationError("\(file) exists; name another file, or move it aside")
        }
        guard FileManager.default.createFile(atPath: file, contents: nil),
            let output = FileHandle(forWritingAtPath: file)
        else { throw ValidationError("\(file) cannot be written; check the folder") }
        return output
    }
}
