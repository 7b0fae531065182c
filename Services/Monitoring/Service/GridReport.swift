import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

/// A grid report, checked: who saw what, where and when.
struct GridReport {
    let id: GridReportID
    let sight: GridMerging.Sight
    let kind: GridConfiguration.Kind
    let grade: EventGrade
    let reporter: PersonID
    let people: Int

    /// So old a report is a mistake of its clock.
    private static let oldest = Duration.hours(24 * 366)

    /// Errors: `CommandRefusal`, `MessageError`.
    init(_ order: ReportToGrid, _ grid: GridConfiguration, _ turn: Turn) throws {
        guard let kind = grid.kinds[order.kind] else {
            throw CommandRefusal("unknown-kind", "'\(order.kind.prefix(64))' is no kind; see grid in monitoring.yaml")
        }
        reporter = try Self.reporter(order.reporter, grid, turn.actor)
        let observed = Instant(microseconds: order.observedUs)
        guard observed <= turn.now + grid.clockAhead, observed >= turn.now - Self.oldest else {
            throw CommandRefusal(
                "observed-out-of-range",
                "observed_us is ahead of \(turn.now) or more than a year old; correct the sender's clock"
            )
        }
        try order.pictureSha256.requireHash("picture_sha256")
        let own = grid.people[reporter].flatMap { $0.works.first ?? $0.informs.first }
        let (unit, position) = try grid.place(
            unit: order.unit,
            position: order.hasPosition ? order.position : nil,
            otherwise: own
        )
        sight = GridMerging.Sight(kind: order.kind, unit: unit, position: position, observed: observed)
        people = Int(order.peopleAffected)
        (self.kind, grade) = (kind, grid.escalation.grade(kind.grade, people: people))
        id = GridReportID(.derived("G", unit, observed, turn))
    }

    /// The actor, or the one for whom a worker enters it: both must be known in the grid.
    private static func reporter(_ named: String, _ grid: GridConfiguration, _ actor: Actor?) throws -> PersonID {
        guard let actor else { throw CommandRefusal("role-missing", "nobody is named") }
        guard let known = grid.people[actor.person] else {
            throw CommandRefusal("not-in-grid", "\(actor.person) is in no unit; see grid in monitoring.yaml")
        }
        guard !named.isEmpty, named != actor.person.value else { return actor.person }
        guard !known.works.isEmpty else {
            throw CommandRefusal("role-missing", "an informant reports for himself only")
        }
        guard named.utf8.count <= Limits.nameCharacters else {
            throw CommandRefusal("bad-reporter", "a person's id has at most \(Limits.nameCharacters) bytes")
        }
        return PersonID(named)
    }
}

extension GridConfiguration {
    /// The unit that was named, or the lowest one that holds the position, or `own`; and the position, where it can be used.
    ///
    /// There is no published way from GCJ-02 back to WGS 84: such a position is taken only beside a unit, and is not used.
    /// Errors: `CommandRefusal`, `MessageError`.
    func place(unit named: String, position: WirePosition?, otherwise own: GridUnitID?) throws -> (
        GridUnitID, Position?
    ) {
        let position = try position?.checked()
        let isShifted = position?.datum == .gcj02
        guard !isShifted || !named.isEmpty else {
            throw CommandRefusal("datum-unsupported", "send WGS 84 or CGCS 2000, or name the unit beside GCJ-02")
        }
        let usable = isShifted ? nil : position
        guard named.isEmpty else { return (try unit(named).id, usable) }
        guard let unit = usable.flatMap({ tree.unit(at: $0) }) ?? own else {
            throw CommandRefusal("place-missing", "name a unit, or a position within one")
        }
        return (unit, usable)
    }
}

extension String {
    /// `G.<unit>.<yyyyMMddHHmm>.<start of the cause's id>`, in UTC: readable, and derived from its cause.
    static func derived(_ letter: String, _ unit: GridUnitID, _ happened: Instant, _ turn: Turn) -> String {
        let digits = happened.description.filter(\.isNumber).prefix(12)
        return "\(letter).\(unit).\(digits).\(turn.cause.description.prefix(8))"
    }
}
