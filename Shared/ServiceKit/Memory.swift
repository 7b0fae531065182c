/// What a service remembers of its own tables, so that it need not read them: a cache and nothing more.
///
/// It may be dropped at any moment and begins empty. What it says is what the tables say, those of the open transaction.
package protocol TableMemory: AnyObject {
    init()

    /// Goes up with each change of the tables that it took note of; not with what it only read.
    var version: Int { get }
}

/// The engine's place for a service's memory: dropped where an input that changed it is taken back.
final class MemorySeat {
    private var memory: (any TableMemory)?

    /// The memory of that type, a new one where there is none.
    func of<Memory: TableMemory>(_: Memory.Type) -> Memory {
        if let memory = memory as? Memory { return memory }
        let new = Memory()
        memory = new
        return new
    }

    /// How far the memory has come: before an input that may be complained about.
    var mark: Int { memory?.version ?? 0 }

    /// The tables are as they were at `mark`.
    func rewind(to mark: Int) { if self.mark != mark { drop() } }

    /// The tables, or what the service thinks of them, are not what they were.
    func drop() { memory = nil }
}
