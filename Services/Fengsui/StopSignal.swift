import Foundation
import Synchronization

/// Whether SIGINT or SIGTERM came: the first asks for an orderly end. Signals are heard as long as the value lives.
final class StopSignal {
    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }

    private let flag = Flag()
    private let sources: [any DispatchSourceSignal]

    /// `wake` is called, on a thread of its own, when a signal comes.
    init(wake: @escaping @Sendable () -> Void) {
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: .global())
        }
        let flag = flag
        for source in sources {
            source.setEventHandler {
                flag.isSet.store(true, ordering: .releasing)
                wake()
            }
            source.resume()
        }
    }

    var isSet: Bool { flag.isSet.load(ordering: .acquiring) }
}
