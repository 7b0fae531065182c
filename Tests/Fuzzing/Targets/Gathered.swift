import Foundation
import MessageBus
import MessageSchema
import ServiceKit
import SwiftProtobuf
import TestSupport
import Vocabulary

// Where the corpus comes from: what the product writes when it plays the recorded flood, and the files that it ships.

extension Corpus {
    /// Named inputs.
    package typealias Inputs = [(name: String, bytes: [UInt8])]

    /// The inputs of every target.
    package static func gathered() throws -> [(FuzzTarget, Inputs)] {
        let (records, commands) = try Seats.traffic()
        let kinds = try records.map(Envelope.decode).firsts { $0.type }.map { ($0.type, Array(try $0.encoded())) }
        let orders = try commands.map(Command.decode).firsts { $0.type }
        let lines = try text("Tests/Recordings/flash-flood/inputs.jsonl").split(separator: "\n").map(String.init)
        let frames = try Recording(text: lines.joined(separator: "\n"), file: "", realm: .live).inputs
            .filter { $0.input.channel == "sl651" }.map { Array($0.input.data) }.firsts { $0.count }
            .enumerated().map { ("frame-\($0)", $1) }
        return [
            (.envelope, Array(kinds.prefix(4))), (.record, kinds), (.list, try lists(records)),
            (.heartbeat, try heartbeats()),
            (.command, try orders.map { ($0.type, Array(try $0.serializedData())) }),
            (.request, try requests(orders)), (.reader, programs), (.sl651, frames), (.station, frames),
            (.framing, [("connection", [0x00] + frames.flatMap(\.1)), ("noise", [0x7E, 0x00, 0x7E, 0x7E, 0x7E])]),
            (.loop, try scripts(records, orders)), (.recording, recordings(lines)), (.busFile, try busFiles()),
        ]
    }

    private static func text(_ path: String) throws -> String {
        try String(contentsOfFile: Checkout.root.path + "/" + path, encoding: .utf8)
    }

    private static func lists(_ records: [Data]) throws -> Inputs {
        var list = ItemList()
        for record in records.prefix(2) { list.append(record) }
        var head = StreamHead()
        (head.stream, head.epoch, head.sequence, head.hash, head.first) = ("dispatch", "e", 2, RecordHash.none.bytes, 1)
        let page = EncodedPage(number: 7, head: head, records: Array(records.prefix(2)))
        return [("batch", list.bytes), ("page", Array(try page.encoded()))]
    }

    private static func heartbeats() throws -> Inputs {
        let known = RecordHash.of(Data("known".utf8))
        let heads = [
            (StreamName.monitoring, 41, known), (.dispatch, 9, known), (.stockpile, 3, known), (.center, 7, .none),
        ]
        var heartbeat = Heartbeat()
        heartbeat.service = "monitoring"
        heartbeat.heads = heads.map { stream, sequence, hash in
            var head = StreamHead()
            (head.stream, head.epoch, head.sequence, head.first) = (stream.rawValue, "e", UInt64(sequence), 1)
            head.hash = hash.bytes
            return head
        }
        return [("heads", Array(try heartbeat.serializedData()))]
    }

    private static func requests(_ orders: [Command]) throws -> Inputs {
        var (catchUp, step, status) = (Request(), Request(), Request())
        (catchUp.number, catchUp.catchUp.stream, catchUp.catchUp.from) = (1, "monitoring", 3)
        (step.step.run, step.step.number, step.step.timeUs, step.step.timers) = ("r", 1, 1_791_000_000_000_000, true)
        var input = ExternalInput()
        (input.channel, input.sender, input.data) = ("sl651", "1522021001", Data([0x7E, 0x7E]))
        var head = StreamHead()
        (head.stream, head.epoch, head.sequence, head.hash) = ("monitoring", "e", 4, RecordHash.none.bytes)
        (step.step.inputs, step.step.barrier, status.status) = ([input], [head], StatusQuery())
        var inputs = [("catch-up", catchUp), ("step", step), ("status", status)]
        for order in orders.prefix(3) {
            var request = Request()
            (request.number, request.command) = (2, order)
            inputs.append((order.type, request))
        }
        return try inputs.map { ($0.0, Array(try $0.1.serializedData())) }
    }

    /// What comes in on a service's sockets, numbered as `FuzzTarget.loop` says.
    private static func scripts(_ records: [Data], _ orders: [Command]) throws -> Inputs {
        func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
            varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
        }
        let kinds = try records.filter { try Envelope.decode($0).stream == StreamName.monitoring.rawValue }
            .firsts { (try? Envelope.decode($0))?.type }.map { Array($0) }
        let lists = try lists(records).map(\.bytes)
        var snapshot = Reply()
        (snapshot.snapshot.base.stream, snapshot.snapshot.base.epoch) = ("monitoring", "e")
        (snapshot.snapshot.base.sequence, snapshot.snapshot.last) = (900, true)
        snapshot.snapshot.base.hash = RecordHash.of(Data("base".utf8)).bytes
        snapshot.snapshot.records = [Data(kinds[0])]
        var pruned = Heartbeat()
        pruned.heads = [snapshot.snapshot.base]
        (pruned.heads[0].sequence, pruned.heads[0].first) = (910, 901)
        let heads = Array(try pruned.serializedData())
        return try [
            ("records", kinds.prefix(3).flatMap { field(5, $0) }),
            ("heartbeat-and-page", field(2, heartbeats()[0].bytes) + field(3, lists[1])),
            ("old-records", field(1, lists[0])),
            ("snapshot", field(2, heads) + field(3, Array(try snapshot.serializedData()))),
        ] + requests(orders).map { ($0.name, field(4, $0.bytes)) }
    }

    /// Instructions of `ReaderRun`.
    private static let programs: Inputs = [
        ("in-order", [0] + (0..<40).flatMap { [0, $0] as [UInt8] }),
        ("gap", [0, 0, 0, 3, 2, 3, 1, 3, 0, 0, 0, 0, 0, 0, 0, 7, 3]),
        ("heads", [1, 7, 3, 0, 0, 7, 1, 0, 0, 7, 9, 0, 0]),
        ("far", [2] + (0..<200).flatMap { [3, $0 | 1] as [UInt8] }),
    ]

    private static func recordings(_ lines: [String]) -> Inputs {
        let order = lines.first { $0.contains("\"command\"") } ?? ""
        return [("frames", Array(lines.prefix(2).joined(separator: "\n").utf8)), ("command", Array(order.utf8))]
    }

    private static func busFiles() throws -> Inputs {
        let key = try CurveKey("rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7")
        var file = BusFile()
        for (index, service) in ServiceName.allCases.enumerated() {
            let port = 5_560 + 2 * index
            file.seats[service] = .init(host: service.rawValue, publicationPort: port, requestPort: port + 1, key: key)
        }
        file.people = [
            "operator": .init(key: key), "wang": .init(key: key, commands: ["monitoring.command.warning.*"]),
        ]
        return [("bus.yaml", Array(file.text.utf8))]
    }
}

extension Sequence {
    /// The first element of each kind, in order.
    fileprivate func firsts<Kind: Hashable>(_ kind: (Element) -> Kind) -> [Element] {
        var seen: Set<Kind> = []
        return filter { seen.insert(kind($0)).inserted }
    }
}
