import Foundation
import MessageBus
import MessageSchema

/// What was brought to one participant and is not read yet.
final class Mailbox {
    /// Where its answers go: another one after every start, so that what was meant for the fallen one does not reach the next.
    let route: Data
    let name: String
    /// Nil for somebody who only asks.
    let service: ServiceName?
    /// Whose publications it hears.
    let writers: Set<ServiceName>
    /// The last in order that came from each.
    var newest: [String: UInt64] = [:]
    private var publications: [[Data]] = []
    private var requests: [RequestFrames] = []
    private var replies: [(of: ServiceName, bytes: Data)] = []

    /// How many requests and replies wait at the most.
    private static let requestsAtMost = 1_000

    init(name: String, start: Int, service: ServiceName?, writers: Set<ServiceName>) {
        (self.name, self.service, self.writers) = (name, service, writers)
        route = Data("\(name)#\(start)".utf8)
    }

    var isEmpty: Bool { publications.isEmpty && requests.isEmpty && replies.isEmpty }

    /// False where the queue is full.
    func take(_ content: SimulatedNetwork.Content, highWater: Int) -> Bool {
        switch content {
        case .publication(let frames):
            guard publications.count < highWater else { return false }
            publications.append(frames)
        case .request(let frames):
            guard requests.count < Self.requestsAtMost else { return false }
            requests.append(frames)
        case .reply(let service, let bytes):
            guard replies.count < Self.requestsAtMost else { return false }
            replies.append((service, bytes))
        }
        return true
    }

    func nextPublication() -> [Data]? { publications.isEmpty ? nil : publications.removeFirst() }

    func nextRequest() -> RequestFrames? { requests.isEmpty ? nil : requests.removeFirst() }

    func nextReply(of service: ServiceName) -> Data? {
        guard let index = replies.firstIndex(where: { $0.of == service }) else { return nil }
        return replies.remove(at: index).bytes
    }
}
