import Vocabulary

// Messages in ASCII coding. Source: SL 651-2014, 6.6.4. What the standard leaves open in characters is kept as sent.

extension SL651Message {
    /// Reads the body of `frame`. Errors: as `decode`.
    static func decodeText(_ function: SL651Function, _ frame: SL651Frame) throws(SL651Error) -> SL651Message {
        var reader = SL651TextReader(frame.body)
        let serial = try reader.serial()
        let sent = try reader.time(digits: 12)
        let content = try content(function, frame, &reader)
        return SL651Message(function: function, serial: serial, sent: sent, content: content)
    }

    private static func content(_ function: SL651Function, _ frame: SL651Frame, _ reader: inout SL651TextReader)
        throws(SL651Error) -> Content
    {
        switch function {
        case .test, .uniform, .timed, .extra, .hourly, .queryNow, .queryPeriod, .queryElements, .queryPumps:
            return .report(try SL651Report.decode(frame))
        case .picture: return .picture(try SL651Picture(&reader, from: frame.address))
        case .manual, .queryManual: return manual(&reader)
        case .linkKeeping: return reader.isAtEnd ? .nothing : .other(reader.rest())
        case .writeBasics, .readBasics, .writeRunning, .readRunning, .changePassword:
            try skipAddress(&reader)
            return .parameters(try SL651Parameter.decode(&reader))
        case .queryVersion, .queryStatus, .clearStorage, .factorySettings, .setClock, .setCard, .pumps, .valves, .gates,
            .quota, .queryEvents, .queryClock:
            try skipAddress(&reader)
            return answer(function, reader)
        }
    }

    /// Answers begin with the station's address.
    private static func skipAddress(_ reader: inout SL651TextReader) throws(SL651Error) {
        guard reader.next == "ST" else { return }
        _ = try reader.word()
        _ = try reader.address()
        _ = try reader.stationClass()
    }

    /// Behind RGZS, or its bytes F2 F2, as the observer typed it.
    private static func manual(_ reader: inout SL651TextReader) -> Content {
        let bytes = Array(reader.rest().drop { $0 == 0x20 })
        let mark = ["RGZS ".utf8.map { $0 }, [0xF2, 0xF2]].first { bytes.starts(with: $0) }
        guard let text = mark.map({ bytes.dropFirst($0.count) }) else { return .other(bytes) }
        return .manual(Array(text.last == 0x20 ? text.dropLast() : text))
    }

    private static func answer(_ function: SL651Function, _ reader: SL651TextReader) -> Content {
        var (reader, all) = (reader, reader)
        if reader.isAtEnd { return .nothing }
        let other = all.rest()
        switch function {
        case .queryVersion: return .version(other)
        case .queryStatus, .setCard:
            guard let identifier = try? reader.word(), ["ZT", "45"].contains(identifier), let word = try? reader.word(),
                reader.isAtEnd, let status = Hexadecimal.bytes(word, count: 4).flatMap({ SL651Status($0[...]) })
            else { return .other(other) }
            return .status(status)
        case .queryEvents:
            guard let word = try? reader.word(), reader.isAtEnd, let bytes = Hexadecimal.bytes(word, count: 64) else {
                return .other(other)
            }
            return .events((0..<32).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) })
        case .linkKeeping, .test, .uniform, .timed, .extra, .hourly, .manual, .picture, .queryNow, .queryPeriod,
            .queryManual, .queryElements, .writeBasics, .readBasics, .writeRunning, .readRunning, .queryPumps,
            .clearStorage, .factorySettings, .changePassword, .setClock, .pumps, .valves, .gates, .quota, .queryClock:
            return .other(other)
        }
    }
}

extension SL651Picture {
    /// `ST address class TT time PIC` and the file's bytes, which are not written in characters; F3 F3 for PIC is taken too.
    init(_ reader: inout SL651TextReader, from sender: SL651Address) throws(SL651Error) {
        var list = SL651EntryList(station: sender, sent: Instant(seconds: 0), isSeries: false)
        var hasTime = false
        while true {
            reader.skipSpaces()
            if reader.bytes.starts(with: [0xF3, 0xF3]) || reader.bytes.starts(with: "PIC ".utf8) { break }
            guard let next = reader.next, ["ST", "TT"].contains(next) else {
                throw SL651Error(.badElement, "'\((reader.next ?? "").prefix(16))' where a picture is announced by PIC")
            }
            hasTime = hasTime || next == "TT"
            try list.take(&reader)
        }
        let bytes = reader.rest()
        self.init(
            station: list.station,
            stationClass: list.stationClass,
            observed: hasTime ? list.observed : nil,
            bytes: Array(bytes.dropFirst(bytes.first == 0xF3 ? 2 : 4))
        )
    }
}

extension SL651Parameter {
    /// Reads `identifier value` to the end: identifiers are their bytes in digits, values stay as sent.
    /// Errors: `bad-element` for what is no identifier, `too-short`, `too-large` for more than 1,024.
    static func decode(_ reader: inout SL651TextReader) throws(SL651Error) -> [SL651Parameter] {
        var list: [SL651Parameter] = []
        while !reader.isAtEnd {
            guard list.count < 1_024 else { throw SL651Error(.tooLarge, "more than 1,024 parameters") }
            let word = try reader.word()
            guard let bytes = Hexadecimal.bytes(word, count: word.hasPrefix("FF") ? 2 : 1) else {
                throw SL651Error(.badElement, "'\(word)' where a parameter's identifier of annex D is due")
            }
            let value = try reader.word()
            let content: Content = bytes == [0x03] ? .password(UInt16(value, radix: 16) ?? 0) : .text(value)
            list.append(SL651Parameter(lead: bytes[0], extended: bytes.count == 2 ? bytes[1] : nil, content: content))
        }
        return list
    }
}
