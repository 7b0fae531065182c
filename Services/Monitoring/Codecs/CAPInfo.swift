package import Vocabulary

extension CAPAlert {
    /// The content for one event in one language: CAP 1.2, 3.2.2.
    package struct Info: Hashable, Sendable {
        /// RFC 3066: `zh-CN`. A document that names none means `en-US`.
        package var language = Info.standardLanguage
        /// At least one.
        package var categories: [Category]
        package var event: String
        package var responses: [Response] = []
        package var urgency: Urgency
        package var severity: Severity
        package var certainty: Certainty
        package var audience = ""
        package var eventCodes: [Pair] = []
        /// Nil means `sent`.
        package var effective: CAPTime?
        package var onset: CAPTime?
        package var expires: CAPTime?
        package var senderName = ""
        package var headline = ""
        package var description = ""
        package var instruction = ""
        package var web = ""
        package var contact = ""
        package var parameters: [Pair] = []
        package var resources: [Resource] = []
        package var areas: [Area] = []

        package static let standardLanguage = "en-US"

        package init(
            categories: [Category],
            event: String,
            urgency: Urgency,
            severity: Severity,
            certainty: Certainty
        ) {
            (self.categories, self.event) = (categories, event)
            (self.urgency, self.severity, self.certainty) = (urgency, severity, certainty)
        }
    }

    /// A name and its value: eventCode, parameter and geocode.
    package struct Pair: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    /// A file that goes with the content: CAP 1.2, 3.2.3.
    package struct Resource: Hashable, Sendable {
        package var description: String
        /// RFC 2046: `image/png`. Version 1.1 allows none.
        package var mimeType: String
        /// About how many bytes, as written: the schema sets no bound.
        package var size = ""
        package var uri = ""
        /// The content itself in base 64.
        package var embedded = ""
        /// SHA-1 in hexadecimal digits.
        package var digest = ""

        package init(description: String, mimeType: String) {
            (self.description, self.mimeType) = (description, mimeType)
        }
    }

    /// Where: CAP 1.2, 3.2.4. All its places together.
    package struct Area: Hashable, Sendable {
        package var description: String
        /// As written: `CAPPolygon.text`.
        package var polygons: [String] = []
        /// As written: `CAPCircle.text`.
        package var circles: [String] = []
        package var geocodes: [Pair] = []
        /// Feet above mean sea level, a decimal number as written; the lowest where a ceiling is given.
        package var altitude = ""
        package var ceiling = ""

        package init(description: String) { self.description = description }
    }

    /// 3.2.2 category.
    package enum Category: String, CaseIterable, Sendable {
        case geo = "Geo"
        case met = "Met"
        case safety = "Safety"
        case security = "Security"
        case rescue = "Rescue"
        case fire = "Fire"
        case health = "Health"
        case environment = "Env"
        case transport = "Transport"
        case infrastructure = "Infra"
        case cbrne = "CBRNE"
        case other = "Other"
    }

    /// 3.2.2 responseType.
    package enum Response: String, CaseIterable, Sendable {
        case shelter = "Shelter"
        case evacuate = "Evacuate"
        case prepare = "Prepare"
        case execute = "Execute"
        case avoid = "Avoid"
        case monitor = "Monitor"
        case assess = "Assess"
        case allClear = "AllClear"
        case nothing = "None"
    }

    /// 3.2.2 urgency.
    package enum Urgency: String, CaseIterable, Sendable {
        case immediate = "Immediate"
        case expected = "Expected"
        case future = "Future"
        case past = "Past"
        case unknown = "Unknown"
    }

    /// 3.2.2 severity.
    package enum Severity: String, CaseIterable, Sendable {
        case extreme = "Extreme"
        case severe = "Severe"
        case moderate = "Moderate"
        case minor = "Minor"
        case unknown = "Unknown"

        /// Blue IV, yellow III, orange II, red I (GB/T 35965.1-2018).
        package init(_ colour: WarningColour) {
            self =
                switch colour {
                case .blue: .minor
                case .yellow: .moderate
                case .orange: .severe
                case .red: .extreme
                }
        }

        /// The colour of that severity; nil for an unknown one.
        package var colour: WarningColour? { WarningColour.allCases.first { Severity($0) == self } }
    }

    /// 3.2.2 certainty.
    package enum Certainty: String, CaseIterable, Sendable {
        case observed = "Observed"
        case likely = "Likely"
        case possible = "Possible"
        case unlikely = "Unlikely"
        case unknown = "Unknown"
    }
}
