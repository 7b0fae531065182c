package import Foundation
import Synchronization

/// A device by the channel on which it speaks and its own name there.
package struct DeviceName: Hashable, Sendable {
    package let channel: String
    package let name: String

    package init(channel: String, name: String) { (self.channel, self.name) = (channel, name) }
}

/// Bytes that a handler leaves for a device: they go out after the commit, if the device is connected then.
package struct DevicePost: Hashable, Sendable {
    package let device: DeviceName
    package let bytes: Data
}

/// The posts of the open transaction: those of an input that is complained about are taken back. And how many effects it asked for, as
/// a hint to look for them.
final class PostBag {
    private(set) var posts: [DevicePost] = []
    var effects = 0

    func append(_ post: DevicePost) { posts.append(post) }
    var mark: Int { posts.count }
    func rewind(to mark: Int) { posts.removeLast(posts.count - mark) }
    func empty() {
        posts.removeAll(keepingCapacity: true)
        effects = 0
    }
}

/// The way back to devices: what handlers post is written to whoever is connected, after the commit.
///
/// Nothing waits here for a device that is away: its post is dropped and counted. What must arrive stands in the service's tables,
/// and is posted again when the device is heard.
package final class Outlet: Sendable {
    /// Writes to the device, in order; called on the service's thread.
    package typealias Writer = @Sendable ([Data]) -> Void

    private struct Held {
        var writers: [DeviceName: (owner: ObjectIdentifier, write: Writer)] = [:]
        var posts: [DevicePost] = []
        var dropped: Int64 = 0
    }

    /// How many posts one turn of the loop may leave.
    static let capacity = 10_000

    private let held = Mutex(Held())

    package init() {}

    /// Posts to that device go to `write` from now on; the connection that had it before gets them no more.
    package func attach(_ device: DeviceName, owner: ObjectIdentifier, _ write: @escaping Writer) {
        held.withLock { $0.writers[device] = (owner, write) }
    }

    /// That connection is gone: nothing is written to it any more.
    package func detach(_ devices: some Sequence<DeviceName>, owner: ObjectIdentifier) {
        held.withLock { held in
            for device in devices where held.writers[device]?.owner == owner { held.writers[device] = nil }
        }
    }

    /// Takes what waits for that device, for a port that writes it behind its own answer: between the commit and `deliver`.
    package func collect(_ device: DeviceName) -> [Data] {
        held.withLock { held in
            guard !held.posts.isEmpty else { return [] }
            let waiting = held.posts.filter { $0.device == device }.map(\.bytes)
            if !waiting.isEmpty { held.posts.removeAll { $0.device == device } }
            return waiting
        }
    }

    /// Posts that found no connection, or came when too many waited.
    package var dropped: Int64 { held.withLock { $0.dropped } }

    func hold(_ posts: [DevicePost]) {
        guard !posts.isEmpty else { return }
        held.withLock { held in
            let room = posts.prefix(Self.capacity - held.posts.count)
            held.posts += room
            held.dropped += Int64(posts.count - room.count)
        }
    }

    /// Writes what was not collected; what has no connection is dropped.
    func deliver() {
        let found = held.withLock { held -> [(bytes: Data, write: Writer)] in
            let posts = held.posts
            held.posts = []
            let found = posts.compactMap { post in held.writers[post.device].map { (post.bytes, $0.write) } }
            held.dropped += Int64(posts.count - found.count)
            return found
        }
        for (bytes, write) in found { write([bytes]) }
    }
}
