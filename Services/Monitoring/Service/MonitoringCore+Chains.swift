import Foundation
import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

extension MonitoringCore {
    /// A warning was issued or updated; `record` says so.
    func warnChains(_ content: WarningContent, _ record: RecordID, _ turn: Turn) throws {
        guard !chains.all.isEmpty else { return }
        let (hazard, colour) = (try content.hazard.checked(), try content.colour.checked())
        for chain in chains.all {
            var running = try ForecastRepository.chain(chain.id, turn.database)
            if running == nil, let root = chain.nodes.first, root.hazard == hazard, root.meets(content.divisions) {
                let warning = WarningID(content.warning)
                running = .init(
                    id: "C.\(chain.id).\(warning)",
                    revision: 0,
                    run: HazardChainRun(chain, root: warning)
                )
            }
            guard let running else { continue }
            try move(running, of: chain, turn) { run in
                run.warn(hazard, content.divisions, colour, at: turn.now, record: [UInt8](record.bytes), in: chain)
            }
        }
    }

    /// A reading that some chain may wait for.
    func readChains(_ reading: Observation, _ place: Place, _ record: RecordID, _ turn: Turn) throws {
        for index in chains.read[place] ?? [] {
            let chain = chains.all[index]
            guard let running = try ForecastRepository.chain(chain.id, turn.database) else { continue }
            try move(running, of: chain, turn) { run in
                run.read(
                    place.station,
                    place.element,
                    reading.value.millionths,
                    at: reading.observed,
                    record: [UInt8](record.bytes),
                    in: chain
                )
            }
        }
    }

    /// The warning is over, and with it the chains that it began.
    func endChains(of warning: WarningID, _ record: RecordID, _ turn: Turn) throws {
        for chain in chains.all {
            guard var running = try ForecastRepository.chain(chain.id, turn.database), running.run.root == warning
            else {
                continue
            }
            running.revision += 1
            try tell(running, of: chain, hasEnded: true, turn)
            try ForecastRepository.end(chainOf: chain.id, turn.database)
        }
    }

    /// Takes what `change` does to the run, and tells it where a step differs.
    private func move(
        _ running: ForecastRepository.RunningChain,
        of chain: HazardChain,
        _ turn: Turn,
        _ change: (inout HazardChainRun) -> Void
    ) throws {
        var next = running
        change(&next.run)
        guard next.run != running.run else { return }
        let isNews = next.run.steps(of: chain) != running.run.steps(of: chain)
        if isNews { next.revision += 1 }
        try ForecastRepository.keep(next, of: chain.id, turn.database)
        if isNews { try tell(next, of: chain, hasEnded: false, turn) }
    }

    private func tell(
        _ running: ForecastRepository.RunningChain,
        of chain: HazardChain,
        hasEnded: Bool,
        _ turn: Turn
    ) throws {
        var message = ChainUpdated()
        (message.chain, message.definition, message.revision) = (running.id, chain.id, running.revision)
        (message.rootWarning, message.ended) = (running.run.root.value, hasEnded)
        message.steps = running.run.steps(of: chain).map { ChainStep($0, of: chain) }
        try turn.send(message, subject: running.id)
    }
}

extension ChainStep {
    fileprivate init(_ step: HazardChainRun.Step, of chain: HazardChain) {
        self.init()
        let node = chain.nodes[step.node]
        (self.node, hazard, divisions) = (node.id, WireHazard(node.hazard), node.divisions)
        (fromUs, untilUs) = (step.from.microseconds, step.until.microseconds)
        (confidence, why) = (UInt32(clamping: step.confidencePercent), step.why.map { Data($0) })
        state =
            switch step.state {
            case .possible: .possible
            case .expected: .expected
            case .observed: .observed
            }
        guard let link = step.link.map({ chain.links[$0] }) else { return }
        (whyText, clause) = (link.why, "\(chain.nodes[link.from].id) > \(node.id)")
    }
}
