/// How frames of one kind are found in a stream of bytes.
package protocol StreamFormat: Sendable {
    associatedtype Frame: Hashable, Sendable
    associatedtype Refusal: Error, Hashable, Sendable

    /// Whether a frame may begin with `first` and `next`, nil where no more bytes came.
    func isStart(_ first: UInt8, _ next: UInt8?) -> Bool
    /// How many bytes tell the length of a frame that begins with that byte.
    func headBytes(_ start: UInt8) -> Int
    /// The longest frame.
    var maximumBytes: Int { get }
    /// The whole length of the frame with this head, `headBytes … maximumBytes`; nil where it is no head.
    func length(head: ArraySlice<UInt8>) -> Int?
    func decode(_ bytes: [UInt8]) throws(Refusal) -> Frame
    /// Whether the bytes of a frame that was refused so may hold the start of another.
    func mayHoldAnother(_ refusal: Refusal) -> Bool
    /// What may stand between frames and is told to nobody.
    func isFiller(_ byte: UInt8) -> Bool
    func noStart(_ why: String) -> Refusal
    func cutShort(_ why: String) -> Refusal
}

/// Cuts the bytes of a connection into frames. A value: bytes in, frames and refusals out; it holds at most one frame's bytes.
///
/// After bytes that are no frame it goes on at the next start, also within them, so a damaged frame costs none but itself. A frame
/// that was cut short gives way to a whole one that comes in a piece of its own. Every byte taken is in an output, held, or filler.
/// The work for a byte is bounded, but a sender of nothing but false starts is best cut off by the count of its refusals.
package struct StreamFramer<Format: StreamFormat>: Sendable {
    /// What the bytes turned out to be.
    package enum Output: Hashable, Sendable {
        case frame(Format.Frame, bytes: [UInt8])
        case refused(Format.Refusal, bytes: [UInt8])
    }

    private let format: Format
    private var held: [UInt8] = []

    package init(format: Format) { self.format = format }

    /// How many bytes wait for more; at most the longest frame's.
    package var heldBytes: Int { held.count }

    /// Takes the next piece and gives what is complete, in the order sent.
    package mutating func take(_ piece: some Sequence<UInt8>) -> [Output] {
        var outputs: [Output] = []
        let piece = Array(piece)
        if !held.isEmpty, isWholeFrame(piece) { outputs += finish() }
        var rest = piece[...]
        while !rest.isEmpty {
            let room = rest.prefix(format.maximumBytes - held.count)
            held += room
            rest = rest.dropFirst(room.count)
            cut(into: &outputs)
        }
        return outputs
    }

    /// Gives up what waits for more, at the end of a connection.
    package mutating func finish() -> [Output] {
        defer { held = [] }
        guard !held.isEmpty else { return [] }
        return [.refused(format.cutShort("\(held.count) bytes, and no more came"), bytes: held)]
    }

    private func isWholeFrame(_ piece: [UInt8]) -> Bool {
        guard let first = piece.first, piece.count >= format.headBytes(first), format.isStart(first, piece[1]),
            let length = format.length(head: piece.prefix(format.headBytes(first))), length <= piece.count,
            piece[length...].allSatisfy(format.isFiller)
        else { return false }
        do throws(Format.Refusal) { _ = try format.decode(Array(piece.prefix(length))) } catch { return false }
        return true
    }

    /// Gives everything that is decided; leaves a start that waits for more, less than a full frame.
    private mutating func cut(into outputs: inout [Output]) {
        var start = 0
        while let length = nextLength(&start, &outputs) {
            let end = start + length
            let bytes = Array(held[start..<end])
            do throws(Format.Refusal) {
                outputs.append(.frame(try format.decode(bytes), bytes: bytes))
                start = end
            } catch {
                let next = format.mayHoldAnother(error) ? nextStart(start + 1, end) : end
                outputs.append(.refused(error, bytes: Array(held[start..<next])))
                start = next
            }
        }
        held.removeFirst(start)
    }

    /// Moves `start` past what is no start. The length of the frame there; nil while it is not all here.
    private func nextLength(_ start: inout Int, _ outputs: inout [Output]) -> Int? {
        while start < held.count {
            let next = nextStart(start, held.count)
            if next > start { refuse(start..<next, "no start of a frame", &outputs) }
            start = next
            let head = start < held.count ? format.headBytes(held[start]) : 0
            guard start < held.count, held.count - start >= head else { return nil }
            if let length = format.length(head: held[start..<start + head]) {
                return held.count - start >= length ? length : nil
            }
            let after = nextStart(start + 1, held.count)
            refuse(start..<after, "a start, but no head of a frame after it", &outputs)
            start = after
        }
        return nil
    }

    private func refuse(_ range: Range<Int>, _ why: String, _ outputs: inout [Output]) {
        guard !held[range].allSatisfy(format.isFiller) else { return }
        outputs.append(.refused(format.noStart(why), bytes: Array(held[range])))
    }

    /// The first start in `from ..< end`, also one of which only the first byte is held; else `end`.
    private func nextStart(_ from: Int, _ end: Int) -> Int {
        var index = from
        while index < end {
            if format.isStart(held[index], index + 1 < held.count ? held[index + 1] : nil) { return index }
            index += 1
        }
        return end
    }
}
