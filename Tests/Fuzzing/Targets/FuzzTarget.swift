import MessageBus
import MessageSchema
import MonitoringCodecs
import ServiceKit
import ServiceStore
import SwiftProtobuf

/// Something of the product that takes bytes from outside.
package struct FuzzTarget: Sendable {
    /// What an input looks like: by this it is mutated.
    package enum Form: Sendable {
        case binary
        /// Protocol Buffers.
        case message
        case text
    }

    /// What a taker makes of one input: the outcome's code, or a finding that it throws.
    package typealias Taker = ([UInt8]) throws -> String

    package let name: String
    package let form: Form
    /// Makes lengths and check sums right, so that an input gets behind them.
    package var repair: (@Sendable (inout [UInt8]) -> Void)?
    /// How many of a million inputs are given to it when nothing else is asked for: what is slow gets fewer.
    package var share = 1_000_000
    /// A new taker.
    package let make: @Sendable () throws -> Taker

    /// Every target, by name.
    package static let all: [FuzzTarget] =
        [envelope, list, heartbeat, reader] + [sl651, hj212, connections, framing, cap] + [documents, receipts, mqtt]
        + [
            recording, configuration, busFile,
        ]
        + [request, station, command, record, loop]
}

/// What must not happen: two decoders disagree, a promise is broken, an error has no code. The fault is the product's.
package struct Finding: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }

    /// Throws unless `holds`.
    static func unless(_ holds: Bool, _ promise: @autoclosure () -> String) throws {
        if !holds { throw Finding(promise()) }
    }
}

/// The stable code of an error that bytes from outside may lead to; any other error is a finding.
func code(of error: any Error) throws -> String {
    switch error {
    case let error as MessageError: error.code.rawValue
    case let error as BusError: error.code.rawValue
    case let error as SL651Error: error.code.rawValue
    case let error as HJ212Error: error.code.rawValue
    case let error as CAPError: error.code.rawValue
    case let error as DocumentError: error.code.rawValue
    case let error as MQTTError: error.code.rawValue
    case let error as InputError: error.code
    case let error as CommandRefusal: error.code
    case is ConfigurationError: "configuration"
    case is RecordingError: "recording"
    case is BinaryDecodingError, is SwiftProtobufError: "no-message"
    case let error as Finding: throw error
    default: throw Finding("an error without a code: \(type(of: error)): \(error)")
    }
}

/// `accepted`, or the code of the error that `body` throws.
func outcome(_ body: () throws -> Void) throws -> String {
    do {
        try body()
        return "accepted"
    } catch {
        return try code(of: error)
    }
}

/// What `body` gives, and its outcome.
func attempt<Value>(_ body: () throws -> Value) throws -> (value: Value?, outcome: String) {
    do {
        return (try body(), "accepted")
    } catch {
        return (nil, try code(of: error))
    }
}
