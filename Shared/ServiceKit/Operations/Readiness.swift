import MessageSchema
package import Vocabulary

/// How long may pass before a silence counts.
package struct HealthLimits: Hashable, Sendable {
    /// Since the service's thread came round its loop.
    package let loop: Duration
    /// Since a subscribed stream was heard; writers send a heartbeat twice a second.
    package let silence: Duration

    package init(loop: Duration = .seconds(5), silence: Duration = .seconds(5)) {
        (self.loop, self.silence) = (loop, silence)
    }
}

/// Why a service is not healthy or not ready: a stable code, the stream where it is about one, and words for people.
package struct HealthReason: Hashable, Codable, Sendable {
    /// Why the service is not ready; stable, for tools.
    package enum Code: String, Codable, Sendable {
        /// The store is not open yet.
        case starting
        /// The thread has not come round its loop in time.
        case loopSilent = "loop-silent"
        /// The stream's writer has not been heard in time.
        case streamSilent = "stream-silent"
        /// Records are known of and not yet here.
        case streamBehind = "stream-behind"
    }

    package let reason: Code
    package let stream: String?
    package let detail: String
}

/// Health means freshness: what a service decides rests on what it last heard.
package enum Readiness {
    /// Why the process is not alive; empty when it is.
    package static func liveness(_ state: ServiceState?, at now: Instant, _ limits: HealthLimits) -> [HealthReason] {
        guard let state else {
            return [HealthReason(reason: .starting, stream: nil, detail: "the store is not open yet; see the log")]
        }
        let silence = now - state.answeredAt
        guard silence > limits.loop else { return [] }
        let detail = "the service's thread has not answered for \(silence.inSeconds) s; see the log, or restart it"
        return [HealthReason(reason: .loopSilent, stream: nil, detail: detail)]
    }

    /// Why the service should not be relied on; empty when it may be.
    package static func readiness(_ state: ServiceState?, at now: Instant, _ limits: HealthLimits) -> [HealthReason] {
        let liveness = liveness(state, at: now, limits)
        guard liveness.isEmpty, let state else { return liveness }
        return state.streams.compactMap { reason($0, at: now, limits) }
    }

    private static func reason(_ standing: StreamStanding, at now: Instant, _ limits: HealthLimits) -> HealthReason? {
        let name = standing.stream.rawValue
        let writer = standing.stream.writer.rawValue
        guard let heardAt = standing.heardAt else {
            let detail = "nothing heard since the start; is \(writer) running on this bus?"
            return HealthReason(reason: .streamSilent, stream: name, detail: detail)
        }
        let silence = now - heardAt
        if silence > limits.silence {
            let detail = "nothing heard for \(silence.inSeconds) s; is \(writer) running on this bus?"
            return HealthReason(reason: .streamSilent, stream: name, detail: detail)
        }
        guard standing.lag > 0 else { return nil }
        let detail = "\(standing.lag) records behind: next \(standing.next), head \(standing.head); being fetched"
        return HealthReason(reason: .streamBehind, stream: name, detail: detail)
    }
}
