import Foundation
import MessageSchema
import ServiceKit
import ServiceStore
import SwiftProtobuf
import Synchronization
import TestSupport
import Testing
import Vocabulary

/// Effects through the product's loop and port, with a fake outside; the rules are those of `Turn.perform` and `EffectPerformer`.
@Suite(.serialized) struct EffectTests {
    static let willing = { @Sendable (_: EffectRow, _: Int) async in EffectAttempt.done(detail: Data()) }

    @Test func `what is asked for is done once it is committed, and its end is an input like any other`() async throws {
        let rig = try LetterRig(TemporaryFolder())
        let outside = Outside(Self.willing)
        try rig.ask("ask a one", "complain a two", "ask b three")
        #expect(try await rig.turn(outside, until: { try rig.heard().count == 2 }))
        #expect(try rig.heard().sorted() == ["one done 1", "three done 1"])
        // What the handler complained about after it had asked never happened.
        #expect(outside.attempts("two") == 0 && outside.attempts("one") == 1)
        #expect(try rig.count(.waiting) == 0 && rig.codes() == ["complaint"])
        #expect(try rig.differences() == [])
    }

    @Test func `what fails for now is tried again under the same key, and given up with the last reason`() async throws
    {
        let rig = try LetterRig(TemporaryFolder())
        let outside = Outside { row, attempt in
            switch row.subject {
            case "third-time": attempt < 3 ? .notNow(reason: "busy") : .done(detail: Data())
            case "never": .notNow(reason: "unreachable")
            default: .failed(reason: "refused", detail: Data("no".utf8))
            }
        }
        try rig.ask("ask a third-time", "ask b never", "ask c refused", "late d overdue")
        #expect(try await rig.turn(outside, until: { try rig.heard().count == 4 }))
        #expect(
            try rig.heard().sorted() == [
                "never failed gave-up 3 unreachable", "overdue failed too-late 1 ", "refused failed refused 1 ",
                "third-time done 3",
            ]
        )
        #expect(outside.attempts("third-time") == 3 && outside.keys("third-time") == 1)
        #expect(outside.attempts("never") == 3 && outside.attempts("overdue") == 0)
        #expect(try rig.differences() == [])
    }

    @Test func `killed between commit and performance, it is done by the next process`() async throws {
        let folder = try TemporaryFolder()
        try LetterRig(folder).ask("ask a one")
        let rig = try LetterRig(folder)
        let outside = Outside(Self.willing)
        #expect(try await rig.turn(outside, until: { try rig.heard() == ["one done 1"] }))
        #expect(try rig.differences() == [])
    }

    @Test func `killed between performance and result, it is done again under its key, and counts once`() async throws {
        let folder = try TemporaryFolder()
        let outside = Outside(Self.willing)
        do {
            // Whose intake takes nothing: what was done is never told.
            let rig = try LetterRig(folder, capacity: 0)
            try rig.ask("ask a one")
            #expect(try await rig.turn(outside, until: { outside.attempts("one") == 1 }))
            #expect(try rig.heard() == [] && rig.count(.waiting) == 1)
        }
        let rig = try LetterRig(folder)
        #expect(try await rig.turn(outside, until: { try !rig.heard().isEmpty }))
        #expect(try rig.heard() == ["one done 1"] && rig.count(.waiting) == 0)
        #expect(outside.attempts("one") == 2 && outside.keys("one") == 1)
        #expect(try rig.differences() == [])
    }

    @Test func `attempts are counted over a kill`() async throws {
        let folder = try TemporaryFolder()
        let outside = Outside { _, _ in .notNow(reason: "busy") }
        do {
            let rig = try LetterRig(folder)
            try rig.ask("ask a one")
            #expect(
                try await rig.turn(outside, until: { try !rig.heard().isEmpty || outside.attempts("one") >= 2 })
            )
        }
        let rig = try LetterRig(folder)
        #expect(try await rig.turn(outside, until: { try !rig.heard().isEmpty }))
        #expect(try rig.heard() == ["one failed gave-up 3 busy"])
        // The attempt on which it was killed may not have been counted: one more at the most.
        #expect((3...4).contains(outside.attempts("one")))
        #expect(try rig.differences() == [])
    }

    @Test func `a lane that stands still holds up nobody else, and all are bounded`() async throws {
        let rig = try LetterRig(TemporaryFolder())
        let isHeld = Mutex(true)
        let outside = Outside { row, _ in
            guard row.lane == "dead" else { return .done(detail: Data()) }
            while isHeld.withLock({ $0 }), !Task.isCancelled { await Task.yield() }
            return .done(detail: Data())
        }
        for number in 0..<20 { try rig.ask("ask dead d\(number)") }
        for number in 0..<100 { try rig.ask("ask alive\(number % 5) a\(number)", "ask alive same") }
        var whileItStood: [String] = []
        // `ask alive same` is one input however often it comes.
        let done = try await rig.turn(outside) {
            let heard = try rig.heard()
            if whileItStood.isEmpty, heard.count >= 101 {
                whileItStood = heard
                isHeld.withLock { $0 = false }
            }
            return heard.count == 121
        }
        #expect(done && whileItStood.count == 101 && whileItStood.allSatisfy { !$0.hasPrefix("d") })
        #expect(outside.most(in: "all") <= EffectQueue.capacity)
        #expect(outside.doubled == 0 && outside.most(in: "dead") == EffectQueue.perLane)
        #expect(try rig.differences() == [])
    }

    /// More wait behind one letter than are looked at at once.
    @Test func `however many wait for one of their subject, those of others are done meanwhile`() async throws {
        let rig = try LetterRig(TemporaryFolder())
        let isHeld = Mutex(true)
        let outside = Outside { row, _ in
            while row.subject == "slow", isHeld.withLock({ $0 }), !Task.isCancelled { await Task.yield() }
            return .done(detail: Data())
        }
        let inOne = (0..<EffectQueue.capacity * 4 + 10).map { "ask one slow \($0)" }
        for what in inOne { try rig.ask(what) }
        rig.engine.advance(to: rig.engine.now + .seconds(1))
        try rig.ask("ask one quick", "ask other another")
        let done = try await rig.turn(outside) { try rig.heard().count == 2 }
        #expect(done)
        #expect(try Set(rig.heard()) == ["quick done 1", "another done 1"])
        isHeld.withLock { $0 = false }
        #expect(outside.attempts("slow") == 1 && outside.doubled == 0)
    }

    @Test func `of one subject they are done one after the other, in order`() async throws {
        let rig = try LetterRig(TemporaryFolder())
        let order = Mutex<[String]>([])
        let outside = Outside { row, _ in
            order.withLock { $0.append(String(decoding: row.payload, as: UTF8.self)) }
            await Task.yield()
            return .done(detail: Data())
        }
        let asked = (0..<8).map { "ask lane\($0) same" }
        for what in asked {
            try rig.ask(what)
            rig.engine.advance(to: rig.engine.now + .microseconds(1))
        }
        #expect(try await rig.turn(outside, until: { try rig.heard().count == 8 }))
        #expect(order.withLock { $0 } == asked && outside.doubled == 0)
    }

    @Test func `what is withdrawn is not begun, and what was under way still counts`() async throws {
        let rig = try LetterRig(TemporaryFolder())
        let outside = Outside(Self.willing)
        try rig.ask("ask a one", "ask a two")
        let late = try rig.result("two")
        try rig.ask("withdraw a one", "withdraw a two", "ask a three")
        #expect(try await rig.turn(outside, until: { try rig.heard() == ["three done 1"] }))
        #expect(outside.attempts("one") == 0 && outside.attempts("two") == 0)
        #expect(try rig.count(.withdrawn) == 2)
        _ = try rig.engine.handle([.external(late)], at: rig.engine.now)
        #expect(try rig.heard() == ["three done 1", "two done 1"] && rig.count(.withdrawn) == 1)
        #expect(try rig.differences() == [])
    }

    @Test func `in lockstep nothing is performed: results stand in the recording`() async throws {
        let rig = try LetterRig(TemporaryFolder(), mode: .lockstep)
        let outside = Outside(Self.willing)
        var step = Step()
        (step.run, step.number, step.timeUs) = ("r", 1, rig.engine.now.microseconds)
        step.inputs = [LetterCore.ask("ask a one")]
        _ = try rig.engine.step(step, records: [])
        rig.intake.effects.expectMore()
        var turns = 0
        #expect(
            try await rig.turn(outside) {
                turns += 1
                return turns > 20
            }
        )
        #expect(outside.attempts("one") == 0)
        (step.number, step.inputs) = (2, [try rig.result("one")])
        _ = try rig.engine.step(step, records: [])
        #expect(try rig.heard() == ["one done 1"])
        #expect(try rig.differences() == [])
    }

    @Test func `a result that cannot be handled is a dead letter, and its effect is not done again`() throws {
        let folder = try TemporaryFolder()
        var rig = try LetterRig(folder)
        try rig.ask("ask a one", "ask a two")
        let complained = try rig.result("one", detail: "complain")
        let poison = try rig.result("two", detail: "fall")
        _ = try rig.engine.handle([.external(complained)], at: rig.engine.now)
        // The third time it is kept aside, by the poison rule.
        for _ in 0..<2 {
            #expect(throws: Unexpected.self) { try rig.engine.handle([.external(poison)], at: rig.engine.now) }
            rig = try LetterRig(folder)
        }
        _ = try rig.engine.handle([.external(poison)], at: rig.engine.now)
        #expect(try rig.codes() == ["poison", "complaint"])
        #expect(try rig.count(.waiting) == 0 && rig.count(.aside) == 2)
        #expect(try rig.differences() == [])
    }

    @Test func `results of nothing, of another kind and without an end are kept aside`() throws {
        let rig = try LetterRig(TemporaryFolder())
        try rig.ask("ask a one")
        var garbage = ExternalInput()
        (garbage.channel, garbage.data) = (Arrival.effectChannel, Data([1, 2, 3]))
        let inputs = [
            garbage, try rig.result("none"), try rig.result("one", .unspecified), try rig.result("one", .failed),
        ]
        for input in inputs { _ = try rig.engine.handle([.external(input)], at: rig.engine.now) }
        #expect(try rig.codes() == ["missing-field", "unknown-value", "unknown-effect", "malformed-payload"])
        #expect(try rig.heard() == [])
        #expect(try rig.differences() == [])
    }
}
