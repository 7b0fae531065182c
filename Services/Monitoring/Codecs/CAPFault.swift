/// What is wrong with a CAP document, where, and what its sender should do.
///
/// The schema's faults are those that OASIS's CAP-v1.2.xsd refuses; the meaning's are those that the text of the standard
/// rules out, or that contradict each other, though the schema allows them.
package struct CAPFault: Hashable, Sendable, CustomStringConvertible {
    /// How heavy a fault is.
    package enum Gravity: String, Sendable {
        /// Against the schema, a MUST or SHALL of the standard, or itself.
        case violation
        /// Allowed or only advised against, and probably not meant.
        case doubt
    }

    /// Stable words for operators, metrics and tests.
    package enum Code: String, CaseIterable, Sendable {
        // The schema.
        case missingElement = "missing-element"
        case repeatedElement = "repeated-element"
        case misplacedElement = "misplaced-element"
        case unknownElement = "unknown-element"
        case unknownAttribute = "unknown-attribute"
        case strayText = "stray-text"
        case unknownWord = "unknown-word"
        case badTime = "bad-time"
        case badLanguage = "bad-language"
        case badNumber = "bad-number"
        case badURI = "bad-uri"
        // The alert, 3.2.1.
        case badIdentifier = "bad-identifier"
        case badSender = "bad-sender"
        case zoneOfUTC = "zone-of-utc"
        case missingRestriction = "missing-restriction"
        case strayRestriction = "stray-restriction"
        case missingAddresses = "missing-addresses"
        case unclosedQuote = "unclosed-quote"
        case missingNote = "missing-note"
        case missingReferences = "missing-references"
        case strayReferences = "stray-references"
        case badReference = "bad-reference"
        case referenceToItself = "reference-to-itself"
        case referenceToLater = "reference-to-later"
        case repeatedReference = "repeated-reference"
        case missingInfo = "missing-info"
        // Content, 3.2.2.
        case emptyText = "empty-text"
        case unknownLanguage = "unknown-language"
        case repeatedValue = "repeated-value"
        case opposedResponses = "opposed-responses"
        case actionOnPast = "action-on-past"
        case effectiveBeforeSent = "effective-before-sent"
        case onsetBeforeEffective = "onset-before-effective"
        case expiresBeforeSent = "expires-before-sent"
        case expiresBeforeOnset = "expires-before-onset"
        case missingExpires = "missing-expires"
        case relativeWeb = "relative-web"
        case overriddenInfo = "overridden-info"
        case translationsDiffer = "translations-differ"
        case missingArea = "missing-area"
        // Resources, 3.2.3.
        case badMimeType = "bad-mime-type"
        case negativeSize = "negative-size"
        case relativeURI = "relative-uri"
        case badBase64 = "bad-base64"
        case badDigest = "bad-digest"
        case missingContent = "missing-content"
        // Places, 3.2.4.
        case areaWithoutPlace = "area-without-place"
        case badCoordinate = "bad-coordinate"
        case coordinateOutOfRange = "coordinate-out-of-range"
        case swappedCoordinates = "swapped-coordinates"
        case fewPoints = "few-points"
        case openPolygon = "open-polygon"
        case flatPolygon = "flat-polygon"
        case crossingPolygon = "crossing-polygon"
        case badRadius = "bad-radius"
        case ceilingWithoutAltitude = "ceiling-without-altitude"
        case ceilingBelowAltitude = "ceiling-below-altitude"
        // The China profile, GB/T 35965.1-2018.
        case notNational = "not-national-identifier"
        case foreignSender = "identifier-of-another-sender"
        case missingChinese = "missing-chinese"
        case colourAndSeverityDiffer = "colour-and-severity-differ"
        case badDivision = "bad-division"
        case outsideChina = "outside-china"
    }

    package let code: Code
    package let gravity: Gravity
    /// `alert/info[2]/area[1]/polygon[1]`; elements that may stand often are counted from 1.
    package let path: String
    package let remedy: String

    init(_ code: Code, _ path: String, _ remedy: String, _ gravity: Gravity = .violation) {
        (self.code, self.path, self.remedy, self.gravity) = (code, path, remedy, gravity)
    }

    package var description: String { "\(code.rawValue) at \(path): \(remedy)" }
}

/// Why bytes are no document that can be judged at all.
package struct CAPError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable words for operators, metrics and tests.
    package enum Code: String, Sendable {
        case tooLarge = "too-large"
        case tooDeep = "too-deep"
        case tooManyElements = "too-many-elements"
        case notUTF8 = "not-utf8"
        case documentType = "document-type"
        case notWellFormed = "not-well-formed"
        case noAlert = "no-alert"
        case noIndex = "no-index"
        case unknownVersion = "unknown-version"
        case platformForm = "platform-form"
        case badIdentifier = "bad-identifier"
        case badMessage = "bad-message"
        case notExpressible = "not-expressible"
        case otherForm = "other-form"
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    package var description: String { "\(code.rawValue): \(message)" }
}
