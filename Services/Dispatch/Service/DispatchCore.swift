import DispatchDomain
package import MessageSchema
package import ServiceKit
package import ServiceStore
import Vocabulary

/// Dispatch 指挥调度: one incident for linked warnings, and the response that the plan demands: level, teams, supplies, session.
package struct DispatchCore: ServiceCore {
    package static let name = ServiceName.dispatch
    package static let subscriptions = [StreamName.monitoring, .stockpile, .center]
    package static let migrations = DispatchRepository.migrations

    static let stepDown = "step-down"
    static let overdue = "task-overdue"

    package let jurisdiction: String
    let plans: [ResponsePlan]
    let choice: TeamChoice
    /// Where places and stations lie; for the map beside a task.
    let positions: [PlaceID: Position]
    let roles: [PersonID: [String]]

    /// Reads `dispatch.yaml`. Errors: `ConfigurationError` with file, line and remedy.
    package init(configuration: YAMLValue) throws {
        try configuration.allow(["jurisdiction", "people", "teams", "places", "routes", "readiness", "plans"])
        jurisdiction = try configuration.value("jurisdiction").parse("a division code") { DivisionCode($0)?.digits }
        positions = try configuration.value("places").places()
        let known = { [positions] (text: String) in positions[PlaceID(text)].map { _ in PlaceID(text) } }
        choice = TeamChoice(
            teams: try configuration.value("teams").teams(known),
            travel: try configuration.value("routes").routes(known),
            readiness: try configuration.value("readiness").duration()
        )
        plans = try configuration.value("plans").plans(known)
        var roles: [PersonID: [String]] = [:]
        for person in try configuration.value("people").list() {
            try person.allow(["person", "roles"])
            roles[PersonID(try person.value("person").text())] = try person.value("roles").list().map { try $0.text() }
        }
        self.roles = roles
    }

    /// Warnings, stockpile's and command-center's answers, people's commands, deadlines.
    package static func register(_ routes: inout Routes<DispatchCore>) {
        registerIncidents(&routes)
        registerTasks(&routes)
        registerRequirements(&routes)
    }

    /// Refuses unless the command's person holds one of these roles.
    func authorise(_ wanted: [String], _ turn: Turn) throws {
        guard let actor = turn.actor, roles[actor.person]?.contains(where: wanted.contains) ?? false else {
            throw CommandRefusal(
                "role-missing",
                "needs the role \(wanted.joined(separator: " or ")); see people in dispatch.yaml"
            )
        }
    }
}
