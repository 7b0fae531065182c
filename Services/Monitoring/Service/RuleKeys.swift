/// The keys that the parser of rules takes, by the mapping in which they stand; `monitoring.schema.json` has the same.
package enum RuleKeys {
    package static let rule: Set<String> = [
        "id", "hazard", "kind", "element", "window", "over", "stations", "bands", "hysteresis", "duration",
        "clear_after", "lifetime", "automatic_release", "drafter", "divisions", "schedule", "requires", "agreement",
        "deescalate_after", "clear_on_silence", "realarm_after", "grace", "valid_for",
    ]
    package static let band: Set<String> = ["colour", "at"]
    package static let schedule: Set<String> = ["season", "months", "weekdays", "hours"]
    package static let agreement: Set<String> = ["stations", "reporting", "around", "within_km", "basin", "fresh"]
    package static let around: Set<String> = ["lat", "lon"]
    package static let validFor: Set<String> = ["blue", "yellow", "orange", "red"]
    /// One of these.
    package static let condition: Set<String> = [
        "all", "any", "station", "warning", "hazard", "foreign", "earthquake", "watch",
    ]
    package static let reading: Set<String> = ["id", "element", "at_least", "at_most", "within"]
    package static let warning: Set<String> = ["rule", "colour"]
    package static let hazard: Set<String> = ["is", "colour", "divisions"]
    package static let foreign: Set<String> = ["sender", "hazard", "colour", "divisions"]
    package static let earthquake: Set<String> = ["magnitude", "within_km", "within"]
    package static let alarmFlood: Set<String> = ["begins", "ends", "within"]
}
