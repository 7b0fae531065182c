import Foundation
import TestSupport

/// The inputs that a target's mutations begin from: a few small files, among them all on which the product once failed.
package enum Corpus {
    private static let root = Checkout.root.path + "/Tests/Fuzzing/Corpus/"

    /// The folder of `target`.
    package static func folder(_ target: FuzzTarget) -> String { root + target.name }

    /// The inputs of `target`, in order of their names; configurations are those that the suite ships.
    package static func inputs(_ target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
        let shipped = target.name == "configuration" ? [Checkout.root.path + "/compose/configuration"] : []
        return try ([folder(target)] + shipped).flatMap { folder in
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
                (name, Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))))
            }
        }
    }
}
