#if COVERAGE

    import Foundation
    import FuzzTargets

    // Under libFuzzer, which finds inputs by the code that they reach: `Tests/fuzz coverage TARGET`.

    private let chosen = try? FuzzTarget.all.first { $0.name == ProcessInfo.processInfo.environment["FENGSUI_TARGET"] }
        .map { target in (target, try target.make()) }

    /// Gives one input to the target that the environment names; a finding ends the process like a fall.
    @_cdecl("LLVMFuzzerTestOneInput") public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
        guard let (target, take) = chosen else { fatalError("FENGSUI_TARGET names no target") }
        var bytes = Array(UnsafeBufferPointer(start: start, count: count))
        // A check sum is made right in one of two inputs, told by their last bit.
        if let repair = target.repair, bytes.last.map({ $0 & 1 == 1 }) ?? false { repair(&bytes) }
        do {
            _ = try take(bytes)
        } catch {
            fatalError("\(error)")
        }
        return 0
    }

#endif
