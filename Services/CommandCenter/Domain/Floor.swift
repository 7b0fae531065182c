package import Vocabulary

/// Who may speak 发言权: the one floor arbiter of a session, after 3GPP TS 24.380 (floor control server, clause 6.3).
///
/// A value: inputs and an instant go in, effects come out. One holder at most; the others wait by priority (0 lowest …
/// 255), those of equal priority in the order of their requests. A request from `preemptiveFrom` up that is higher
/// than the holder's takes the floor at once. The pre-empted holder is *not* queued: TS 24.380 revokes its floor, and it
/// asks again if it still has something to say. One who waits and wants a higher priority withdraws and asks again.
package struct Floor: Hashable, Sendable, Codable {
    /// Who speaks; nil only while nobody waits.
    package private(set) var holder: Request?
    /// Who waits; the first is next.
    package private(set) var queue: [Request] = []
    private var asked = 0

    /// One request for the floor.
    package struct Request: Hashable, Sendable, Codable {
        package let participant: ParticipantID
        package let priority: UInt8
        /// Its place among all requests of the session, from 1.
        package let order: Int
    }

    /// Why somebody no longer holds the floor.
    package enum Ending: String, Hashable, Sendable, CaseIterable {
        case released
        case preempted
        case left
        /// Held for as long as is allowed.
        case revoked
        case sessionEnded
    }

    /// What is to be told and done.
    package enum Effect: Hashable, Sendable {
        /// Waits; position 1 is next. Those behind it move back one.
        case queued(ParticipantID, priority: UInt8, position: Int)
        /// Speaks; `revoke` is due at `until`.
        case granted(ParticipantID, priority: UInt8, until: Instant)
        /// Speaks no more; where nobody is granted the floor next, no `revoke` is due any more.
        case released(ParticipantID, Ending)
        /// Waits no more.
        case withdrawn(ParticipantID)
    }

    package init() {}

    /// A participant asks to speak. Refusals: already-holds-floor, already-queued.
    package mutating func request(
        _ participant: ParticipantID,
        priority: UInt8,
        at now: Instant,
        by rules: SessionRules
    ) throws(SessionRefusal) -> [Effect] {
        guard holder?.participant != participant else { throw .alreadyHoldsFloor }
        guard !queue.contains(where: { $0.participant == participant }) else { throw .alreadyQueued }
        asked += 1
        let request = Request(participant: participant, priority: priority, order: asked)
        guard let held = holder else { return [grant(request, at: now, by: rules)] }
        guard priority >= rules.preemptiveFrom, priority > held.priority else { return [enqueue(request)] }
        return [.released(held.participant, .preempted), grant(request, at: now, by: rules)]
    }

    private mutating func grant(_ request: Request, at now: Instant, by rules: SessionRules) -> Effect {
        holder = request
        return .granted(request.participant, priority: request.priority, until: now + rules.floorLimit)
    }

    private mutating func enqueue(_ request: Request) -> Effect {
        let place = queue.firstIndex { $0.priority < request.priority } ?? queue.endIndex
        queue.insert(request, at: place)
        return .queued(request.participant, priority: request.priority, position: place + 1)
    }

    /// A participant has finished, or no longer waits to speak. Refusal: not-floor-holder.
    package mutating func release(_ participant: ParticipantID, at now: Instant, by rules: SessionRules)
        throws(SessionRefusal) -> [Effect]
    {
        if holder?.participant == participant { return pass(.released, at: now, by: rules) }
        guard let place = queue.firstIndex(where: { $0.participant == participant }) else { throw .notFloorHolder }
        queue.remove(at: place)
        return [.withdrawn(participant)]
    }

    /// A participant left the session: it gives the floor back, or its place in the queue lapses untold.
    package mutating func leave(_ participant: ParticipantID, at now: Instant, by rules: SessionRules) -> [Effect] {
        if holder?.participant == participant { return pass(.left, at: now, by: rules) }
        queue.removeAll { $0.participant == participant }
        return []
    }

    /// The holder has spoken for as long as is allowed.
    package mutating func revoke(at now: Instant, by rules: SessionRules) -> [Effect] {
        pass(.revoked, at: now, by: rules)
    }

    /// The session is over; nobody is granted the floor any more.
    package mutating func end() -> [Effect] {
        queue = []
        guard let held = holder else { return [] }
        holder = nil
        return [.released(held.participant, .sessionEnded)]
    }

    private mutating func pass(_ reason: Ending, at now: Instant, by rules: SessionRules) -> [Effect] {
        guard let held = holder else { return [] }
        holder = nil
        let released = Effect.released(held.participant, reason)
        guard !queue.isEmpty else { return [released] }
        return [released, grant(queue.removeFirst(), at: now, by: rules)]
    }
}
