import FuzzTargets
import Testing

/// Every input of the corpus, and some thousand mutations of them from one seed: the same ones in every run.
///
/// `Tests/fuzz` does the same with millions, each target in a process of its own.
@Suite struct FuzzTests {
    static let seed: UInt64 = 20_261_125

    @Test(arguments: FuzzTarget.all.map(\.name))
    func `nothing falls, hangs or disagrees`(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let corpus = try Corpus.inputs(target)
        try #require(!corpus.isEmpty)
        let take = try target.make()
        for input in corpus { #expect(throws: Never.self, "\(input.name)") { _ = try take(input.bytes) } }
        var mutator = Mutator(target, corpus: corpus.map(\.bytes), seed: Self.seed)
        for _ in 0..<max(100, target.share / 200) { _ = try take(mutator.next()) }
    }

    @Test func `the same seed gives the same inputs, and they are many`() throws {
        let corpus = try Corpus.inputs(.all[0]).map(\.bytes)
        var (one, other) = (Mutator(.all[0], corpus: corpus, seed: 7), Mutator(.all[0], corpus: corpus, seed: 7))
        let inputs = (0..<1_000).map { _ in one.next() }
        #expect(inputs == (0..<1_000).map { _ in other.next() })
        #expect(Set(inputs).count > 900)
    }
}
