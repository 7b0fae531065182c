import GRDB
import MessageBus
import MessageSchema
import ServiceKit
import TestSupport
import Vocabulary

/// One service of the simulated suite, whatever its core.
protocol SimulatedNode: AnyObject {
    var name: ServiceName { get }
    var subscriptions: [StreamName] { get }
    var clock: SimulatedClock { get }

    var isUp: Bool { get }
    func start() throws
    /// One turn of the product's loop. Where a fault strikes, the process falls.
    func turn() throws
    func fall(_ fault: Fault) throws
    func takeFall() -> Fault?
    func stop() throws
    /// What its disk holds, once it is down.
    func files() throws -> StoreFiles

    var mayFall: Bool { get throws }
    func arm(_ plan: FallPlan)
    var fullUntil: Int64 { get }
    func fillDisk(until time: Int64) throws
    func makeRoom() throws

    /// Something waits that the next turn would take.
    var hasWork: Bool { get }
    /// Hands over a device's bytes; false where the queue is full, nil where nobody is there.
    func offer(_ input: ExternalInput, number: Int) -> Bool?
    /// The numbers of the inputs that were confirmed since this was last asked.
    func takeConfirmed() -> [Int]

    /// The effects that were given out since this was last asked.
    func takeEffects() -> [HandedEffect]
    /// Sets a clock right that was set back: logical time goes on with it.
    func setClockRight()

    /// How far each stream is taken in order.
    var cursors: [(stream: StreamName, read: UInt64)] { get }
    func heads() throws -> [StreamHead]
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value
    /// Replays the journal (D1).
    func verify() throws -> Bool
    /// How many pages were asked for since the start.
    var pages: UInt64 { get }

    // MARK: for the controls only

    /// Changes the database past the product.
    func write(_ sql: String) throws
    /// Handles arrivals past the bus and its reader.
    func handle(_ arrivals: [Arrival]) throws
}

/// When a process falls, as seen from its next commit.
enum FallPlan: CaseIterable {
    case beforeCommit, powerCut
    /// After it sent so many messages of what was committed.
    case afterSending(Int)

    static let allCases: [FallPlan] = [.beforeCommit, .powerCut, .afterSending(0), .afterSending(1), .afterSending(2)]
}
