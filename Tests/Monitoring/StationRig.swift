import Foundation
import InMemoryLogging
import Logging
import MessageBus
import MessageSchema
import MonitoringService
import NIOCore
import ServiceKit
import ServiceStore
import SwiftProtobuf
import TestSupport
import Testing
import Vocabulary

/// The product's loop and its ports on the loopback, with real sockets; each turn is a test's.
final class StationRig {
    let folder: TemporaryFolder
    let engine: Engine<MonitoringCore>
    private let loop: ServiceLoop<MonitoringCore>
    private let intake: Intake
    private let logs = InMemoryLogHandler()
    private let board = StateBoard()
    private let peer: Peer
    private let doorbell: Doorbell
    private var asked: UInt64 = 0
    private var servers: [any Channel] = []

    static let configuration = """
        jurisdiction: "152202"
        sender: { code: "15220241600000", name: { zh: 局, en: Bureau } }
        divisions: [{ code: "152202004", name: { zh: 伊尔施街道, en: Yirshi } }]
        people: [{ person: p-li, roles: [duty-officer] }, { person: p-guest, roles: [observer] }]
        station_orders: { keep: 24h, answer: 2m, attempts: 3 }
        elements: [{ id: cod, name: { zh: 化学需氧量, en: COD }, unit: mg/L }, { id: cod_hour, name: { zh: 小时化学需氧量, en: COD of an hour }, unit: mg/L, period: 1h }]
        stations:
          - { id: "1522021001", name: { zh: 甲, en: A }, division: "152202004", position: [47.3, 119.8], silent_after: 150m }
          - { id: yirshi-2, sl651: "1522020C35", name: { zh: 乙, en: B }, division: "152202004", position: [47.3, 119.8], silent_after: 150m }
          - { id: outlet-1, mn: A1, password: "123456", factors: { w01018: { Rtd: cod, 2061-Avg: cod_hour } }, name: { zh: 丙, en: C }, division: "152202004", position: [47.3, 119.8], silent_after: 150m }
          - { id: village-1, name: { zh: 丁, en: D }, division: "152202004", position: [47.3, 119.8], silent_after: 150m }
        rules: []
        """

    init(now: Instant = WallClock.now()) throws {
        folder = try TemporaryFolder()
        let address = try BusAddress(folder: folder.path)
        doorbell = try Doorbell()
        intake = Intake(doorbell: doorbell)
        let store = try ServiceStore(
            path: folder.path + "/m.db",
            service: .monitoring,
            realm: .live,
            epoch: "e",
            migrations: MonitoringCore.migrations
        )
        engine = try Engine(store: store, configuration: Self.configuration, file: "m.yaml", now: now)
        let logs = logs
        loop = ServiceLoop(
            engine: engine,
            bus: try Bus(service: .monitoring, address: address, readers: [], doorbell: doorbell),
            intake: intake,
            mode: .live,
            log: Logger(label: "test") { _ in logs },
            board: board
        )
        peer = try Peer(ZeroMQContext(), .monitoring, at: address)
    }

    deinit { for server in servers { server.close(promise: nil) } }

    /// Opens a port of that protocol on a free number and connects to it as often as is asked.
    func connect<Session: DeviceSession>(
        _: Session.Type,
        _ limits: PortLimits = PortLimits(),
        count: Int = 1
    ) async throws -> [StationLine] {
        let logs = logs
        let port = StationPort<Session>(
            try #require(HostPort(argument: "0")),
            option: "--test",
            limits: limits,
            intake: intake,
            log: Logger(label: "test") { _ in logs }
        )
        let server = try await port.open()
        servers.append(server)
        let number = try #require(server.localAddress?.port)
        return try (0..<count).map { _ in try StationLine(port: number) }
    }

    /// Turns until `condition` holds; false after twenty seconds.
    func turn(until condition: () throws -> Bool) throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(20)
        while try !condition() {
            guard ContinuousClock.now < deadline else { return false }
            // The loop does not wait: what is awaited here may come by another way.
            doorbell.ring()
            try loop.turn()
        }
        return true
    }

    /// What a person's command is answered with.
    func send(_ message: some CommandMessage, by person: String = "p-li") throws -> CommandAnswer {
        asked += 1
        var command = Command()
        (command.id, command.type, command.realm) = ("c-\(asked)", type(of: message).type, "live")
        (command.actor.person, command.actor.role) = (person, "any")
        command.payload = try message.serializedData()
        var request = Request()
        (request.number, request.body) = (asked, .command(command))
        _ = try peer.send(request.serializedData())
        var reply: Reply?
        _ = try turn {
            reply = try peer.receive().map { try Reply(serializedBytes: $0) }
            return reply != nil
        }
        return try #require(reply).answer
    }

    /// The messages of type `M` that the service wrote.
    func written<M: StreamMessage>(_: M.Type) throws -> [M] {
        try engine.store.read { try Stored.outbox(M.stream, $0) }.map { try Envelope.decode($0) }
            .filter { $0.type == M.type }.map { try M.decode($0.payload) }
    }

    /// The codes of what was kept aside, the first first.
    func refused() throws -> [String] {
        try engine.store.read { try Ledgers.lastDeadLetters(100, $0) }.map(\.code).reversed()
    }

    /// What the ports counted, by event.
    func counted(_ event: String) throws -> Int64 {
        var request = Request()
        asked += 1
        (request.number, request.body) = (asked, .status(StatusQuery()))
        _ = try peer.send(request.serializedData())
        var reply: Reply?
        _ = try turn {
            reply = try peer.receive().map { try Reply(serializedBytes: $0) }
            return reply != nil
        }
        return Int64(reply?.status.counters.first { $0.name == "port.\(event)" }?.value ?? 0)
    }

    /// The facts of the lines with that message.
    func facts(_ message: String) -> [Logger.Metadata] {
        logs.entries.filter { "\($0.message)" == message }.map(\.metadata)
    }

    /// Whether the journal replayed gives the same tables and records (D1).
    func holds() throws -> Bool {
        try Engine<MonitoringCore>.verify(engine.store, scratch: folder.path + "/replayed.db").holds
    }
}

/// A station's end of a connection, as plain as the system has it.
final class StationLine {
    private let descriptor: CInt
    private(set) var received: [UInt8] = []
    /// The other end closed it.
    private(set) var isClosed = false

    init(port: Int) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        address.sin_port = in_port_t(port).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    deinit { Foundation.close(descriptor) }

    /// Sends what the connection takes now; gives how many bytes that were.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Int {
        max(0, Foundation.send(descriptor, bytes, bytes.count, CInt(MSG_DONTWAIT | MSG_NOSIGNAL)))
    }

    /// Takes what waits.
    func receive() {
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &piece, piece.count, CInt(MSG_DONTWAIT))
            if count > 0 { received += piece[..<count] }
            if count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK) { isClosed = true }
            if count <= 0 { return }
        }
    }

    /// No more is sent from this end.
    func finish() { _ = shutdown(descriptor, CInt(SHUT_WR)) }
}
