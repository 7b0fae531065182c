import Foundation
import GRDB
import MessageSchema

/// The ids of the last inputs from outside: an input that is sent again is known, without an index that grows for ever.
///
/// Devices repeat what was not confirmed within minutes. An older repetition is an input of its own, and its handler finds
/// that it says nothing new; a command is known for ever by its answer. What is known never changes what a replay does.
final class RecentInputs {
    /// So many are known: 8 MB, and five hours of a thousand stations that report each minute.
    static let limit = 1 << 18

    private var known: Set<RecordID> = []
    /// In the order of their coming, a ring once it is full.
    private var order: [RecordID] = []
    private var oldest = 0
    /// Known only within the open transaction.
    private var fresh: [RecordID] = []

    /// Reads the last ones from the journal.
    init(_ db: Database) throws {
        var newest: [[RecordID]] = []
        var count = 0
        let rows = try Data.fetchCursor(
            db,
            sql: "SELECT ids FROM journal WHERE kind = 'external' ORDER BY entry DESC"
        )
        while count < Self.limit, let ids = try rows.next() {
            newest.append(try RecordID.list(ids))
            count += ids.count / RecordID.byteCount
        }
        for id in newest.reversed().joined() { keep(id) }
    }

    func contains(_ id: RecordID) -> Bool { known.contains(id) }

    func insert(_ id: RecordID) { if known.insert(id).inserted { fresh.append(id) } }

    func adopt() {
        for id in fresh { keep(id) }
        fresh.removeAll(keepingCapacity: true)
    }

    func forget() {
        for id in fresh { known.remove(id) }
        fresh.removeAll(keepingCapacity: true)
    }

    private func keep(_ id: RecordID) {
        known.insert(id)
        if order.count < Self.limit {
            order.append(id)
        } else {
            known.remove(order[oldest])
            order[oldest] = id
            oldest = (oldest + 1) % Self.limit
        }
    }
}
