import Vocabulary

// MARK: 3.2.2 info and 3.2.3 resource

extension CAPJudge {
    mutating func judge(_ info: CAPAlert.Info, _ path: String) {
        expectText(info.event, "\(path)/event")
        judgeLanguage(info.language, "\(path)/language")
        judgeResponses(info, path)
        judgeTimes(info, path)
        for (name, pairs) in [("eventCode", info.eventCodes), ("parameter", info.parameters)] {
            for (index, pair) in pairs.enumerated() { expectText(pair.name, "\(path)/\(name)[\(index + 1)]/valueName") }
        }
        expect(
            info.web.isEmpty || CAPLexical.isAbsoluteURI(info.web),
            .relativeWeb,
            "\(path)/web",
            "write a full URI, such as https://example.org/alert"
        )
        for (index, resource) in info.resources.enumerated() { judge(resource, "\(path)/resource[\(index + 1)]") }
        expect(
            !info.areas.isEmpty || !alert.messageType.warns,
            .missingArea,
            "\(path)/area",
            "say where; without an area it holds for nowhere or everywhere",
            advised
        )
        for (index, area) in info.areas.enumerated() { judge(area, "\(path)/area[\(index + 1)]") }
    }

    private mutating func judgeLanguage(_ language: String, _ path: String) {
        let primary = language.prefix { $0 != "-" }.lowercased()
        let isKnown =
            switch primary.utf8.count {
            case 1: primary == "i" || primary == "x"
            case 2: LanguageCodes.twoLetters.contains(primary)
            case 3: true
            default: false
            }
        expect(
            isKnown,
            .unknownLanguage,
            path,
            "write a language of ISO 639 first, such as zh-CN or en-US (RFC 3066, 2.2)"
        )
    }

    private mutating func judgeResponses(_ info: CAPAlert.Info, _ path: String) {
        let (responses, categories) = (Set(info.responses), Set(info.categories))
        expect(
            responses.count == info.responses.count && categories.count == info.categories.count,
            .repeatedValue,
            path,
            "write each category and each response once",
            .doubt
        )
        let alone: [CAPAlert.Response] = [.nothing, .allClear]
        expect(
            responses.count < 2 || !alone.contains { responses.contains($0) },
            .opposedResponses,
            "\(path)/responseType",
            "None and AllClear stand alone",
            .doubt
        )
        let acting: [CAPAlert.Response] = [.shelter, .evacuate, .prepare, .execute, .avoid]
        expect(
            info.urgency != .past || !acting.contains { responses.contains($0) },
            .actionOnPast,
            "\(path)/urgency",
            "Past means that nobody has to act any more; correct it or the response",
            .doubt
        )
    }

    private mutating func judgeTimes(_ info: CAPAlert.Info, _ path: String) {
        let sent = alert.sent.instant
        let effective = info.effective?.instant ?? sent
        let onset = info.onset?.instant ?? effective
        for (name, time) in [("effective", info.effective), ("onset", info.onset), ("expires", info.expires)] {
            judgeZone(time, "\(path)/\(name)")
        }
        // A cancel may repeat the times of what it takes back.
        let gravity: CAPFault.Gravity = alert.messageType.warns ? .violation : .doubt
        expect(effective >= sent, .effectiveBeforeSent, "\(path)/effective", "nothing holds before it is sent", gravity)
        expect(
            onset >= effective,
            .onsetBeforeEffective,
            "\(path)/onset",
            "the onset comes at or after \(info.effective == nil ? "sent" : "effective")",
            gravity
        )
        guard let expires = info.expires?.instant else {
            expect(
                !alert.messageType.warns,
                .missingExpires,
                "\(path)/expires",
                "say when the warning ends, or each receiver decides",
                advised
            )
            return
        }
        if expires <= sent {
            expect(false, .expiresBeforeSent, "\(path)/expires", "it is over before it is sent", gravity)
        } else {
            expect(onset < expires, .expiresBeforeOnset, "\(path)/expires", "it is over before it begins", gravity)
        }
    }

