/// How sessions are called and who may interrupt whom, as data.
package struct SessionRules: Hashable, Sendable {
    /// How long one call may stay unanswered, counted from the call and not from the first ring.
    package let ringingFor: Duration
    /// How often somebody is called before the call counts as failed; at least 1.
    package let attempts: Int
    /// The priority from which a request for the floor may pre-empt.
    package let preemptiveFrom: UInt8
    /// A granted floor is revoked after this.
    package let floorLimit: Duration

    package init(ringingFor: Duration, attempts: Int, preemptiveFrom: UInt8, floorLimit: Duration) {
        (self.ringingFor, self.attempts) = (ringingFor, attempts)
        (self.preemptiveFrom, self.floorLimit) = (preemptiveFrom, floorLimit)
    }
}

/// Why an act in a session was turned down. The raw value is the stable code that the sender is told.
package enum SessionRefusal: String, Error, CaseIterable, Sendable {
    case sessionEnded = "session-ended"
    /// Nobody called the participant into this session, or it was removed and must be called again.
    case notInvited = "not-invited"
    case alreadyInvited = "already-invited"
    case alreadyRinging = "already-ringing"
    case alreadyJoined = "already-joined"
    case notJoined = "not-joined"
    case alreadyHoldsFloor = "already-holds-floor"
    case alreadyQueued = "already-queued"
    /// Neither holds the floor nor waits for it.
    case notFloorHolder = "not-floor-holder"
    case alreadyChair = "already-chair"
    /// A camera neither speaks nor chairs.
    case notAPerson = "not-a-person"
}
