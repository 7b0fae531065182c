/// Who acts 操作人: named in every command and in every record that follows from it.
package struct Actor: Hashable, Sendable {
    package let person: PersonID
    /// The post held while acting, in the plan's words: `duty-officer`, `approver`.
    package let role: String
    /// The organisation 单位 acted for.
    package let organisation: String

    package init(person: PersonID, role: String, organisation: String) {
        self.person = person
        self.role = role
        self.organisation = organisation
    }
}

/// Whether what happens is real. Fixed when a database is created; records of another realm are refused.
package enum Realm: Hashable, Sendable, CustomStringConvertible {
    /// 实战.
    case live
    /// 演练 of that id.
    case exercise(String)

    /// `live` or `exercise:ID`; nil for anything else, an empty ID among it.
    package init?(_ text: String) {
        if text == "live" {
            self = .live
        } else if text.hasPrefix("exercise:"), text.utf8.count > 9 {
            self = .exercise(String(text.dropFirst(9)))
        } else {
            return nil
        }
    }

    package var description: String {
        switch self {
        case .live: "live"
        case .exercise(let id): "exercise:\(id)"
        }
    }
}

/// How widely a record may be shown 密级.
package enum Classification: Int, Sendable, CaseIterable {
    case open = 1
    case `internal` = 2
    case restricted = 3
}
