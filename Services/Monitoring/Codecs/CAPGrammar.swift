/// OASIS's CAP-v1.2.xsd as a table, and the judgement by it.
///
/// Version 1.1 is judged by the same table with its differences: no Avoid and AllClear, mimeType optional, altitude and
/// ceiling any text. Its times must have an offset too (CAP 1.1, 3.3.2), which its schema does not say.
struct CAPGrammar {
    indirect enum Content: Sendable {
        case text(Form)
        case sequence([Particle])
    }

    enum Form: Sendable {
        case any
        case words([String])
        case time
        case language
        case uri
        case integer
        case decimal
    }

    /// One place in a sequence.
    struct Particle: Sendable {
        let name: String
        let content: Content
        let isRequired: Bool
        let mayRepeat: Bool

        init(_ name: String, _ content: Content = .text(.any), isRequired: Bool = false, mayRepeat: Bool = false) {
            (self.name, self.content) = (name, content)
            (self.isRequired, self.mayRepeat) = (isRequired, mayRepeat)
        }
    }

    static let signature = "http://www.w3.org/2000/09/xmldsig#"

    let version: CAPAlert.Version

    /// What the schema refuses in an alert; empty when it is valid.
    static func faults(in alert: MarkupElement, _ version: CAPAlert.Version) -> [CAPFault] {
        var faults: [CAPFault] = []
        let grammar = CAPGrammar(version: version)
        grammar.judge(alert, grammar.alert, "alert", &faults)
        return faults
    }
}

// MARK: The table

extension CAPGrammar {
    private typealias Alert = CAPAlert

    private static func words<Word: RawRepresentable & CaseIterable>(_: Word.Type) -> Content
    where Word.RawValue == String { .text(.words(Word.allCases.map(\.rawValue))) }

    private var alert: Content {
        .sequence([
            Particle("identifier", isRequired: true),
            Particle("sender", isRequired: true),
            Particle("sent", .text(.time), isRequired: true),
            Particle("status", Self.words(Alert.Status.self), isRequired: true),
            Particle("msgType", Self.words(Alert.MessageType.self), isRequired: true),
            Particle("source"),
            Particle("scope", Self.words(Alert.Scope.self), isRequired: true),
            Particle("restriction"),
            Particle("addresses"),
            Particle("code", mayRepeat: true),
            Particle("note"),
            Particle("references"),
            Particle("incidents"),
            Particle("info", info, mayRepeat: true),
        ])
    }

    private var info: Content {
        .sequence([
            Particle("language", .text(.language)),
            Particle("category", Self.words(Alert.Category.self), isRequired: true, mayRepeat: true),
            Particle("event", isRequired: true),
            Particle("responseType", responses, mayRepeat: true),
            Particle("urgency", Self.words(Alert.Urgency.self), isRequired: true),
            Particle("severity", Self.words(Alert.Severity.self), isRequired: true),
            Particle("certainty", Self.words(Alert.Certainty.self), isRequired: true),
            Particle("audience"),
            Particle("eventCode", Self.pair, mayRepeat: true),
            Particle("effective", .text(.time)),
            Particle("onset", .text(.time)),
            Particle("expires", .text(.time)),
            Particle("senderName"),
            Particle("headline"),
            Particle("description"),
            Particle("instruction"),
            Particle("web", .text(.uri)),
            Particle("contact"),
            Particle("parameter", Self.pair, mayRepeat: true),
            Particle("resource", resource, mayRepeat: true),
            Particle("area", area, mayRepeat: true),
        ])
    }

    private var responses: Content {
        let since1_2: [Alert.Response] = [.avoid, .allClear]
        let known = Alert.Response.allCases.filter { version == .v1_2 || !since1_2.contains($0) }
        return .text(.words(known.map(\.rawValue)))
    }

    private var resource: Content {
        .sequence([
            Particle("resourceDesc", isRequired: true),
            Particle("mimeType", isRequired: version == .v1_2),
            Particle("size", .text(.integer)),
            Particle("uri", .text(.uri)),
            Particle("derefUri"),
            Particle("digest"),
        ])
    }

