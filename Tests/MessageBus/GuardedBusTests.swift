import Foundation
import MessageBus
import MessageSchema
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
        try BusAddress(seats: seats, people: ["wang": person.publicKey], keys: own)
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
        let theirs = try BusAddress(seats: seats, people: ["me": stranger.publicKey], keys: stranger)
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
        let theirs = try BusAddress(seats: seats, people: ["wang": person.publicKey], keys: impostor)
        let pretender = try Bus(service: .monitoring, address: theirs, readers: [], doorbell: Doorbell())
        #expect(try !Self.hears(onlooker(address(person)), pretender))
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
