import Foundation
import MessageSchema
import MonitoringService
import ServiceKit
import ServiceStore
import TestSupport
import Vocabulary

/// The gateways of channels that bring warnings to people: each text is turned down for a while, or taken and the answer lost, or taken; and
/// receipts come back for it, some of them twice, each until it is confirmed.
final class SimulatedGateway: Sender {
    /// What is left of it when a stage is over.
    struct Memory: Sendable {
        /// How often each text came, by its key.
        var taken: [Data: Int] = [:]
        /// What was ever sent back.
        var told: [ExternalInput] = []
        var said: [Said] = []
    }

    /// What a receipt says of a text at a place.
    struct Said: Sendable {
        let key: Data
        let channel: String
        let place: String
        var people = 0
        var persons: Set<String> = []
    }

    private(set) var memory: Memory
    private let node: any SimulatedNode
    private var random: Seeded
    private var underWay: [(at: Int64, effect: HandedEffect)] = []
    private var receipts: [(number: Int, input: ExternalInput)] = []
    private var sentAt: Int64?
    private var number = 1_000_000

    private static let patience: Int64 = 2_000_000

    init(_ node: any SimulatedNode, _ memory: Memory, seed: UInt64) {
        (self.node, self.memory) = (node, memory)
        random = Seeded(seed)
    }

    /// Its part of monitoring.yaml.
    static let configuration = """
        reach:
          target_percent: 90
          deadlines: { blue: 6h, yellow: 3h, orange: 1h, red: 30m }
          check_percent: 50
          all_clear: 6h
          places:
            - { id: yirshi, name: { zh: 伊尔施, en: Yirshi }, division: "152202004", population: 4200 }
            - { id: tianchi, name: { zh: 天池, en: Tianchi }, division: "152202100", population: 900 }
          channels:
            - { id: app, kind: app, address: "http://127.0.0.1:9001/", languages: [zh], colours: [blue, yellow, orange, red], people: identified,
                exercises: true, covers: [{ place: yirshi, people: 40 }, { place: tianchi, people: 20 }], retry: { first: 1s, most: 4s, attempts: 1000 } }
            - { id: sirens, kind: siren, address: "http://127.0.0.1:9002/", languages: [zh], colours: [blue, yellow, orange, red], people: anonymous,
                exercises: true, covers: [{ place: yirshi, people: 3000 }], retry: { first: 1s, most: 4s, attempts: 1000 } }

        """

    var next: Int64? {
        let receipt = receipts.isEmpty ? nil : (sentAt.map { $0 + Self.patience } ?? 0)
        return [receipt, underWay.map(\.at).min()].compactMap { $0 }.min()
    }

    func confirm(_ numbers: Set<Int>) {
        guard let first = receipts.first, numbers.contains(first.number) else { return }
        receipts.removeFirst()
        sentAt = nil
    }

    func act(now: Int64, _ suite: SimulatedSuite) throws {
        for effect in node.takeEffects() { underWay.append((now + random.number(0...1_500_000), effect)) }
        let due = underWay.filter { $0.at <= now }
        underWay.removeAll { $0.at <= now }
        for (_, effect) in due { attempt(effect, suite) }
        guard let first = receipts.first, sentAt.map({ $0 + Self.patience <= now }) ?? true else { return }
        sentAt = now
        if node.offer(first.input, number: first.number) == false { suite.tally[.turnedDown] += 1 }
    }

    private func attempt(_ effect: HandedEffect, _ suite: SimulatedSuite) {
        if random.chance(suite.gatewayTrouble) {
            suite.tally[.textRefused] += 1
            return effect.settle(.notNow(reason: "answered-503", after: nil))
        }
        let row = effect.pending.row
        memory.taken[row.id.bytes, default: 0] += 1
        if memory.taken[row.id.bytes] == 1 { answer(row) }
        guard !random.chance(suite.gatewayTrouble) else {
            suite.tally[.textUnheard] += 1
            return effect.settle(.notNow(reason: "timed-out", after: nil))
        }
        effect.settle(.done(detail: Data()))
    }

    // MARK: receipts

    private func answer(_ row: EffectRow) {
        let place = row.subject.hasSuffix("152202004") ? "yirshi" : "tianchi"
        for _ in 0..<random.number(1...2) {
            var said = Said(key: row.id.bytes, channel: row.lane, place: place)
            var count: String
            if row.lane == "app" {
                let covered = place == "yirshi" ? 40 : 20
                for _ in 0..<random.number(1...10) {
                    said.persons.insert(Self.digest(place, Int(random.number(1...Int64(covered)))))
                }
                let digests = said.persons.sorted().map { "\"\($0)\"" }.joined(separator: ",")
                count = "\"subscribers\":[\(digests)]"
            } else {
                said.people = Int(random.number(1...3_000))
                count = "\"people\":\(said.people)"
            }
            count += ",\"at\":\"\(row.due)\""
            memory.said.append(said)
            // The same once more in a batch of another name.
            for _ in 0...(random.chance(250) ? 1 : 0) { tell(said, count) }
        }
    }

    private func tell(_ said: Said, _ count: String) {
        let key = said.key.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        var input = ExternalInput()
        (input.channel, input.sender) = (MonitoringCore.receipts, said.channel)
        input.data = Data(
            """
            {"batch":"\(memory.told.count)","receipts":[{"message":"\(key)","place":"\(said.place)","status":"delivered",\(count)}]}
            """.utf8
        )
        memory.told.append(input)
        receipts.append((number, input))
        number += 1
    }

    /// 64 hexadecimal digits that are one person's.
    private static func digest(_ place: String, _ person: Int) -> String {
        let digits = String((place == "yirshi" ? 1_000 : 2_000) + person)
        return String(repeating: "0", count: 64 - digits.count) + digits
    }
}

/// An effect that the process gave out, and where its end is told: to that process, and to none after it.
struct HandedEffect {
    let pending: PendingEffect
    let settle: (EffectAttempt) -> Void
}
