import MonitoringDomain
import Testing
import Vocabulary

/// What readings say happened; each case by hand.
@Suite struct ObservedEventTests {
    typealias Effect = ObservedEventTrack.Effect

    static func at(_ hour: Int64) -> Instant { Instant(seconds: hour * 3_600) }

    static func take(_ track: inout ObservedEventTrack, _ colour: WarningColour?, _ hour: Int64) -> [Effect] {
        track.take(colour, observed: at(hour), overAfter: .hours(2))
    }

    @Test func `an event begins, worsens, and is over since its values fell`() {
        var track = ObservedEventTrack()
        #expect(Self.take(&track, nil, 0).isEmpty)
        #expect(Self.take(&track, .yellow, 1) == [.began(.yellow)])
        #expect(Self.take(&track, .blue, 2).isEmpty && Self.take(&track, .red, 3) == [.worsened(.red)])
        #expect(Self.take(&track, nil, 4).isEmpty)
        // Back above within two hours: the same event.
        #expect(Self.take(&track, .blue, 5).isEmpty)
        #expect(Self.take(&track, nil, 6).isEmpty && Self.take(&track, nil, 7).isEmpty)
        #expect(Self.take(&track, nil, 8) == [.ended(at: Self.at(6))])
        #expect(Self.take(&track, .blue, 9) == [.began(.blue)])
    }

    @Test func `what a person ended begins again only after values fell`() {
        var track = ObservedEventTrack()
        track.mute()
        #expect(track.state == .quiet)
        _ = Self.take(&track, .yellow, 0)
        track.mute()
        #expect(Self.take(&track, .red, 1).isEmpty && Self.take(&track, nil, 2).isEmpty)
        #expect(Self.take(&track, .yellow, 3) == [.began(.yellow)])
    }
}
