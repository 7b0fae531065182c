import MonitoringCodecs
import MonitoringDomain
import ServiceKit
import Vocabulary

/// By which names stations are known on the wire, and what they may say: the keys `sl651`, `mn`, `password` and `factors` of each
/// station, and `station_orders`.
struct StationLinks: Sendable {
    /// By SL 651 address, the ten digits as sent.
    let addresses: [String: StationID]
    /// By MN of HJ 212.
    let devices: [String: HJ212Device]
    /// The password that a station has to send; anything does where none stands.
    let passwords: [StationID: String]
    /// Who may order stations: duty officers and approvers.
    let officers: Set<PersonID>
    /// How orders are kept; nil where none are taken.
    let orders: StationOrderTrack.Limits?

    /// Errors: `ConfigurationError`.
    init(_ configuration: YAMLValue, _ elements: ElementList) throws(ConfigurationError) {
        var addresses: [String: StationID] = [:]
        var devices: [String: HJ212Device] = [:]
        var passwords: [StationID: String] = [:]
        for item in try configuration.value("stations").list() {
            let station = try item.value("id").stationID()
            if let address = try item.address(), addresses.updateValue(station, forKey: address) != nil {
                throw item.error(
                    "SL 651 address \(address) stands twice",
                    remedy: "a station has an address of its own"
                )
            }
            if let (name, device) = try item.device(station, elements),
                devices.updateValue(device, forKey: name) != nil
            {
                throw item.error("MN \(name) stands twice", remedy: "a device belongs to one station")
            }
            if let password = try item.optional("password") { passwords[station] = try password.text() }
        }
        (self.addresses, self.devices, self.passwords) = (addresses, devices, passwords)
        var officers: Set<PersonID> = []
        for person in try configuration.value("people").list() {
            let roles = try person.value("roles").texts()
            guard roles.contains("duty-officer") || roles.contains("approver") else { continue }
            officers.insert(PersonID(try person.value("person").text()))
        }
        self.officers = officers
        orders = try configuration.optional("station_orders")?.orderLimits()
    }
}

/// A device of HJ 212 as the configuration knows it.
struct HJ212Device: Sendable {
    let station: StationID
    /// What its values are called here, by `2061-Avg` or `Rtd` behind the factor's code.
    let elements: [String: Element]

    /// Whether the text may be an MN: 1 to 24 letters and digits.
    static func isName(_ text: String) -> Bool {
        (1...24).contains(text.utf8.count)
            && text.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) }
    }

    /// The element of a factor's statistic in that command; nil for one that is not kept.
    func element(_ factor: String, _ statistic: HJ212Statistic, in command: HJ212Command) -> Element? {
        elements["\(factor) \(command.rawValue)-\(statistic.rawValue)"] ?? elements["\(factor) \(statistic.rawValue)"]
    }
}

extension YAMLValue {
    /// `sl651`, or the id where it is an address in one of the standard's two forms; nil for a station without.
    fileprivate func address() throws(ConfigurationError) -> String? {
        guard let given = try optional("sl651") else { return SL651Address(try value("id").text())?.description }
        return try given.parse("an SL 651 address of ten digits, such as 0012345678 or 1522020C35") {
            SL651Address($0)?.description
        }
    }

    /// `mn` and `factors`; nil for a station without.
    fileprivate func device(_ station: StationID, _ elements: ElementList) throws(ConfigurationError) -> (
        String, HJ212Device
    )? {
        guard let name = try optional("mn") else { return nil }
        let text = try name.parse("an MN of 1 to 24 letters and digits") { HJ212Device.isName($0) ? $0 : nil }
        return (text, HJ212Device(station: station, elements: try factors(elements)))
    }

    /// `factors: { w01018: { Rtd: cod } }`, by `w01018 Rtd`.
    func factors(_ elements: ElementList) throws(ConfigurationError) -> [String: Element] {
        var known: [String: Element] = [:]
        for (factor, item) in try optional("factors")?.entries() ?? [] {
            for (value, word) in try item.entries() {
                known["\(factor) \(value)"] = try word.element(of: factor, value, elements)
            }
        }
        return known
    }

    /// The element that the value `Rtd` or `2061-Avg` of a factor is kept as, in the unit of annex B.
    private func element(of factor: String, _ value: String, _ elements: ElementList) throws(ConfigurationError)
        -> Element
    {
        let words = value.split(separator: "-", omittingEmptySubsequences: false)
        guard let last = words.last, let statistic = HJ212Statistic(rawValue: String(last)), words.count <= 2,
            words.count == 1 || Int(words[0]).flatMap({ HJ212Command(rawValue: $0) })?.isReport == true
        else {
            throw error("'\(value)' is no value of HJ 212", remedy: "write Rtd, Avg, Min, Max, Cou …, or 2061-Avg")
        }
        let element = try parse("an element of the catalogue") { elements[ElementID($0)] }
        if let unit = statistic.unit(of: factor), unit != element.unit {
            throw error(
                "\(factor)-\(value) is in \(unit.rawValue), \(element.id) in \(element.unit.rawValue)",
                remedy: "name an element in \(unit.rawValue), or add one to elements"
            )
        }
        return element
    }

    /// `{ keep: 24h, answer: 2m, attempts: 3 }`.
    fileprivate func orderLimits() throws(ConfigurationError) -> StationOrderTrack.Limits {
        try allow(["keep", "answer", "attempts"])
        return StationOrderTrack.Limits(
            keep: try value("keep").duration(),
            answer: try value("answer").duration(),
            attempts: try value("attempts").integer(in: 1...10)
        )
    }
}
