import ArgumentParser
import Foundation
import MessageBus
import MessageSchema
import ServiceKit
import SwiftProtobuf
import Synchronization
import Vocabulary

/// The shell of `Supervisor`: starts processes, signals them, asks whether they answer, and tells the operator.
///
/// All on the thread that calls `run`; ends and signals come in through a bounded inbox: each child ends once a start.
final class SuiteRunner {
    private enum Event: Sendable {
        case ended(ServiceName, code: Int32)
        case stop
    }

    /// What other threads put in, and the bell.
    private final class Inbox: Sendable {
        private let events = Mutex<[Event]>([])
        private let bell = DispatchSemaphore(value: 0)

        func put(_ event: Event) {
            events.withLock { $0.append(event) }
            bell.signal()
        }

        /// All that came within `milliseconds`.
        func take(milliseconds: Int) -> [Event] {
            _ = bell.wait(timeout: .now() + .milliseconds(milliseconds))
            return events.withLock { events in
                defer { events = [] }
                return events
            }
        }
    }

    private let suite: SuiteOptions
    private let arguments: [ServiceName: [String]]
    private let json: Bool
    private let inbox = Inbox()
    private var processes: [ServiceName: Process] = [:]
    private var peers: [ServiceName: Peer] = [:]
    /// The services' standard input: it ends however this process ends, and they stop in order.
    private let leash = Pipe()

    /// Errors: a usage error where a service already answers on this bus.
    init(suite: SuiteOptions, bus: BusOptions, arguments: [ServiceName: [String]], json: Bool) throws {
        (self.suite, self.arguments, self.json) = (suite, arguments, json)
        // No child may hold the end that only this process holds.
        _ = fcntl(leash.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        let (context, address) = (try ZeroMQContext(), try bus.address())
        for service in arguments.keys {
            let peer = try Peer(context, service, at: address)
            try ask(peer)
            peers[service] = peer
        }
        var patience = 1_000
        for (service, peer) in peers.sorted(by: { $0.key < $1.key }) where bus.hasSocket(service) {
            guard try peer.receive(within: patience) == nil else {
                throw ValidationError("\(service.rawValue) already runs on \(bus.bus); stop it, or name another bus")
            }
            // All were asked at once: what the first waited, the others have waited too.
            patience = 0
        }
    }

    /// Runs until a signal comes and every service has ended; false where a service could not be kept running.
    func run(_ services: [ServiceName]) throws -> Bool {
        let inbox = inbox
        let stop = StopSignal { inbox.put(.stop) }
        var supervisor = Supervisor(services: services)
        try perform(supervisor.begin(at: WallClock.now()))
        while !supervisor.isOver {
            let events = inbox.take(milliseconds: 200)
            let now = WallClock.now()
            for event in events {
                switch event {
                case .ended(let service, let code): try perform(supervisor.exited(service, code: code, at: now))
                case .stop: try perform(supervisor.stop(at: now))
                }
            }
            for service in supervisor.unanswered where try hasAnswered(service) {
                try perform(supervisor.answered(service, at: now))
            }
            try perform(supervisor.tick(at: now))
        }
        return withExtendedLifetime(stop) { !supervisor.hasFailed }
    }

    private func perform(_ actions: [Supervisor.Action]) throws {
        for action in actions {
            switch action {
            case .start(let service): try start(service)
            case .terminate(let service): processes[service]?.terminate()
            case .kill(let service): processes[service].map { _ = kill($0.processIdentifier, SIGKILL) }
            case .tell(let service, let phase): try tell(service, phase)
            }
        }
    }

    private func start(_ service: ServiceName) throws {
        let process = Process()
        process.executableURL = suite.program(service)
        process.arguments = arguments[service]
        process.standardInput = leash.fileHandleForReading
        process.standardError = try log(service)
        let inbox = inbox
        process.terminationHandler = { ended in
            // As shells do: a signal is 128 and its number.
            let base: Int32 = ended.terminationReason == .uncaughtSignal ? 128 : 0
            inbox.put(.ended(service, code: base + ended.terminationStatus))
        }
        // An answer to a process that has ended must not stand for the new one.
        while try peers[service]?.receive() != nil {}
        try process.run()
        processes[service] = process
    }

    private func log(_ service: ServiceName) throws -> FileHandle {
        let log = LogFile(path: "\(suite.data)/logs/\(service.rawValue).log")
        try log.rotate()
        return try log.open()
    }

    // MARK: whether it answers

    private func ask(_ peer: Peer) throws {
        var request = Request()
        request.status = StatusQuery()
        _ = try peer.send(request.serializedData())
    }

    private func hasAnswered(_ service: ServiceName) throws -> Bool {
        guard let peer = peers[service] else { return false }
        var isThere = false
        while try peer.receive() != nil { isThere = true }
        if !isThere { try ask(peer) }
        return isThere
    }

    // MARK: what the operator sees

    private struct Line: Encodable {
        let time: String
        let service: String
        let state: String
        let detail: String
        let process: Int32
    }

    private func tell(_ service: ServiceName, _ phase: Supervisor.Phase) throws {
        let log = "see \(suite.data)/logs/\(service.rawValue).log"
        let (state, detail): (String, String) =
            switch phase {
            case .starting: ("starting", "")
            case .running: ("running", address(service))
            case .crashed(let code, let again):
                ("crashed", "exit code \(code), again at \(again); \(log)")
            case .refused(let code): ("refused", "exit code \(code), wrong usage: the suite stops; \(log)")
            case .stopping: ("stopping", "")
            case .stopped(let code): ("stopped", "exit code \(code)")
            }
        let number = processes[service]?.processIdentifier ?? 0
        let line = Line(
            time: WallClock.now().description,
            service: service.rawValue,
            state: state,
            detail: detail,
            process: number
        )
        try Output.line(json ? Output.json(line) : Self.readable(line))
    }

    private static func readable(_ line: Line) -> String {
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(1, width - text.count))
        }
        return padded(line.time, 28) + padded(line.service, 16) + padded(line.state, 10)
            + padded("process \(line.process)", 18) + line.detail
    }

    /// Where health and metrics are; empty where that is not written yet.
    private func address(_ service: ServiceName) -> String {
        let bytes = FileManager.default.contents(atPath: "\(suite.data)/\(service.rawValue).http") ?? Data()
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
    }
}
