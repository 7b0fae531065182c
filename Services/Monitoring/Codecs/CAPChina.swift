package import Vocabulary

/// The identifier of a warning in China: `ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N` (GB/T 35965.1-2018).
///
/// Division 6 digits (GB/T 2260), sector 3 (GB/T 4657), unit 3 (000 where there is one), extension 2 (00), the time in
/// Beijing, and a digit that tells the documents of one second apart. The national platform 12379 leaves out the last part.
package struct NationalIdentifier: Hashable, Sendable {
    /// 14 digits: the sender.
    package let senderCode: String
    package let time: Instant
    /// 0 to 9; nil in the platform's form.
    package let number: Int?

    /// Nil unless the code has 14 digits and the number one.
    package init?(senderCode: String, time: Instant, number: Int?) {
        guard senderCode.utf8.count == 14, senderCode.utf8.allSatisfy(CAPLexical.isDigit),
            number.map((0...9).contains) ?? true
        else { return nil }
        (self.senderCode, self.number) = (senderCode, number)
        self.time = Instant(seconds: time.seconds)
    }

    /// Reads either form. Errors: `bad-identifier`, with the part that is wrong.
    package init(_ text: String) throws(CAPError) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false).map { Array($0.utf8) }
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.allSatisfy(CAPLexical.isDigit) }) else {
            throw CAPError(
                .badIdentifier,
                "'\(text.prefix(60))' is not 14 digits, the time and a digit between underlines"
            )
        }
        guard parts[0].count == 14 else {
            throw CAPError(.badIdentifier, "'\(text.prefix(60))' begins with \(parts[0].count) digits; a sender has 14")
        }
        guard parts[1].count == 14, let time = Self.time(parts[1]) else {
            throw CAPError(.badIdentifier, "'\(text.prefix(60))' holds no time YYYYMMDDhhmmss that exists")
        }
        guard parts.count == 2 || parts[2].count == 1 else {
            throw CAPError(.badIdentifier, "'\(text.prefix(60))' ends with \(parts[2].count) digits; write one, 0 to 9")
        }
        senderCode = String(decoding: parts[0], as: UTF8.self)
        number = parts.count == 3 ? Int(parts[2][0] - UInt8(ascii: "0")) : nil
        self.time = time
    }

    package var text: String { platformText + (number.map { "_\($0)" } ?? "") }

    /// The platform's form.
    package var platformText: String { "\(senderCode)_\(CAPTime(time).text.prefix(19).filter(\.isNumber))" }

    /// The sender's county, GB/T 2260.
    package var division: String { String(senderCode.prefix(6)) }
    /// GB/T 4657.
    package var sector: String { String(senderCode.dropFirst(6).prefix(3)) }
    package var unit: String { String(senderCode.dropFirst(9).prefix(3)) }
    package var extensionCode: String { String(senderCode.suffix(2)) }

    private static func time(_ digits: [UInt8]) -> Instant? {
        guard let year = fourDigits(digits[0..<4]), let month = fourDigits(digits[4..<6]),
            let day = fourDigits(digits[6..<8]), let hour = fourDigits(digits[8..<10]),
            let minute = fourDigits(digits[10..<12]), let second = fourDigits(digits[12..<14])
        else { return nil }
        return CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
            .map(BeijingTime.instant)
    }
}

extension CAPAlert {
    /// The valueName of a geocode that holds a division code.
    package static let divisionName = "GB/T 2260"
    /// The valueName of the parameter that holds the colour.
    package static let colourName = "colour"
}

extension CAPAlert.Info {
    /// The colour of the China profile; nil where none is given, or no colour's name.
    package var colour: WarningColour? {
        parameters.first { $0.name == CAPAlert.colourName }.flatMap { WarningColour(name: $0.value) }
    }
}

extension CAPJudge {
    mutating func judgeChina() {
        do {
            let identifier = try NationalIdentifier(alert.identifier)
            expect(identifier.number != nil, .notNational, "alert/identifier", "add the last part, a digit")
            expect(
                identifier.senderCode == alert.sender,
                .foreignSender,
                "alert/identifier",
                "begin the identifier with the sender \(alert.sender)"
            )
        } catch { faults.append(CAPFault(.notNational, "alert/identifier", error.message)) }
        expect(
            alert.infos.contains { $0.language.lowercased() == "zh-cn" },
            .missingChinese,
            "alert/info",
            "say it in zh-CN too"
        )
        for (index, info) in alert.infos.enumerated() { judgeChina(info, "alert/info[\(index + 1)]") }
    }

    private mutating func judgeChina(_ info: CAPAlert.Info, _ path: String) {
        expect(
            info.colour.map { CAPAlert.Severity($0) == info.severity } ?? false,
            .colourAndSeverityDiffer,
            "\(path)/parameter",
            "give the colour: blue for Minor, yellow for Moderate, orange for Severe, red for Extreme"
        )
        for (index, area) in info.areas.enumerated() {
            let codes = area.geocodes.filter { $0.name == CAPAlert.divisionName }
            expect(
                !codes.isEmpty && codes.allSatisfy { DivisionCode($0.value) != nil },
                .badDivision,
                "\(path)/area[\(index + 1)]/geocode",
                "name the divisions by codes of 2, 4, 6, 9 or 12 digits (GB/T 2260)"
            )
        }
    }
}
