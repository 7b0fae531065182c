/// The name of one thing of the trade: never a bare string, so that a team is not passed where a store is meant.
///
/// An identifier is derived from its causes (`WarningID` from rule, station and observation time), never drawn at
/// random, so that a replayed journal gives the same one, and it is readable, so that a person can say it on the radio.
package protocol Identifier: Hashable, Comparable, Sendable, Codable, CustomStringConvertible,
    ExpressibleByStringLiteral
where StringLiteralType == String {
    /// The identifier as it stands in messages, tables and logs.
    var value: String { get }
    init(_ value: String)
}

extension Identifier {
    /// Reads the bare text.
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the bare text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }

    package init(stringLiteral value: String) { self.init(value) }
    package var description: String { value }
    package static func < (one: Self, other: Self) -> Bool { one.value < other.value }
}

/// A monitoring station 测站: its SL 651 address (ten BCD digits) or the catalogue's code.
package struct StationID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// What is observed 监测要素: stage, rain of an hour, methane. A word of the catalogue of elements.
package struct ElementID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// A warning rule 预警规则 of the catalogue.
package struct RuleID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// A warning 预警, the same from draft to end.
package struct WarningID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// An incident 突发事件.
package struct IncidentID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// A plan 应急预案.
package struct PlanID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// One clause 条款 of a plan.
package struct ClauseID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// A task 任务 given to a team.
package struct TaskID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// A team 救援队伍.
package struct TeamID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// A place 地点 of the travel-time tables: a town, a village, or a station by its id.
package struct PlaceID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// A store of supplies 物资储备点.
package struct StoreID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// A kind of supplies 物资品类, by its GB/T 38565-2020 code of seven digits.
package struct ItemCode: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// A lot 批次: goods of one kind, one expiry, in one store.
package struct LotID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// A supply order 物资调拨单.
package struct OrderID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// A command session 会商会话.
package struct SessionID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// One who can be invited to a session: a person's post, a terminal, a camera.
package struct ParticipantID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// A person 人员. Names live in one erasable table; the record holds this id only.
package struct PersonID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}
