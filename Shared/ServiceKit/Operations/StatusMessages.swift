import MessageSchema
import ServiceStore
import Vocabulary

// What `fengsui status` is answered.

extension StreamStatus {
    init(_ stream: WrittenStream) {
        self.init()
        head.stream = stream.stream.rawValue
        (head.epoch, head.sequence, head.first) = (stream.epoch, stream.head, stream.first)
        (bytes, recordsPerSecond) = (stream.bytes, stream.recordsPerSecond)
        keptBytes = stream.keptBytes
        subscribers = stream.subscribers.map { known in
            var subscriber = Subscriber()
            (subscriber.service, subscriber.next) = (known.service.rawValue, known.next)
            subscriber.seenUs = known.seen.microseconds
            return subscriber
        }
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
