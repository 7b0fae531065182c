import ArgumentParser
import Foundation
import MessageBus
import MessageSchema
import ServiceKit

extension BusOptions {
    /// The name by which this tool's key is kept, where no other is named.
    static let tool = "operator"

    /// The bus as an operator sees it. Errors: `BusError`, `ConfigurationError`.
    func address() throws -> BusAddress { try address(as: Self.tool) }

    /// The services of this bus, running or not. Errors: a usage error where there is none.
    func services() throws -> [ServiceName] {
        if let seated = try address().seated { return seated }
        let found = ServiceName.allCases.filter(hasSocket)
        guard !found.isEmpty else {
            throw ValidationError("no service has a socket in \(bus); start one, or the suite with `fengsui run`")
        }
        return found
    }

    /// Whether `service` may be there: over TCP only its answer tells.
    func hasSocket(_ service: ServiceName) -> Bool {
        folder.map { FileManager.default.fileExists(atPath: "\($0)/\(service.rawValue).req") } ?? true
    }
}
