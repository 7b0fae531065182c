import Foundation
package import MessageBus

/// The file of the bus, watched: who changes it is heard without a new start.
package struct BusList {
    private let options: BusOptions
    private let name: String
    private var changedAt: Date?

    /// Watches the file of those options, if they name one, for `name`.
    package init(_ options: BusOptions, as name: String) {
        (self.options, self.name) = (options, name)
        changedAt = Self.date(options)
    }

    private static func date(_ options: BusOptions) -> Date? {
        guard options.folder == nil else { return nil }
        do {
            return try FileManager.default.attributesOfItem(atPath: options.bus)[.modificationDate] as? Date
        } catch {
            // While it is being replaced there is none; the next look finds it.
            return nil
        }
    }

    /// The bus as the file says now; nil where it did not change since the last time. Errors: as `BusOptions.address`.
    package mutating func news() throws -> BusAddress? {
        guard let date = Self.date(options), date != changedAt else { return nil }
        changedAt = date
        return try options.address(as: name)
    }
}
