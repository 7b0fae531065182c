import Foundation
import MessageBus
import ServiceKit
import ServiceStore
import TestSupport
import Testing

@Suite struct ClaimTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `a database has one owner at a time, and a new one when that has gone`() throws {
        let path = folder.path + "/data/dispatch.db"
        var first: Claim? = try Claim.database(path)
        #expect(first != nil)
        #expect { _ = try Claim.database(path) } throws: {
            ($0 as? StoreError)?.code == .busy && "\($0)".contains("stop it")
        }
        _ = try Claim.database(folder.path + "/data/monitoring.db")
        first = nil
        _ = try Claim.database(path)
    }

    @Test func `a folder that cannot be made is refused with the remedy`() throws {
        try Data().write(to: URL(fileURLWithPath: folder.path + "/file"))
        #expect { _ = try Claim.database(folder.path + "/file/dispatch.db") } throws: {
            ($0 as? StoreError)?.code == .unwritable && "\($0)".contains("name another folder")
        }
    }
}
