import Foundation
import SwiftProtobuf

extension SwiftProtobuf.Message {
    /// Whether a text of this message or of one within it holds the character NUL.
    ///
    /// SQLite's texts end there: two names that differ behind it would be one in every table.
    var holdsNUL: Bool {
        var search = NULSearch()
        do {
            try traverse(visitor: &search)
            return false
        } catch {
            return true
        }
    }
}

/// Visits every text; throws at the first that holds a NUL.
private struct NULSearch: Visitor {
    private struct Found: Error {}

    mutating func visitSingularStringField(value: String, fieldNumber: Int) throws {
        if value.utf8.contains(0) { throw Found() }
    }

    mutating func visitSingularMessageField<M: SwiftProtobuf.Message>(value: M, fieldNumber: Int) throws {
        try value.traverse(visitor: &self)
    }

    mutating func visitSingularDoubleField(value: Double, fieldNumber: Int) {}
    mutating func visitSingularInt64Field(value: Int64, fieldNumber: Int) {}
    mutating func visitSingularUInt64Field(value: UInt64, fieldNumber: Int) {}
    mutating func visitSingularBoolField(value: Bool, fieldNumber: Int) {}
    mutating func visitSingularBytesField(value: Data, fieldNumber: Int) {}
    mutating func visitSingularEnumField<E: SwiftProtobuf.Enum>(value: E, fieldNumber: Int) {}
    mutating func visitUnknown(bytes: Data) {}

    // The schema has no maps.
    mutating func visitMapField<Key, Value: MapValueType>(
        fieldType: _ProtobufMap<Key, Value>.Type,
        value: _ProtobufMap<Key, Value>.BaseType,
        fieldNumber: Int
    ) {}
    mutating func visitMapField<Key, Value>(
        fieldType: _ProtobufEnumMap<Key, Value>.Type,
        value: _ProtobufEnumMap<Key, Value>.BaseType,
        fieldNumber: Int
    ) where Value.RawValue == Int {}
    mutating func visitMapField<Key, Value>(
        fieldType: _ProtobufMessageMap<Key, Value>.Type,
        value: _ProtobufMessageMap<Key, Value>.BaseType,
        fieldNumber: Int
    ) {}
}
