package import Vocabulary

/// One value of a report that is a number, with the decimals that the station sent.
package struct SL651Reading: Hashable, Sendable {
    /// The station that measured; in a report of several stations not always the one that sent.
    package let station: SL651Address
    package let element: SL651Element
    package let value: Quantity
    /// For a period its end.
    package let observed: Instant
}

/// One identifier of a report with what follows it.
package struct SL651Entry: Hashable, Sendable {
    /// The station that measured.
    package let station: SL651Address
    /// Annex A: 50 rain, 48 river, 4B reservoir, 5A sluice, 44 pumps, 54 tide, 4D soil, 47 groundwater, 51 quality, 49 intake,
    /// 4F outlet. Nil where none was sent.
    package let stationClass: UInt8?
    package let observed: Instant
    package let element: SL651Element
    package let content: Content

    /// What the bytes say.
    package enum Content: Hashable, Sendable {
        case number(Quantity)
        /// All bits set, or nothing but the filler A: the station has no value.
        case missing
        case step(SL651Step)
        case status(SL651Status)
        /// No digits of the annex, or a number out of range: kept as sent.
        case illegible([UInt8])
        /// An element that annex C leaves to users: kept as sent.
        case undefined([UInt8])
    }
}

/// The time step of a series: days, hours and minutes. Source: SL 651-2014, table C.3.
package struct SL651Step: Hashable, Sendable {
    /// Nil for the step 00 00 00, which announces values of one hour, five minutes apart.
    package let duration: Duration?

    package init(_ duration: Duration?) { self.duration = duration }
}

/// The elements of a report: functions 30 to 34, 37, 38, 3A and 44. Source: SL 651-2014, 6.6.4 and annex C.
package struct SL651Report: Hashable, Sendable {
    package let serial: UInt16
    package let sent: Instant
    /// Every identifier in the order sent.
    package let entries: [SL651Entry]

    /// The most entries of a report; five-minute values of seven months.
    package static let maximumEntries = 65_536

    /// The entries that are numbers. A value in ten thousands is given in the unit itself; wind directions and other codes are numbers
    /// of the unit 1.
    package var readings: [SL651Reading] {
        entries.compactMap { entry in
            guard case .number(let value) = entry.content else { return nil }
            return SL651Reading(
                station: entry.station,
                element: entry.element,
                value: value,
                observed: entry.observed
            )
        }
    }

    /// Reads the body of `frame`. A value that cannot be read is an entry of its own and spoils no other.
    ///
    /// Errors: `unsupported-function` for a function without elements or a packet of several (`SL651Assembler`), `too-short`,
    /// `too-large` for more than `maximumEntries`, `bad-digits`, `bad-time`, `bad-element`.
    package static func decode(_ frame: SL651Frame) throws(SL651Error) -> SL651Report {
        guard let function = SL651Function(rawValue: frame.function), function.isReport, frame.packet == nil else {
            throw SL651Error(
                .unsupportedFunction,
                "function \(String(frame.function, radix: 16)) carries no single report"
            )
        }
        switch frame.coding {
        case .binary:
            var reader = BodyReader(bytes: frame.body[...])
            let serial = try reader.word()
            let sent = try reader.time(bytes: 6)
            var list = SL651EntryList(station: frame.address, sent: sent, isSeries: function.isSeries)
            while !reader.bytes.isEmpty { try list.take(&reader) }
            return SL651Report(serial: serial, sent: sent, entries: list.entries)
        case .ascii:
            var reader = SL651TextReader(frame.body)
            let serial = try reader.serial()
            let sent = try reader.time(digits: 12)
            var list = SL651EntryList(station: frame.address, sent: sent, isSeries: function.isSeries)
            while !reader.isAtEnd { try list.take(&reader) }
            return SL651Report(serial: serial, sent: sent, entries: list.entries)
        }
    }
}

/// Entries as they are read, with the station, the time and the step that the ones to come belong to.
struct SL651EntryList {
    var station: SL651Address
    var stationClass: UInt8?
    var observed: Instant
    let sent: Instant
    let isSeries: Bool
    var step: SL651Step?
    var entries: [SL651Entry] = []

