import MonitoringCodecs
import Vocabulary

// What people are told of each hazard, in Chinese and English: its name, what to do at each colour, and what afterwards.

extension Hazard {
    /// The name of the event.
    var event: Name {
        switch self {
        case .flashFlood: Name(zh: "山洪", en: "Flash flood")
        case .riverFlood: Name(zh: "洪水", en: "River flood")
        case .rainstorm: Name(zh: "暴雨", en: "Rainstorm")
        case .landslide: Name(zh: "地质灾害", en: "Landslide")
        case .debrisFlow: Name(zh: "泥石流", en: "Debris flow")
        case .wildfire: Name(zh: "森林草原火灾", en: "Wildfire")
        case .grasslandFire: Name(zh: "草原火灾", en: "Grassland fire")
        case .earthquake: Name(zh: "地震", en: "Earthquake")
        case .drought: Name(zh: "干旱", en: "Drought")
        case .gale: Name(zh: "大风", en: "Gale")
        case .snowstorm: Name(zh: "暴雪", en: "Snowstorm")
        case .coldWave: Name(zh: "寒潮", en: "Cold wave")
        case .heat: Name(zh: "高温", en: "Heat")
        case .lightning: Name(zh: "雷电", en: "Lightning")
        case .hail: Name(zh: "冰雹", en: "Hail")
        case .chemical: Name(zh: "危险化学品事故", en: "Hazardous chemicals accident")
        case .gasLeak: Name(zh: "燃气泄漏", en: "Gas leak")
        case .mine: Name(zh: "矿山事故", en: "Mine accident")
        case .fireworks: Name(zh: "烟花爆竹事故", en: "Fireworks accident")
        case .lifelineOutage: Name(zh: "城市生命线中断", en: "Lifeline outage")
        case .bridge: Name(zh: "桥梁险情", en: "Bridge danger")
        case .roadCut: Name(zh: "道路中断", en: "Road cut")
        }
    }

    /// The category of CAP 1.2, 3.2.2.
    var category: CAPAlert.Category {
        switch self {
        case .flashFlood, .riverFlood, .rainstorm, .drought, .gale, .snowstorm, .coldWave, .heat, .lightning, .hail:
            .met
        case .landslide, .debrisFlow, .earthquake: .geo
        case .wildfire, .grasslandFire: .fire
        case .chemical, .gasLeak: .cbrne
        case .mine, .fireworks: .safety
        case .lifelineOutage: .infrastructure
        case .bridge, .roadCut: .transport
        }
    }

    /// What people in the area should do.
    func advice(_ colour: WarningColour) -> Name {
        switch self {
        case .flashFlood, .riverFlood, .rainstorm: Self.water(colour)
        case .landslide, .debrisFlow: Self.slope(colour)
        case .wildfire, .grasslandFire: Self.fire(colour)
        case .earthquake: Self.shaking(colour)
        case .chemical, .gasLeak, .mine, .fireworks: Self.accident(colour)
        case .drought, .gale, .snowstorm, .coldWave, .heat, .lightning, .hail: Self.weather(colour)
        case .lifelineOutage, .bridge, .roadCut: Self.network(colour)
        }
    }

    /// What people should do when it is over.
    var adviceAfterwards: Name {
        switch self {
        case .flashFlood, .riverFlood, .rainstorm:
            Name(zh: "仍请远离河道，注意次生灾害。", en: "Keep away from the river and beware of secondary hazards.")
        case .landslide, .debrisFlow, .earthquake:
            Name(zh: "仍请远离陡坡和受损房屋。", en: "Keep away from steep slopes and damaged buildings.")
        case .wildfire, .grasslandFire: Name(zh: "仍请注意用火安全。", en: "Go on being careful with fire.")
        case .chemical, .gasLeak, .mine, .fireworks:
            Name(zh: "返回前请先通风，听从现场人员安排。", en: "Air rooms before you return, and follow the people on site.")
        case .drought, .gale, .snowstorm, .coldWave, .heat, .lightning, .hail, .lifelineOutage, .bridge, .roadCut:
            Name(zh: "请继续关注后续通知。", en: "Watch for further notices.")
        }
    }

