package import MessageBus
package import MessageSchema
import Synchronization

/// The bounded queue between a device's port and the service's thread.
///
/// The port hands over bytes with a callback that is called after the commit, on the service's thread. When the queue is full
/// the port is told at once and stops reading: the device keeps what it has and sends it again. The way back is its `outlet`.
package final class Intake: Sendable {
    /// Told once, after the commit.
    package typealias Completion = @Sendable (Outcome) -> Void

    struct Item: Sendable {
        let input: ExternalInput
        let completion: Completion
    }

    private let items = Mutex<[Item]>([])
    private let events = Mutex<[String: Int64]>([:])
    /// The way back to the devices.
    package let outlet = Outlet()
    /// What is to be done outside.
    package let effects: EffectQueue
    /// How many inputs one transaction takes from it at the most.
    static let batch = 1_000

    /// How many inputs it holds at the most.
    package let capacity: Int
    private let doorbell: Doorbell

    package init(capacity: Int = 10_000, doorbell: Doorbell) {
        self.capacity = capacity
        self.doorbell = doorbell
        effects = EffectQueue(doorbell: doorbell)
    }

    /// Queues one input; false if the queue is full and nothing was taken.
    package func offer(_ input: ExternalInput, _ completion: @escaping Completion) -> Bool {
        let taken = items.withLock { items in
            guard items.count < capacity else { return false }
            items.append(Item(input: input, completion: completion))
            return true
        }
        if taken { doorbell.ring() }
        return taken
    }

    /// Counts what a port did on its own account, under one of its few dotted names; gives how often since the start.
    @discardableResult
    package func count(_ event: String) -> Int64 {
        events.withLock { events in
            events[event, default: 0] += 1
            return events[event, default: 0]
        }
    }

    /// What ports counted since the start, in name order.
    var counts: [(name: String, value: Int64)] {
        let dropped = outlet.dropped
        let attempts = effects.attempts
        var events = events.withLock { $0 }.sorted { $0.key < $1.key }.map { ("port.\($0.key)", $0.value) }
        if attempts > 0 { events.append(("port.effects.attempts", attempts)) }
        if dropped > 0 { events.append(("port.posts.dropped", dropped)) }
        return events
    }

    /// How many inputs wait.
    package var depth: Int { items.withLock { $0.count } }

    func take(limit: Int) -> [Item] {
        items.withLock { items in
            let taken = Array(items.prefix(limit))
            items.removeFirst(taken.count)
            return taken
        }
    }
}
