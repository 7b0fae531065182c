package import MessageSchema
package import Vocabulary

/// Keeps the suite's services running: which to start, restart, end or kill, and when. A value without processes and clock.
///
/// A crashed service is started again after 0.5 s, then 1 s, 2 s … up to 30 s; a minute of running starts the count anew. A
/// service that refuses its command line (exit code 64) would refuse it again: the suite stops.
package struct Supervisor: Sendable {
    /// What the shell has to do.
    package enum Action: Hashable, Sendable {
        case start(ServiceName)
        /// SIGTERM.
        case terminate(ServiceName)
        /// SIGKILL.
        case kill(ServiceName)
        /// Tell the operator.
        case tell(ServiceName, Phase)
    }

    /// Where one service stands.
    package enum Phase: Hashable, Sendable {
        case starting
        /// It answered on the bus.
        case running
        /// It ended with that code, and is started again at that time.
        case crashed(code: Int32, again: Instant)
        /// It ended with that code, and starting it again would not help.
        case refused(code: Int32)
        case stopping
        case stopped(code: Int32)
    }

    struct Member {
        var phase = Phase.starting
        var since: Instant
        /// Crashes in a row.
        var crashes = 0
        /// When SIGTERM is sent again, and when patience ends.
        var nagAt: Instant?
        var killAt: Instant?
    }

    /// How long a service may take to finish its transaction and close.
    package static let patience = Duration.seconds(10)
    package static let usageError: Int32 = 64

    package let services: [ServiceName]
    private var members: [ServiceName: Member] = [:]
    private var isStopping = false
    /// Whether a service could not be kept running.
    package private(set) var hasFailed = false

    package init(services: [ServiceName]) { self.services = services }

    /// Starts every service, in order.
    package mutating func begin(at now: Instant) -> [Action] { services.flatMap { start($0, at: now) } }

    /// The service answered on the bus.
    package mutating func answered(_ service: ServiceName, at now: Instant) -> [Action] {
        guard members[service]?.phase == .starting else { return [] }
        members[service]?.phase = .running
        members[service]?.since = now
        return [.tell(service, .running)]
    }

    /// The service's process ended with that code, or could not be started.
    package mutating func exited(_ service: ServiceName, code: Int32, at now: Instant) -> [Action] {
        guard var member = members[service], member.isAlive else { return [] }
        defer { members[service] = member }
        if isStopping {
            member.phase = .stopped(code: code)
            return [.tell(service, member.phase)]
        }
        if code == Self.usageError {
            (member.phase, hasFailed) = (.refused(code: code), true)
            members[service] = member
            return [.tell(service, member.phase)] + stop(at: now)
        }
        member.crashes = now - member.since > .seconds(60) && member.phase == .running ? 1 : member.crashes + 1
        member.phase = .crashed(code: code, again: now + Self.backOff(member.crashes))
        return [.tell(service, member.phase)]
    }

    /// Ends every service. Again: does nothing.
    package mutating func stop(at now: Instant) -> [Action] {
        guard !isStopping else { return [] }
        isStopping = true
        return services.reversed().flatMap { stop($0, at: now) }
    }

    /// Does what has come due.
    package mutating func tick(at now: Instant) -> [Action] {
        services.flatMap { service -> [Action] in
            guard let member = members[service] else { return [] }
            switch member.phase {
            case .crashed(_, let again): return again <= now && !isStopping ? start(service, at: now) : []
            case .stopping: return nag(service, at: now)
            case .starting, .running, .refused, .stopped: return []
            }
        }
    }

    /// The services that run and have not answered yet.
    package var unanswered: [ServiceName] { services.filter { members[$0]?.phase == .starting } }

    /// Whether every service has ended for good.
    package var isOver: Bool { isStopping && members.values.allSatisfy { !$0.isAlive } }

    /// How long to wait after so many crashes in a row, from 1.
    package static func backOff(_ crashes: Int) -> Duration {
        .milliseconds(min(30_000, 500 << min(10, max(0, crashes - 1))))
    }

    private mutating func start(_ service: ServiceName, at now: Instant) -> [Action] {
        members[service] = Member(since: now, crashes: members[service]?.crashes ?? 0)
        return [.start(service), .tell(service, .starting)]
    }

    private mutating func stop(_ service: ServiceName, at now: Instant) -> [Action] {
        guard var member = members[service] else { return [] }
        defer { members[service] = member }
        switch member.phase {
        case .starting, .running, .stopping:
            member.phase = .stopping
            (member.nagAt, member.killAt) = (now + .seconds(1), now + Self.patience)
            return [.terminate(service), .tell(service, .stopping)]
        case .crashed(let code, _):
            member.phase = .stopped(code: code)
            return [.tell(service, member.phase)]
        case .refused, .stopped: return []
        }
    }

    /// A signal that comes while a process starts is lost: it is sent again, and in the end one that cannot be.
    private mutating func nag(_ service: ServiceName, at now: Instant) -> [Action] {
        if let killAt = members[service]?.killAt, killAt <= now {
            members[service]?.killAt = nil
            members[service]?.nagAt = nil
            return [.kill(service)]
        }
        guard let nagAt = members[service]?.nagAt, nagAt <= now else { return [] }
        members[service]?.nagAt = now + .seconds(1)
        return [.terminate(service)]
    }
}

extension Supervisor.Member {
    /// Whether a process may be running.
    var isAlive: Bool {
        switch phase {
        case .starting, .running, .stopping: true
        case .crashed, .refused, .stopped: false
        }
    }
}
