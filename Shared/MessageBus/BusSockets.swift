package import Foundation
package import MessageSchema

/// The bytes of one service's place on the bus, and nothing of what they mean: `Bus` puts sequence, gaps, catch-up and heartbeat
/// on top, over ZeroMQ or over a simulated network alike.
///
/// One thread owns it. Nothing here blocks but `wait`, and every queue behind it is bounded.
package protocol BusSockets: AnyObject {
    /// Publishes the frames, a topic and what is said under it; false where they were dropped at once.
    func publish(_ frames: [Data]) throws(BusError) -> Bool
    /// The next publication of another; nil if none waits.
    func nextPublication() throws(BusError) -> [Data]?
    /// The next request; nil if none waits.
    func nextRequest() throws(BusError) -> RequestFrames?
    /// Sends the frames, a request's route and the answer; false where the asker has gone or its queue is full.
    func answer(_ frames: [Data]) throws(BusError) -> Bool
    /// Asks a service whose streams are read; false where its queue is full.
    func ask(_ writer: ServiceName, _ request: Data) throws(BusError) -> Bool
    /// The next reply of that service; nil if none waits.
    func nextReply(of writer: ServiceName) throws(BusError) -> Data?
    /// Waits for anything to do, at most `milliseconds`.
    func wait(milliseconds: Int)

    /// Decides who may come in, and gives those who may not; each once. Sockets without keys have nobody to turn away.
    func keepGate() throws(BusError) -> [TurnedAway]
    /// Takes a changed list of who may come in and read what, from their next connection on.
    func admit(_ list: BusAddress)
    /// Notes a key that is not on the list any more, or may not read `stream`.
    func refuse(_ key: String, stream: StreamName?)
    /// How many connections were turned away.
    var refused: UInt64 { get }
}

/// While sockets are opened anew there are none: nothing comes, and nothing goes.
final class ClosedSockets: BusSockets {
    let refused: UInt64 = 0

    func publish(_: [Data]) -> Bool { false }
    func nextPublication() -> [Data]? { nil }
    func nextRequest() -> RequestFrames? { nil }
    func answer(_: [Data]) -> Bool { false }
    func ask(_: ServiceName, _: Data) -> Bool { false }
    func nextReply(of _: ServiceName) -> Data? { nil }
    func wait(milliseconds _: Int) {}
    func keepGate() -> [TurnedAway] { [] }
    func admit(_: BusAddress) {}
    func refuse(_: String, stream _: StreamName?) {}
}

/// A request as it came: a route, to be sent before the answer, and the request itself.
package struct RequestFrames: Sendable {
    package let frames: [Data]
    /// The public key, Z85, that it came in under; empty on a bus without keys.
    package let key: String

    package init(frames: [Data], key: String) { (self.frames, self.key) = (frames, key) }
}
