import MonitoringCodecs
import MonitoringDomain
import Vocabulary

extension ElementID {
    /// What the suite calls an element of SL 651-2014, annex C; nil for one that it keeps no series of.
    init?(_ element: SL651Element) {
        guard element.extended == nil, let known = Self.hydrology[element.lead] else { return nil }
        self = known
    }

    /// By the identifier's lead byte.
    private static let hydrology: [UInt8: ElementID] = [
        0x02: "temperature", 0x03: "water_temperature", 0x06: "evaporation_24h", 0x08: "pressure",
        0x0E: "groundwater_depth", 0x10: "soil_moisture_10cm", 0x13: "soil_moisture_40cm", 0x18: "humidity",
        0x1A: .rain1h, 0x1C: "rain_3h", 0x1D: "rain_6h", 0x1E: "rain_12h", 0x1F: "rain_24h",
        0x21: "rain_1min", 0x22: .rain5min, 0x23: "rain_10min", 0x24: "rain_30min", 0x26: .rainAccumulated,
        0x27: .flow, 0x35: "wind_speed", 0x36: "flow_speed", 0x38: .battery, 0x39: .stage,
        0x3A: "stage_below", 0x3B: "stage_above", 0x44: "sediment", 0xF4: .rain5min,
    ]
}
