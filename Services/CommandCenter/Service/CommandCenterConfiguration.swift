import CommandCenterDomain
import ServiceKit
import Vocabulary

extension CommandCenterCore {
    /// What `command-center.yaml` may hold.
    static let keys: Set<String> = [
        "jurisdiction", "people", "roster", "cameras", "stations", "camera_range_metres", "ringing_for", "attempts",
        "preemptive_from", "floor_limit",
    ]
}

extension YAMLValue {
    func sessionRules() throws(ConfigurationError) -> SessionRules {
        SessionRules(
            ringingFor: try value("ringing_for").positiveDuration(),
            attempts: try value("attempts").integer(in: 1...10),
            preemptiveFrom: UInt8(try value("preemptive_from").integer(in: 0...255)),
            floorLimit: try value("floor_limit").positiveDuration()
        )
    }

    func roster() throws(ConfigurationError) -> Roster {
        var taken: [String] = []
        var members: [Roster.Member] = []
        for item in try value("roster").list() { members.append(try item.member(&taken)) }
        var (cameras, devices): ([Roster.Camera], [String]) = ([], [])
        for item in try value("cameras").list() { cameras.append(try item.camera(&taken, &devices)) }
        var (sites, stations): ([Roster.Site], [String]) = ([], [])
        for item in try value("stations").list() { sites.append(try item.site(&stations)) }
        return Roster(
            members: members,
            cameras: cameras,
            sites: sites,
            cameraRangeMetres: try value("camera_range_metres").integer(in: 1...100_000)
        )
    }

    /// The roles of each person, as they stand under `people`.
    func people() throws(ConfigurationError) -> [PersonID: [String]] {
        var people: [PersonID: [String]] = [:]
        for item in try list() {
            try item.allow(["person", "roles"])
            let person = PersonID(try item.value("person").text())
            var roles: [String] = []
            for role in try item.value("roles").list() { roles.append(try role.text()) }
            guard people.updateValue(roles, forKey: person) == nil else { throw item.twice(person.value) }
        }
        return people
    }

    private func member(_ taken: inout [String]) throws(ConfigurationError) -> Roster.Member {
        try allow(["participant", "role", "person"])
        return Roster.Member(
            participant: ParticipantID(try value("participant").unique(&taken, "an id without spaces", Self.isID)),
            role: try value("role").text(),
            person: PersonID(try value("person").text())
        )
    }

    private func camera(_ taken: inout [String], _ devices: inout [String]) throws(ConfigurationError) -> Roster.Camera
    {
        try allow(["participant", "id", "position"])
        _ = try value("id").unique(&devices, "a GB/T 28181 camera id: 20 digits, of type 131 or 132", Self.isCameraID)
        return Roster.Camera(
            participant: ParticipantID(try value("participant").unique(&taken, "an id without spaces", Self.isID)),
            position: try value("position").position()
        )
    }

    private func site(_ taken: inout [String]) throws(ConfigurationError) -> Roster.Site {
        try allow(["id", "position"])
        let id = try value("id").unique(&taken, "a station address of ten digits") {
            $0.utf8.count == 10 && Self.isDigits($0)
        }
        return Roster.Site(station: StationID(id), position: try value("position").position())
    }

    /// A text that `fits` and stands here for the first time.
    private func unique(_ taken: inout [String], _ expected: String, _ fits: (String) -> Bool)
        throws(ConfigurationError)
        -> String
    {
        let text = try parse(expected) { fits($0) ? $0 : nil }
        guard !taken.contains(text) else { throw twice(text) }
        taken.append(text)
        return text
    }

    private func twice(_ name: String) -> ConfigurationError {
        error("'\(name)' stands twice", remedy: "remove one, or give it a name of its own")
    }

    private func positiveDuration() throws(ConfigurationError) -> Duration {
        let duration = try duration()
        guard duration > .zero else { throw error("the duration is zero", remedy: "write at least 1s") }
        return duration
    }

    private static func isDigits(_ text: String) -> Bool { text.utf8.allSatisfy { (48...57).contains($0) } }

    private static func isID(_ text: String) -> Bool { text.utf8.count <= 64 && !text.contains { $0.isWhitespace } }

    /// GB/T 28181, coding rule A: centre 8 digits, industry 2, type 3 (131 camera, 132 network camera), serial 7.
    private static func isCameraID(_ text: String) -> Bool {
        let type = text.dropFirst(10).prefix(3)
        return text.utf8.count == 20 && isDigits(text) && (type == "131" || type == "132")
    }
}
