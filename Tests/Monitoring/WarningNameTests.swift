import Foundation
import MessageSchema
import MonitoringCodecs
import MonitoringService
import ServiceKit
import SwiftProtobuf
import Testing
import Vocabulary

@Suite struct WarningNameTests {
    /// CAP 1.2, 3.2.1: an identifier is unique, an Alert refers to nothing, and what follows refers to every document before it.
    @Test func `a warning that ended and begins again within the minute is another one`() throws {
        let rig = try WarningRig()
        for (metres, second) in [("5.50", 5), ("1.00", 10), ("5.60", 20), ("1.00", 30), ("2.50", 40), ("5.10", 50)] {
            try rig.stage(metres, at: Int64(second))
        }
        let issued = try rig.taken(WarningIssued.self)
        let first = "W.stage.1522021001.202607010000"
        #expect(issued.map(\.content.warning) == [first, first + "-2", first + "-3"])
        #expect(try rig.taken(WarningCancelled.self).map(\.warning) == [first, first + "-2"])
        let updated = try rig.taken(WarningUpdated.self)
        #expect(updated.map(\.content.warning) == [first + "-3"])
        let identifiers = issued.map(\.capIdentifier) + updated.map(\.capIdentifier)
        #expect(Set(identifiers).count == 4)
        for message in issued {
            #expect(!String(decoding: message.capDocument, as: UTF8.self).contains("<references>"))
        }
        let update = String(decoding: try #require(updated.first).capDocument, as: UTF8.self)
        #expect(update.contains(",\(issued[2].capIdentifier),") && !update.contains(issued[0].capIdentifier))
        #expect(try rig.differences() == [])
    }

    @Test func `a person's cancel is of the warning that it names, not of the next one of the minute`() throws {
        let rig = try WarningRig()
        try rig.stage("5.50", at: 5)
        let first = try #require(try rig.taken(WarningIssued.self).first).content.warning
        #expect(try rig.cancel(first, id: "c-1", at: 6).refusal.code == "")
        try rig.stage("5.60", at: 20)
        #expect(try rig.taken(WarningIssued.self).map(\.content.warning) == [first + "-2"])
        #expect(try rig.cancel(first, id: "c-2", at: 21).refusal.code == "unknown-warning")
        #expect(try rig.cancel(first + "-2", id: "c-3", at: 22).refusal.code == "")
        #expect(try rig.differences() == [])
    }
}

extension WarningRig {
    /// What p-wang is answered who cancels a warning.
    func cancel(_ warning: String, id: String, at seconds: Int64) throws -> CommandAnswer {
        var cancel = CancelWarning()
        cancel.warning = warning
        var command = Command()
        (command.id, command.type, command.realm) = (id, CancelWarning.type, "live")
        (command.actor.person, command.actor.role) = ("p-wang", "approver")
        command.payload = try cancel.serializedData()
        let outcome = try take(command.serializedData(), on: "command", from: "", at: seconds)
        guard case .answered(let answer) = outcome else {
            Issue.record("not answered: \(outcome)")
            return CommandAnswer()
        }
        return answer
    }
}