    private var area: Content {
        .sequence([
            Particle("areaDesc", isRequired: true),
            Particle("polygon", mayRepeat: true),
            Particle("circle", mayRepeat: true),
            Particle("geocode", Self.pair, mayRepeat: true),
            Particle("altitude", .text(version == .v1_2 ? .decimal : .any)),
            Particle("ceiling", .text(version == .v1_2 ? .decimal : .any)),
        ])
    }

    private static let pair = Content.sequence([
        Particle("valueName", isRequired: true), Particle("value", isRequired: true),
    ])
}

// MARK: The judgement

extension CAPGrammar {
    private func judge(_ element: MarkupElement, _ content: Content, _ path: String, _ faults: inout [CAPFault]) {
        // XML Schema part 1, 2.6: these two are allowed everywhere.
        let always = ["{schema-instance}schemaLocation", "{schema-instance}noNamespaceSchemaLocation"]
        for attribute in element.attributes where !always.contains(attribute) {
            faults.append(CAPFault(.unknownAttribute, path, "remove the attribute '\(attribute.prefix(60))'"))
        }
        switch content {
        case .text(let form):
            if let child = element.children.first {
                faults.append(
                    CAPFault(.unknownElement, path, "remove <\(child.name.prefix(60))>; only text stands here")
                )
            } else {
                judge(element.text, form, path, &faults)
            }
        case .sequence(let particles):
            if !element.text.trimmedXML.isEmpty {
                faults.append(
                    CAPFault(
                        .strayText,
                        path,
                        "remove '\(element.text.trimmedXML.prefix(60))'; only elements stand here"
                    )
                )
            }
            judge(element.children, particles, path, &faults)
        }
    }

    private func judge(
        _ children: [MarkupElement],
        _ particles: [Particle],
        _ path: String,
        _ faults: inout [CAPFault]
    ) {
        var place = 0
        var counts: [String: Int] = [:]
        var isAfterSignature = false
        for child in children {
            if path == "alert", version == .v1_2, child.namespace == Self.signature {
                isAfterSignature = true
                continue
            }
            let found = child.namespace == version.rawValue ? particles.firstIndex { $0.name == child.name } : nil
            guard let index = found else {
                faults.append(
                    CAPFault(.unknownElement, path, "remove <\(child.name.prefix(60))>; CAP has no such element here")
                )
                continue
            }
            let particle = particles[index]
            let count = counts[child.name, default: 0] + 1
            counts[child.name] = count
            let childPath = "\(path)/\(child.name)" + (particle.mayRepeat ? "[\(count)]" : "")
            if count > 1, !particle.mayRepeat {
                faults.append(CAPFault(.repeatedElement, childPath, "keep one <\(child.name)>"))
            } else if index < place || isAfterSignature {
                let before = isAfterSignature ? "the signature" : "<\(particles[place].name)>"
                faults.append(CAPFault(.misplacedElement, childPath, "move it before \(before)"))
            }
            place = max(place, index)
            judge(child, particle.content, childPath, &faults)
        }
        for particle in particles where particle.isRequired && counts[particle.name] == nil {
            faults.append(CAPFault(.missingElement, "\(path)/\(particle.name)", "add <\(particle.name)>"))
        }
    }

    private func judge(_ text: String, _ form: Form, _ path: String, _ faults: inout [CAPFault]) {
        let token = text.trimmedXML
        switch form {
        case .any: return
        case .words(let words):
            if !words.contains(text) {
                faults.append(CAPFault(.unknownWord, path, "write one of \(words.joined(separator: ", "))"))
            }
        case .time:
            if CAPTime(token) == nil {
                faults.append(
                    CAPFault(
                        .badTime,
                        path,
                        "write a time that exists as 2026-10-03T12:00:41+08:00, with an offset, not Z"
                    )
                )
            }
        case .language:
            if !text.isEmpty, !CAPLexical.isLanguage(token) {
                faults.append(CAPFault(.badLanguage, path, "write a tag like zh-CN"))
            }
        case .uri:
            if !CAPLexical.isURI(token) { faults.append(CAPFault(.badURI, path, "write a URI as RFC 3986 has it")) }
        case .integer:
            if !CAPLexical.isNumber(token, mayHavePoint: false) {
                faults.append(CAPFault(.badNumber, path, "write a whole number"))
            }
        case .decimal:
            if !CAPLexical.isNumber(token, mayHavePoint: true) {
                faults.append(CAPFault(.badNumber, path, "write a decimal number"))
            }
        }
    }
}
