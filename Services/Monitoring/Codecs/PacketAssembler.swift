import Vocabulary

/// Puts the numbered packets of long messages together. A value without a clock.
///
/// Packets may come twice and in any order. It holds at most so many packets, bytes and messages; the oldest gives way.
package struct PacketAssembler<Key: Hashable & Sendable, Part: Hashable & Sendable>: Sendable {
    /// What a packet brought.
    package enum Progress: Hashable, Sendable {
        case waiting
        /// The last packet is here and these are not, in ascending order.
        case incomplete(missing: [Int])
        /// All parts in order.
        case whole([Part])
    }

    /// A message that was given up.
    package struct Abandoned: Hashable, Sendable {
        package let key: Key
        package let total: Int
        package let missing: [Int]
    }

    private struct Open: Sendable {
        let key: Key
        let total: Int
        var parts: [Part?]
        var count = 0
        var bytes = 0
        var last: Instant

        var missing: [Int] { (1...total).filter { parts[$0 - 1] == nil } }
        var abandoned: Abandoned { Abandoned(key: key, total: total, missing: missing) }
    }

    private let limits: AssemblyLimits
    private var open: [Open] = []

    init(_ limits: AssemblyLimits) { self.limits = limits }

    /// The bytes of all packets held.
    var heldBytes: Int { open.reduce(0) { $0 + $1.bytes } }

    /// Takes packet `sequence` of `total`, `size` bytes of the message `key`. `abandoned` names what had to give way.
    /// Errors: `AssemblyFault`; nothing changes then.
    mutating func take(_ part: Part, size: Int, _ sequence: Int, of total: Int, _ key: Key, at now: Instant)
        throws(AssemblyFault) -> (progress: Progress, abandoned: [Abandoned])
    {
        guard total >= 1, (1...total).contains(sequence) else { throw .numbers }
        guard total <= limits.packets else { throw .tooManyPackets }
        let held = open.first { $0.key == key && $0.total == total }?.bytes ?? 0
        guard size <= limits.bytes, held <= limits.bytes - size else { throw .tooManyBytes }
        var abandoned = expire(at: now) + giveUpOther(part, sequence, total, key)
        let index = open.firstIndex { $0.key == key } ?? begin(total, key, now, &abandoned)
        if open[index].parts[sequence - 1] == nil {
            open[index].parts[sequence - 1] = part
            open[index].count += 1
            open[index].bytes += size
        }
        open[index].last = now
        let message = open[index]
        if message.count == total {
            open.remove(at: index)
            return (.whole(message.parts.compactMap { $0 }), abandoned)
        }
        makeRoom(sparing: index, &abandoned)
        return (sequence == total ? .incomplete(missing: message.missing) : .waiting, abandoned)
    }

    /// Gives up the messages that waited too long at `now`.
    mutating func expire(at now: Instant) -> [Abandoned] {
        let stale = open.filter { now - $0.last > limits.age }
        guard !stale.isEmpty else { return [] }
        open.removeAll { now - $0.last > limits.age }
        return stale.map(\.abandoned)
    }

    /// A packet of another total, or another content under a number that is here, begins a new message.
    private mutating func giveUpOther(_ part: Part, _ sequence: Int, _ total: Int, _ key: Key) -> [Abandoned] {
        guard let index = open.firstIndex(where: { $0.key == key }) else { return [] }
        let isSame = open[index].total == total && (open[index].parts[sequence - 1].map { $0 == part } ?? true)
        return isSame ? [] : [open.remove(at: index).abandoned]
    }

    private mutating func begin(_ total: Int, _ key: Key, _ now: Instant, _ abandoned: inout [Abandoned]) -> Int {
        if open.count >= max(1, limits.messages), let oldest = oldest(sparing: nil) {
            abandoned.append(open.remove(at: oldest).abandoned)
        }
        open.append(Open(key: key, total: total, parts: Array(repeating: nil, count: total), last: now))
        return open.count - 1
    }

    /// Gives up the oldest others until all together keep to the limit of bytes.
    private mutating func makeRoom(sparing kept: Int, _ abandoned: inout [Abandoned]) {
        var kept = kept
        while heldBytes > limits.bytes, let oldest = oldest(sparing: kept) {
            abandoned.append(open.remove(at: oldest).abandoned)
            if oldest < kept { kept -= 1 }
        }
    }

    private func oldest(sparing kept: Int?) -> Int? {
        open.indices.filter { $0 != kept }.min { open[$0].last < open[$1].last }
    }
}

/// What an assembler holds at most.
package struct AssemblyLimits: Sendable {
    /// Packets of one message.
    package var packets = 1_024
    /// Bytes of all messages together, and so of one.
    package var bytes = 1 << 20
    /// Messages at once.
    package var messages = 4
    /// How long a message may wait for its next packet.
    package var age = Duration.minutes(10)

    package init() {}
}

/// Why a packet was not taken.
enum AssemblyFault: Error {
    case numbers
    case tooManyPackets
    case tooManyBytes
}
