import MessageBus
import ServiceKit
import TestSupport
import Vocabulary

/// What a suite's services have in common.
struct Setting {
    static let realm = Realm.exercise("simulation")

    let seed: UInt64
    let network: SimulatedNetwork
    /// Without keys: any folder that is short enough.
    let address: BusAddress
    /// A player owns logical time.
    let isLockstep: Bool
    /// When the simulation begins.
    let start: Instant
    let intakeCapacity: Int
}
