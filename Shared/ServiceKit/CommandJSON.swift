package import Foundation
package import MessageSchema
import SwiftProtobuf
package import Vocabulary

extension Command {
    /// A command whose content is written as JSON, by the names of the schema's fields.
    ///
    /// Errors: `MessageError` where no command has that type; `InputError` with code `bad-payload` where the JSON does not fit.
    package init(id: String, type: String, actor: WireActor, realm: Realm, time: Instant, payload json: Data) throws {
        let kind = try MessageCatalogue.command(type)
        self.init()
        (self.id, self.type, self.actor) = (id, type, actor)
        (self.realm, timeUs) = (realm.description, time.microseconds)
        do {
            payload = try kind.init(jsonUTF8Data: json).serializedData()
        } catch {
            throw InputError("bad-payload", "the content does not fit \(type): \(error)")
        }
    }
}
