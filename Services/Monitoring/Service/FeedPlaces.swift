import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix

/// Files that appear in a folder. Nothing is written there: who puts the files there also takes them away.
///
/// A file is taken once its size and its time stayed the same from one look to the next, so that none is read half written. Names that
/// begin with a point, or end in `.tmp` or `.part`, are passed over.
struct FeedFolder: FeedPlace {
    let path: String
    let maximumBytes: Int
    /// How each file stood when it was kept, and at the last look.
    private var kept: [String: Stamp] = [:]
    private var seen: [String: Stamp] = [:]
    private var waiting: [String] = []
    private var given: String?

    private struct Stamp: Hashable {
        let bytes: Int
        let modified: Date
    }

    /// So many files are looked at; a folder of more is not a feed.
    private static let most = 10_000

    init(path: String, maximumBytes: Int) { (self.path, self.maximumBytes) = (path, maximumBytes) }

    mutating func next() async throws -> Data? {
        if given == nil { try look() }
        given = nil
        while let name = waiting.popLast() {
            guard let stamp = seen[name] else { continue }
            guard stamp.bytes <= maximumBytes else {
                kept[name] = stamp
                throw FeedFailure(description: "\(path)/\(name) has \(stamp.bytes) bytes; raise maximum_kib to take it")
            }
            given = name
            guard let bytes = FileManager.default.contents(atPath: "\(path)/\(name)") else {
                throw FeedFailure(description: "\(path)/\(name) cannot be read; allow this service to")
            }
            if bytes.count == stamp.bytes { return bytes }
        }
        given = nil
        return nil
    }

    mutating func keep() {
        guard let given, let stamp = seen[given] else { return }
        kept[given] = stamp
    }

    /// What stands in the folder now; the first name last, for it is taken from the end.
    private mutating func look() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { name in
            !name.hasPrefix(".") && !name.hasSuffix(".tmp") && !name.hasSuffix(".part")
        }
        guard names.count <= Self.most else {
            throw FeedFailure(description: "\(path) holds \(names.count) files; take away the old ones")
        }
        var now: [String: Stamp] = [:]
        for name in names {
            let facts = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
            guard facts[.type] as? FileAttributeType == .typeRegular, let size = facts[.size] as? Int,
                let modified = facts[.modificationDate] as? Date
            else { continue }
            now[name] = Stamp(bytes: size, modified: modified)
        }
        waiting = now.keys.filter { seen[$0] == now[$0] && kept[$0] != now[$0] }.sorted(by: >)
        seen = now
        kept = kept.filter { now[$0.key] != nil }
    }
}

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

    /// One for all feeds, as long as the process. Who does not answer is a failure at once: how often to ask again is the feed's own.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(10)
        return HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    }()

    /// From the first byte to the last.
    private static let patience = TimeAmount.seconds(30)

    init(url: String, maximumBytes: Int) { (self.url, self.maximumBytes) = (url, maximumBytes) }

    mutating func next() async throws -> Data? {
        // One document stands there: after it was kept there is no other in the same look.
        guard given == nil else {
            given = nil
            return nil
        }
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "User-Agent", value: "fengsui")
        if let tag = kept.tag { request.headers.add(name: "If-None-Match", value: tag) }
        if let modified = kept.modified { request.headers.add(name: "If-Modified-Since", value: modified) }
        let response = try await Self.client.execute(request, timeout: Self.patience)
        if response.status.code == 304 { return nil }
        guard response.status.code == 200 else {
            throw FeedFailure(description: "\(url) answers \(response.status.code); ask who runs it")
        }
        let body = Data(buffer: try await response.body.collect(upTo: maximumBytes))
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
