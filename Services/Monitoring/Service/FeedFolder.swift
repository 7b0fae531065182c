import Foundation

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
