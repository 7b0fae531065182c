import MessageSchema
import MonitoringDomain
import Vocabulary

// Between the wire's words and those of the grid and of dangers: as `Mapping.swift` of the message schema.

extension GridEventGrade {
    init(_ grade: EventGrade) {
        self =
            switch grade {
            case .general: .general
            case .considerable: .considerable
            case .major: .major
            case .exceptional: .exceptional
            }
    }
}

extension GridEscalationReason {
    init(_ reason: GridHappening.Reason) {
        self =
            switch reason {
            case .grade: .grade
            case .reporters: .reporters
            case .unacknowledged: .unacknowledged
            }
    }
}

extension GridReportOutcome {
    func checked() throws(MessageError) -> GridReportOutcome {
        switch self {
        case .handled, .unfounded, .handedOn: self
        case .unspecified: throw .missing("outcome")
        case .UNRECOGNIZED(let number): throw .unknown("outcome", number)
        }
    }
}

extension GridHappening {
    func merged(_ report: GridReportID?, _ reports: Int) -> GridReportMerged {
        var message = GridReportMerged()
        (message.lead, message.report) = (lead.value, report?.value ?? "")
        (message.reports, message.reporters) = (UInt32(clamping: reports), reporters.map(\.value))
        (message.grade, message.peopleAffected) = (GridEventGrade(grade), UInt32(clamping: people))
        return message
    }

    func escalated(_ from: GridUnitID, _ to: GridUnitID, _ reason: Reason) -> GridReportEscalated {
        var message = GridReportEscalated()
        (message.lead, message.fromUnit, message.toUnit) = (lead.value, from.value, to.value)
        (message.reason, message.grade) = (GridEscalationReason(reason), GridEventGrade(grade))
        message.reports = UInt32(clamping: reports)
        return message
    }
}

extension HiddenDangerGrade {
    init(_ grade: DangerGrade) {
        self =
            switch grade {
            case .general: .general
            case .major: .major
            }
    }

    func checked() throws(MessageError) -> DangerGrade {
        switch self {
        case .general: .general
        case .major: .major
        case .unspecified: throw .missing("grade")
        case .UNRECOGNIZED(let number): throw .unknown("grade", number)
        }
    }
}

extension SuspensionExtent {
    init(_ suspension: HiddenDanger.Suspension) {
        self =
            switch suspension {
            case .part: .part
            case .whole: .whole
            }
    }

    func checked() throws(MessageError) -> HiddenDanger.Suspension {
        switch self {
        case .part: .part
        case .whole: .whole
        case .unspecified: throw .missing("extent")
        case .UNRECOGNIZED(let number): throw .unknown("extent", number)
        }
    }
}

extension DangerStep {
    /// What is due in that state.
    init(dueIn state: HiddenDanger.State) {
        self =
            switch state {
            case .found: .report
            case .reported: .assign
            case .assigned: .rectify
            case .rectified: .reinspect
            case .reinspected: .close
            case .closed: .unspecified
            }
    }
}
