package import Vocabulary

/// Who can be called into a session: the people by post, and the cameras that look at stations.
package struct Roster: Hashable, Sendable {
    /// In the order of the configuration.
    package let members: [Member]
    package let cameras: [Camera]
    package let sites: [Site]
    /// A camera farther from a station than this does not show it.
    package let cameraRangeMetres: Int

    /// A person in a post.
    package struct Member: Hashable, Sendable {
        package let participant: ParticipantID
        /// In the plan's words: `commander`.
        package let role: String
        package let person: PersonID

        package init(participant: ParticipantID, role: String, person: PersonID) {
            (self.participant, self.role, self.person) = (participant, role, person)
        }
    }

    /// A camera and where it stands.
    package struct Camera: Hashable, Sendable {
        package let participant: ParticipantID
        package let position: Position

        package init(participant: ParticipantID, position: Position) {
            (self.participant, self.position) = (participant, position)
        }
    }

    /// A station and where it stands.
    package struct Site: Hashable, Sendable {
        package let station: StationID
        package let position: Position

        package init(station: StationID, position: Position) { (self.station, self.position) = (station, position) }
    }

    package init(members: [Member], cameras: [Camera], sites: [Site], cameraRangeMetres: Int) {
        (self.members, self.cameras, self.sites) = (members, cameras, sites)
        self.cameraRangeMetres = cameraRangeMetres
    }

    /// The person behind a participant; nil for a camera and for one that the roster lacks.
    package func person(of participant: ParticipantID) -> PersonID? {
        members.first { $0.participant == participant }?.person
    }

    /// What that participant is; nil where the roster lacks it.
    package func kind(of participant: ParticipantID) -> Invitation.Kind? {
        if members.contains(where: { $0.participant == participant }) { return .person }
        return cameras.contains { $0.participant == participant } ? .camera : nil
    }

    /// Everybody in those posts in calling order, then each station's nearest cameras, everybody once; posts and stations
    /// for which there is nobody are missing, under their own names.
    package func call(roles: [String], stations: [StationID], camerasPerStation: Int) -> CallingList {
        var list = CallingList()
        for role in roles {
            let holders = members.filter { $0.role == role }
            if holders.isEmpty { list.miss(ParticipantID(role)) }
            for holder in holders { list.add(Callee(holder.participant, .person(role: role))) }
        }
        guard camerasPerStation > 0 else { return list }
        for station in stations {
            let near = camerasInRange(of: station).prefix(camerasPerStation)
            if near.isEmpty { list.miss(ParticipantID(station.value)) }
            for camera in near {
                let kind = Callee.Kind.camera(station: station, distanceMetres: camera.metres)
                list.add(Callee(camera.participant, kind))
            }
        }
        return list
    }

    /// Nearest first, those at the same whole metre by id.
    private func camerasInRange(of station: StationID) -> [(participant: ParticipantID, metres: Int)] {
        guard let site = sites.first(where: { $0.station == station }) else { return [] }
        return cameras.map { ($0.participant, greatCircleMetres(from: site.position, to: $0.position)) }
            .filter { $0.1 <= cameraRangeMetres }
            .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    }
}

/// Whom a session calls, and what the roster lacks.
package struct CallingList: Hashable, Sendable {
    /// In calling order, each participant once. A camera near two stations stands under the first of them.
    package private(set) var callees: [Callee] = []
    /// Posts and stations for which there is nobody, each once.
    package private(set) var missing: [ParticipantID] = []

    mutating func add(_ callee: Callee) {
        if !callees.contains(where: { $0.participant == callee.participant }) { callees.append(callee) }
    }

    mutating func miss(_ name: ParticipantID) {
        if !missing.contains(name) { missing.append(name) }
    }
}

/// One to be called, and why.
package struct Callee: Hashable, Sendable {
    package let participant: ParticipantID
    package let kind: Kind

    /// A post, or a camera with the station that it shows and its distance from it.
    package enum Kind: Hashable, Sendable {
        case person(role: String)
        case camera(station: StationID, distanceMetres: Int)

        var invited: Invitation.Kind {
            switch self {
            case .person: .person
            case .camera: .camera
            }
        }
    }

    package init(_ participant: ParticipantID, _ kind: Kind) { (self.participant, self.kind) = (participant, kind) }
}
