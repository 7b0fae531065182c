import Foundation
import MessageBus
package import MessageSchema

/// The network between simulated services: it brings bytes late, twice, in another order or not at all, as the seed says.
///
/// Nothing but bytes: who is behind, what is missing and when to ask is the product's business.
package final class SimulatedNetwork {
    /// How ill the network is. Chances are in a thousand.
    package struct Weather: Sendable {
        package var lost: UInt64 = 0
        package var doubled: UInt64 = 0
        package var delayed: UInt64 = 0
        /// How many publications wait for a reader at the most.
        package var highWater = 1_000

        package init() {}
    }

    package var weather = Weather()
    package private(set) var tally = FaultTally()
    /// Microseconds since the simulation began.
    package private(set) var now: Int64 = 0
    private var random: Seeded
    private var flying: [Packet] = []
    private var order: UInt64 = 0
    /// Who is there, by the route of its answers.
    private var boxes: [Data: Mailbox] = [:]
    private var cuts: [Link: Int64] = [:]

    package init(seed: UInt64) { random = Seeded(seed) }

    /// A way between two names, in that direction.
    private struct Link: Hashable {
        let from, to: String
    }

    private struct Packet {
        let at: Int64
        let order: UInt64
        let link: Link
        let box: Data
        let content: Content
    }

    enum Content {
        case publication([Data])
        case request(RequestFrames)
        case reply(of: ServiceName, Data)
    }

    // MARK: who is there

    /// Gives `name` a place; `route` is its own as long as it is there.
    func enter(_ box: Mailbox) { boxes[box.route] = box }

    /// It has gone; whatever is on its way to it is lost.
    func leave(_ box: Mailbox) { boxes[box.route] = nil }

    /// In the order of their routes, for a dictionary has none.
    private var services: [Mailbox] {
        boxes.values.filter { $0.service != nil }.sorted { $0.route.lexicographicallyPrecedes($1.route) }
    }

    // MARK: time and faults

    /// Lets time pass and brings what is due.
    package func advance(_ microseconds: Int64) {
        now += microseconds
        cuts = cuts.filter { $0.value > now }
        let due = flying.filter { $0.at <= now }.sorted { ($0.at, $0.order) < ($1.at, $1.order) }
        flying.removeAll { $0.at <= now }
        for packet in due { bring(packet) }
    }

    /// Cuts the way between two services, in both directions or only from the first to the second, for so long.
    package func cut(_ one: ServiceName, _ other: ServiceName, bothWays: Bool, microseconds: Int64) {
        cuts[Link(from: one.rawValue, to: other.rawValue)] = now + microseconds
        if bothWays { cuts[Link(from: other.rawValue, to: one.rawValue)] = now + microseconds }
    }

    /// Every way is open, and nothing is lost, doubled or late from now on.
    package func heal() {
        cuts = [:]
        weather = Weather()
    }

    /// Nothing is on its way.
    package var isQuiet: Bool { flying.isEmpty }

    private func bring(_ packet: Packet) {
        guard let box = boxes[packet.box] else { return }
        if packet.order < box.newest[packet.link.from, default: 0] {
            tally[.reordered] += 1
        } else {
            box.newest[packet.link.from] = packet.order
        }
        if !box.take(packet.content, highWater: weather.highWater) { tally[.overflowed] += 1 }
    }

    // MARK: sending

    func publish(_ frames: [Data], from writer: ServiceName) {
        for box in services where box.writers.contains(writer) {
            send(.publication(frames), from: writer.rawValue, to: box)
        }
    }

    /// False where nobody is there: as a queue that nobody empties.
    func ask(_ service: ServiceName, _ request: Data, from asker: Mailbox) -> Bool {
        guard let box = services.last(where: { $0.service == service }) else { return false }
        send(.request(RequestFrames(frames: [asker.route, request], key: "")), from: asker.name, to: box)
        return true
    }

    func answer(_ frames: [Data], from service: ServiceName) -> Bool {
        guard frames.count == 2, let box = boxes[frames[0]] else { return false }
        send(.reply(of: service, frames[1]), from: service.rawValue, to: box)
        return true
    }

    private func send(_ content: Content, from name: String, to box: Mailbox) {
        let link = Link(from: name, to: box.name)
        guard cuts[link] == nil else { return tally[.cutOff] += 1 }
        guard !random.chance(weather.lost) else { return tally[.lost] += 1 }
        fly(content, link, box)
        guard random.chance(weather.doubled) else { return }
        tally[.doubled] += 1
        fly(content, link, box)
    }

    private func fly(_ content: Content, _ link: Link, _ box: Mailbox) {
        var delay = random.number(500...20_000)
        if random.chance(weather.delayed) {
            tally[.delayed] += 1
            delay += random.number(50_000...4_000_000)
        }
        order += 1
        flying.append(Packet(at: now + delay, order: order, link: link, box: box.route, content: content))
    }
}
