package import MessageSchema

/// Where each service's sockets are, and by which keys they are guarded.
///
/// On one machine a folder of Unix sockets; between machines TCP with CURVE.
package struct BusAddress: Hashable, Sendable {
    /// A service of a bus over TCP.
    package struct Seat: Hashable, Sendable {
        /// A name or an address that the others can resolve.
        package var host: String
        package var publicationPort: Int
        package var requestPort: Int
        /// Nil on a bus without keys, which stays on the loopback.
        package var key: CurveKey?
        /// The streams that may be read under the key. Nil: any.
        package var streams: [StreamName]?

        package init(
            host: String,
            publicationPort: Int,
            requestPort: Int,
            key: CurveKey?,
            streams: [StreamName]? = nil
        ) {
            (self.host, self.key, self.streams) = (host, key, streams)
            (self.publicationPort, self.requestPort) = (publicationPort, requestPort)
        }

        var isLoopback: Bool { host.hasPrefix("127.") || host == "[::1]" }
    }

    /// A person or a tool that may come in.
    package struct Person: Hashable, Sendable {
        package var key: CurveKey
        /// The commands that may come under the key: types, or their beginnings with a `*`. Nil: any.
        package var commands: [String]?
        /// The streams that may be read under the key. Nil: any.
        package var streams: [StreamName]?
        /// Who may act under the key, by the ids that commands name. Nil: anybody, as at a duty desk that several share.
        package var persons: [String]?

        package init(
            key: CurveKey,
            commands: [String]? = nil,
            streams: [StreamName]? = nil,
            persons: [String]? = nil
        ) {
            (self.key, self.commands, self.streams, self.persons) = (key, commands, streams, persons)
        }

        func mayGive(_ type: String) -> Bool {
            guard let commands else { return true }
            return commands.contains { $0.hasSuffix("*") ? type.hasPrefix($0.dropLast()) : type == $0 }
        }
    }

    private enum Place: Hashable, Sendable {
        case folder(String)
        case seats([ServiceName: Seat])

        /// The place itself, whoever may read what.
        var withoutStreams: Place {
            guard case .seats(let seats) = self else { return self }
            return .seats(
                seats.mapValues { seat in
                    var seat = seat
                    seat.streams = nil
                    return seat
                }
            )
        }
    }

    private let place: Place
    /// The keys of people and tools, by name.
    private let people: [String: Person]
    /// This participant's own keys; nil on a bus without keys.
    package let keys: CurveKeyPair?

    /// Unix sockets in `folder`, whose path may have at most 80 bytes, a limit of Unix sockets.
    ///
    /// Errors: `address` where the path is too long.
    package init(folder: String) throws(BusError) {
        guard folder.utf8.count <= 80 else {
            throw BusError(
                .address,
                "the folder of the bus has \(folder.utf8.count) bytes; a Unix socket allows 80: choose a shorter one"
            )
        }
        (place, people, keys) = (.folder(folder), [:], nil)
    }

    /// TCP: every service at its seat, as the holder of `keys` sees it.
    ///
    /// Errors: `plain-text` where a seat without a key is off the loopback; `key` where only some have keys, where `keys` are
    /// missing, and where they are not on the list.
    package init(seats: [ServiceName: Seat], people: [String: Person], keys: CurveKeyPair?) throws(BusError) {
        let guarded = seats.values.filter { $0.key != nil }
        guard guarded.count == seats.count || guarded.isEmpty else {
            throw BusError(.key, "some services have a key and some have none; `fengsui keys` gives one to each")
        }
        if guarded.isEmpty, let open = seats.first(where: { !$0.value.isLoopback }) {
            throw BusError(
                .plainText,
                "\(open.key.rawValue) at \(open.value.host) would send plain text between machines; "
                    + "make keys with `fengsui keys`, or use 127.0.0.1"
            )
        }
        self.place = .seats(seats)
        self.people = people
        self.keys = guarded.isEmpty ? nil : keys
        guard guarded.isEmpty || keys.map({ Self.allowed(seats, people).contains($0.publicKey) }) ?? false else {
            throw BusError(
                .key,
                keys.map { "the public key \($0.publicKey) is not on the bus's list; add it with `fengsui keys`" }
                    ?? "this bus wants a key; name its file with --key"
            )
        }
    }

    private static func allowed(_ seats: [ServiceName: Seat], _ people: [String: Person]) -> Set<CurveKey> {
        Set(seats.values.compactMap(\.key)).union(people.values.map(\.key))
    }

    /// Whether services, hosts, ports and their keys are the same.
    func hasSameSeats(as other: BusAddress) -> Bool {
        place.withoutStreams == other.place.withoutStreams && keys == other.keys
    }

    /// Whether requests under that key are answered; always on a bus without keys.
    func admits(_ key: String) -> Bool { keys == nil || allowed.contains { $0.text == key } }

    /// Every key that may come in.
    var allowed: Set<CurveKey> {
        guard case .seats(let seats) = place else { return [] }
        return Self.allowed(seats, people)
    }

    /// The folder of the Unix sockets; nil over TCP.
    package var folder: String? {
        guard case .folder(let folder) = place else { return nil }
        return folder
    }

    /// The services that have a seat; nil where any may appear in the folder.
    package var seated: [ServiceName]? {
        guard case .seats(let seats) = place else { return nil }
        return seats.keys.sorted()
    }

    /// Why a command does not come in under a key.
    package enum Objection: String, Sendable {
        /// The key is a service's: people and tools command.
        case noPerson = "no-person"
        /// The list gives the key other commands.
        case notEntitled = "not-entitled"
        /// The command names somebody who may not act under the key.
        case anotherPerson = "another-person"
    }

    /// Why a command of that type, said to be `person`'s, may not come under that key; nil where it may, and always on a bus without keys.
    package func objection(to key: String, commanding type: String, as person: String) -> Objection? {
        guard keys != nil else { return nil }
        let holders = people.values.filter { $0.key.text == key }
        guard !holders.isEmpty else { return .noPerson }
        guard holders.contains(where: { $0.mayGive(type) }) else { return .notEntitled }
        let isNamed = holders.contains { $0.mayGive(type) && $0.persons?.contains(person) ?? true }
        return isNamed ? nil : .anotherPerson
    }

    /// Whether what comes under that key is `service`'s own word; always on a bus without keys.
    func speaks(_ key: String, for service: ServiceName) -> Bool {
        guard keys != nil, case .seats(let seats) = place else { return true }
        return seats[service]?.key?.text == key
    }

    /// Whether that stream may be read under that key; always on a bus without keys.
    package func mayRead(_ stream: StreamName, _ key: String) -> Bool {
        guard keys != nil, case .seats(let seats) = place else { return true }
        let lists =
            seats.values.filter { $0.key?.text == key }.map(\.streams)
            + people.values.filter { $0.key.text == key }.map(\.streams)
        return lists.contains { $0?.contains(stream) ?? true }
    }

    /// The key by which `service` is known; nil on a bus without keys. Errors: `address`.
    func key(of service: ServiceName) throws(BusError) -> CurveKey? { try seat(service)?.key }

    private func seat(_ service: ServiceName) throws(BusError) -> Seat? {
        guard case .seats(let seats) = place else { return nil }
        guard let seat = seats[service] else {
            throw BusError(.address, "\(service.rawValue) has no place in the bus's file; add it under `services:`")
        }
        return seat
    }

    /// Where `service` publishes. Errors: `address` where it has no place.
    package func publication(_ service: ServiceName) throws(BusError) -> String {
        try endpoint(service, "pub", \.publicationPort)
    }

    /// Where `service` answers requests. Errors: `address` where it has no place.
    package func requests(_ service: ServiceName) throws(BusError) -> String {
        try endpoint(service, "req", \.requestPort)
    }

    private func endpoint(_ service: ServiceName, _ suffix: String, _ port: KeyPath<Seat, Int>) throws(BusError)
        -> String
    {
        if let seat = try seat(service) { return "tcp://\(seat.host):\(seat[keyPath: port])" }
        return "ipc://\(folder ?? "")/\(service.rawValue).\(suffix)"
    }

    /// What `service` binds where others connect to `endpoint`: a host name cannot be bound, so every interface is.
    func bound(_ endpoint: String, _ service: ServiceName) throws(BusError) -> String {
        guard let seat = try seat(service), !seat.isLoopback, let colon = endpoint.lastIndex(of: ":") else {
            return endpoint
        }
        return "tcp://*" + endpoint[colon...]
    }

    /// How a socket that others connect to is guarded.
    func server() -> SocketGuard { keys.map { .server($0) } ?? .plain }

    /// How a socket that connects to `service` is guarded. Errors: `address` where it has no place.
    func client(of service: ServiceName) throws(BusError) -> SocketGuard {
        guard let keys, let server = try key(of: service) else { return .plain }
        return .client(keys, server: server)
    }
}
