import NIOCore
import NIOPosix

/// Waiting at the edges, where the outside is asked again after a while; nothing is decided by it.
enum Pause {
    /// Returns after `duration`, or at once when the task is cancelled.
    static func wait(_ duration: Duration) async {
        let timer = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: TimeAmount(duration)) {}
        await withTaskCancellationHandler {
            // A timer fails only by being cancelled.
            _ = try? await timer.futureResult.get()
        } onCancel: {
            timer.cancel()
        }
    }

    /// How long to wait after so many failures in a row, from 1: `first`, then twice as long each time, up to `most`.
    static func backOff(_ failures: Int, first: Duration, most: Duration) -> Duration {
        min(max(first, most), first * (1 << min(20, max(0, failures - 1))))
    }
}
