package import MessageBus
package import MessageSchema
package import Vocabulary

/// Where one subscribed stream stands.
package struct StreamStanding: Hashable, Sendable {
    package let stream: StreamName
    /// The next sequence that is expected, and the head that its writer last reported.
    package let next: UInt64
    package let head: UInt64
    /// When the writer was last heard; nil if never since the start.
    package let heardAt: Instant?
    package let duplicates: UInt64
    package let gaps: UInt64
    /// Pages asked for to catch up.
    package let pages: UInt64
    /// For how long records have been known of that are not read yet; zero when all are.
    package let behind: Duration

    package init(
        stream: StreamName,
        next: UInt64,
        head: UInt64,
        heardAt: Instant?,
        duplicates: UInt64 = 0,
        gaps: UInt64 = 0,
        pages: UInt64 = 0,
        behind: Duration = .zero
    ) {
        (self.stream, self.next, self.head, self.heardAt) = (stream, next, head, heardAt)
        (self.duplicates, self.gaps, self.pages, self.behind) = (duplicates, gaps, pages, behind)
    }

    /// How many records are known of and not yet here.
    package var lag: UInt64 { head >= next ? head - next + 1 : 0 }
}

/// Notices when a subscribed stream falls silent or behind, and when it is back. A value without clock and sockets.
package struct StreamWatch: Sendable {
    /// Something that an operator wants to know.
    package enum Event: Hashable, Sendable {
        case fellBehind(StreamStanding)
        case caughtUp(StreamStanding)
        case fellSilent(StreamStanding)
        case heardAgain(StreamStanding)
    }

    /// What is remembered of one stream.
    private struct Memory {
        var heard: UInt64 = 0
        var heardAt: Instant?
        var behindSince: Instant?
        var isSilent = false
    }

    private let startedAt: Instant
    private let silence: Duration
    private var memories: [StreamName: Memory] = [:]

    /// A stream is silent when its writer was not heard for `silence`, counted from `startedAt` at first.
    package init(startedAt: Instant, silence: Duration) {
        (self.startedAt, self.silence) = (startedAt, silence)
    }

    /// Takes what the readers say at `now`; gives where each stream stands and what changed since the last call.
    package mutating func observe(_ readers: [StreamReader], pages: [StreamName: UInt64], at now: Instant)
        -> (standings: [StreamStanding], events: [Event])
    {
        var events: [Event] = []
        let standings = readers.map { reader in
            var memory = memories[reader.stream] ?? Memory()
            if reader.heard != memory.heard { (memory.heard, memory.heardAt) = (reader.heard, now) }
            let wasBehind = memory.behindSince != nil
            memory.behindSince = reader.isBehind ? memory.behindSince ?? now : nil
            let standing = StreamStanding(
                stream: reader.stream,
                next: reader.next,
                head: reader.head,
                heardAt: memory.heardAt,
                duplicates: reader.duplicates,
                gaps: reader.gaps,
                pages: pages[reader.stream] ?? 0,
                behind: memory.behindSince.map { now - $0 } ?? .zero
            )
            let isSilent = now - (memory.heardAt ?? startedAt) > silence
            if isSilent != memory.isSilent { events.append(isSilent ? .fellSilent(standing) : .heardAgain(standing)) }
            if wasBehind != reader.isBehind {
                events.append(reader.isBehind ? .fellBehind(standing) : .caughtUp(standing))
            }
            memory.isSilent = isSilent
            memories[reader.stream] = memory
            return standing
        }
        return (standings, events)
    }
}
