import TestSupport

/// How a seed's world is ill. Each kind of trouble is absent, rare or frequent, so that seeds differ in what meets with what.
///
/// Source: A. Groce and others, "Swarm Testing", ISSTA 2012. Chances are in a thousand, for each step, and each service where it strikes one.
struct Troubles {
    private(set) var weather = SimulatedNetwork.Weather()
    private(set) var cut: UInt64
    private(set) var kill: UInt64
    private(set) var fall: UInt64
    private(set) var full: UInt64
    private(set) var slow: UInt64
    private(set) var clock: UInt64
    private(set) var confirmationsLost: UInt64
    private(set) var impatience: UInt64
    private(set) var gateway: UInt64
    let intakeCapacity: Int

    init(drawn random: inout Seeded) {
        func draw(_ rare: UInt64, _ frequent: UInt64) -> UInt64 { [0, rare, frequent][Int(random.next() % 3)] }
        weather.lost = draw(30, 200)
        weather.doubled = draw(50, 200)
        weather.delayed = draw(50, 300)
        weather.highWater = [3, 20, 1_000][Int(random.next() % 3)]
        cut = draw(20, 80)
        kill = draw(2, 10)
        fall = draw(5, 25)
        full = draw(2, 6)
        slow = draw(5, 20)
        clock = draw(1, 5)
        confirmationsLost = draw(50, 200)
        impatience = draw(50, 200)
        gateway = draw(100, 400)
        intakeCapacity = [1, 4, 1_000][Int(random.next() % 3)]
    }

    /// Nothing strikes any more.
    mutating func end() {
        (cut, kill, fall, full, slow, clock, confirmationsLost, impatience, gateway) = (0, 0, 0, 0, 0, 0, 0, 0, 0)
    }
}
