import MessageSchema
import MonitoringCodecs
import Vocabulary

// What a warning of others says in this bureau's words.

extension ForeignWarning {
    /// The hazard by the national code of the event, else by the event's name in Chinese or English; nil where the suite has none of that kind.
    var hazard: Hazard? {
        Hazard.allCases.first { !eventCode.isEmpty && NationalEvent($0)?.code == eventCode }
            ?? Self.risks[eventCode]
            ?? Hazard.allCases.first {
                eventCode.isEmpty && ($0.event.zh == event || $0.event.en.lowercased() == event.lowercased())
            }
    }

    /// What weather services warn of is the risk of these hazards: 森林火险, 地质灾害气象风险. Codes as in `NationalEvent`.
    private static let risks: [String: Hazard] = ["11B25": .wildfire, "11B37": .landslide]

    /// The colour that this bureau's own documents give that severity; nil where the sender does not know it.
    var colour: WarningColour? {
        switch severity {
        case .extreme: .red
        case .severe: .orange
        case .moderate: .yellow
        case .minor: .blue
        case .unknown, .unspecified, .UNRECOGNIZED: nil
        }
    }

    /// The divisions that it names, without the zeros that pad a code.
    var warned: [DivisionCode] { divisions.compactMap { DivisionCode($0)?.shortest } }
}