    private mutating func judge(_ resource: CAPAlert.Resource, _ path: String) {
        expectText(resource.description, "\(path)/resourceDesc")
        let hasEmbedded = !resource.embedded.trimmedXML.isEmpty
        expect(
            resource.mimeType.isEmpty || CAPLexical.isMimeType(resource.mimeType.trimmedXML),
            .badMimeType,
            "\(path)/mimeType",
            "write type and subtype, such as image/png (RFC 2046)"
        )
        expect(
            !resource.size.hasPrefix("-") || resource.size.allSatisfy { $0 == "-" || $0 == "0" },
            .negativeSize,
            "\(path)/size",
            "count bytes from 0"
        )
        expect(!resource.uri.isEmpty || hasEmbedded, .missingContent, path, "add a uri or a derefUri", .doubt)
        expect(
            resource.uri.isEmpty || hasEmbedded || CAPLexical.isAbsoluteURI(resource.uri),
            .relativeURI,
            "\(path)/uri",
            "write a full URI, or add the content as derefUri"
        )
        expect(isBase64(resource.embedded), .badBase64, "\(path)/derefUri", "write the content in base 64 (RFC 4648)")
        let digest = resource.digest.trimmedXML.utf8
        expect(
            digest.isEmpty || digest.count == 40 && digest.allSatisfy(CAPLexical.isHexDigit),
            .badDigest,
            "\(path)/digest",
            "write the 40 hexadecimal digits of SHA-1 (FIPS 180-2)"
        )
    }

    /// Whole groups of four, white space aside, with the padding at the end.
    private func isBase64(_ text: String) -> Bool {
        let bytes = text.utf8.filter { ![0x20, 0x9, 0xA, 0xD].contains($0) }
        let padding = bytes.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        return bytes.count % 4 == 0 && padding <= 2
            && bytes.dropLast(padding).allSatisfy {
                CAPLexical.isLetter($0) || CAPLexical.isDigit($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/")
            }
    }
}

// MARK: Several contents

extension CAPJudge {
    /// 3.2.2: later contents of one language may add to earlier ones, and do not override them. Contents in several languages
    /// say one thing.
    mutating func judgeInfosTogether() {
        let infos = Array(alert.infos.enumerated().prefix(50))
        for (index, info) in infos {
            guard let earlier = infos[..<index].first(where: { isOverridden($0.element, by: info) }) else { continue }
            faults.append(
                CAPFault(
                    .overriddenInfo,
                    "alert/info[\(index + 1)]",
                    "it says other than info[\(earlier.offset + 1)] for the same event and place; send an Update"
                )
            )
        }
        guard let first = infos.first?.element, Set(infos.map { $0.element.language.lowercased() }).count == infos.count
        else { return }
        for (index, info) in infos.dropFirst() where !isSame(first, info) || !places(info).isSuperset(of: places(first))
        {
            faults.append(
                CAPFault(
                    .translationsDiffer,
                    "alert/info[\(index + 1)]",
                    "it says other than info[1] in another language; make urgency, severity, certainty, times and places agree",
                    .doubt
                )
            )
        }
    }

    private func isOverridden(_ earlier: CAPAlert.Info, by later: CAPAlert.Info) -> Bool {
        guard earlier.language.lowercased() == later.language.lowercased(), earlier.event == later.event else {
            return false
        }
        let named = Set(earlier.areas.map(\.description)).intersection(later.areas.map(\.description))
        return !isSame(earlier, later) && (!named.isEmpty || !places(earlier).isDisjoint(with: places(later)))
    }

    private func isSame(_ one: CAPAlert.Info, _ other: CAPAlert.Info) -> Bool {
        one.urgency == other.urgency && one.severity == other.severity && one.certainty == other.certainty
            && one.effective?.instant == other.effective?.instant && one.onset?.instant == other.onset?.instant
            && one.expires?.instant == other.expires?.instant
    }

    private func places(_ info: CAPAlert.Info) -> Set<String> {
        Set(info.areas.flatMap { $0.polygons + $0.circles + $0.geocodes.map { "\($0.name)=\($0.value)" } })
    }
}

/// ISO 639-1.
private enum LanguageCodes {
    static let twoLetters = Set(
        """
        aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es
        et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj
        kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv
        ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th
        ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
        """.split(whereSeparator: \.isWhitespace).map(String.init)
    )
}
