// Types of the assessment stream and the commands to its writer.

extension MessageCatalogue {
    static let assessmentMessages: [any StreamMessage.Type] = [
        KeyTimeComputed.self,
        ReportPublished.self,
    ]
}

extension KeyTimeComputed: StreamMessage {
    package static let type = "assessment.key-time.computed"
    package static let stream = StreamName.assessment
}

extension ReportPublished: StreamMessage {
    package static let type = "assessment.report.published"
    package static let stream = StreamName.assessment
}
