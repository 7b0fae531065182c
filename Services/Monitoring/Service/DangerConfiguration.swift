import MonitoringDomain
import ServiceKit
import Vocabulary

/// `dangers:` of monitoring.yaml: what kinds there are, whose sites, and how long each step may take.
struct DangerConfiguration: Sendable {
    let kinds: Set<String>
    let enterprises: Set<EnterpriseID>
    let employees: [PersonID: EnterpriseID]
    private let general: DangerRules
    private let major: DangerRules

    func rules(_ grade: DangerGrade) -> DangerRules {
        switch grade {
        case .general: general
        case .major: major
        }
    }

    /// Reads `dangers:`.
    init(_ value: YAMLValue) throws(ConfigurationError) {
        try value.allow(["kinds", "enterprises", "grades"])
        var kinds: Set<String> = []
        for item in try value.value("kinds").list() {
            try item.allow(["kind", "name"])
            _ = try item.value("name").name()
            guard kinds.insert(try item.value("kind").word()).inserted else {
                throw item.error("the kind stands twice", remedy: "remove one")
            }
        }
        self.kinds = kinds
        (enterprises, employees) = try Self.enterprises(value.optional("enterprises")?.list() ?? [])
        let grades = try value.value("grades")
        try grades.allow(["general", "major"])
        general = try DangerRules(grades.value("general"))
        major = try DangerRules(grades.value("major"))
    }

    private static func enterprises(_ items: [YAMLValue]) throws(ConfigurationError)
        -> (Set<EnterpriseID>, [PersonID: EnterpriseID])
    {
        var enterprises: Set<EnterpriseID> = []
        var employees: [PersonID: EnterpriseID] = [:]
        for item in items {
            try item.allow(["id", "name", "persons"])
            _ = try item.value("name").name()
            let id = EnterpriseID(try item.value("id").word())
            guard enterprises.insert(id).inserted else {
                throw item.error("enterprise \(id) stands twice", remedy: "remove one")
            }
            for person in try item.persons("persons") {
                guard employees.updateValue(id, forKey: person) == nil else {
                    throw item.error("\(person) works for two enterprises", remedy: "name the person in one of them")
                }
            }
        }
        return (enterprises, employees)
    }
}

extension DangerRules {
    fileprivate init(_ value: YAMLValue) throws(ConfigurationError) {
        try value.allow(["report", "assign", "rectify", "reinspect", "close", "escalate_every", "supervisor"])
        func time(_ key: String) throws(ConfigurationError) -> Duration {
            let item = try value.value(key)
            guard try item.duration() >= .minutes(1) else {
                throw item.error("no time for it", remedy: "write at least 1m")
            }
            return try item.duration()
        }
        self.init(
            report: try time("report"),
            assign: try time("assign"),
            rectify: try time("rectify"),
            reinspect: try time("reinspect"),
            close: try time("close"),
            escalateEvery: try time("escalate_every"),
            supervisor: try value.value("supervisor").gridLevel()
        )
    }
}
