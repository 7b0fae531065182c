import MonitoringDomain
import TestSupport
import Testing
import Vocabulary

/// Warnings that people draft: the table of transitions, and walks over it.
@Suite struct HandWarningTests {
    static let now = Instant(seconds: 1_790_784_000)

    static func drafted(issueAt: Instant? = nil) -> HandWarning {
        HandWarning.draft("H.1", .yellow, by: "p-drafter", issueAt: issueAt).warning
    }

    /// A warning in that state; its last editor, where there is one, is p-editor.
    static func warning(in state: HandWarning.State) throws -> HandWarning {
        var warning = drafted(issueAt: state == .approved ? now + .hours(1) : nil)
        if state != .drafted, state != .ended { _ = try warning.approve(1, by: "p-approver", at: now) }
        if state == .redrafted { _ = try warning.edit(1, to: .red, by: "p-editor") }
        if state == .ended { _ = try warning.cancel() }
        #expect(warning.state == state)
        return warning
    }

    enum Act: String, CaseIterable {
        case edit, approve, approveAsDrafter, approveAsEditor, reject, issue, cancel, clear, expire
    }

    /// The state that follows, or the refusal.
    static func result(of act: Act, in state: HandWarning.State) throws -> String {
        var warning = try warning(in: state)
        let revision = warning.revision
        do throws(HandWarning.Refusal) {
            switch act {
            case .edit: _ = try warning.edit(revision, to: .orange, by: "p-other")
            case .approve: _ = try warning.approve(revision, by: "p-approver", at: now)
            case .approveAsDrafter: _ = try warning.approve(revision, by: "p-drafter", at: now)
            case .approveAsEditor: _ = try warning.approve(revision, by: "p-editor", at: now)
            case .reject: _ = try warning.reject(revision)
            case .issue: _ = warning.issue()
            case .cancel: _ = try warning.cancel()
            case .clear: _ = try warning.clear()
            case .expire: _ = warning.expire()
            }
        } catch { return error.rawValue }
        return warning.state.rawValue
    }

    /// By hand, from what a warning's states mean. Columns: edit, approve, approve as drafter, as last editor, reject, issue's
    /// time, cancel, clear, expire.
    static let table: [(HandWarning.State, [String])] = [
        (
            .drafted,
            ["drafted", "issued", "approver-is-drafter", "issued", "ended", "drafted", "ended", "not-issued", "ended"]
        ),
        (
            .approved,
            [
                "drafted", "not-awaiting-approval", "not-awaiting-approval", "not-awaiting-approval",
                "not-awaiting-approval",
                "issued", "ended", "not-issued", "ended",
            ]
        ),
        (
            .issued,
            [
                "redrafted", "not-awaiting-approval", "not-awaiting-approval", "not-awaiting-approval",
                "not-awaiting-approval",
                "issued", "ended", "ended", "ended",
            ]
        ),
        (
            .redrafted,
            [
                "redrafted", "issued", "approver-is-drafter", "approver-is-editor", "issued", "redrafted", "ended",
                "ended",
                "ended",
            ]
        ),
        (
            .ended,
            [
                "unknown-warning", "unknown-warning", "unknown-warning", "unknown-warning", "unknown-warning", "ended",
                "unknown-warning", "unknown-warning", "ended",
            ]
        ),
    ]

    @Test(arguments: table) func `each act leads where the table says`(state: HandWarning.State, expected: [String])
        throws
    {
        #expect(try Act.allCases.map { try Self.result(of: $0, in: state) } == expected)
    }

    @Test func `a change says its revision, and a stale one is refused`() throws {
        var warning = Self.drafted(issueAt: Self.now + .hours(1))
        #expect(try warning.approve(1, by: "p-a", at: Self.now).count == 1)
        let edited = try warning.edit(1, to: .orange, issue: .withApproval, by: "p-b")
        #expect(edited == [.drafted(warning: "H.1", revision: 2, colour: .orange, automatic: false)])
        #expect(throws: HandWarning.Refusal.staleRevision) { try warning.approve(1, by: "p-a", at: Self.now) }
        #expect(
            try warning.approve(2, by: "p-a", at: Self.now).last
                == .issued(warning: "H.1", revision: 2, colour: .orange)
        )
        #expect(throws: HandWarning.Refusal.alreadyIssued) {
            try warning.edit(2, to: .red, issue: .at(Self.now + .hours(2)), by: "p-b")
        }
        _ = try warning.edit(2, to: .red, by: "p-b")
        #expect(
            try warning.approve(3, by: "p-a", at: Self.now).last
                == .updated(warning: "H.1", revision: 3, colour: .red, previous: .orange)
        )
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func `on any walk nothing is released but what a third person approved as it stands`(seed: UInt64) throws {
        var random = Seeded(seed)
        let people: [PersonID] = ["p-1", "p-2", "p-3", "p-4"]
        let drafter = people[0]
        var now = Self.now
        let later = Bool.random(using: &random) ? now + .minutes(20) : nil
        var warning = HandWarning.draft("H.1", .blue, by: drafter, issueAt: later).warning
        var (editor, approved, revision): (PersonID?, UInt32?, UInt32) = (nil, nil, 1)
        for _ in 0..<60 {
            now = now + .minutes(1)
            let person = people.randomElement(using: &random) ?? drafter
            let before = warning
            var effects: [HandWarning.Effect] = []
            do throws(HandWarning.Refusal) {
                switch Int.random(in: 0..<24, using: &random) {
                case 0..<7:
                    effects = try warning.edit(
                        warning.revision,
                        to: WarningColour.allCases.randomElement(using: &random) ?? .red,
                        by: person
                    )
                    editor = person
                case 7..<16:
                    effects = try warning.approve(warning.revision, by: person, at: now)
                    #expect(person != drafter && person != editor, "seed \(seed)")
                    approved = warning.revision
                case 16..<19:
                    effects = try warning.reject(warning.revision)
                    // What was released before holds again, whoever edited it.
                    editor = nil
                case 19..<22: effects = warning.issue()
                case 22: effects = try warning.clear()
                default: effects = Int.random(in: 0..<3, using: &random) == 0 ? try warning.cancel() : []
                }
            } catch { #expect(warning == before, "a refused act changes nothing; seed \(seed)") }
            for effect in effects {
                switch effect {
                case .issued(_, let released, let colour), .updated(_, let released, let colour, _):
                    #expect(released == approved && released == warning.revision, "seed \(seed)")
                    #expect(warning.released == colour && warning.state == .issued, "seed \(seed)")
                case .drafted(_, let next, _, _):
                    #expect(next == revision + 1 && warning.released == before.released, "seed \(seed)")
                    (revision, approved) = (next, nil)
                case .approved, .rejected, .cleared, .deescalated, .silenced, .allClear, .cancelled, .expired: break
                }
            }
            #expect(before.state != .ended || warning == before, "seed \(seed)")
            #expect(
                (warning.released == nil) == [.drafted, .approved].contains(warning.state) || warning.state == .ended
            )
        }
    }
}
