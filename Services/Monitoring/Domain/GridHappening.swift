package import Vocabulary

/// How bad a happening is 事件级别.
///
/// Source: Emergency Response Law of the PRC, article 3: 一般, 较大, 重大, 特别重大.
package enum EventGrade: Int, CaseIterable, Comparable, Sendable, Codable {
    case general = 1
    case considerable = 2
    case major = 3
    case exceptional = 4

    package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }

    /// `general`, `considerable`, `major`, `exceptional`.
    package var name: String {
        switch self {
        case .general: "general"
        case .considerable: "considerable"
        case .major: "major"
        case .exceptional: "exceptional"
        }
    }

    /// The grade of that name; nil for any other word.
    package init?(name: String) {
        guard let grade = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = grade
    }
}

/// When a happening goes to the unit above: data of the place.
package struct GridEscalation: Hashable, Sendable {
    private let grades: [Grade]
    private let reporters: [Reporters]
    private let people: [People]
    /// How long a unit of any level has to acknowledge.
    package let acknowledgeWithin: Duration

    private struct Grade: Hashable { let grade: EventGrade, level: GridLevel }
    private struct Reporters: Hashable { let count: Int, level: GridLevel }
    private struct People: Hashable { let count: Int, grade: EventGrade }

    /// `byGrade`: of that grade or worse it goes up to that level at once. `byReporters`: with so many different reporters it goes up to that level. `byPeople`: with so many people affected it is of
    /// that grade at least.
    package init(
        byGrade: [(EventGrade, GridLevel)],
        byReporters: [(Int, GridLevel)],
        byPeople: [(Int, EventGrade)],
        acknowledgeWithin: Duration
    ) {
        grades = byGrade.map { Grade(grade: $0, level: $1) }
        reporters = byReporters.map { Reporters(count: $0, level: $1) }
        people = byPeople.map { People(count: $0, grade: $1) }
        self.acknowledgeWithin = acknowledgeWithin
    }

    /// The grade, raised by how many people are affected.
    package func grade(_ grade: EventGrade, people count: Int) -> EventGrade {
        people.filter { count >= $0.count }.map(\.grade).reduce(grade, max)
    }

    /// The level that the grade demands.
    func level(_ grade: EventGrade) -> GridLevel {
        grades.filter { grade >= $0.grade }.map(\.level).max() ?? .group
    }

    /// The level that so many reporters demand.
    func level(reporters count: Int) -> GridLevel {
        reporters.filter { count >= $0.count }.map(\.level).max() ?? .group
    }
}

