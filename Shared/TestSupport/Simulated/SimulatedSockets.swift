package import Foundation
package import MessageBus
package import MessageSchema

/// A service's place on the simulated network, from one start to its fall.
package final class SimulatedSockets: BusSockets {
    private let network: SimulatedNetwork
    private let mailbox: Mailbox
    private let service: ServiceName
    /// The process falls after its next commit, when it has sent so many messages and is about to send another.
    package var fallsAfterSending: Int?
    /// Messages sent since the last commit; nil as long as it has not committed since it was asked to fall.
    private var sentSinceCommit: Int?
    /// Where the process fell; nil while it stands.
    package private(set) var fall: Fault?

    /// The place of `service` after its start of that number; hears what `writers` publish.
    package init(_ network: SimulatedNetwork, _ service: ServiceName, start: Int, writers: [ServiceName]) {
        (self.network, self.service) = (network, service)
        mailbox = Mailbox(name: service.rawValue, start: start, service: service, writers: Set(writers))
        network.enter(mailbox)
    }

    /// The process is gone: nothing is heard and nothing said any more.
    package func close(_ fault: Fault) {
        fall = fall ?? fault
        network.leave(mailbox)
    }

    /// The store committed something.
    package func noteCommit() { sentSinceCommit = fallsAfterSending.map { _ in 0 } }

    /// Whether anything waits to be read.
    package var hasMail: Bool { !mailbox.isEmpty }

    private func stand() throws(BusError) {
        if let fall { throw BusError(.socket, "the simulated process \(fall.rawValue)") }
    }

    private func fallIfDue(_ fault: Fault) throws(BusError) {
        try stand()
        if let limit = fallsAfterSending, let sent = sentSinceCommit {
            if sent >= limit { close(fault) }
            sentSinceCommit = sent + 1
        }
        try stand()
    }

    // MARK: bytes

    /// Publishes, unless the process falls before it. Errors: `socket` once it has fallen.
    package func publish(_ frames: [Data]) throws(BusError) -> Bool {
        // A heartbeat tells of commits that others have been told of or will never be: falling before it is being killed.
        if frames.first == Bus.heartbeatTopic {
            try stand()
        } else {
            try fallIfDue(sentSinceCommit == 0 ? .beforePublication : .amidPublication)
        }
        network.publish(frames, from: service)
        return true
    }

    /// What the network brought next. Errors: `socket` once the process has fallen.
    package func nextPublication() throws(BusError) -> [Data]? {
        try stand()
        return mailbox.nextPublication()
    }

    /// Who asked next. Errors: `socket` once the process has fallen.
    package func nextRequest() throws(BusError) -> RequestFrames? {
        try stand()
        return mailbox.nextRequest()
    }

    /// Answers, unless the process falls before it. Errors: `socket` once it has fallen.
    package func answer(_ frames: [Data]) throws(BusError) -> Bool {
        try fallIfDue(.beforeAnswer)
        return network.answer(frames, from: service)
    }

    /// Asks a writer. Errors: `socket` once the process has fallen.
    package func ask(_ writer: ServiceName, _ request: Data) throws(BusError) -> Bool {
        try stand()
        return network.ask(writer, request, from: mailbox)
    }

    /// What a writer replied next. Errors: `socket` once the process has fallen.
    package func nextReply(of writer: ServiceName) throws(BusError) -> Data? {
        try stand()
        return mailbox.nextReply(of: writer)
    }

    /// Who turns the service decides when.
    package func wait(milliseconds: Int) {}

    // MARK: a bus without keys

    /// Nobody is turned away.
    package func keepGate() throws(BusError) -> [TurnedAway] { [] }
    /// Everybody is let in.
    package func admit(_ list: BusAddress) {}
    /// Nobody is refused.
    package func refuse(_ key: String, stream: StreamName?) {}
    package var refused: UInt64 { 0 }
}

/// Somebody on the simulated network who only asks: a person, a tool, the player.
package final class SimulatedAsker {
    private let network: SimulatedNetwork
    private let mailbox: Mailbox

    package init(_ network: SimulatedNetwork, name: String) {
        self.network = network
        mailbox = Mailbox(name: name, start: 0, service: nil, writers: [])
        network.enter(mailbox)
    }

    /// Asks; false where nobody is there.
    package func ask(_ service: ServiceName, _ request: Data) -> Bool {
        network.ask(service, request, from: mailbox)
    }

    /// The next reply of that service; nil if none waits.
    package func nextReply(of service: ServiceName) -> Data? { mailbox.nextReply(of: service) }
}
