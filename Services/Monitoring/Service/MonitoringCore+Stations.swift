import MessageSchema
import MonitoringCodecs
import MonitoringDomain
import ServiceKit
import Vocabulary

// Stations: those of the configuration by themselves, and any number of registered ones, by their kinds.

extension MonitoringCore {
    /// So many stations one command names at the most.
    static let mostStations = 1_000

    // MARK: who is it

    /// The station of the configuration or of the register; nil where neither has it. Errors: `unknown-kind`.
    func station(_ id: StationID, _ turn: Turn) throws -> Station? {
        if let known = stations[id] { return known }
        return kinds.isEmpty ? nil : try turn.remembered.registered(id, turn.database, station(registered:))
    }

    /// The station that the register has so. Errors: `unknown-kind`.
    func station(registered entry: RegisteredStation) throws -> Station {
        guard let kind = kinds[entry.kind] else {
            throw InputError(
                "unknown-kind",
                "station \(entry.id) is of the kind '\(entry.kind.shown(32))'; add it to station_kinds in monitoring.yaml"
            )
        }
        return Station(
            id: StationID(entry.id),
            name: Name(zh: entry.nameZh, en: entry.nameEn),
            division: entry.division,
            position: try entry.position.checked(),
            basin: entry.basin.isEmpty ? nil : entry.basin,
            silentAfter: kind.silentAfter,
            limits: kind.limits,
            kind: kind,
            password: entry.password.isEmpty ? nil : entry.password
        )
    }

    /// The station with that SL 651 address. Errors: `unknown-station`, `unknown-kind`.
    func station(_ address: SL651Address, _ turn: Turn) throws -> Station {
        let text = address.description
        let id = try links.addresses[text] ?? registered(address: text, turn)
        guard let station = try id.flatMap({ try station($0, turn) }) else {
            throw InputError(
                "unknown-station",
                "station \(text) is not in the catalogue; add it to stations in monitoring.yaml, or register it"
            )
        }
        return station
    }

    /// Whose id it is, or whose address beside the id.
    private func registered(address: String, _ turn: Turn) throws -> StationID? {
        let id = StationID(address)
        if try turn.remembered.isRegistered(id, turn.database) { return id }
        return try StationRegister.station(address: address, turn.database)
    }

    /// The device of that MN, and its station. Errors: `unknown-station`, `unknown-kind`.
    func device(_ name: String, _ turn: Turn) throws -> (HJ212Device, Station) {
        if let device = links.devices[name], let station = stations[device.station] { return (device, station) }
        guard let id = try StationRegister.station(device: name, turn.database),
            let station = try station(id, turn), let kind = station.kind
        else {
            throw InputError(
                "unknown-station",
                "MN \(name.shown(32)) is not in the catalogue; add it to stations in monitoring.yaml, or register it"
            )
        }
        return (HJ212Device(station: id, elements: kind.factors), station)
    }

    /// Who looks at that place.
    func watch(_ place: Place, _ turn: Turn) throws -> Watch {
        if let watch = watches[place] { return watch }
        return try station(place.station, turn).map { kindWatches.watch(place.element, at: $0) } ?? Watch()
    }

    // MARK: the register

    /// Adds stations, or puts them in the place of those of the same ids: all of the command, or none.
    func register(_ order: RegisterStations, _ turn: Turn) throws {
        try officer(turn)
        try checkCount(order.stations.count)
        var names: Set<String> = []
        for entry in order.stations {
            try check(entry, turn)
            for name in [entry.id, entry.sl651, entry.mn] where !name.isEmpty && !names.insert(name).inserted {
                throw CommandRefusal("stands-twice", "'\(name)' stands twice in the command; a name is one station's")
            }
        }
        for entry in order.stations {
            guard try ReadingRepository.station(StationID(entry.id), turn.database)?.registered != entry else {
                continue
            }
            try turn.remembered.register(entry, turn.database)
            var message = StationRegistered()
            message.station = entry
            // Its password is the station's and ours.
            message.station.password = ""
            try turn.send(message, subject: entry.id)
        }
    }

