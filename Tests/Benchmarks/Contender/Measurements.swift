import Foundation
import Glibc

/// The driver's file of one process, mapped: eight counters, how often each message was seen, its latency.
final class Measurements {
    private let counters: UnsafeMutablePointer<UInt64>
    private let seen: UnsafeMutablePointer<UInt8>
    private let latency: UnsafeMutablePointer<UInt32>
    private let count: UInt64

    private enum Counter: Int { case total, distinct, doubled, outOfOrder, first, last, next, sent }

    init(_ options: Options) throws {
        count = options.count
        let size = 64 + Int(count) * 5 + 8
        let file = open(try options.text("rec"), O_RDWR | O_CREAT, 0o600)
        guard file >= 0, ftruncate(file, size) == 0,
            let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), memory != MAP_FAILED
        else { throw Options.Complaint("cannot map the file of measurements") }
        counters = memory.assumingMemoryBound(to: UInt64.self)
        seen = (memory + 64).assumingMemoryBound(to: UInt8.self)
        latency = (memory + 64 + (Int(count) + 3) / 4 * 4).assumingMemoryBound(to: UInt32.self)
    }

    private subscript(_ counter: Counter) -> UInt64 {
        get { counters[counter.rawValue] }
        set { counters[counter.rawValue] = newValue }
    }

    /// Message `sequence` is about to be written.
    func send(_ sequence: UInt64, at now: UInt64) {
        if self[.first] == 0 { self[.first] = now }
        self[.sent] = sequence + 1
    }

    /// Message `sequence`, meant to be sent at `intended`, is safe in this process.
    func mark(_ sequence: UInt64, intended: UInt64, at now: UInt64) {
        guard sequence < count else { return }
        let index = Int(sequence)
        if self[.first] == 0 { self[.first] = now }
        self[.total] += 1
        if seen[index] < 255 { seen[index] += 1 }
        if seen[index] == 1 {
            self[.distinct] += 1
            latency[index] = now > intended ? UInt32(clamping: (now - intended) / 1_000) : 0
            self[.last] = now
        } else {
            self[.doubled] += 1
        }
        if sequence != self[.next] { self[.outOfOrder] += 1 }
        self[.next] = sequence + 1
    }

    var isComplete: Bool { self[.distinct] >= count }
}
