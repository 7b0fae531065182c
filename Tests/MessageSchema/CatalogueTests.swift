import MessageSchema
import Testing

@Suite struct CatalogueTests {
    /// What a service's types begin with: the name of its main stream.
    static func prefix(of service: ServiceName) -> String {
        switch service {
        case .commandCenter: "center."
        case .monitoring, .dispatch, .stockpile, .assessment: service.rawValue + "."
        }
    }

    @Test func `every type stands in the catalogue once`() {
        let types = MessageCatalogue.messages.map { $0.type } + MessageCatalogue.commands.map { $0.type }
        #expect(Set(types).count == types.count)
        #expect(types.count > 50)
    }

    @Test func `a message's type begins with the name of its stream's writer`() {
        for message in MessageCatalogue.messages {
            #expect(message.type.hasPrefix(Self.prefix(of: message.stream.writer)), "\(message.type)")
            #expect(!message.type.contains(".command."), "\(message.type)")
        }
    }

    @Test func `a command's type begins with the name of the service that owns the thing`() {
        for command in MessageCatalogue.commands {
            #expect(command.type.hasPrefix(Self.prefix(of: command.service) + "command."), "\(command.type)")
        }
    }

    @Test func `every type is lower-case words with hyphens between dots`() {
        let types = MessageCatalogue.messages.map { $0.type } + MessageCatalogue.commands.map { $0.type }
        for type in types {
            #expect(type.allSatisfy { $0.isASCII && ($0.isLowercase || $0 == "." || $0 == "-") }, "\(type)")
        }
    }

    @Test func `every type is found by its name and others are refused by name`() throws {
        for message in MessageCatalogue.messages {
            #expect(try MessageCatalogue.message(message.type) == message)
        }
        for command in MessageCatalogue.commands {
            #expect(try MessageCatalogue.command(command.type) == command)
        }
        for unknown in ["", "monitoring.warning", "monitoring.command.warning.approve"] {
            let error = #expect(throws: MessageError.self) { try MessageCatalogue.message(unknown) }
            #expect(error?.code == .unknownType)
        }
        let error = #expect(throws: MessageError.self) { try MessageCatalogue.command("monitoring.warning.issued") }
        #expect(error?.code == .unknownType)
    }

    @Test func `every stream has one writer and is found by its name`() throws {
        for stream in StreamName.allCases {
            #expect(stream.writer.streams.contains(stream))
            #expect(try StreamName(named: stream.rawValue) == stream)
        }
        #expect(ServiceName.allCases.flatMap(\.streams).sorted() == StreamName.allCases.sorted())
        let error = #expect(throws: MessageError.self) { try StreamName(named: "Monitoring") }
        #expect(error?.code == .unknownStream)
    }
}
