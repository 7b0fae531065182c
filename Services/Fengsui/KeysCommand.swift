import ArgumentParser
import Foundation
import MessageBus
import MessageSchema
import ServiceKit

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Makes the keys of a bus over TCP, and bus.yaml, which lists who may come in.",
        discussion: """
            Examples:
              fengsui keys --folder bus                          services under their own names, as in containers
              fengsui keys --folder bus --host 127.0.0.1         all on this machine
              fengsui keys --folder bus --person wang            one more person's key
              fengsui keys --folder bus --renew dispatch         a new key for that service, person or tool

            Who has a key keeps it: the command may be given again. NAME.key is secret: give each machine its own service's, \
            and bus.yaml, which is not secret. Services at work take a changed bus.yaml, and their own renewed key, within a second. To take \
            a person's key away, delete the line from bus.yaml everywhere.
            """
    )

    @Option(help: "The folder of bus.yaml and of the secret keys; made where it is missing.")
    var folder: String

    @Option(help: "Where services that are new in bus.yaml are found; each under its own name without it.")
    var host: String?

    @Option(help: "The first port of services that are new in bus.yaml; each takes two.")
    var port = 5_560

    @Option(help: "A person or tool that gets a key; may be given again. The first is 'operator', fengsui's own.")
    var person: [String] = []

    @Option(
        help:
            "A service, person or tool of bus.yaml that gets a new key in the place of its old one; may be given again."
    )
    var renew: [String] = []

    @Flag(help: "Print each public key as a JSON object.")
    var json = false

    func validate() throws {
        let last = 65_535 - 2 * ServiceName.allCases.count
        guard (1...last).contains(port) else { throw ValidationError("--port is 1 to \(last)") }
        for name in person {
            guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) }),
                ServiceName(rawValue: name) == nil, !name.hasPrefix(".")
            else {
                throw ValidationError(
                    "'\(name)' cannot name a key; use letters, digits, - and _, and no service's name"
                )
            }
        }
    }

    func run() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/bus.yaml"
        var file = try FileManager.default.fileExists(atPath: path) ? BusFile(path: path) : BusFile()
        for (index, service) in ServiceName.allCases.enumerated() where file.seats[service]?.key == nil {
            let old = file.seats[service]
            file.seats[service] = BusAddress.Seat(
                host: old?.host ?? host ?? service.rawValue,
                publicationPort: old?.publicationPort ?? port + 2 * index,
                requestPort: old?.requestPort ?? port + 2 * index + 1,
                key: try draw(service.rawValue)
            )
        }
        for name in [BusOptions.tool] + person where file.people[name] == nil {
            file.people[name] = BusAddress.Person(key: try draw(name))
        }
        for name in renew { try renew(name, in: &file) }
        try Data(file.text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        for (service, seat) in file.seats.sorted(by: { $0.key < $1.key }) { try tell(service.rawValue, seat.key) }
        for (name, person) in file.people.sorted(by: { $0.key < $1.key }) { try tell(name, person.key) }
    }

    /// The secret key first: who reads the new list finds it.
    private func renew(_ name: String, in file: inout BusFile) throws {
        let service = ServiceName(rawValue: name)
        guard service.map({ file.seats[$0] != nil }) ?? (file.people[name] != nil) else {
            throw ValidationError(
                "bus.yaml gives nobody called '\(name)' a key; --person makes one for a person or a tool"
            )
        }
        let keys = try CurveKeyPair.draw()
        try KeyFile.replace(keys, "\(folder)/\(name).key")
        if let service { file.seats[service]?.key = keys.publicKey } else { file.people[name]?.key = keys.publicKey }
    }

    /// A new pair, its secret key in a file of that name: the public key. A file that is there is kept.
    private func draw(_ name: String) throws -> CurveKey {
        let path = "\(folder)/\(name).key"
        guard !FileManager.default.fileExists(atPath: path) else { return try KeyFile.read(path).publicKey }
        let keys = try CurveKeyPair.draw()
        try KeyFile.write(keys, path)
        return keys.publicKey
    }

    private struct Line: Encodable {
        let name: String
        let key: String
    }

    private func tell(_ name: String, _ key: CurveKey?) throws {
        let key = key?.text ?? ""
        try Output.line(json ? Output.json(Line(name: name, key: key)) : "\(key)  \(name)")
    }
}