    private static func water(_ colour: WarningColour) -> Name {
        switch colour {
        case .blue: Name(zh: "关注水情，远离河道。", en: "Follow the situation and keep away from the river.")
        case .yellow: Name(zh: "停止涉水活动，做好转移准备。", en: "Stop all activity in or by the water and prepare to leave.")
        case .orange:
            Name(zh: "老弱病残先行转移，随时准备撤离。", en: "The old, the sick and children leave first; be ready to go at once.")
        case .red: Name(zh: "立即转移到高处。", en: "Move to higher ground immediately.")
        }
    }

    private static func slope(_ colour: WarningColour) -> Name {
        switch colour {
        case .blue: Name(zh: "留意山体裂缝和落石。", en: "Watch slopes for cracks and falling stones.")
        case .yellow: Name(zh: "远离陡坡和沟口，做好转移准备。", en: "Keep away from steep slopes and gully mouths; prepare to leave.")
        case .orange: Name(zh: "危险区内人员转移。", en: "Leave the places in danger.")
        case .red: Name(zh: "立即向沟谷两侧高处撤离。", en: "Leave at once, up the sides of the valley.")
        }
    }

    private static func fire(_ colour: WarningColour) -> Name {
        switch colour {
        case .blue: Name(zh: "野外用火须谨慎。", en: "Take care with fire outdoors.")
        case .yellow: Name(zh: "禁止野外吸烟和烧荒。", en: "Do not smoke or burn off outdoors.")
        case .orange: Name(zh: "禁止一切野外用火，做好转移准备。", en: "No fire outdoors at all; prepare to leave.")
        case .red: Name(zh: "立即向上风方向撤离。", en: "Leave at once, against the wind.")
        }
    }

    private static func shaking(_ colour: WarningColour) -> Name {
        switch colour {
        case .blue: Name(zh: "注意余震。", en: "Expect aftershocks.")
        case .yellow: Name(zh: "检查房屋和燃气，注意余震。", en: "Check the house and the gas; expect aftershocks.")
        case .orange: Name(zh: "离开受损房屋，前往避难场所。", en: "Leave damaged buildings and go to a shelter.")
        case .red: Name(zh: "立即到空旷处避险。", en: "Go to open ground immediately.")
        }
    }

    private static func accident(_ colour: WarningColour) -> Name {
        switch colour {
        case .blue: Name(zh: "请勿靠近。", en: "Stay away.")
        case .yellow: Name(zh: "禁止明火和开关电器，开窗通风。", en: "No flames and no switches; open the windows.")
        case .orange: Name(zh: "沿上风方向离开，听从现场人员安排。", en: "Leave against the wind and follow the people on site.")
        case .red: Name(zh: "立即撤离危险区。", en: "Leave the danger area immediately.")
        }
    }

    private static func weather(_ colour: WarningColour) -> Name {
        switch colour {
        case .blue: Name(zh: "关注天气变化。", en: "Follow the weather.")
        case .yellow: Name(zh: "减少外出，加固易受影响的设施。", en: "Go out less and secure what may be damaged.")
        case .orange: Name(zh: "停止户外作业，尽量留在室内。", en: "Stop work outdoors and stay inside.")
        case .red: Name(zh: "留在安全的室内。", en: "Stay in a safe place indoors.")
        }
    }

    private static func network(_ colour: WarningColour) -> Name {
        switch colour {
        case .blue: Name(zh: "请关注通知。", en: "Watch for notices.")
        case .yellow: Name(zh: "请绕行或提前储备。", en: "Take another way, or stock up in time.")
        case .orange: Name(zh: "停止使用，听从现场人员安排。", en: "Stop using it and follow the people on site.")
        case .red: Name(zh: "立即离开危险部位。", en: "Leave the place of danger immediately.")
        }
    }
}
