package import Vocabulary

/// One device's connection as a value: bytes in, what is to be done out. It knows no socket and no clock.
///
/// Nothing is lost in it: every byte taken is in an input that it offers, held within its bounds, or filler between frames.
package protocol DeviceSession: Sendable {
    /// A whole message, by which it is confirmed.
    associatedtype Message: Sendable

    /// The channel on which its inputs are journaled.
    static var channel: String { get }

    init()

    /// Sound frames so far: a connection that brings none is of no use.
    var frames: Int { get }
    /// Bytes that wait for more.
    var heldBytes: Int { get }

    /// Takes what came at `now`.
    mutating func take(_ bytes: [UInt8], at now: Instant) -> [SessionAction<Message>]
    /// The connection ended: what waits for more is given up.
    mutating func finish() -> [SessionAction<Message>]

    /// The name under which whoever sent the message can be answered.
    static func device(of message: Message) -> String
    /// What confirms the message after its commit; nil where the protocol has no answer to it. `staysOnline` where something follows.
    static func answer(to message: Message, staysOnline: Bool, at now: Instant) -> [UInt8]?
}

/// What a connection's bytes lead to.
package enum SessionAction<Message: Sendable>: Sendable {
    /// These bytes are one input. Without a message they are refused by the handler, and are journaled to be so.
    case offer([UInt8], Message?)
    /// To be sent at once, since it confirms nothing.
    case say([UInt8])
}

/// The packets of messages that are not whole, as they came.
struct HeldPackets<Source: Hashable & Sendable>: Sendable {
    private var packets: [Source: [Int: [UInt8]]] = [:]

    mutating func keep(_ bytes: [UInt8], _ sequence: Int, of source: Source) {
        packets[source, default: [:]][sequence] = bytes
    }

    /// The packets of that message in order, one behind the other, which are held no more.
    mutating func take(_ source: Source) -> [UInt8] {
        (packets.removeValue(forKey: source) ?? [:]).sorted { $0.key < $1.key }.flatMap(\.value)
    }

    /// The same of every message, the one of the fewest bytes first.
    mutating func takeAll() -> [[UInt8]] {
        packets.keys.map { take($0) }.sorted { ($0.count, $0.description) < ($1.count, $1.description) }
    }
}
