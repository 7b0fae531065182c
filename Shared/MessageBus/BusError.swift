/// A bus that cannot go on. Each names the remedy.
package struct BusError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong; stable, for logs and tests.
    package enum Code: String, Sendable {
        /// The publisher's database was created or restored anew.
        case epochChanged = "epoch-changed"
        /// A record does not follow from the one before it.
        case chainBroken = "chain-broken"
        /// The publisher has less than was read from it.
        case headBelowCursor = "head-below-cursor"
        /// An address cannot be bound or connected.
        case address = "address"
        /// A socket operation failed.
        case socket = "socket"
        /// Plain text was to leave the machine.
        case plainText = "plain-text"
        /// A CURVE key is missing, malformed or not on the list.
        case key = "key"
        /// A request is too large to be sent.
        case oversized = "oversized"
        /// Nobody answered in time.
        case noAnswer = "no-answer"
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
