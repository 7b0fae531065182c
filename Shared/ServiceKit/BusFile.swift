import Foundation
package import MessageBus
package import MessageSchema

/// The file of a bus over TCP: where each service is, and whose keys are let in.
///
/// ```yaml
/// services:
///   monitoring: { host: monitoring, publication: 5560, requests: 5561, key: "…" }
/// people:
///   operator: "…"
///   wang: { key: "…", persons: [p-wang], commands: ["monitoring.command.warning.*"], streams: [monitoring, dispatch] }
/// ```
///
/// Under a key with nothing beside it anybody may give any command and read any stream; `*` stands at the end of a name, for whatever follows.
/// A service reads the streams that `streams` lists, or any without it.
package struct BusFile: Hashable, Sendable {
    package var seats: [ServiceName: BusAddress.Seat] = [:]
    package var people: [String: BusAddress.Person] = [:]

    package init() {}

    /// Reads the file at `path`. Errors: `ConfigurationError` with line and remedy; Foundation's where there is none.
    package init(path: String) throws {
        try self.init(text: String(contentsOfFile: path, encoding: .utf8), file: path)
    }

    /// The same, of the text of `file`. Errors: `ConfigurationError` with line and remedy.
    package init(text: String, file: String) throws(ConfigurationError) {
        let root = try YAMLValue(text: text, file: file)
        try root.allow(["services", "people"])
        for (name, value) in try root.value("services").entries() {
            guard let service = ServiceName(rawValue: name) else {
                let names = ServiceName.allCases.map(\.rawValue).joined(separator: ", ")
                throw value.error("no service is called '\(name)'", remedy: "use one of \(names)")
            }
            try value.allow(["host", "publication", "requests", "key", "streams"])
            seats[service] = BusAddress.Seat(
                host: try value.value("host").text(),
                publicationPort: try value.value("publication").integer(in: 1...65_535),
                requestPort: try value.value("requests").integer(in: 1...65_535),
                key: try value.optional("key").map(Self.key),
                streams: try value.optional("streams").map(Self.streams)
            )
        }
        for (name, value) in try root.optional("people")?.entries() ?? [] { people[name] = try Self.person(value) }
    }

    private static func person(_ value: YAMLValue) throws(ConfigurationError) -> BusAddress.Person {
        guard value.isMapping else { return BusAddress.Person(key: try key(value)) }
        try value.allow(["key", "commands", "streams", "persons"])
        return BusAddress.Person(
            key: try key(value.value("key")),
            commands: try value.optional("commands").map(commands),
            streams: try value.optional("streams").map(streams),
            persons: try value.optional("persons")?.texts()
        )
    }

    private static func streams(_ value: YAMLValue) throws(ConfigurationError) -> [StreamName] {
        var streams: [StreamName] = []
        for stream in try value.list() {
            let names = StreamName.allCases.map(\.rawValue).joined(separator: ", ")
            streams.append(try stream.parse("one of \(names)") { StreamName(rawValue: $0) })
        }
        return streams
    }

    private static func commands(_ value: YAMLValue) throws(ConfigurationError) -> [String] {
        var commands: [String] = []
        for command in try value.list() {
            let text = try command.text()
            guard !text.isEmpty, !text.dropLast().contains("*") else {
                throw command.error(
                    "'\(text)' names no commands",
                    remedy: "write a type, or its beginning and one * at the end"
                )
            }
            commands.append(text)
        }
        return commands
    }

    private static func key(_ value: YAMLValue) throws(ConfigurationError) -> CurveKey {
        try value.parse("a public key of 40 characters, as `fengsui keys` makes them") { try? CurveKey($0) }
    }

    /// The file's text, services and people in order of name. Its schema is found from `compose/bus`, where the containers look for it.
    package var text: String {
        var lines = [
            "# yaml-language-server: $schema=../configuration/bus.schema.json",
            "# Where each service is, and whose public keys are let in. Written by `fengsui keys`.",
            seats.isEmpty ? "services: {}" : "services:",
        ]
        for (service, seat) in seats.sorted(by: { $0.key < $1.key }) {
            let key = seat.key.map { ", key: \"\($0)\"" } ?? ""
            lines.append(
                "  \(service.rawValue): { host: \(seat.host.quoted), publication: \(seat.publicationPort), "
                    + "requests: \(seat.requestPort)\(key)\(Self.listed("streams", seat.streams?.map(\.rawValue))) }"
            )
        }
        lines.append(people.isEmpty ? "people: {}" : "people:")
        for (name, person) in people.sorted(by: { $0.key < $1.key }) {
            let lists =
                Self.listed("persons", person.persons) + Self.listed("commands", person.commands)
                + Self.listed("streams", person.streams?.map(\.rawValue))
            let entry = lists.isEmpty ? "\"\(person.key)\"" : "{ key: \"\(person.key)\"\(lists) }"
            lines.append("  \(name.quoted): \(entry)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// `, commands: ["…", "…"]`; nothing where there is no list.
    private static func listed(_ key: String, _ texts: [String]?) -> String {
        guard let texts else { return "" }
        return ", \(key): [\(texts.map(\.quoted).joined(separator: ", "))]"
    }
}

extension String {
    /// As a double-quoted scalar (YAML 1.2.2, 7.3.1): what might end it, and what is not printed, is escaped.
    fileprivate var quoted: String {
        var quoted = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case " "..."~", "\u{A1}"..."\u{2027}", "\u{202A}"..."\u{D7FF}", "\u{E000}"..."\u{FEFE}":
                quoted.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return quoted + "\""
    }
}

/// The file of a secret key: readable by its owner alone.
package enum KeyFile {
    /// Reads the pair whose secret key is in the file at `path`.
    ///
    /// Errors: `BusError` with code `key` where there is none, where others may read it, or where it is no key.
    package static func read(_ path: String) throws -> CurveKeyPair {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw BusError(.key, "the key \(path) cannot be read; `fengsui keys` makes it, --key names another")
        }
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0
        guard mode & 0o077 == 0 else {
            throw BusError(.key, "others may read the secret key \(path); run `chmod 600 \(path)`")
        }
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return try CurveKeyPair(secretKey: CurveKey(text))
    }

    /// Writes the secret key in the place of the one at `path`: whoever reads it meanwhile finds the old or the new one, whole.
    ///
    /// Errors: `BusError` with code `key` where it cannot be made.
    package static func replace(_ keys: CurveKeyPair, _ path: String) throws {
        let part = path + ".part"
        if FileManager.default.fileExists(atPath: part) { try FileManager.default.removeItem(atPath: part) }
        try write(keys, part)
        guard rename(part, path) == 0 else { throw BusError(.key, "\(path) cannot be replaced; check the folder") }
    }

    /// Writes the secret key into a new file at `path`. Errors: `BusError` with code `key` where it cannot be made.
    package static func write(_ keys: CurveKeyPair, _ path: String) throws {
        let made = FileManager.default.createFile(
            atPath: path,
            contents: Data("\(keys.secretKey)\n".utf8),
            attributes: [.posixPermissions: 0o600]
        )
        guard made else { throw BusError(.key, "\(path) cannot be written; check the folder") }
    }
}
