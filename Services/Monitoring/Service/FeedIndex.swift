import Foundation
import MonitoringCodecs

/// The documents that an Atom or RSS index links to: each once for every version that the index tells, the oldest first.
///
/// Links to hosts that nobody allowed are not followed, nor is what redirects. An entry that cannot be had keeps no other back; it is
/// tried at the next looks, three times in all, and then left until the index tells another version.
struct FeedIndex: FeedPlace {
    private let links: Feed.Links
    private let maximumBytes: Int
    private let tell: @Sendable (Trouble) -> Void
    private let base: URL?
    private var index: FeedAddress
    /// What the index says now.
    private var told: [String: URL] = [:]
    /// What was committed, or given up.
    private var done: Set<String> = []
    private var attempts: [String: Int] = [:]
    /// The entries of this look that are still to be had, the next one last; nil between looks.
    private var waiting: [String]?
    private var given: String?

    private static let mostAttempts = 3

    /// What was not taken, and why.
    enum Trouble: CustomStringConvertible {
        case withoutLink(Int)
        case leftOut(Int)
        case foreignHost(String)
        case notHad(String)

        /// Under which it is counted.
        var word: String {
            switch self {
            case .withoutLink: "entry-without-link"
            case .leftOut: "entry-left-out"
            case .foreignHost: "entry-of-foreign-host"
            case .notHad: "entry-not-had"
            }
        }

        var description: String {
            switch self {
            case .withoutLink(let count): "\(count) entries link to no document; ask who runs the index"
            case .leftOut(let count): "\(count) entries are more than are looked at; raise index.entries to take them"
            case .foreignHost(let link): "\(link) is on another host; name it in index.hosts to follow it"
            case .notHad(let why): why
            }
        }
    }

    init(url: String, links: Feed.Links, maximumBytes: Int, tell: @escaping @Sendable (Trouble) -> Void) {
        (self.links, self.maximumBytes, self.tell) = (links, maximumBytes, tell)
        base = URL(string: url)
        index = FeedAddress(url: url, maximumBytes: maximumBytes)
    }

    mutating func next() async throws -> Data? {
        if waiting == nil { try await look() }
        given = nil
        while let key = waiting?.popLast() {
            guard let url = told[key] else { continue }
            do {
                let document = try await FeedClient.document(at: url, maximumBytes)
                given = key
                return document
            } catch {
                try Task.checkCancellation()
                failed(key, url, error)
            }
        }
        waiting = nil
        return nil
    }

    mutating func keep() {
        guard let given else { return }
        done.insert(given)
        attempts[given] = nil
    }

    private mutating func failed(_ key: String, _ url: URL, _ error: any Error) {
        tell(.notHad((error as? FeedFailure)?.description ?? "\(url) cannot be had: \(error)"))
        attempts[key, default: 0] += 1
        if attempts[key] == Self.mostAttempts { done.insert(key) }
    }

    // MARK: the index

    /// Reads the index where it changed. Errors: it cannot be had, or is none.
    private mutating func look() async throws {
        if let bytes = try await index.next() {
            var failure: FeedFailure?
            do throws(CAPError) {
                take(try DocumentIndex(bytes))
                index.keep()
            } catch {
                failure = FeedFailure(description: "\(error)")
            }
            // It gives one document for each look; one that is no index it gives again.
            _ = try await index.next()
            if let failure { throw failure }
        }
        waiting = order.filter { !done.contains($0) }
    }

    /// The keys as the index has them.
    private var order: [String] = []

    private mutating func take(_ index: DocumentIndex) {
        if index.withoutLink > 0 { tell(.withoutLink(index.withoutLink)) }
        let left = index.entries.count - links.entries
        if left > 0 { tell(.leftOut(left)) }
        (told, order) = ([:], [])
        for entry in index.entries.prefix(links.entries) {
            guard let url = URL(string: entry.link, relativeTo: base)?.absoluteURL, isAllowed(url) else {
                tell(.foreignHost(String(entry.link.prefix(200))))
                continue
            }
            let key = "\(url.absoluteString) \(entry.version)"
            if told.updateValue(url, forKey: key) == nil { order.append(key) }
        }
        done.formIntersection(order)
        attempts = attempts.filter { told[$0.key] != nil }
    }

    private func isAllowed(_ url: URL) -> Bool {
        guard let scheme = url.scheme, ["http", "https"].contains(scheme), let host = url.host?.lowercased(),
            url.user == nil
        else { return false }
        // What began under TLS does not go on without.
        if scheme == "http", base?.scheme == "https" { return false }
        if host == base?.host?.lowercased(), url.port == base?.port { return true }
        let port = url.port ?? (scheme == "https" ? 443 : 80)
        return links.hosts.contains(host) || links.hosts.contains("\(host):\(port)")
    }
}