    init(station: SL651Address, sent: Instant, isSeries: Bool) {
        (self.station, self.observed, self.sent, self.isSeries) = (station, sent, sent, isSeries)
    }

    mutating func take(_ reader: inout BodyReader) throws(SL651Error) {
        try checkRoom()
        let lead = try reader.byte()
        let extended: UInt8? = lead == 0xFF ? try reader.byte() : nil
        let form = try reader.byte()
        switch (lead, form) {
        case (0xF1, 0xF1):
            station = try SL651Address(try reader.take(5))
            stationClass = try reader.byte()
        case (0xF0, 0xF0): observed = try reader.time(bytes: 5)
        // A batch of flow speeds: all that follows is its data, and no length says so.
        case (0xFD, 0xF6): add(SL651Element(lead: lead), .undefined(reader.rest()))
        default:
            let element = SL651Element(lead: lead, extended: extended)
            let definition = element.definition
            if isSeries, definition?.kind != .step, let step {
                try series(element, form, step, &reader)
            } else {
                values(element, form, try reader.take(Int(form >> 3)), from: observed)
            }
        }
    }

    func checkRoom() throws(SL651Error) {
        guard entries.count < SL651Report.maximumEntries else {
            throw SL651Error(.tooLarge, "more than \(SL651Report.maximumEntries) values in one report")
        }
    }

    mutating func add(_ element: SL651Element, _ content: SL651Entry.Content, at time: Instant? = nil) {
        entries.append(
            SL651Entry(
                station: station,
                stationClass: stationClass,
                observed: time ?? observed,
                element: element,
                content: content
            )
        )
    }

    /// The values of a series: the identifier once, then groups of one width, the first at the time of observation.
    private mutating func series(_ element: SL651Element, _ form: UInt8, _ step: SL651Step, _ reader: inout BodyReader)
        throws(SL651Error)
    {
        let width = Int(form >> 3)
        let kind = element.definition?.kind
        guard width > 0, step.duration != nil || kind == .twelveRains || kind == .twelveStages else {
            throw SL651Error(.badElement, "a series without a width or a time step")
        }
        var time = observed
        while !reader.bytes.isEmpty {
            try checkRoom()
            values(element, form, try reader.take(width), from: time)
            time = time + (step.duration ?? .hours(1))
        }
    }

    /// One value, or the twelve of an hour.
    mutating func values(
        _ element: SL651Element,
        _ form: UInt8,
        _ bytes: ArraySlice<UInt8>,
        from first: Instant
    ) {
        switch element.definition?.kind {
        case .twelveRains: hour(.rain5min, bytes, width: 1, decimals: 1, .millimetre, from: first)
        case .twelveStages: hour(element, bytes, width: 2, decimals: 2, .metre, from: first)
        case .number, .tenThousands, .step, .duration, .status, nil:
            let content = element.content(bytes, decimals: Int(form & 7))
            if case .step(let step) = content { self.step = step }
            add(element, content, at: first)
        }
    }

    /// Binary values five minutes apart. Table 36: the time of observation is that of the first. Stations that send the time of the
    /// last instead would speak of the time after the report was sent; theirs are counted back from it.
    private mutating func hour(
        _ element: SL651Element,
        _ bytes: ArraySlice<UInt8>,
        width: Int,
        decimals: Int,
        _ unit: Unit,
        from first: Instant
    ) {
        guard !bytes.isEmpty, bytes.count.isMultiple(of: width) else {
            return add(element, .illegible(Array(bytes)), at: first)
        }
        let gap = Duration.minutes(5)
        let span = gap * (bytes.count / width - 1)
        var time = !isSeries && first + span >= sent + gap ? first - span : first
        var rest = bytes
        while !rest.isEmpty {
            let group = rest.prefix(width)
            let number = group.reduce(Int64(0)) { $0 << 8 | Int64($1) }
            let value = Quantity(number, decimals: decimals, unit)
            let isMissing = group.allSatisfy { $0 == 0xFF }
            add(element, isMissing ? .missing : value.map { .number($0) } ?? .illegible(Array(group)), at: time)
            time = time + gap
            rest = rest.dropFirst(width)
        }
    }
}
