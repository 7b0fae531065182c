import Vocabulary

extension CAPAlert {
    /// Whose rules are asked beside those of the standard.
    package enum Profile: Sendable {
        /// CAP 1.2 alone.
        case standard
        /// GB/T 35965.1-2018 and what the suite asks of its own documents.
        case china
    }

    /// What is wrong in meaning though the schema allows it; empty when nothing is (CAP 1.2, 3.2 and 3.3).
    ///
    /// The order of the times is the suite's own reading: sent ≤ effective ≤ onset < expires; the standard only names them.
    package func faults(_ profile: Profile = .standard) -> [CAPFault] {
        var judge = CAPJudge(alert: self, profile: profile)
        judge.judgeHeader()
        judge.judgeReferences()
        for (index, info) in infos.enumerated() { judge.judge(info, "alert/info[\(index + 1)]") }
        judge.judgeInfosTogether()
        if profile == .china { judge.judgeChina() }
        return judge.faults
    }
}

/// Collects what is wrong.
struct CAPJudge {
    let alert: CAPAlert
    let profile: CAPAlert.Profile
    var faults: [CAPFault] = []

    init(alert: CAPAlert, profile: CAPAlert.Profile) { (self.alert, self.profile) = (alert, profile) }

    mutating func expect(
        _ holds: Bool,
        _ code: CAPFault.Code,
        _ path: String,
        _ remedy: String,
        _ gravity: CAPFault.Gravity = .violation
    ) {
        if !holds { faults.append(CAPFault(code, path, remedy, gravity)) }
    }

    /// What the standard only advises, the suite asks of its own documents.
    var advised: CAPFault.Gravity { profile == .china ? .violation : .doubt }

    mutating func expectText(_ text: String, _ path: String) {
        expect(!text.trimmedXML.isEmpty, .emptyText, path, "say it; an empty text tells nobody anything")
    }
}

// MARK: 3.2.1 alert

extension CAPJudge {
    mutating func judgeHeader() {
        expect(isName(alert.identifier), .badIdentifier, "alert/identifier", "use no space, comma, < or &")
        expect(isName(alert.sender), .badSender, "alert/sender", "use no space, comma, < or &")
        judgeZone(alert.sent, "alert/sent")
        judgeScope()
        let isExercise = alert.status == .exercise
        expect(
            !alert.note.trimmedXML.isEmpty || !isExercise && alert.messageType != .error,
            .missingNote,
            "alert/note",
            isExercise ? "name the exercise" : "explain why the message is rejected",
            advised
        )
        expect(hasWholeQuotes(alert.incidents), .unclosedQuote, "alert/incidents", "close the double quotes")
        expect(
            !alert.infos.isEmpty || !alert.messageType.warns,
            .missingInfo,
            "alert/info",
            "say what the warning is about",
            advised
        )
    }

    private mutating func judgeScope() {
        let hasRestriction = !alert.restriction.trimmedXML.isEmpty
        expect(
            hasRestriction || alert.scope != .restricted,
            .missingRestriction,
            "alert/restriction",
            "say who may have a Restricted alert"
        )
        expect(
            !hasRestriction || alert.scope == .restricted,
            .strayRestriction,
            "alert/restriction",
            "remove it, or make the scope Restricted",
            .doubt
        )
        expect(
            !alert.addresses.trimmedXML.isEmpty || alert.scope != .personal,
            .missingAddresses,
            "alert/addresses",
            "name the receivers of a Private alert"
        )
        expect(hasWholeQuotes(alert.addresses), .unclosedQuote, "alert/addresses", "close the double quotes")
    }

    mutating func judgeReferences() {
        let path = "alert/references"
        let texts = alert.references.split(whereSeparator: \.isXMLSpace)
        if texts.isEmpty {
            expect(
                alert.messageType == .alert,
                .missingReferences,
                path,
                "name the messages that this \(alert.messageType.rawValue) is about as sender,identifier,sent"
            )
            return
        }
        expect(
            alert.messageType != .alert,
            .strayReferences,
            path,
            "an Alert begins a story; send an Update to go on with one",
            advised
        )
        expect(Set(texts).count == texts.count, .repeatedReference, path, "name each message once", .doubt)
        for text in texts { judgeReference(text, path) }
    }

    private mutating func judgeReference(_ text: Substring, _ path: String) {
        guard let reference = CAPReference(text), isName(reference.sender), isName(reference.identifier) else {
            faults.append(CAPFault(.badReference, path, "write '\(text.prefix(80))' as sender,identifier,sent"))
            return
        }
        expect(
            reference.identifier != alert.identifier || reference.sender != alert.sender,
            .referenceToItself,
            path,
            "give the message an identifier of its own; \(reference.identifier) is taken by the one it is about"
        )
        expect(
            reference.sent.instant <= alert.sent.instant,
            .referenceToLater,
            path,
            "\(reference.identifier) was sent after this message; correct one of the times"
        )
        judgeZone(reference.sent, path)
    }

    mutating func judgeZone(_ time: CAPTime?, _ path: String) {
        expect(time?.writesZeroAsEast != true, .zoneOfUTC, path, "write UTC as -00:00 (3.3.2)")
    }

    /// 3.2.1: no spaces, commas or restricted characters.
    private func isName(_ text: String) -> Bool {
        !text.isEmpty
            && !text.unicodeScalars.contains { ",<&".unicodeScalars.contains($0) || $0.properties.isWhitespace }
    }

    /// 3.2.1: names that hold white space stand in double quotes.
    private func hasWholeQuotes(_ text: String) -> Bool { text.utf8.count { $0 == UInt8(ascii: "\"") } % 2 == 0 }
}
