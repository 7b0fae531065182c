import Foundation
package import Logging
import MessageSchema
package import ServiceKit
import ServiceLifecycle
import Vocabulary

/// Looks for the documents of every feed, now and then: each new one is an input, whole as it came.
///
/// A document is looked at again until it is committed; after a start all that still stands there is offered again, and is known. What
/// cannot be reached is asked less and less often, said once in the log, and in the record once it has lasted.
package struct FeedPort: DevicePort {
    let feeds: [Feed]
    let intake: Intake
    let log: Logger

    /// The port of all feeds of the configuration.
    package init(_ inlets: Inlets, intake: Intake, log: Logger) {
        (feeds, self.intake, self.log) = (inlets.feeds, intake, log)
    }

    /// Looks until cancelled.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for feed in feeds {
                    group.addTask {
                        var watch = FeedWatch(feed: feed, intake: intake, log: log)
                        await watch.run()
                    }
                }
            }
        }
    }
}

/// One feed as its port sees it.
struct FeedWatch {
    let feed: Feed
    let intake: Intake
    let log: Logger
    private var place: any FeedPlace
    private var failures = 0
    private var failingSince: Instant?
    private var hasTold = false
    /// Whether the record may say that the feed is silent: after a start nobody knows.
    private var mayBeSilent = true

    init(feed: Feed, intake: Intake, log: Logger) {
        (self.feed, self.intake) = (feed, intake)
        var log = log
        log[metadataKey: "feed.id"] = "\(feed.id)"
        self.log = log
        place =
            switch feed.place {
            case .folder(let path): FeedFolder(path: path, maximumBytes: feed.maximumBytes)
            case .address(let url): FeedAddress(url: url, maximumBytes: feed.maximumBytes)
            case .index(let url, let links):
                FeedIndex(url: url, links: links, maximumBytes: feed.maximumBytes) { [intake, log] trouble in
                    let count = intake.count("feed.\(trouble.word)")
                    // Of many alike only the first, second, fourth … is logged.
                    guard count.nonzeroBitCount == 1 else { return }
                    log.warning("feed entry not taken", metadata: ["error.message": "\(trouble)"])
                }
            }
    }

    mutating func run() async {
        while !Task.isCancelled {
            await look()
            let wait = Pause.backOff(failures + 1, first: feed.every, most: .minutes(15))
            await Pause.wait(failures == 0 ? feed.every : wait)
        }
    }

    private mutating func look() async {
        do {
            while let document = try await place.next() {
                try await offer(MonitoringCore.feed, document)
                place.keep()
            }
            try await reached()
        } catch {
            await failed(error)
        }
    }

    private mutating func reached() async throws {
        if failingSince != nil { log.info("feed reached again") }
        (failures, failingSince, hasTold) = (0, nil, false)
        guard mayBeSilent else { return }
        try await offer(MonitoringCore.feedState, .sorted(["reached": WallClock.now().description]))
        mayBeSilent = false
    }

    private mutating func failed(_ error: any Error) async {
        guard !Task.isCancelled else { return }
        let now = WallClock.now()
        let since = failingSince ?? now
        if failingSince == nil { log.warning("feed not reached", metadata: ["error.message": "\(error)"]) }
        (failures, failingSince) = (min(failures + 1, 30), since)
        guard !hasTold, now - since >= feed.silentAfter ?? .minutes(10) else { return }
        let because = "\(error)".shown(256)
        do {
            try await offer(MonitoringCore.feedState, .sorted(["failing": since.description, "because": because]))
            (hasTold, mayBeSilent) = (true, true)
        } catch {
            // The queue is full: it is said the next time.
        }
    }

    /// Hands it over, and waits until it is committed. Errors: the queue is full.
    private func offer(_ channel: String, _ data: Data) async throws {
        var input = ExternalInput()
        (input.channel, input.sender, input.data) = (channel, feed.id, data)
        let taken = await withCheckedContinuation { (done: CheckedContinuation<Bool, Never>) in
            if !intake.offer(input, { _ in done.resume(returning: true) }) { done.resume(returning: false) }
        }
        guard taken else { throw FeedFailure(description: "the queue is full; it is offered again") }
    }
}

/// Why a feed brings nothing.
struct FeedFailure: Error, CustomStringConvertible {
    let description: String
}

/// Where documents are found.
protocol FeedPlace: Sendable {
    /// The next document that was not kept yet; nil where there is none now. Errors: the place cannot be reached.
    mutating func next() async throws -> Data?
    /// The document that `next` gave is committed.
    mutating func keep()
}
