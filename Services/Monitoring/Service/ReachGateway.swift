import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix
package import ServiceKit
package import ServiceStore
import Vocabulary

/// Posts texts to the gateways of channels: JSON, under the effect's id as `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header:
/// a structured field, so the key stands in quotes).
///
/// 2xx: taken. 408, 409 (the same is under way), 425, 429 and 5xx, and whoever cannot be reached: not now, and not before `Retry-After`
/// where it is in seconds. Anything else: refused for good. Nothing is followed to another address, for the key would go there too.
package struct ReachGateway: EffectPerformer {
    private let addresses: [String: String]
    private let keys: ReachKeys

    /// From the first byte to the last.
    private static let patience = TimeAmount.seconds(20)
    /// So much of an answer is read.
    private static let answerBytes = 64 << 10
    /// A gateway may not put off a text for longer.
    private static let mostPutOff = Duration.hours(1)

    /// One for all gateways, as long as the process. How often to ask again is the effect's own.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(10)
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    }()

    /// Of the channels of `reach`.
    package init(_ reach: Reach, keys: ReachKeys) {
        addresses = Dictionary(uniqueKeysWithValues: reach.channels.map { ($0.id.value, $0.address) })
        self.keys = keys
    }

    /// Posts once. The effect's lane is the channel.
    package func perform(_ effect: EffectRow) async -> EffectAttempt {
        guard let address = addresses[effect.lane] else { return .failed(reason: "no-such-channel", detail: Data()) }
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers.add(name: "User-Agent", value: "fengsui")
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Idempotency-Key", value: "\"\(effect.id)\"")
        if let key = keys[effect.lane] { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        request.body = .bytes(ByteBuffer(data: effect.payload))
        do {
            let response = try await Self.client.execute(request, timeout: Self.patience)
            // Read to its end, so that the connection serves again. The status says what became of the text, however long the words are.
            do { _ = try await response.body.collect(upTo: Self.answerBytes) } catch is NIOTooManyBytesError {}
            return Self.attempt(Int(response.status.code), retryAfter: response.headers.first(name: "Retry-After"))
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            return .notNow(reason: "timed-out")
        } catch {
            return .notNow(reason: "unreachable")
        }
    }

    static func attempt(_ status: Int, retryAfter: String?) -> EffectAttempt {
        switch status {
        case 200...299: return .done(detail: Data())
        case 408, 409, 425, 429, 500...599:
            let seconds = retryAfter.flatMap { Int64($0) }.map { Duration.seconds(max(0, min(86_400, $0))) }
            return .notNow(reason: "answered-\(status)", after: seconds.map { min($0, mostPutOff) })
        default: return .failed(reason: "refused-\(status)", detail: Data())
        }
    }
}
