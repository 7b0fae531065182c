import Foundation
import MessageSchema
import TestSupport
import Testing

/// Warnings as people at keyboards meet them: the sample configuration, `fengsui send` and `monitoring verification`, on real processes.
@Suite(.serialized) struct WarningCommandTests {
    @Test func `a warning is drafted and approved by hand, what happened is entered, and the misses are counted`()
        async throws
    {
        let suite = try OperatedSuite([.monitoring], lockstep: false)
        #expect(try await eventually { suite.isRunning([.monitoring]) })
        func send(_ type: String, _ content: String, by person: String) throws -> Ended {
            try suite.fengsui(
                [
                    "send", "monitoring.command.\(type)", content, "--bus", suite.bus, "--person", person, "--role",
                    "duty-officer", "--realm", "exercise:test", "--wait", "60",
                ],
                name: "send"
            ).end()
        }
        let draft =
            #"{"hazard": "HAZARD_GALE", "colour": "WARNING_COLOUR_YELLOW", "divisions": ["152202004"], "lifetimeSeconds": "21600", "#
            + #""reason": "forecast", "words": {"descriptionZh": "阵风 8 级。", "descriptionEn": "Gusts of force 8."}}"#
        let drafted = try send("warning.draft", draft, by: "p-li")
        #expect(drafted.code == 0, "\(drafted.errors)")
        let outbox = try OperatorToolTests.outbox("monitoring", suite)
        let warning = try #require(outbox.first { $0.type == WarningDrafted.type }).subject
        #expect(warning.hasPrefix("H.gale."))
        let approval = #"{"warning": "\#(warning)", "revision": 1}"#
        let refused = try send("warning.approve", approval, by: "p-li")
        #expect(refused.code == 1 && (refused.output + refused.errors).contains("approver-is-drafter"))
        #expect(try send("warning.approve", approval, by: "p-wang").code == 0)
        let began = (Int64(Date().timeIntervalSince1970) - 3_600) * 1_000_000
        let event =
            #"{"hazard": "HAZARD_FLASH_FLOOD", "colour": "WARNING_COLOUR_RED", "division": "152202004", "beganUs": "\#(began)"}"#
        #expect(try send("event.observe", event, by: "p-li").code == 0)
        let table = try Program("monitoring", ["verification", "--data", suite.data], in: suite.folder, name: "scores")
            .end()
        let rows = table.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        // Red is a colour of stage-alarm only; its gauge in the division missed the event. FAR is undefined.
        let red = rows.filter { $0.count > 2 && $0[2] == "red" }
        #expect(table.code == 0 && red.map { $0[0] + $0[1] } == ["stage-alarm1522021001", "stage-alarmall"])
        #expect(red.allSatisfy { $0.suffix(10) == ["0", "0", "1", "0", "0", "0.000", "-", "0.000", "0.000", "-"] })
        #expect(suite.run.terminate().code == 0)
        let verified = try suite.fengsui(["verify", "--data", suite.data, "--realm", "exercise:test"], name: "verify")
            .end()
        #expect(verified.code == 0, "\(verified.errors)")
    }
}
