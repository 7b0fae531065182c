import Foundation
import GRDB
import Logging
import MessageBus
import MessageSchema
import ServiceKit
import ServiceStore
import Synchronization
import TestSupport
import Vocabulary

/// One service of the simulated suite: the product's loop, bus, engine and store on simulated sockets, clocks and a disk that fails.
final class SimulatedService<Core: ServiceCore>: SimulatedNode {
    let clock: SimulatedClock
    private let setting: Setting
    private let folder: String
    private let configuration: String
    private var process: Process?
    private var starts = 0
    private var path: String
    private(set) var fullUntil: Int64 = 0
    private var lastFall: Fault?

    /// What is gone when the process falls.
    struct Process {
        let engine: Engine<Core>
        let bus: Bus
        let loop: ServiceLoop<Core>
        let sockets: SimulatedSockets
        let intake: Intake
        let faults: CommitFaults
        let done = Confirmations()
        let effects = GivenOut()
    }

    /// A new service, or one that goes on with `files`.
    init(_: Core.Type, folder: String, configuration: String, files: StoreFiles?, _ setting: Setting) throws {
        (self.folder, self.configuration, self.setting) = (folder, configuration, setting)
        clock = SimulatedClock(setting.start)
        path = "\(folder)/\(Core.name.rawValue)-0.db"
        try files?.write(path)
        try start()
    }

    var name: ServiceName { Core.name }
    var subscriptions: [StreamName] { Core.subscriptions }
    var isUp: Bool { process != nil }

    // MARK: life

    func start() throws {
        starts += 1
        let process = try makeProcess()
        self.process = process
        try limitDisk()
        try running(process) { try process.loop.begin() }
    }

