package import Vocabulary

/// An earthquake 地震 as a seismic network reports it; what it said before of the same id is void.
package struct SeismicEvent: Hashable, Sendable {
    /// The network's own: `us6000jlqa`.
    package let id: String
    package let magnitude: DecimalNumber
    /// `mb`, `ml`, `mww`; empty where it is not said.
    package let magnitudeType: String
    /// The epicentre.
    package let epicentre: Position
    /// Below the surface; negative above sea level; nil where it is not known.
    package let depthMetres: Int32?
    package let time: Instant
    package let place: String
    /// When the network said so; nil where a catalogue does not tell.
    package let updated: Instant?
    /// The network takes the event back: it was none.
    package let isDeleted: Bool

    /// One event of the texts that a catalogue has for it, however its times are written.
    ///
    /// Errors: `missing-field`, `bad-text`, `bad-number`, `out-of-range`.
    init(_ texts: Texts, time: Instant, updated: Instant?) throws(DocumentError) {
        guard (1...64).contains(texts.id.utf8.count), texts.id.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw DocumentError(.badText, "an event's id has 1 to 64 letters and digits")
        }
        guard texts.place.utf8.count <= 256, texts.magnitudeType.utf8.count <= 16 else {
            throw DocumentError(.badText, "\(texts.id): a place or a kind of magnitude that is too long")
        }
        (id, isDeleted) = (texts.id, texts.isDeleted)
        magnitude = try Self.magnitude(texts)
        (magnitudeType, place) = (texts.magnitudeType, texts.place)
        epicentre = try Self.epicentre(texts)
        depthMetres = texts.depth.isEmpty ? nil : try Self.depth(texts)
        (self.time, self.updated) = (time, updated)
    }

    /// What stands in a catalogue; empty where it says nothing.
    struct Texts {
        var id = "", magnitude = "", magnitudeType = "", latitude = "", longitude = "", depth = "", place = ""
        var isDeleted = false
    }

    /// From -3, the smallest that networks locate, to 11.
    private static func magnitude(_ texts: Texts) throws(DocumentError) -> DecimalNumber {
        guard !texts.magnitude.isEmpty else {
            throw DocumentError(.missingField, "\(texts.id) has no magnitude yet; it comes with a later revision")
        }
        let magnitude = try DecimalNumber(texts.magnitude)
        guard let hundredths = magnitude.rounded(places: 2), (-300...1_100).contains(hundredths) else {
            throw DocumentError(.outOfRange, "\(texts.id): magnitude \(texts.magnitude.prefix(40)) is outside -3 … 11")
        }
        return magnitude
    }

    private static func epicentre(_ texts: Texts) throws(DocumentError) -> Position {
        guard let latitude = try DecimalNumber(texts.latitude).rounded(places: 6).flatMap(Int32.init(exactly:)),
            let longitude = try DecimalNumber(texts.longitude).rounded(places: 6).flatMap(Int32.init(exactly:)),
            let position = Position(latitudeMicrodegrees: latitude, longitudeMicrodegrees: longitude, datum: .wgs84)
        else { throw DocumentError(.outOfRange, "\(texts.id): no such place on the globe") }
        return position
    }

    /// From 20 km above sea level to 1,000 km below.
    private static func depth(_ texts: Texts) throws(DocumentError) -> Int32 {
        guard let metres = try DecimalNumber(texts.depth).rounded(places: 3).flatMap(Int32.init(exactly:)),
            (-20_000...1_000_000).contains(metres)
        else { throw DocumentError(.outOfRange, "\(texts.id): no such depth; give kilometres") }
        return metres
    }
}
