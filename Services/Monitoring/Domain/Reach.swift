package import Vocabulary

/// Who of one place was reached, as far as it can be proved.
///
/// Of a siren or a broadcast nobody knows who heard it: its crowd is a number. Of a text message it is known who got it: its receivers
/// are persons, each of whom counts once however many channels reach them. Crowds may be the same people, and the persons among them: so
/// the place has at least as many as the largest crowd and as all persons together, and no more can be proved. Source: |A ∪ B| ≥ max(|A|, |B|).
package struct PlaceReach: Hashable, Sendable {
    package let place: ReachPlaceID
    package let division: String
    package let population: Int
    /// The most people that one channel reached without knowing whom.
    package let crowd: Int
    /// Different persons that were reached, by whatever channel.
    package let persons: Int

    package init(place: ReachPlaceID, division: String, population: Int, crowd: Int, persons: Int) {
        (self.place, self.division, self.population) = (place, division, population)
        (self.crowd, self.persons) = (crowd, persons)
    }

    /// So many people at least; never more than live there.
    package var reached: Int { min(population, max(crowd, persons)) }
    /// So many are not proved to be reached.
    package var missing: Int { population - reached }
}

/// The plan's target: so many hundredths of the people.
package struct ReachTarget: Hashable, Sendable {
    package let percent: Int

    package init(percent: Int) { self.percent = percent }

    /// Whether `reached` of `population` are enough; nobody of nobody is.
    package func isMet(_ reached: Int, of population: Int) -> Bool { reached * 100 >= percent * population }
}

/// Who was reached by one document of a warning, place by place; places share no people.
package struct Coverage: Hashable, Sendable {
    /// In the configuration's order.
    package let places: [PlaceReach]

    package init(_ places: [PlaceReach]) { self.places = places }

    package var population: Int { places.reduce(0) { $0 + $1.population } }
    package var reached: Int { places.reduce(0) { $0 + $1.reached } }

    /// The same by division, in the order of their first places.
    package var divisions: [(division: String, population: Int, reached: Int)] {
        var divisions: [(division: String, population: Int, reached: Int)] = []
        for place in places {
            if let index = divisions.firstIndex(where: { $0.division == place.division }) {
                divisions[index].population += place.population
                divisions[index].reached += place.reached
            } else {
                divisions.append((place.division, place.population, place.reached))
            }
        }
        return divisions
    }

    /// The places below the target, with most people unreached first; as they stand where those are alike.
    package func short(of target: ReachTarget) -> [PlaceReach] {
        places.enumerated().filter { !target.isMet($0.element.reached, of: $0.element.population) }
            .sorted { ($1.element.missing, $0.offset) < ($0.element.missing, $1.offset) }.map { $0.element }
    }
}
