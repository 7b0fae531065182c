import Foundation
import MessageBus
import MessageSchema
import SwiftProtobuf
import TestSupport
import Testing

/// CURVE over TCP on the loopback: who is on the list hears, nobody else does.
@Suite struct GuardedBusTests {
    /// The test keys of libzmq's manual, zmq_curve(7).
    @Test func `a secret key has the public key of libzmq's manual`() throws {
        let pairs = [
            ("JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6", "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"),
            ("D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs", "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"),
        ]
        for (secret, expected) in pairs {
            #expect(try CurveKeyPair(secretKey: CurveKey(secret)).publicKey.text == expected)
        }
        #expect(throws: BusError.self) { try CurveKey("too short") }
        #expect(throws: BusError.self) { try CurveKey(String(repeating: "\"", count: 40)) }
    }

    let keys: [ServiceName: CurveKeyPair]
    let seats: [ServiceName: BusAddress.Seat]
    let person: CurveKeyPair

    init() throws {
        keys = [.monitoring: try .draw(), .dispatch: try .draw()]
        person = try .draw()
        var seats: [ServiceName: BusAddress.Seat] = [:]
        for (service, pair) in keys {
            let port = FreePorts.block(of: 2)
            seats[service] = BusAddress.Seat(
                host: "127.0.0.1",
                publicationPort: port,
                requestPort: port + 1,
                key: pair.publicKey
            )
        }
        self.seats = seats
    }

    func address(_ own: CurveKeyPair?) throws -> BusAddress {
        try BusAddress(seats: seats, people: ["wang": BusAddress.Person(key: person.publicKey)], keys: own)
    }

    func writer() throws -> Bus {
        try Bus(service: .monitoring, address: address(keys[.monitoring]), readers: [], doorbell: Doorbell())
    }

    static func head() -> StreamHead {
        var head = StreamHead()
        (head.stream, head.epoch, head.sequence) = ("monitoring", "e", 7)
        return head
    }

