/// What a frame is for. Raw values are the function codes of SL 651-2014, annex B; 00–2E, 3B–3F and 52–DF are reserved, E0–FF
/// the user's own.
package enum SL651Function: UInt8, CaseIterable, Sendable {
    case linkKeeping = 0x2F
    case test = 0x30
    case uniform = 0x31
    case timed = 0x32
    case extra = 0x33
    case hourly = 0x34
    case manual = 0x35
    case picture = 0x36
    case queryNow = 0x37
    case queryPeriod = 0x38
    case queryManual = 0x39
    case queryElements = 0x3A
    case writeBasics = 0x40
    case readBasics = 0x41
    case writeRunning = 0x42
    case readRunning = 0x43
    case queryPumps = 0x44
    case queryVersion = 0x45
    case queryStatus = 0x46
    case clearStorage = 0x47
    case factorySettings = 0x48
    case changePassword = 0x49
    case setClock = 0x4A
    case setCard = 0x4B
    case pumps = 0x4C
    case valves = 0x4D
    case gates = 0x4E
    case quota = 0x4F
    case queryEvents = 0x50
    case queryClock = 0x51

    /// The function's name in annex B.
    package var name: String {
        switch self {
        case .linkKeeping: "链路维持报"
        case .test: "测试报"
        case .uniform: "均匀时段水文信息报"
        case .timed: "遥测站定时报"
        case .extra: "遥测站加报报"
        case .hourly: "遥测站小时报"
        case .manual: "遥测站人工置数报"
        case .picture: "遥测站图片报或中心站查询遥测站图片采集信息"
        case .queryNow: "中心站查询遥测站实时数据"
        case .queryPeriod: "中心站查询遥测站时段数据"
        case .queryManual: "中心站查询遥测站人工置数"
        case .queryElements: "中心站查询遥测站指定要素数据"
        case .writeBasics: "中心站修改遥测站基本配置表"
        case .readBasics: "中心站读取遥测站基本配置表/遥测站自报基本配置表"
        case .writeRunning: "中心站修改遥测站运行参数配置表"
        case .readRunning: "中心站读取遥测站运行参数配置表/遥测站自报运行参数配置表"
        case .queryPumps: "查询水泵电机实时工作数据"
        case .queryVersion: "查询遥测终端软件版本"
        case .queryStatus: "查询遥测站状态和报警信息"
        case .clearStorage: "初始化固态存储数据"
        case .factorySettings: "恢复终端出厂设置"
        case .changePassword: "修改密码"
        case .setClock: "设置遥测站时钟"
        case .setCard: "设置遥测终端IC卡状态"
        case .pumps: "控制水泵开关命令/水泵状态信息自报"
        case .valves: "控制阀门开关命令/阀门状态信息自报"
        case .gates: "控制闸门开关命令/闸门状态信息自报"
        case .quota: "水量定值控制命令"
        case .queryEvents: "中心站查询遥测站事件记录"
        case .queryClock: "中心站查询遥测站时钟"
        }
    }

    /// Whether its upward body holds elements: `SL651Report` reads it. Source: 6.6.4.
    package var isReport: Bool {
        switch self {
        case .test, .uniform, .timed, .extra, .hourly, .queryNow, .queryPeriod, .queryElements, .queryPumps: true
        case .linkKeeping, .manual, .picture, .queryManual, .writeBasics, .readBasics, .writeRunning, .readRunning,
            .queryVersion, .queryStatus, .clearStorage, .factorySettings, .changePassword, .setClock, .setCard, .pumps,
            .valves, .gates, .quota, .queryEvents, .queryClock:
            false
        }
    }

    /// Whether its body names the elements once and then lists their values in time steps. Source: tables 30 and 45.
    var isSeries: Bool { self == .uniform || self == .queryPeriod }

    /// Whether a station sends it of its own accord and waits for a confirmation (modes M2 and M3). Source: 6.3.1.2, 6.6.4.2.
    package var isConfirmed: Bool {
        switch self {
        case .test, .uniform, .timed, .extra, .hourly, .manual, .picture: true
        // Sent of its own accord, or as an answer: a confirmation harms neither.
        case .readBasics, .readRunning, .pumps, .valves, .gates: true
        case .linkKeeping, .queryNow, .queryPeriod, .queryManual, .queryElements, .writeBasics, .writeRunning,
            .queryPumps, .queryVersion, .queryStatus, .clearStorage, .factorySettings, .changePassword, .setClock,
            .setCard, .quota, .queryEvents, .queryClock:
            false
        }
    }
}

extension SL651Frame {
    /// The function. Errors: `unknown-function` where annex B has none of that code.
    package func known() throws(SL651Error) -> SL651Function {
        guard let known = SL651Function(rawValue: function) else {
            throw SL651Error(.unknownFunction, "function \(Hexadecimal.text([function])) is not in annex B")
        }
        return known
    }
}
