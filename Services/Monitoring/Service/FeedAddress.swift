import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix

/// A document at an address, asked for with what was known of it (RFC 9110, 13.1).
struct FeedAddress: FeedPlace {
    let url: String
    let maximumBytes: Int
    private var kept = Known()
    private var given: Known?

    private struct Known {
        var tag: String?
        var modified: String?
        var digest: Data?
    }

    init(url: String, maximumBytes: Int) { (self.url, self.maximumBytes) = (url, maximumBytes) }

    mutating func next() async throws -> Data? {
        // One document stands there: after it was kept there is no other in the same look.
        guard given == nil else {
            given = nil
            return nil
        }
        var request = FeedClient.request(url)
        if let tag = kept.tag { request.headers.add(name: "If-None-Match", value: tag) }
        if let modified = kept.modified { request.headers.add(name: "If-Modified-Since", value: modified) }
        let response = try await FeedClient.following.execute(request, timeout: FeedClient.patience)
        if response.status.code == 304 { return nil }
        let body = try await FeedClient.body(of: response, from: url, maximumBytes)
        let digest = Data(SHA256.hash(data: body))
        let tag = response.headers.first(name: "ETag"), modified = response.headers.first(name: "Last-Modified")
        let known = Known(tag: tag, modified: modified, digest: digest)
        guard digest != kept.digest else {
            kept = known
            return nil
        }
        given = known
        return body
    }

    mutating func keep() { if let given { kept = given } }
}

/// How feeds ask. One for all of them, as long as the process. Who does not answer is a failure at once: how often to ask again is the
/// feed's own.
enum FeedClient {
    /// Goes where an address of the configuration is moved to.
    static let following = HTTPClient(
        eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
        configuration: configuration(.follow(max: 5, allowCycles: false))
    )
    /// Goes nowhere else: what an index links to must not lead to other hosts.
    static let staying = HTTPClient(
        eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
        configuration: configuration(.disallow)
    )

    /// From the first byte to the last.
    static let patience = TimeAmount.seconds(30)

    private static func configuration(_ redirects: HTTPClient.Configuration.RedirectConfiguration)
        -> HTTPClient.Configuration
    {
        var configuration = HTTPClient.Configuration(redirectConfiguration: redirects)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(10)
        return configuration
    }

    static func request(_ url: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "User-Agent", value: "fengsui")
        return request
    }

    /// The document that stands there itself. Errors: as `body`, and where it cannot be reached.
    static func document(at url: URL, _ maximumBytes: Int) async throws -> Data {
        let answer = try await staying.execute(request(url.absoluteString), timeout: patience)
        return try await body(of: answer, from: url.absoluteString, maximumBytes)
    }

    /// The whole body of a sound answer. Errors: `FeedFailure` for another status, or a body that is too large.
    static func body(of response: HTTPClientResponse, from url: String, _ maximumBytes: Int) async throws -> Data {
        guard response.status.code == 200 else {
            throw FeedFailure(description: "\(url) answers \(response.status.code); ask who runs it")
        }
        do {
            return Data(buffer: try await response.body.collect(upTo: maximumBytes))
        } catch is NIOTooManyBytesError {
            throw FeedFailure(description: "\(url) has more than \(maximumBytes) bytes; raise maximum_kib to take it")
        }
    }
}
