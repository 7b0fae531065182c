import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

// What cameras saw stands beside what is warned of: whoever approves a warning, or reads a risk report, looks before deciding.

extension MonitoringCore {
    /// An older picture says nothing of now.
    private static let oldestPicture = Duration.hours(1)

    /// The newest picture of each of the warning's stations, in their order, that is younger than an hour now; of a warning without stations,
    /// of the stations in its divisions.
    func pictures(beside content: WarningContent, _ turn: Turn) throws -> [StationPicture] {
        let named = content.stations.map { StationID($0) }
        let beside = named.isEmpty ? stations(in: content.divisions) : named
        return try beside.compactMap { station in
            try StationRepository.newestPicture(
                of: station,
                after: turn.now - Self.oldestPicture,
                // Beyond it the station's clock is wrong, and the picture would be the newest for ever.
                through: turn.now + AcceptedTimes().ahead,
                turn.database
            )
        }
    }

    private func stations(in divisions: [String]) -> [StationID] {
        stations.values.filter { station in divisions.contains { station.division.hasPrefix($0) } }.map(\.id).sorted()
    }
}
