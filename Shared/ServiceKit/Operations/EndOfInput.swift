import Foundation

/// The end of the standard input as a wish to stop: a pipe ends however the program that holds its other side ends.
enum EndOfInput {
    /// Sends this process SIGTERM when its standard input ends.
    static func stopsThisProcess() {
        Thread.detachNewThread {
            while let bytes = try? FileHandle.standardInput.read(upToCount: 4_096), !bytes.isEmpty {}
            kill(getpid(), SIGTERM)
        }
    }
}
