import Foundation
import Hummingbird
import Logging
import MessageSchema
import NIOCore
import ServiceLifecycle
import Vocabulary

/// Health and metrics over HTTP, beside the service's thread: answers from the state that the thread shows, never from the database.
///
/// `/healthz`: the thread comes round its loop. `/readyz`: every subscribed stream is fresh and read up to its head. Both give 200,
/// or 503 with the reasons as JSON. `/metrics`: Prometheus text. Its address is written to `file`, which goes when it stops.
struct HTTPEdge: ServiceLifecycle.Service {
    let service: ServiceName
    let address: HostPort
    let file: String
    let limits: HealthLimits
    let board: StateBoard
    let log: Logger

    func run() async throws {
        defer { _ = try? FileManager.default.removeItem(atPath: file) }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname(address.host, port: address.port)),
            onServerRunning: { channel in announce(port: channel.localAddress?.port ?? address.port) },
            logger: quiet
        )
        do {
            try await application.run()
        } catch let error as IOError {
            throw PortError(address.host, address.port, option: "--http", error)
        }
    }

    /// The framework's own lines are not for the operator: beside a failure they would be two more errors, without a remedy.
    private var quiet: Logger {
        var logger = log
        logger.logLevel = .critical
        return logger
    }

    private func announce(port: Int) {
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        let place = "http://\(host):\(port)"
        log.log(.info, "http open", [.httpAddress: place])
        do {
            let folder = (file as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data("\(place)\n".utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        } catch {
            log.log(.warning, "http address not written", [.httpAddress: place, .errorMessage: "\(error)"])
        }
    }

    private var router: Router<BasicRequestContext> {
        let router = Router()
        router.get("healthz") { _, _ in
            Self.answer(service, Readiness.liveness(board.current, at: WallClock.now(), limits))
        }
        router.get("readyz") { _, _ in
            Self.answer(service, Readiness.readiness(board.current, at: WallClock.now(), limits))
        }
        router.get("metrics") { _, _ in
            guard let state = board.current else { return Response(status: .serviceUnavailable) }
            return Self.text(.ok, MetricsText.render(state, at: WallClock.now()), "text/plain; version=0.0.4")
        }
        return router
    }

    /// What `/healthz` and `/readyz` say.
    struct Answer: Codable, Hashable {
        let service: String
        let ok: Bool
        let reasons: [HealthReason]
    }

    private static func answer(_ service: ServiceName, _ reasons: [HealthReason]) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = Answer(service: service.rawValue, ok: reasons.isEmpty, reasons: reasons)
        guard let json = try? encoder.encode(body) else { return Response(status: .internalServerError) }
        let text = String(decoding: json, as: UTF8.self) + "\n"
        return self.text(reasons.isEmpty ? .ok : .serviceUnavailable, text, "application/json")
    }

    private static func text(_ status: HTTPResponse.Status, _ text: String, _ type: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
