// Types of forecasts, corrections and hazard chains on the monitoring stream, and their commands.

extension MessageCatalogue {
    static let forecastMessages: [any StreamMessage.Type] = [
        ForecastComputed.self,
        ForecastWithheld.self,
        ForecastFitted.self,
        EarthquakeEntered.self,
        ReadingCorrected.self,
        StationStatistics.self,
        ChainUpdated.self,
    ]
    static let forecastCommands: [any CommandMessage.Type] = [
        ReportEarthquake.self,
        CorrectReading.self,
        FitForecast.self,
    ]
}

extension ForecastComputed: StreamMessage {
    package static let type = "monitoring.forecast.computed"
    package static let stream = StreamName.monitoring
}

extension ForecastWithheld: StreamMessage {
    package static let type = "monitoring.forecast.withheld"
    package static let stream = StreamName.monitoring
}

extension ForecastFitted: StreamMessage {
    package static let type = "monitoring.forecast.fitted"
    package static let stream = StreamName.monitoring
}

extension EarthquakeEntered: StreamMessage {
    package static let type = "monitoring.earthquake.entered"
    package static let stream = StreamName.monitoring
}

extension ReadingCorrected: StreamMessage {
    package static let type = "monitoring.reading.corrected"
    package static let stream = StreamName.monitoring
}

extension StationStatistics: StreamMessage {
    package static let type = "monitoring.station.statistics"
    package static let stream = StreamName.monitoring
}

extension ChainUpdated: StreamMessage {
    package static let type = "monitoring.chain.updated"
    package static let stream = StreamName.monitoring
}

extension ReportEarthquake: CommandMessage {
    package static let type = "monitoring.command.earthquake.report"
    package static let service = ServiceName.monitoring
}

extension CorrectReading: CommandMessage {
    package static let type = "monitoring.command.reading.correct"
    package static let service = ServiceName.monitoring
}

extension FitForecast: CommandMessage {
    package static let type = "monitoring.command.forecast.fit"
    package static let service = ServiceName.monitoring
}
