import MonitoringCodecs
import TestSupport
import Testing
import Vocabulary

@Suite struct MQTTSessionTests {
    typealias Action = MQTTSession.Action
    let start = Instant(seconds: 1_790_000_000)
    let one = MQTTPacket.Publish(topic: "g/1", payload: [1], id: 7)

    private func session(_ limits: MQTTSession.Limits = .init(keepAlive: .seconds(10), inFlight: 2)) -> MQTTSession {
        MQTTSession(filters: ["g/#", "h"], limits: limits, at: start)
    }

    private func listening() -> MQTTSession {
        var session = session()
        _ = session.received(.connack(sessionPresent: true, code: .accepted), at: start)
        _ = session.received(.suback(id: 1, granted: [1, 1]), at: start)
        return session
    }

    @Test func `a message is acknowledged when it is kept, and not before`() {
        var session = session()
        let asked = session.received(.connack(sessionPresent: true, code: .accepted), at: start)
        #expect(asked == [.send(.subscribe(id: 1, [.init("g/#"), .init("h")]))])
        // What waited in the broker comes before the answer to SUBSCRIBE.
        #expect(session.received(.publish(one), at: start) == [.take(one)])
        #expect(session.received(.suback(id: 1, granted: [1, 1]), at: start) == [.listening(sessionPresent: true)])
        #expect(session.received(.publish(one), at: start) == [], "it waits already")
        #expect(session.kept(one, at: start) == [.send(.puback(id: 7))])
        #expect(session.kept(one, at: start) == [] && session.inFlight == 0)
        let unnumbered = MQTTPacket.Publish(topic: "h", payload: [], id: nil)
        #expect(session.received(.publish(unnumbered), at: start) == [.take(unnumbered)])
        #expect(session.kept(unnumbered, at: start) == [])
    }

    @Test func `every packet that may not come then closes the connection, with its reason`() {
        let wrong: [(MQTTSession, MQTTPacket)] = [
            (session(), .publish(one)), (session(), .suback(id: 1, granted: [1, 1])), (session(), .pingresp),
            (listening(), .connack(sessionPresent: false, code: .accepted)),
            (listening(), .suback(id: 1, granted: [1, 1])),
            (listening(), .pingreq), (listening(), .subscribe(id: 1, [.init("a")])), (listening(), .puback(id: 1)),
            (listening(), .disconnect), (listening(), .connect(.init(clientID: "x", keepAliveSeconds: 0))),
        ]
        for (session, packet) in wrong {
            var session = session
            guard case .close(.unexpected)? = session.received(packet, at: start).first else {
                Issue.record("\(packet) passed")
                continue
            }
            #expect(session.state == .closed && session.received(.pingresp, at: start) == [])
            #expect(session.kept(one, at: start) == [] && session.tick(at: start + .hours(1)) == [])
        }
        var refused = session()
        let no = refused.received(.connack(sessionPresent: false, code: .badUserOrPassword), at: start)
        #expect(no == [.close(.refused(.badUserOrPassword))])
        for granted in [[1, nil], [0, 1]] as [[UInt8?]] {
            var session = session()
            _ = session.received(.connack(sessionPresent: false, code: .accepted), at: start)
            let filter = granted[0] == 1 ? "h" : "g/#"
            #expect(
                session.received(.suback(id: 1, granted: granted), at: start) == [
                    .close(.notSubscribed(filter: filter))
                ]
            )
        }
    }

    /// 3.1.2.10: a client that has nothing to send sends PINGREQ.
    @Test func `a silent line is asked, and given up`() {
        var session = listening()
        #expect(session.tick(at: start + .seconds(4)) == [])
        #expect(session.tick(at: start + .seconds(5)) == [.send(.pingreq)])
        #expect(
            session.received(.pingresp, at: start + .seconds(6)) == [] && session.tick(at: start + .seconds(9)) == []
        )
        #expect(session.tick(at: start + .seconds(10)) == [.send(.pingreq)])
        #expect(session.tick(at: start + .seconds(16)) == [.close(.silent)])
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `at random: each message is taken once, acknowledged once and after it was kept, and what waits is bounded`(
        seed: UInt64
    ) {
        var random = Seeded(seed)
        var session = listening()
        var (taken, kept, acknowledged): ([UInt16], Set<UInt16>, [UInt16]) = ([], [], [])
        for step in 0..<2_000 {
            let now = start + .milliseconds(Int64(step))
            let id = UInt16.random(in: 1...12, using: &random)
            let publish = MQTTPacket.Publish(topic: "g", payload: [], id: id)
            let actions: [Action]
            if Bool.random(using: &random) {
                guard session.hasRoom else { continue }
                actions = session.received(.publish(publish), at: now)
            } else {
                if taken.contains(id) { kept.insert(id) }
                actions = session.kept(publish, at: now)
            }
            for action in actions {
                switch action {
                case .take(let publish):
                    #expect(!taken.contains(publish.id ?? 0), "seed \(seed), step \(step)")
                    taken.append(publish.id ?? 0)
                case .send(.puback(let id)):
                    #expect(kept.remove(id) != nil && taken.contains(id), "seed \(seed), step \(step)")
                    taken.removeAll { $0 == id }
                    acknowledged.append(id)
                case .send, .listening, .close: Issue.record("\(action), seed \(seed), step \(step)")
                }
            }
            #expect(session.inFlight == taken.count && session.inFlight <= 2)
        }
        #expect(acknowledged.count > 100)
    }
}
