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
    /// Lets in these keys from now on, with their next connection.
    func admit(_ keys: Set<CurveKey>)
    /// Notes a request under a key that is not on the list any more.
    func refuse(_ key: String)
    /// How many connections were turned away.
    var refused: UInt64 { get }
}

/// A request as it came: a route, to be sent before the answer, and the request itself.
package struct RequestFrames: Sendable {
    package let frames: [Data]
    /// The public key, Z85, that it came in under; empty on a bus without keys.
    package let key: String

    package init(frames: [Data], key: String) { (self.frames, self.key) = (frames, key) }
}
