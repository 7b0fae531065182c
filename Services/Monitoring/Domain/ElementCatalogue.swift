package import Vocabulary

/// The elements that the suite knows by itself; a configuration adds its own.
///
/// Hydrology after SL 651-2014, annex C; weather after the WMO Guide to Instruments (WMO-No. 8); the rest by the names of their trades.
package enum ElementCatalogue {
    /// By hazard domain, each element once.
    package static let standard: [Element] =
        hydrology + hydrologyForecasts + weather + ground + fire + chemicals + lifelines + station

    /// The element of that name; nil for one that is not in the catalogue.
    package static func standard(_ id: ElementID) -> Element? { standard.first { $0.id == id } }

    private static func one(_ id: ElementID, _ chinese: String, _ english: String, _ unit: Unit, minutes: Int64? = nil)
        -> Element
    {
        Element(id: id, chinese: chinese, english: english, unit: unit, period: minutes.map { .minutes($0) })
    }

    private static let hydrology = [
        one(.stage, "水位", "stage", .metre),
        one("stage_above", "闸坝上水位", "stage above the dam", .metre),
        one("stage_below", "闸坝下水位", "stage below the dam", .metre),
        one(.flow, "流量", "flow", .cubicMetrePerSecond),
        one("flow_speed", "流速", "speed of flow", .metrePerSecond),
        one("groundwater_depth", "地下水埋深", "depth of groundwater", .metre),
        one("water_temperature", "水温", "water temperature", .celsius),
        one("sediment", "含沙量", "suspended sediment", .kilogramPerCubicMetre),
        one(.rain1h, "1小时降水量", "rain of 1 h", .millimetre, minutes: 60),
        one(.rain5min, "5分钟降水量", "rain of 5 min", .millimetre, minutes: 5),
        one("rain_1min", "1分钟降水量", "rain of 1 min", .millimetre, minutes: 1),
        one("rain_10min", "10分钟降水量", "rain of 10 min", .millimetre, minutes: 10),
        one("rain_30min", "30分钟降水量", "rain of 30 min", .millimetre, minutes: 30),
        one("rain_3h", "3小时降水量", "rain of 3 h", .millimetre, minutes: 180),
        one("rain_6h", "6小时降水量", "rain of 6 h", .millimetre, minutes: 360),
        one("rain_12h", "12小时降水量", "rain of 12 h", .millimetre, minutes: 720),
        one("rain_24h", "24小时降水量", "rain of 24 h", .millimetre, minutes: 1440),
        one(.rainAccumulated, "累计降水量", "accumulated rain", .millimetre),
        one("soil_moisture_10cm", "10厘米土壤含水量", "soil moisture at 10 cm", .percent),
        one("soil_moisture_40cm", "40厘米土壤含水量", "soil moisture at 40 cm", .percent),
        one("evaporation_24h", "日蒸发量", "evaporation of a day", .millimetre, minutes: 1440),
    ]

    private static let hydrologyForecasts =
        [
            one("api", "前期影响雨量", "antecedent precipitation index", .millimetre),
            one("flash_flood_guidance_1h", "1小时山洪预警雨量", "flash flood guidance of 1 h", .millimetre, minutes: 60),
            one("flash_flood_guidance_3h", "3小时山洪预警雨量", "flash flood guidance of 3 h", .millimetre, minutes: 180),
            one("flash_flood_guidance_6h", "6小时山洪预警雨量", "flash flood guidance of 6 h", .millimetre, minutes: 360),
            one("flash_flood_ratio_1h", "1小时雨量与预警雨量比", "rain of 1 h against guidance", .percent, minutes: 60),
            one("flash_flood_ratio_3h", "3小时雨量与预警雨量比", "rain of 3 h against guidance", .percent, minutes: 180),
            one("flash_flood_ratio_6h", "6小时雨量与预警雨量比", "rain of 6 h against guidance", .percent, minutes: 360),
        ]
        + [1, 2, 3, 6].flatMap { hours in
            [
                one(ElementID("stage_forecast_\(hours)h"), "\(hours)小时后水位预报", "stage in \(hours) h, forecast", .metre),
                one(
                    ElementID("flow_forecast_\(hours)h"),
                    "\(hours)小时后流量预报",
                    "flow in \(hours) h, forecast",
                    .cubicMetrePerSecond
                ),
            ]
        }
        + [1, 3, 6, 12].map {
            one(ElementID("spi_\($0)"), "\($0)个月标准化降水指数", "standardized precipitation index, \($0) months", .one)
        }

    private static let weather = [
        one("temperature", "气温", "air temperature", .celsius),
        one("humidity", "相对湿度", "relative humidity", .percent),
        one("wind_speed", "风速", "wind speed", .metrePerSecond),
        one("wind_direction", "风向", "wind direction", .degree),
        one("wind_gust", "阵风", "gust", .metrePerSecond),
        one("pressure", "气压", "air pressure", .hectopascal),
        one("snow_depth", "积雪深度", "snow depth", .metre),
        one("visibility", "能见度", "visibility", .metre),
        one("lightning_5min", "5分钟闪电次数", "lightning strokes of 5 min", .one, minutes: 5),
    ]

    private static let ground = [
        one("displacement", "位移", "displacement", .millimetre),
        one("crack_width", "裂缝宽度", "width of a crack", .millimetre),
        one("tilt", "倾角", "tilt", .degree),
        one("pore_pressure", "孔隙水压力", "pore water pressure", .kilopascal),
        one("magnitude", "震级", "magnitude", .one),
        one("intensity", "地震烈度", "seismic intensity", .one),
    ]

    private static let fire = [
        one("hot_spots", "火点数", "hot spots", .one),
        one("ffmc", "细小可燃物湿度码", "fine fuel moisture code", .one),
        one("ffmc_hourly", "逐时细小可燃物湿度码", "fine fuel moisture code of the hour", .one),
        one("dmc", "腐殖质湿度码", "duff moisture code", .one),
        one("dc", "干旱码", "drought code", .one),
        one("isi", "初始蔓延指数", "initial spread index", .one),
        one("bui", "有效可燃物指数", "buildup index", .one),
        one("fwi", "火险天气指数", "fire weather index", .one),
        one("dsr", "日火险严重度", "daily severity rating", .one),
        one("flame_length", "火焰长度", "flame length", .metre),
    ]

    private static let chemicals = [
        one("tank_level", "储罐液位", "level of a tank", .metre),
        one("tank_temperature", "储罐温度", "temperature of a tank", .celsius),
        one("tank_pressure", "储罐压力", "pressure of a tank", .kilopascal),
        one("combustible_gas", "可燃气体浓度（爆炸下限百分比）", "combustible gas, share of the lower explosive limit", .percent),
        one("ammonia", "氨气浓度", "ammonia", .milligramPerCubicMetre),
        one("chlorine", "氯气浓度", "chlorine", .milligramPerCubicMetre),
        one("hydrogen_sulfide", "硫化氢浓度", "hydrogen sulfide", .milligramPerCubicMetre),
        one("carbon_monoxide", "一氧化碳浓度", "carbon monoxide", .milligramPerCubicMetre),
        one("fine_particles", "细颗粒物", "fine particles PM2.5", .microgramPerCubicMetre),
        one("store_temperature", "库房温度", "temperature of a store", .celsius),
        one("store_humidity", "库房湿度", "humidity of a store", .percent),
        one("dry_beach", "尾矿库干滩长度", "length of a tailings pond's dry beach", .metre),
        one("seepage_line", "浸润线埋深", "depth of the seepage line", .metre),
    ]

    private static let lifelines = [
        one("gas_pressure", "燃气压力", "gas pressure", .kilopascal),
        one("gas_flow", "燃气流量", "gas flow", .cubicMetrePerHour),
        one("water_pressure", "供水压力", "water pressure", .kilopascal),
        one("water_flow", "供水流量", "water flow", .cubicMetrePerHour),
        one("heat_supply_temperature", "供热温度", "temperature of heat supply", .celsius),
        one("line_voltage", "线路电压", "line voltage", .volt),
        one("line_load", "线路负荷", "line load", .kilowatt),
        one("bridge_strain", "桥梁应变", "strain of a bridge, millionths", .one),
        one("bridge_deflection", "桥梁挠度", "deflection of a bridge", .millimetre),
    ]

    private static let station = [
        one(.battery, "电源电压", "battery", .volt)
    ]
}
