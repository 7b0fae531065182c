import GRDB
import MessageSchema
import ServiceStore

/// The inputs from outside that are kept aside, so that a repeated one is not taken for one that was done.
///
/// It knows the last ones, which are those that devices still repeat. It decides what is answered, never what is done.
struct KeptAside {
    /// So many are known, and as many again of those before.
    static let limit = 4_096

    private var codes: [RecordID: String] = [:]
    private var before: [RecordID: String] = [:]

    /// Reads the last ones.
    init(_ db: Database) throws {
        for letter in try Ledgers.lastDeadLetters(1_000, db) {
            guard let entry = try Journal.entry(letter.journalEntry, db), entry.kind == .external else { continue }
            insert(entry.id, letter.code)
        }
    }

    func code(of id: RecordID) -> String? { codes[id] ?? before[id] }

    mutating func insert(_ id: RecordID, _ code: String) {
        if codes.count >= Self.limit { (before, codes) = (codes, [:]) }
        codes[id] = code
    }

    /// It was handled again, or is not needed.
    mutating func remove(_ id: RecordID) { (codes[id], before[id]) = (nil, nil) }
}
