import Vocabulary

/// Bad input that a service could not accept: kept aside as a dead letter with this code, in the transaction that moves on.
package struct InputError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable and hyphenated: `wrong-crc`, `unknown-station`.
    package let code: String
    /// What was found, and what to do.
    package let message: String

    package init(_ code: String, _ message: String) {
        self.code = code
        self.message = message.shown(1_024)
    }

    package var description: String { "\(code): \(message)" }
}

/// A command that was understood and turned down. The sender is told; nothing else happens.
package struct CommandRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable and hyphenated: `approver-is-drafter`.
    package let code: String
    /// Why, in words for the sender.
    package let message: String

    package init(_ code: String, _ message: String) {
        self.code = code
        self.message = message.shown(1_024)
    }

    package var description: String { "\(code): \(message)" }
}
