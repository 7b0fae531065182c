import Foundation
import Hummingbird
import HummingbirdCore
package import Logging
import MessageSchema
import NIOCore
import ServiceLifecycle
import Synchronization

/// One way in over HTTP: what is posted to `path` becomes an input on `channel`, from the source whose key it bears.
package struct HTTPDoor: Sendable {
    package let path: String
    package let channel: String
    /// Whose keys open it.
    package let sources: Set<String>
    /// What a refusal's code, other than those of this file, means for the sender: a status of 4xx.
    package let status: @Sendable (_ code: String) -> Int

    package init(
        path: String,
        channel: String,
        sources: Set<String>,
        status: @escaping @Sendable (_ code: String) -> Int
    ) {
        (self.path, self.channel, self.sources, self.status) = (path, channel, sources, status)
    }
}

/// A port on which sources post JSON, each with its API key: journaled as it came, answered after the commit.
///
/// A source that is refused or hears nothing sends the same bytes again, and hears what it would have heard. Errors are problem details
/// (RFC 9457). Bounded: body, connections, requests of one key at a time, and the time a sender may take for either.
package struct HTTPIntake: DevicePort {
    /// What one sender, and all together, may take.
    package struct Limits: Sendable {
        package var bodyBytes = 1 << 20
        package var connections = 256
        /// Requests of one key that wait for their answer.
        package var requestsPerKey = 4
        /// From its first byte to its last, a body takes no longer; a connection without a request is closed then too.
        package var patience = Duration.seconds(15)

        package init() {}
    }

    let address: HostPort
    let doors: [HTTPDoor]
    let keys: APIKeys
    let limits: Limits
    /// Where the address is named on the command line.
    let option: String
    let intake: Intake
    let log: Logger
    private let waiting = WaitingRequests()

    /// Port 0 takes a free one; the log names it.
    package init(
        address: HostPort,
        doors: [HTTPDoor],
        keys: APIKeys,
        limits: Limits = Limits(),
        option: String = "--http-intake",
        intake: Intake,
        log: Logger
    ) {
        (self.address, self.doors, self.keys, self.limits) = (address, doors, keys, limits)
        (self.option, self.intake, self.log) = (option, intake, log)
    }

    /// Listens until cancelled. Errors: the port cannot be bound.
    package func run() async throws {
        let (log, paths) = (log, doors.map(\.path).joined(separator: ","))
        var quiet = log
        quiet.logLevel = .critical
        var configuration = ApplicationConfiguration(address: .hostname(address.host, port: address.port))
        configuration.availableConnectionsDelegate = MaximumAvailableConnections(limits.connections, logger: quiet)
        let application = Application(
            responder: CallbackResponder(callback: respond),
            server: .http1(configuration: .init(idleTimeout: TimeAmount(limits.patience))),
            configuration: configuration,
            onServerRunning: { channel in
                let address = channel.localAddress?.description ?? ""
                log.info("http intake open", metadata: ["address": "\(address)", "paths": "\(paths)"])
            },
            logger: quiet
        )
        do {
            try await application.run()
        } catch let error as IOError {
            throw PortError(address.host, address.port, option: option, error)
        }
    }

    /// A connection whose body is not read to its end is closed: at once the sender is told so, and later it is made so.
    @Sendable private func respond(_ request: Request, _ context: DoorContext) async throws -> Response {
        let channel = context.channel
        let fuse = channel.eventLoop.scheduleTask(in: TimeAmount(limits.patience)) { channel.close(promise: nil) }
        var isRead = false
        do {
            let (door, source) = try admit(request)
            try enter(source)
            defer { waiting.leave(source) }
            var input = ExternalInput()
            (input.channel, input.sender) = (door.channel, source)
            input.data = try await body(of: request)
            fuse.cancel()
            isRead = true
            return try await answer(input, door)
        } catch let problem as HTTPProblem {
            return problem.response(isLast: !isRead)
        }
    }

    private func enter(_ source: String) throws(HTTPProblem) {
        guard waiting.enter(source, limit: limits.requestsPerKey) else {
            throw HTTPProblem(
                429,
                "too-many-requests",
                "\(limits.requestsPerKey) requests of this key wait; send one after the other"
            )
        }
    }

    /// The door that is meant, and whose key the request bears.
    private func admit(_ request: Request) throws(HTTPProblem) -> (HTTPDoor, source: String) {
        guard let door = doors.first(where: { $0.path == request.uri.path }) else {
            let paths = doors.map(\.path).joined(separator: ", ")
            throw HTTPProblem(404, "unknown-path", "nothing is here; post to \(paths)")
        }
        guard request.method == .post else { throw HTTPProblem(405, "post-only", "only POST is taken here") }
        guard let header = request.headers[.authorization], header.prefix(7).lowercased() == "bearer ",
            let source = keys.owner(of: String(header.dropFirst(7)))
        else {
            throw HTTPProblem(401, "unknown-key", "send `Authorization: Bearer KEY` with a key that was given to you")
        }
        guard door.sources.contains(source) else {
            throw HTTPProblem(403, "key-of-another-door", "this key does not open \(door.path); ask for one that does")
        }
        let media = request.headers[.contentType]?.split(separator: ";").first?.lowercased() ?? ""
        guard media.filter({ $0 != " " }) == "application/json" else {
            throw HTTPProblem(415, "not-json", "send Content-Type: application/json")
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limits.bodyBytes {
            throw tooLarge
        }
        return (door, source)
    }

    private var tooLarge: HTTPProblem {
        HTTPProblem(413, "too-large", "a body has at most \(limits.bodyBytes) bytes; send several")
    }

    /// The whole body.
    private func body(of request: Request) async throws -> Data {
        var body = Data()
        for try await part in request.body {
            guard body.count + part.readableBytes <= limits.bodyBytes else { throw tooLarge }
            body.append(contentsOf: part.readableBytesView)
        }
        return body
    }

    private func answer(_ input: ExternalInput, _ door: HTTPDoor) async throws -> Response {
        let outcome = await withCheckedContinuation { (answered: CheckedContinuation<Outcome?, Never>) in
            if !intake.offer(input, { answered.resume(returning: $0) }) { answered.resume(returning: nil) }
        }
        switch outcome {
        case nil: throw HTTPProblem(503, "busy", "the queue is full; send the same again in a few seconds")
        case .replied(let body): return Response.json(.ok, "application/json", body)
        case .deadLetter(let code, let message): throw HTTPProblem(door.status(code), code, message)
        case .keptBefore(let code):
            throw HTTPProblem(
                door.status(code),
                code,
                "the same was kept aside before; see `fengsui dead-letters list`"
            )
        case .handled, .duplicate: return Response.json(.ok, "application/json", Data("{}".utf8))
        case .answered: throw HTTPProblem(500, "no-answer", "the service gave no answer; send the same again")
        }
    }
}

/// A request with its connection.
private struct DoorContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        (coreContext, channel) = (CoreRequestContextStorage(source: source), source.channel)
    }
}

/// How many requests of each key wait for their answer.
private final class WaitingRequests: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    func enter(_ source: String, limit: Int) -> Bool {
        counts.withLock { counts in
            guard counts[source, default: 0] < limit else { return false }
            counts[source, default: 0] += 1
            return true
        }
    }

    func leave(_ source: String) {
        counts.withLock { counts in
            let left = (counts[source] ?? 1) - 1
            counts[source] = left > 0 ? left : nil
        }
    }
}

extension HTTPProblem {
    /// The answer, with what its status asks for beside it: how to authenticate, what is allowed, when to come again.
    fileprivate func response(isLast: Bool) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let body = try? encoder.encode(self) else { return Response(status: .internalServerError) }
        var response = Response.json(.init(code: status), "application/problem+json", body)
        switch status {
        case 401: response.headers[.wwwAuthenticate] = "Bearer"
        case 405: response.headers[.allow] = "POST"
        case 429, 503: response.headers[.retryAfter] = "2"
        default: break
        }
        if isLast { response.headers[.connection] = "close" }
        return response
    }
}

extension Response {
    fileprivate static func json(_ status: HTTPResponse.Status, _ type: String, _ body: Data) -> Response {
        Response(
            status: status,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }
}
