import MessageSchema
import Vocabulary

// What `fengsui status` is answered.

extension StreamStatus {
    init(_ stream: WrittenStream) {
        self.init()
        head.stream = stream.stream.rawValue
        (head.epoch, head.sequence, head.first) = (stream.epoch, stream.head, stream.first)
        (bytes, recordsPerSecond) = (stream.bytes, stream.recordsPerSecond)
    }
}

extension Cursor {
    init(_ standing: StreamStanding, epoch: String, deadLetters: Int64) {
        self.init()
        (stream, self.epoch) = (standing.stream.rawValue, epoch)
        (next, head, behindUs) = (standing.next, standing.head, standing.behind.inMicroseconds)
        (gaps, pages, duplicates) = (standing.gaps, standing.pages, standing.duplicates)
        self.deadLetters = UInt64(clamping: deadLetters)
    }
}
