import AssessmentDomain
import ServiceKit
import Vocabulary

/// By what an incident is measured.
struct Yardstick {
    let measures: [Measure]
    /// What the share of the plan's clauses that were met counts for.
    let clauseWeight: Int
}

/// The plan's limit of one key time, and what it counts for.
struct Measure {
    let keyTime: KeyTime
    let limit: Duration
    let weight: Int
}

extension YAMLValue {
    private static let clauses = "plan_clauses"

    /// Limits and weights of every key time, from the whole document.
    func yardstick() throws(ConfigurationError) -> Yardstick {
        let (limits, weights) = (try value("limits"), try value("weights"))
        let known = Set(KeyTime.allCases.map(\.rawValue))
        try limits.allow(known)
        try weights.allow(known.union([Self.clauses]))
        var measures: [Measure] = []
        for keyTime in KeyTime.allCases {
            let limit = try limits.value(keyTime.rawValue)
            let duration = try limit.duration()
            guard duration > .zero else {
                throw limit.error("a limit of nothing cannot be met", remedy: "write a duration such as 10m")
            }
            let weight = try weights.value(keyTime.rawValue).integer(in: 0...100)
            measures.append(Measure(keyTime: keyTime, limit: duration, weight: weight))
        }
        let clauseWeight = try weights.value(Self.clauses).integer(in: 0...100)
        let sum = measures.reduce(clauseWeight) { $0 + $1.weight }
        guard sum == 100 else {
            throw weights.error("the weights make \(sum)", remedy: "write weights that make 100")
        }
        return Yardstick(measures: measures, clauseWeight: clauseWeight)
    }
}