    private func makeProcess() throws -> Process {
        let store = try ServiceStore(
            path: path,
            service: Core.name,
            realm: Setting.realm,
            epoch: "epoch of \(Core.name.rawValue)",
            migrations: Core.migrations,
            pageBytes: Core.pageBytes
        )
        let now = setting.isLockstep ? Instant(seconds: 0) : clock.now
        let engine = try Engine<Core>(store: store, configuration: configuration, file: "simulated", now: now)
        let readers = try engine.readers()
        let writers = readers.map(\.stream.writer)
        let sockets = SimulatedSockets(setting.network, Core.name, start: starts, writers: writers)
        let bus = try Bus(service: Core.name, address: setting.address, readers: readers) { _ in sockets }
        let intake = Intake(capacity: setting.intakeCapacity, doorbell: try Doorbell())
        let loop = ServiceLoop(
            engine: engine,
            bus: bus,
            intake: intake,
            mode: setting.isLockstep ? .lockstep : .live,
            log: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() },
            clock: clock.loopClock
        )
        let process = Process(
            engine: engine,
            bus: bus,
            loop: loop,
            sockets: sockets,
            intake: intake,
            faults: try followCommits(of: store, sockets)
        )
        let effects = process.effects
        intake.effects.open { effects.append($0) }
        return process
    }

    private func followCommits(of store: ServiceStore, _ sockets: SimulatedSockets) throws -> CommitFaults {
        let seed = setting.seed &+ UInt64(starts) &* 31
        return try store.transaction { db in
            CommitFaults(db, path: self.path, seed: seed) { faults in
                sockets.noteCommit()
                if faults.hasFallen { sockets.close(.powerCut) }
            }
        }
    }

    func turn() throws {
        guard let process else { return }
        try running(process) { try process.loop.turn() }
    }

    /// Does what a process does, and lets it fall where it has to. Errors: whatever no fault explains.
    private func running(_ process: Process, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error where process.faults.hasFallen || process.sockets.fall != nil {
            // It fell as planned; the error is how the product noticed.
            _ = error
        } catch let error where FullDisk.isCause(of: error) && fullUntil > 0 {
            return try fall(.diskFull)
        }
        if process.faults.left != nil { return try fall(.powerCut) }
        if let fault = process.sockets.fall { return try fall(fault) }
        if process.faults.hasFallen { try fall(.beforeCommit) }
    }

    func files() throws -> StoreFiles { try StoreFiles(path) }

    /// The process is gone; what its disk holds is kept.
    func fall(_ fault: Fault) throws {
        guard let process else { return }
        process.sockets.close(fault)
        lastFall = fault
        let next = "\(folder)/\(Core.name.rawValue)-\(starts).db"
        let left = process.faults.left.map { StoreFiles(database: $0.database, log: $0.log) }
        try (left ?? files()).write(next)
        self.process = nil
        for suffix in ["", "-wal", "-shm"] { _ = try? FileManager.default.removeItem(atPath: path + suffix) }
        path = next
    }

    /// What fell since this was last asked.
    func takeFall() -> Fault? {
        defer { lastFall = nil }
        return lastFall
    }

    /// The process ends in order, if nothing strikes it meanwhile.
    func stop() throws {
        guard let process else { return }
        try running(process) { try process.loop.end() }
        try fall(.stopped)
    }

    // MARK: faults

    /// Whether the process may fall on what it handles: an input on which it fell twice would be kept aside.
    var mayFall: Bool {
        get throws { try process?.engine.store.read(Attempts.all).isEmpty ?? false }
    }

    func arm(_ plan: FallPlan) {
        switch plan {
        case .beforeCommit: process?.faults.plan = .fall
        case .powerCut: process?.faults.plan = .powerCut
        case .afterSending(let count): process?.sockets.fallsAfterSending = count
        }
    }

    func fillDisk(until time: Int64) throws {
        fullUntil = time
        try limitDisk()
    }

    /// There is room again: a process that stands is told by its next write.
    func makeRoom() throws {
        guard fullUntil > 0 else { return }
        fullUntil = 0
        try process?.engine.store.transaction { try FullDisk.leave(1 << 20, $0) }
    }

    private func limitDisk() throws {
        guard fullUntil > 0 else { return }
        try process?.engine.store.transaction { try FullDisk.leave(0, $0) }
    }

    // MARK: inputs

    var hasWork: Bool { process.map { $0.sockets.hasMail || $0.intake.depth > 0 } ?? false }

    func offer(_ input: ExternalInput, number: Int) -> Bool? {
        guard let process else { return nil }
        let done = process.done
        return process.intake.offer(input) { _ in done.append(number) }
    }

    func takeConfirmed() -> [Int] { process?.done.take() ?? [] }

    func takeEffects() -> [HandedEffect] {
        guard let process else { return [] }
        let (queue, engine) = (process.intake.effects, process.engine)
        return process.effects.take().map { pending in
            HandedEffect(pending: pending) { queue.settle(pending, $0, at: engine.now) }
        }
    }

    func setClockRight() {
        guard let behind = process.map({ $0.engine.now - clock.now }), behind > .zero else { return }
        clock.set(by: behind)
    }

    // MARK: what it holds

    var cursors: [(stream: StreamName, read: UInt64)] {
        process?.bus.readers.map { ($0.stream, $0.next - 1) } ?? []
    }

    func heads() throws -> [StreamHead] { try process?.engine.heads() ?? [] }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        guard let process else { throw CocoaError(.fileNoSuchFile) }
        return try process.engine.store.read(body)
    }

    func write(_ sql: String) throws { try process?.engine.store.transaction { try $0.execute(sql: sql) } }

    func handle(_ arrivals: [Arrival]) throws { _ = try process?.engine.handle(arrivals, at: clock.now) }

    func verify() throws -> Bool {
        guard let process else { return false }
        return try Engine<Core>.verify(process.engine.store, scratch: "\(path)-replayed-\(Epoch.draw()).db").holds
    }

    var pages: UInt64 { process?.bus.pagesAsked.values.reduce(0, +) ?? 0 }
}

/// Inputs whose completion was called, by their sender's number.
final class Confirmations: Sendable {
    private let numbers = Mutex<[Int]>([])

    func append(_ number: Int) { numbers.withLock { $0.append(number) } }

    func take() -> [Int] {
        numbers.withLock { numbers in
            defer { numbers = [] }
            return numbers
        }
    }
}

/// Effects that a process gave out, until somebody performs them.
final class GivenOut: Sendable {
    private let effects = Mutex<[PendingEffect]>([])

    func append(_ effect: PendingEffect) { effects.withLock { $0.append(effect) } }

    func take() -> [PendingEffect] {
        effects.withLock { effects in
            defer { effects = [] }
            return effects
        }
    }
}