/// What the grid reports of one happening: waiting → acknowledged → closed, the first report leading.
///
/// A value: reports, acts and lapses go in, effects come out.
package struct GridHappening: Hashable, Sendable, Codable {
    /// How far it is.
    package enum State: String, Hashable, Sendable, Codable {
        /// The holder has not said that it takes it on.
        case waiting
        case acknowledged
        case closed
    }

    /// Why it went to the unit above.
    package enum Reason: Hashable, Sendable {
        case grade
        case reporters
        case unacknowledged
    }

    /// What is to be told and done.
    package enum Effect: Hashable, Sendable {
        case merged(reports: Int)
        case escalated(from: GridUnitID, to: GridUnitID, reason: Reason)
        /// The city itself did not acknowledge in time.
        case unanswered(GridUnitID)
        case acknowledged(by: GridUnitID)
        case closed
        /// The holder has until then; replaces the wait before it.
        case awaits(until: Instant)
        /// Nothing is waited for.
        case settled
    }

    /// Why a person's act was turned down.
    package enum Refusal: String, Error, Sendable {
        case notOfThisUnit = "not-of-this-unit"
        case alreadyAcknowledged = "already-acknowledged"
        case notAcknowledged = "not-acknowledged"
        case alreadyClosed = "already-closed"
    }

    /// So many reporters are named; others are counted.
    package static let namedReporters = 100

    package let lead: GridReportID
    /// Where it was reported first.
    package let unit: GridUnitID
    /// The unit that has it now.
    package private(set) var holder: GridUnitID
    package private(set) var state = State.waiting
    /// The worst that was reported.
    package private(set) var grade: EventGrade
    package private(set) var reports = 1
    /// Who reported it, in order, each once.
    package private(set) var reporters: [PersonID]
    /// The most people that one report named; reports of one happening count the same people.
    package private(set) var people: Int

    /// The first report.
    package init(lead: GridReportID, unit: GridUnitID, grade: EventGrade, reporter: PersonID, people: Int) {
        (self.lead, self.unit, holder, self.grade) = (lead, unit, unit, grade)
        (reporters, self.people) = ([reporter], people)
    }

    /// What follows from the first report.
    package mutating func begin(at now: Instant, _ rules: GridEscalation, _ tree: GridTree) -> [Effect] {
        escalate(at: now, rules, tree) + [.awaits(until: now + rules.acknowledgeWithin)]
    }

    /// Another report of the same happening.
    package mutating func merge(
        grade newGrade: EventGrade,
        reporter: PersonID,
        people newPeople: Int,
        at now: Instant,
        _ rules: GridEscalation,
        _ tree: GridTree
    ) -> [Effect] {
        guard state != .closed else { return [] }
        if reports < .max { reports += 1 }
        grade = max(grade, newGrade)
        people = max(people, newPeople)
        if reporters.count < Self.namedReporters, !reporters.contains(reporter) { reporters.append(reporter) }
        let raised = escalate(at: now, rules, tree)
        guard !raised.isEmpty else { return [.merged(reports: reports)] }
        // Who has it now has not seen it.
        state = .waiting
        return [.merged(reports: reports)] + raised + [.awaits(until: now + rules.acknowledgeWithin)]
    }

    /// Level by level up to what grade and reporters demand.
    private mutating func escalate(at now: Instant, _ rules: GridEscalation, _ tree: GridTree) -> [Effect] {
        var effects: [Effect] = []
        let (byGrade, byReporters) = (rules.level(grade), rules.level(reporters: reporters.count))
        while let unit = tree.unit(holder), unit.level < max(byGrade, byReporters), let parent = unit.parent {
            let reason: Reason = unit.level < byGrade ? .grade : .reporters
            effects.append(.escalated(from: holder, to: parent, reason: reason))
            holder = parent
        }
        return effects
    }

    /// The holder did not acknowledge in time: it goes to the unit above.
    package mutating func lapse(at now: Instant, _ rules: GridEscalation, _ tree: GridTree) -> [Effect] {
        guard state == .waiting else { return [] }
        guard let parent = tree.parent(of: holder) else { return [.unanswered(holder)] }
        let from = holder
        holder = parent
        return [
            .escalated(from: from, to: parent, reason: .unacknowledged), .awaits(until: now + rules.acknowledgeWithin),
        ]
    }

    /// One who works in `units` takes it on: for the holder or a unit above it, which has it from then on.
    package mutating func acknowledge(by units: [GridUnitID], _ tree: GridTree) throws(Refusal) -> [Effect] {
        switch state {
        case .closed: throw .alreadyClosed
        case .acknowledged: throw .alreadyAcknowledged
        case .waiting: break
        }
        guard let unit = tree.path(from: holder).first(where: units.contains) else { throw .notOfThisUnit }
        holder = unit
        state = .acknowledged
        return [.acknowledged(by: unit), .settled]
    }

    /// One who works for the holder or above it says that it is over.
    package mutating func close(by units: [GridUnitID], _ tree: GridTree) throws(Refusal) -> [Effect] {
        switch state {
        case .closed: throw .alreadyClosed
        case .waiting: throw .notAcknowledged
        case .acknowledged: break
        }
        guard tree.path(from: holder).contains(where: units.contains) else { throw .notOfThisUnit }
        state = .closed
        return [.closed, .settled]
    }
}
