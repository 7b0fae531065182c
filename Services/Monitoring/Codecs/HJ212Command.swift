/// What a message is for. Raw values are the CN of HJ 212-2017, table 9.
package enum HJ212Command: Int, CaseIterable, Sendable {
    case setTimeoutAndRetries = 1000
    case clock = 1011
    case setClock = 1012
    case askForClock = 1013
    case realTimeInterval = 1061
    case setRealTimeInterval = 1062
    case minuteInterval = 1063
    case setMinuteInterval = 1064
    case setPassword = 1072
    case realTime = 2011
    case stopRealTime = 2012
    case equipmentState = 2021
    case stopEquipmentState = 2022
    case day = 2031
    case equipmentDay = 2041
    case minute = 2051
    case hour = 2061
    case started = 2081
    case calibrate = 3011
    case sampleNow = 3012
    case clean = 3013
    case compareSample = 3014
    case keepSample = 3015
    case setSamplingPeriod = 3016
    case samplingPeriod = 3017
    case sampleTime = 3018
    case deviceIdentity = 3019
    case deviceInformation = 3020
    case setDeviceParameter = 3021
    case requestAnswer = 9011
    case result = 9012
    case noticeAnswer = 9013
    case dataAnswer = 9014

    /// The command's name in table 9.
    package var name: String {
        switch self {
        case .setTimeoutAndRetries: "设置超时时间及重发次数"
        case .clock: "提取/上传现场机时间"
        case .setClock: "设置现场机时间"
        case .askForClock: "现场机时间校准请求"
        case .realTimeInterval: "提取/上传实时数据间隔"
        case .setRealTimeInterval: "设置实时数据间隔"
        case .minuteInterval: "提取/上传分钟数据间隔"
        case .setMinuteInterval: "设置分钟数据间隔"
        case .setPassword: "设置现场机密码"
        case .realTime: "取/上传污染物实时数据"
        case .stopRealTime: "停止察看污染物实时数据"
        case .equipmentState: "取/上传设备运行状态数据"
        case .stopEquipmentState: "停止察看设备运行状态"
        case .day: "取/上传污染物日历史数据"
        case .equipmentDay: "取/上传设备运行时间日历史数据"
        case .minute: "取/上传污染物分钟数据"
        case .hour: "取/上传污染物小时数据"
        case .started: "上传数采仪开机时间"
        case .calibrate: "零点校准量程校准"
        case .sampleNow: "即时采样"
        case .clean: "启动清洗/反吹"
        case .compareSample: "比对采样"
        case .keepSample: "超标留样/上传超标留样信息"
        case .setSamplingPeriod: "设置采样时间周期"
        case .samplingPeriod: "提取/上传采样时间周期"
        case .sampleTime: "提取/上传出样时间"
        case .deviceIdentity: "提取/上传设备唯一标识"
        case .deviceInformation: "提取/上传现场机信息"
        case .setDeviceParameter: "设置现场机参数"
        case .requestAnswer: "请求应答"
        case .result: "执行结果"
        case .noticeAnswer: "通知应答"
        case .dataAnswer: "数据应答"
        }
    }

    /// Whether its message carries values of factors or equipment: `HJ212Report` reads it.
    package var isReport: Bool { Self.reports.contains(self) }

    private static let reports: [HJ212Command] = [.realTime, .minute, .hour, .day, .equipmentState, .equipmentDay]

    /// What answers it where its flag asks for an answer: 9014 to data, 9013 to a notice, 9011 to everything else. Nil for an answer.
    var answer: HJ212Command? {
        switch self {
        case .requestAnswer, .result, .noticeAnswer, .dataAnswer: nil
        case .askForClock, .stopRealTime, .stopEquipmentState: .noticeAnswer
        case .realTime, .minute, .hour, .day, .equipmentState, .equipmentDay, .started, .clock, .realTimeInterval,
            .minuteInterval, .keepSample, .samplingPeriod, .sampleTime, .deviceIdentity, .deviceInformation:
            .dataAnswer
        case .setTimeoutAndRetries, .setClock, .setRealTimeInterval, .setMinuteInterval, .setPassword, .calibrate,
            .sampleNow, .clean, .compareSample, .setSamplingPeriod, .setDeviceParameter:
            .requestAnswer
        }
    }
}

/// What kind of site a device watches. Raw values are the ST of HJ 212-2017, table 5.
package enum HJ212System: String, CaseIterable, Sendable {
    case surfaceWater = "21"
    case air = "22"
    case noise = "23"
    case groundwater = "24"
    case soil = "25"
    case sea = "26"
    case volatileOrganics = "27"
    case airSource = "31"
    case surfaceWaterSource = "32"
    case groundwaterSource = "33"
    case seaSource = "34"
    case soilSource = "35"
    case noiseSource = "36"
    case vibrationSource = "37"
    case radiationSource = "38"
    case constructionDust = "39"
    case electromagneticSource = "41"
    case fluegasProcess = "51"
    case wastewaterProcess = "52"
    /// Answers between device and centre.
    case interaction = "91"
}

/// How an order ended: ExeRtn of HJ 212-2017, table 6.
package enum HJ212Result: Int, CaseIterable, Sendable {
    case done = 1
    case failed = 2
    case badCondition = 3
    case timedOut = 4
    case busy = 5
    case systemFault = 6
    case noData = 100
}

/// What a device thinks of a request: QnRtn of HJ 212-2017, table 7.
package enum HJ212Acceptance: Int, CaseIterable, Sendable {
    case ready = 1
    case refused = 2
    case wrongPassword = 3
    case wrongDevice = 4
    case wrongSystem = 5
    case wrongFlag = 6
    case wrongRequest = 7
    case wrongCommand = 8
    case wrongCRC = 9
    case unknown = 100
}

/// What a device says of a value. Raw values are the data flags of HJ 212-2017, table 8; provinces add their own.
package enum HJ212DataFlag: String, CaseIterable, Sendable {
    case normal = "N"
    case stopped = "F"
    case maintenance = "M"
    case manual = "S"
    case faulty = "D"
    case calibrating = "C"
    case aboveRange = "T"
    case disconnected = "B"

    /// Whether the value is one that the instrument measured in order.
    package var isMeasured: Bool { self == .normal }
}