    /// Takes stations out of the register: all of the command, or none. What warns because of them stands until a person or time ends it.
    func retire(_ order: RetireStations, _ turn: Turn) throws {
        try officer(turn)
        try checkCount(order.stations.count)
        guard !order.reason.isEmpty, order.reason.utf8.count <= 512 else {
            throw CommandRefusal("no-reason", "say in at most 512 bytes why they report no more")
        }
        for name in order.stations {
            let id = StationID(name)
            guard try turn.remembered.isRegistered(id, turn.database) else {
                throw CommandRefusal("unknown-station", "'\(name.shown(32))' is not registered")
            }
            try turn.remembered.retire(id, turn.database)
            try turn.cancelTimer(Self.silence, subject: name)
            var message = StationRetired()
            (message.station, message.reason) = (name, order.reason)
            try turn.send(message, subject: name)
        }
    }

    private func checkCount(_ count: Int) throws {
        guard (1...Self.mostStations).contains(count) else {
            throw CommandRefusal("bad-count", "name 1 to \(Self.mostStations) stations in one command, not \(count)")
        }
    }

    private func check(_ entry: RegisteredStation, _ turn: Turn) throws {
        func refuse(_ code: String, _ message: String) -> CommandRefusal {
            CommandRefusal(code, "station '\(entry.id.shown(32))': \(message)")
        }
        guard StationID(checking: entry.id) != nil else {
            throw refuse("bad-id", "an id is a word of 1 to 24 letters, digits and hyphens")
        }
        guard stations[StationID(entry.id)] == nil else {
            throw refuse("in-configuration", "it stands in monitoring.yaml; take it out there first")
        }
        guard kinds[entry.kind] != nil else {
            throw refuse(
                "unknown-kind",
                "'\(entry.kind.shown(32))' is no kind; add it to station_kinds in monitoring.yaml"
            )
        }
        for name in [entry.nameZh, entry.nameEn] where !(1...96).contains(name.utf8.count) {
            throw refuse("bad-name", "it has a name in Chinese and one in English, of 1 to 96 bytes each")
        }
        guard divisionNames[entry.division] != nil else {
            throw refuse("unknown-division", "division '\(entry.division.shown(16))' has no name in monitoring.yaml")
        }
        do {
            guard try entry.position.checked().datum == .wgs84 else {
                throw refuse("wrong-datum", "its position is in WGS 84")
            }
        } catch let error as MessageError {
            throw refuse("bad-position", error.message)
        }
        guard entry.basin.utf8.count <= 96, entry.password.utf8.count <= 32 else {
            throw refuse("too-long", "a basin has at most 96 bytes, a password 32")
        }
        try checkLinks(entry, turn, refuse)
    }

    /// On the wire a name leads to one station.
    private func checkLinks(_ entry: RegisteredStation, _ turn: Turn, _ refuse: (String, String) -> CommandRefusal)
        throws
    {
        guard links.addresses[entry.id] == nil else {
            throw refuse("address-taken", "its id is the SL 651 address of \(links.addresses[entry.id]?.value ?? "")")
        }
        if let other = try StationRegister.station(address: entry.id, turn.database), other.value != entry.id {
            throw refuse("address-taken", "its id is the SL 651 address of \(other)")
        }
        if !entry.sl651.isEmpty {
            guard SL651Address(entry.sl651)?.description == entry.sl651 else {
                throw refuse("bad-address", "an SL 651 address has ten digits, such as 0012345678 or 1522020C35")
            }
            let owner = try links.addresses[entry.sl651] ?? StationRegister.station(address: entry.sl651, turn.database)
            let isAnothersID = try turn.remembered.isRegistered(StationID(entry.sl651), turn.database)
            guard owner.map({ $0.value == entry.id }) ?? !isAnothersID else {
                throw refuse("address-taken", "SL 651 address \(entry.sl651) is another station's")
            }
        }
        if !entry.mn.isEmpty {
            guard HJ212Device.isName(entry.mn) else {
                throw refuse("bad-mn", "an MN has 1 to 24 letters and digits")
            }
            let owner = try links.devices[entry.mn]?.station ?? StationRegister.station(device: entry.mn, turn.database)
            guard owner.map({ $0.value == entry.id }) ?? true else {
                throw refuse("mn-taken", "MN \(entry.mn) is another station's")
            }
        }
    }
}
