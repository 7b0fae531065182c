import AssessmentService
import CommandCenterService
import DispatchService
import Foundation
import MessageBus
import MessageSchema
import MonitoringService
import ServiceKit
import ServiceStore
import StockpileService
import TestSupport
import Vocabulary

/// The whole suite in one process: simulated time, network, disks and falls, all from one seed.
final class SimulatedSuite {
    let network: SimulatedNetwork
    let nodes: [any SimulatedNode]
    private(set) var stations: [SimulatedStation] = []
    private(set) var people: [SimulatedPerson] = []
    let gateway: SimulatedGateway
    private let isLockstep: Bool
    var tally = FaultTally()
    private var random: Seeded
    private let folder: TemporaryFolder
    private var troubles: Troubles
    private var headWatch = HeadWatch()
    private var restartAt: [ServiceName: Int64] = [:]
    private var slowUntil: [ServiceName: Int64] = [:]
    private var turnedAt: [ServiceName: Int64] = [:]
    private var pages: [ServiceName: UInt64] = [:]
    private var steps = 0
    /// How often a service was turned.
    private(set) var turns = 0

    /// How often, in a thousand reports, a station sends one twice at once.
    var impatience: UInt64 { troubles.impatience }
    /// How often, in a thousand attempts, a gateway turns a text down, and how often its answer is lost.
    var gatewayTrouble: UInt64 { troubles.gateway }

    /// A suite that is to be told `story`.
    convenience init(seed: UInt64, telling story: Story) throws {
        let stage = story.stage
        try self.init(seed: seed, start: story.start, files: stage?.files ?? [:], texts: stage?.texts ?? .init())
    }

    /// A suite that begins with `files`; in lockstep a player owns its time, and people approve warnings as they are shipped.
    init(
        seed: UInt64,
        start: Instant,
        files: [ServiceName: StoreFiles] = [:],
        texts: SimulatedGateway.Memory = .init(),
        lockstep: Bool = false
    ) throws {
        isLockstep = lockstep
        random = Seeded(seed)
        troubles = Troubles(drawn: &random)
        network = SimulatedNetwork(seed: seed ^ 0xB05)
        network.weather = troubles.weather
        folder = try TemporaryFolder(inMemory: true)
        let setting = Setting(
            seed: seed,
            network: network,
            address: try BusAddress(folder: "simulated"),
            isLockstep: lockstep,
            start: start,
            intakeCapacity: troubles.intakeCapacity
        )
        let path = folder.path
        func node<Core: ServiceCore>(_ core: Core.Type) throws -> any SimulatedNode {
            let text = try Self.text(Core.name, automaticRelease: !lockstep)
            return try SimulatedService(core, folder: path, configuration: text, files: files[Core.name], setting)
        }
        let monitoring = try node(MonitoringCore.self)
        gateway = SimulatedGateway(monitoring, texts, seed: seed ^ 0x7E87)
        nodes = [
            monitoring, try node(DispatchCore.self), try node(StockpileCore.self),
            try node(CommandCenterCore.self), try node(AssessmentCore.self),
        ]
        try headWatch.check(nodes, news: nodes)
    }

    /// The shipped configuration; with automatic release, warnings of every colour are released without a person.
    private static func text(_ service: ServiceName, automaticRelease: Bool) throws -> String {
        let path = Checkout.root.path + "/compose/configuration/\(service.rawValue).yaml"
        var text = try String(contentsOfFile: path, encoding: .utf8)
        if service == .monitoring { text += "\n" + SimulatedGateway.configuration }
        guard automaticRelease else { return text }
        return text.replacing("automatic_release: [red]", with: "automatic_release: [blue, yellow, orange, red]")
    }

    func node(_ service: ServiceName) throws -> any SimulatedNode {
        guard let node = nodes.first(where: { $0.name == service }) else { throw Broken("no \(service)") }
        return node
    }

    // MARK: the run

    /// Tells the story with faults, then lets everything heal and everybody finish.
    func play(_ story: Story) throws {
        try tell(story)
        try calm()
    }

    /// Tells the story until every input is confirmed and every command answered.
    func tell(_ story: Story) throws {
        try bringIn(story)
        while nextInput != nil { try step(faulty: true) }
    }

    private func bringIn(_ story: Story) throws {
        let timed = Array(story.timed.enumerated())
        let monitoring = try node(.monitoring)
        let reports = timed.filter { $0.element.input.input.channel != Arrival.commandChannel }
        for sender in Set(reports.map(\.element.input.input.sender)).sorted() {
            let own = reports.filter { $0.element.input.input.sender == sender }.map { ($0.offset, $0.element) }
            stations.append(SimulatedStation(monitoring, own, seed: random.next()))
        }
        let commands = try timed.filter { $0.element.input.input.channel == Arrival.commandChannel }.map {
            (person: try Command.decode($0.element.input.input.data).actor.person, timed: $0.element)
        }
        for person in Set(commands.map(\.person)).sorted() {
            let own = commands.filter { $0.person == person }.map(\.timed)
            people.append(SimulatedPerson(person, own, network))
        }
    }

    private var senders: [any Sender] { stations + people + [gateway] }

