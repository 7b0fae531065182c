import Foundation
import MessageSchema
import MonitoringCodecs
import ServiceKit
import Vocabulary

// What SL 651 stations say.

extension MonitoringCore {
    /// One message of a station: a frame, or all packets of a long one.
    ///
    /// Errors, each an `InputError`: those of the codec, `unknown-station`, `wrong-password`.
    func take(sl651 bytes: Data, _ turn: Turn) throws {
        let (frame, message): (SL651Frame, SL651Message)
        do {
            frame = try SL651Input.decode(Array(bytes)).frame
            message = try SL651Message.decode(frame)
        } catch {
            throw InputError(error.code.rawValue, error.message)
        }
        let station = try station(frame.address, turn)
        try check(password: frame.password, of: station)
        try heard(station, turn)
        let link = StationLink(
            channel: Self.sl651,
            name: frame.station,
            centre: Int(frame.centre),
            secret: frame.password,
            system: "",
            coding: frame.coding
        )
        try turn.remembered.stations.keep(link, of: station.id, turn.database)
        try tell(message, station, turn)
        try sendOrders(to: station.id, turn)
    }

    /// Errors: `wrong-password` where the configuration has another.
    func check(password: String, of station: Station) throws {
        guard let known = station.password ?? links.passwords[station.id], known != password else { return }
        throw InputError(
            "wrong-password",
            "not the password of \(station.id); correct it in the station or in monitoring.yaml"
        )
    }

    private func tell(_ message: SL651Message, _ station: Station, _ turn: Turn) throws {
        var readings: [SL651Reading] = []
        switch message.content {
        case .report(let report): readings = report.readings
        case .picture(let picture): try keep(picture, sent: message.sent, turn)
        case .nothing, .manual, .parameters, .version, .status, .switches, .gates, .quota, .events, .other: break
        }
        try countPunctuality(station.id, readings.map(\.observed), turn)
        for reading in readings { try accept(reading, turn) }
        var answer = StationAnswered(message, readings: readings.count)
        let isTold = answer.saysMore
        try conclude(&answer, station.id, at: message.sent, evenUnasked: isTold, turn)
    }

    /// A relay's report has readings of several stations: one that is not known spoils the report, which is kept aside whole.
    private func accept(_ reading: SL651Reading, _ turn: Turn) throws {
        let station = try station(reading.station, turn)
        guard let element = ElementID(reading.element) else { return }
        try accept(Observation(element: element, value: reading.value, observed: reading.observed), station, turn)
    }

    private func keep(_ picture: SL651Picture, sent: Instant, _ turn: Turn) throws {
        let station = try station(picture.station, turn)
        let (jpeg, observed) = (picture.jpeg, picture.observed ?? sent)
        let bytes = Data(jpeg ?? picture.bytes)
        let hash = RecordHash.of(bytes).bytes
        let isNew = try StationRepository.keep(picture: bytes, sha256: hash, of: station.id, observed, turn.database)
        guard isNew else { return }
        var message = PictureReceived()
        (message.station, message.observedUs) = (station.id.value, observed.microseconds)
        (message.sha256, message.size) = (hash, UInt32(clamping: bytes.count))
        message.mediaType = jpeg == nil ? "application/octet-stream" : "image/jpeg"
        try turn.send(message, subject: station.id.value, happened: observed)
    }
}