    /// Lets both run for a while; true once the reader has heard of the writer's head.
    static func hears(_ reader: Bus, _ writer: Bus, refused: (TurnedAway) -> Void = { _ in }) throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(2)
        while ContinuousClock.now < deadline {
            writer.wait(milliseconds: 10)
            for one in try writer.keepGate() { refused(one) }
            try writer.publish(heads: [head()])
            reader.wait(milliseconds: 10)
            _ = try reader.collect()
            if reader.readers[0].head == 7 { return true }
        }
        return false
    }

    func onlooker(_ address: BusAddress) throws -> Bus {
        try Bus(watching: [StreamReader(watching: .monitoring, from: 1)], address: address, doorbell: Doorbell())
    }

    @Test func `services and people of the list hear each other`() throws {
        let writer = try writer()
        let dispatch = try Bus(
            service: .dispatch,
            address: address(keys[.dispatch]),
            readers: [StreamReader(watching: .monitoring, from: 1)],
            doorbell: Doorbell()
        )
        #expect(try Self.hears(dispatch, writer))
        #expect(try Self.hears(onlooker(address(person)), writer))
        #expect(writer.refused == 0)
    }

    @Test func `a key that is not on the list hears nothing, and is told of once`() throws {
        let writer = try writer()
        let stranger = try CurveKeyPair.draw()
        let theirs = try BusAddress(
            seats: seats,
            people: ["me": BusAddress.Person(key: stranger.publicKey)],
            keys: stranger
        )
        var refused: [TurnedAway] = []
        #expect(try !Self.hears(onlooker(theirs), writer) { refused.append($0) })
        #expect(refused.map(\.key) == [stranger.publicKey.text])
        #expect(refused.first?.address == "127.0.0.1" && writer.refused >= 1)
    }

    @Test func `plain text hears nothing`() throws {
        let writer = try writer()
        let plain = seats.mapValues { seat in
            BusAddress.Seat(
                host: seat.host,
                publicationPort: seat.publicationPort,
                requestPort: seat.requestPort,
                key: nil
            )
        }
        #expect(try !Self.hears(onlooker(BusAddress(seats: plain, people: [:], keys: nil)), writer))
    }

    @Test func `whoever pretends to be a service is not listened to`() throws {
        let impostor = try CurveKeyPair.draw()
        var seats = seats
        seats[.monitoring]?.key = impostor.publicKey
        let theirs = try BusAddress(
            seats: seats,
            people: ["wang": BusAddress.Person(key: person.publicKey)],
            keys: impostor
        )
        let pretender = try Bus(service: .monitoring, address: theirs, readers: [], doorbell: Doorbell())
        #expect(try !Self.hears(onlooker(address(person)), pretender))
    }

    @Test func `a key gives the commands that the list gives it, and no service commands`() throws {
        let warnings = ["monitoring.command.warning.*", "dispatch.command.incident.close"]
        let people = [
            "wang": BusAddress.Person(key: person.publicKey, commands: warnings, persons: ["p-wang"])
        ]
        let guarded = try BusAddress(seats: seats, people: people, keys: person)
        func objection(_ type: String, _ key: CurveKey? = nil, as name: String = "p-wang") -> BusAddress.Objection? {
            guarded.objection(to: (key ?? person.publicKey).text, commanding: type, as: name)
        }
        #expect(objection("monitoring.command.warning.approve") == nil)
        #expect(objection("dispatch.command.incident.close") == nil)
        #expect(objection("dispatch.command.incident.close", as: "p-li") == .anotherPerson)
        #expect(objection("dispatch.command.incident.close2") == .notEntitled)
        #expect(objection("monitoring.command.") == .notEntitled && objection("") == .notEntitled)
        #expect(objection("monitoring.command.warning.approve", keys[.dispatch]?.publicKey) == .noPerson)
        #expect(try objection("monitoring.command.warning.approve", CurveKeyPair.draw().publicKey) == .noPerson)
    }

    @Test func `a list that changes is adopted at work: a new key comes in, one taken away is not answered`() throws {
        let newcomer = try CurveKeyPair.draw()
        let before = try address(keys[.monitoring])
        let writer = try Bus(service: .monitoring, address: before, readers: [], doorbell: Doorbell())
        let old = try Peer(ZeroMQContext(), .monitoring, at: address(person))
        #expect(try Self.isAnswered(old, by: writer))
        let people = ["new": BusAddress.Person(key: newcomer.publicKey)]
        try writer.adopt(BusAddress(seats: seats, people: people, keys: keys[.monitoring]))
        let theirs = try BusAddress(seats: seats, people: people, keys: newcomer)
        #expect(try Self.isAnswered(Peer(ZeroMQContext(), .monitoring, at: theirs), by: writer))
        #expect(try !Self.isAnswered(old, by: writer, within: .milliseconds(500)))
    }

    @Test func `a service's key is renewed at work: both sides go on under the new one`() throws {
        let writer = try writer()
        let dispatch = try onlooker(address(keys[.dispatch]))
        #expect(try Self.hears(dispatch, writer))
        let renewed = try CurveKeyPair.draw()
        var seats = seats
        seats[.monitoring]?.key = renewed.publicKey
        try writer.adopt(BusAddress(seats: seats, people: [:], keys: renewed))
        // Under the old key nobody is there any more; a place of its own shows it, for the reader keeps what it heard.
        #expect(try !Self.hears(onlooker(address(keys[.dispatch])), writer))
        let theirs = try BusAddress(seats: seats, people: [:], keys: keys[.dispatch])
        let late = try onlooker(address(keys[.dispatch]))
        try late.adopt(theirs)
        #expect(try Self.hears(late, writer))
    }

    @Test func `a key hears the streams that the list gives it, and no other; asking is refused alike`() throws {
        let some = ["wang": BusAddress.Person(key: person.publicKey, streams: [.monitoring])]
        let lists = try BusAddress(seats: seats, people: some, keys: keys[.monitoring])
        let writer = try Bus(service: .monitoring, address: lists, readers: [], doorbell: Doorbell())
        let theirs = try BusAddress(seats: seats, people: some, keys: person)
        let readers = [StreamName.monitoring, .observation].map { StreamReader(watching: $0, from: 1) }
        let reader = try Bus(watching: readers, address: theirs, doorbell: Doorbell())
        var refused: [TurnedAway] = []
        let (one, other) = (try Self.record(of: .monitoring), try Self.record(of: .observation))
        let deadline = ContinuousClock.now + .seconds(10)
        while reader.readers[0].next == 1, ContinuousClock.now < deadline {
            writer.wait(milliseconds: 10)
            refused += try writer.keepGate()
            // The one that may not be heard first: with the other it would have come.
            try writer.publish([other, one])
            reader.wait(milliseconds: 10)
            _ = try reader.collect()
        }
        #expect(reader.readers[0].next == 2 && reader.readers[1].heard == 0)
        #expect(refused.contains { $0.stream == .observation && $0.key == person.publicKey.text })
        #expect(
            lists.mayRead(.monitoring, person.publicKey.text) && !lists.mayRead(.observation, person.publicKey.text)
        )
    }

    /// One record of that stream, ready to be published.
    private static func record(of stream: StreamName) throws -> StreamBatch {
        var envelope = Envelope()
        envelope.id = RecordID.input(channel: "test", content: Data(stream.rawValue.utf8)).bytes
        (envelope.type, envelope.stream, envelope.epoch) = ("t", stream.rawValue, "e")
        (envelope.sequence, envelope.previousHash) = (1, RecordHash.none.bytes)
        var items = ItemList()
        items.append(try envelope.encoded())
        return StreamBatch(stream: stream, first: 1, items: items)
    }

    /// Whether the writer gets the peer's request and may answer it.
    private static func isAnswered(_ peer: Peer, by writer: Bus, within limit: Duration = .seconds(10)) throws -> Bool {
        var request = Request()
        request.status = StatusQuery()
        _ = try peer.send(request.serializedData())
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            writer.wait(milliseconds: 20)
            _ = try writer.keepGate()
            while let asked = try writer.nextRequest() { try writer.answer(asked, Reply()) }
            if try peer.receive() != nil { return true }
        }
        return false
    }

    @Test func `what would leave the machine in plain text is refused with the remedy`() throws {
        var open = seats
        for service in seats.keys {
            open[service]?.host = "10.0.0.7"
            open[service]?.key = nil
        }
        #expect { _ = try BusAddress(seats: open, people: [:], keys: nil) } throws: {
            ($0 as? BusError)?.code == .plainText && "\($0)".contains("fengsui keys")
        }
        var some = seats
        some[.dispatch]?.key = nil
        #expect { _ = try BusAddress(seats: some, people: [:], keys: person) } throws: {
            ($0 as? BusError)?.code == .key
        }
        #expect { _ = try address(nil) } throws: { "\($0)".contains("--key") }
        #expect { _ = try address(.draw()) } throws: { "\($0)".contains("not on the bus's list") }
        #expect {
            _ = try Bus(service: .monitoring, address: address(keys[.dispatch]), readers: [], doorbell: Doorbell())
        } throws: {
            ($0 as? BusError)?.code == .key
        }
    }
}