    /// When something is to be sent next; nil when all is confirmed and answered.
    private var nextInput: Int64? { senders.compactMap(\.next).min() }

    /// Faults end, and everybody finishes. Errors: `Broken` where they never do.
    func calm() throws {
        endTroubles()
        slowUntil = [:]
        for node in nodes { try node.makeRoom() }
        var quiet = 0
        let limit = steps + 2_000
        while quiet < 3 {
            guard steps < limit else {
                throw Broken("the suite never comes to rest: \(try unrest().joined(separator: ", "))")
            }
            for node in nodes where node.isUp { node.setClockRight() }
            try step(faulty: false)
            quiet = try unrest().isEmpty ? quiet + 1 : 0
        }
        tally.add(network.tally)
    }

    /// No fault strikes any more, and the network is well.
    func endTroubles() {
        network.heal()
        troubles.end()
    }

    /// What is not finished.
    private func unrest() throws -> [String] {
        var unrest = nodes.filter { !$0.isUp || $0.hasWork }.map { "\($0.name) has work or is down" }
        unrest += nextInput == nil ? [] : ["inputs are not confirmed"]
        // In lockstep nothing is performed.
        let texts =
            try isLockstep
            ? 0 : nodes.filter(\.isUp).map { try $0.read { try Effects.count(.waiting, $0) } }.reduce(0, +)
        unrest += texts == 0 ? [] : ["\(texts) texts wait"]
        for node in nodes where node.isUp {
            for cursor in node.cursors where cursor.read < headWatch[cursor.stream] {
                unrest.append("\(node.name) read \(cursor.stream) to \(cursor.read) of \(headWatch[cursor.stream])")
            }
        }
        return unrest
    }

    /// One moment: time passes, the network brings what is due, faults strike, senders send, services turn.
    func step(faulty: Bool) throws {
        steps += 1
        pass(faulty ? pause() : 250_000)
        if faulty { try strike() }
        for sender in senders { try sender.act(now: network.now, self) }
        var turned: [any SimulatedNode] = []
        for node in nodes.shuffled(using: &random) where try turn(node) { turned.append(node) }
        turns += turned.count
        try headWatch.check(nodes, news: turned)
    }

    private func pause() -> Int64 {
        let next = nextInput ?? network.now
        if next > network.now, random.chance(450) { return next - network.now }
        return random.number(20_000...600_000)
    }

    private func pass(_ microseconds: Int64) {
        for node in nodes { node.clock.advance(microseconds) }
        network.advance(microseconds)
    }

    /// The longest that the product's loop waits.
    private static let patience: Int64 = 500_000

    /// False where there was nothing to do.
    private func turn(_ node: any SimulatedNode) throws -> Bool {
        let now = network.now
        if !node.isUp {
            guard restartAt[node.name, default: 0] <= now else { return false }
            if node.fullUntil > 0, node.fullUntil <= now { try node.makeRoom() }
            try node.start()
            pages[node.name] = 0
        } else {
            let isDue = node.hasWork || now - turnedAt[node.name, default: -Self.patience] >= Self.patience
            guard isDue, slowUntil[node.name, default: 0] <= now else { return false }
            turnedAt[node.name] = now
            try node.turn()
        }
        settle(node)
        return true
    }

    /// Hands on what the turn confirmed, unless the process never came to say so.
    private func settle(_ node: any SimulatedNode) {
        tally[.fetched] += Int(node.pages - min(node.pages, pages[node.name, default: 0]))
        pages[node.name] = node.pages
        let confirmed = Set(node.takeConfirmed())
        if let fall = node.takeFall() {
            tally[fall] += 1
            restartAt[node.name] = network.now + random.number(0...3_000_000)
        }
        guard !confirmed.isEmpty, !random.chance(troubles.confirmationsLost) else { return }
        for station in stations { station.confirm(confirmed) }
        gateway.confirm(confirmed)
    }

    // MARK: faults

    private func strike() throws {
        if random.chance(troubles.cut) {
            let two = nodes.shuffled(using: &random)
            network.cut(
                two[0].name,
                two[1].name,
                bothWays: random.chance(500),
                microseconds: random.number(200_000...20_000_000)
            )
        }
        for node in nodes {
            if random.chance(troubles.clock) { setClock(of: node) }
            if node.fullUntil > 0, node.fullUntil <= network.now { try node.makeRoom() }
            guard node.isUp else { continue }
            if random.chance(troubles.slow) {
                tally[.slow] += 1
                slowUntil[node.name] = network.now + random.number(1_000_000...10_000_000)
            }
            if random.chance(troubles.full), node.fullUntil == 0 {
                try node.fillDisk(until: network.now + random.number(1_000_000...10_000_000))
            }
            if random.chance(troubles.kill) {
                if random.chance(250) { try node.stop() } else { try node.fall(.killed) }
                settle(node)
            } else if random.chance(troubles.fall), try node.mayFall {
                node.arm(FallPlan.allCases[Int(random.next() % UInt64(FallPlan.allCases.count))])
            }
        }
    }

    private func setClock(of node: any SimulatedNode) {
        let jump = random.number(-3_600_000_000...3_600_000_000)
        tally[jump > 0 ? .clockForward : .clockBack] += 1
        node.clock.set(by: .microseconds(jump))
    }
}
