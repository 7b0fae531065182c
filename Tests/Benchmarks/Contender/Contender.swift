import Foundation
import Glibc
import MessageBus

/// The messaging layer of the suite as a contender in `bench/peers`: the product's bus and store, no engine and no handler.
///
/// `CLIENT setup|pub|sub|serve key=value…`: the contract of the peers' README. The publisher is also whom subscribers ask
/// for what they missed; it ends when it is told to.
@main enum Contender {
    static func main() {
        ProcessMemory.keepFreedPages()
        do {
            let options = try Options(CommandLine.arguments.dropFirst())
            switch options.command {
            case "setup": _ = try Publisher.makeStore(options)
            case "pub": try Publisher(options, record: Measurements(options)).publish()
            case "serve": try Publisher(options, record: nil).serve()
            case "sub": try Subscriber(options, record: Measurements(options)).read()
            default: throw Options.Complaint("the first word is setup, pub, sub or serve")
            }
        } catch {
            FileHandle.standardError.write(Data("contender: \(error)\n".utf8))
            exit(2)
        }
    }

    static func tellReady() { FileHandle.standardOutput.write(Data("READY\n".utf8)) }

    /// Nanoseconds of CLOCK_MONOTONIC: the one clock that all processes of a run share.
    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// What the driver says on the command line.
struct Options {
    let command: String
    private let values: [String: String]

    struct Complaint: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    init(_ arguments: some Collection<String>) throws {
        guard let command = arguments.first else { throw Complaint("no command") }
        self.command = command
        var values: [String: String] = [:]
        for argument in arguments.dropFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        self.values = values
    }

    func text(_ key: String) throws -> String {
        guard let value = values[key] else { throw Complaint("\(key)= is missing") }
        return value
    }

    func number(_ key: String, otherwise: Int) -> Int { values[key].flatMap { Int($0) } ?? otherwise }

    var count: UInt64 { UInt64(number("count", otherwise: 0)) }
    var size: Int { number("size", otherwise: 300) }
    var port: Int { number("port", otherwise: 0) }
    var rate: Double { values["rate"].flatMap { Double($0) } ?? 0 }
}
