/// Which sites a lab has and how far apart they are.
struct Scenario: Codable, Sendable, Equatable {
    var sites: [Site]
    /// Replaces the regions' distances when set: one one-way delay in milliseconds for every pair.
    var delayMs: Double?
    /// Up to this many milliseconds are added to each packet's delay, at random, without changing the order.
    var jitterMs: Double = 0
    /// Percentage of the packets between any two sites that get lost.
    var lossPct: Double = 0

    /// The first machine of each household, which stands for it: these have a device on the internet.
    var households: [Site] { sites.filter(\.isFirstOfHousehold) }

    /// The site that stands for the household of the named one.
    func household(of name: String) throws(LabProblem) -> Site {
        let site = try site(named: name)
        return households.first { $0.household == site.household } ?? site
    }

    /// The machines of a household, the first one first.
    func machines(of household: Site) -> [Site] { sites.filter { $0.household == household.household } }

    func site(named name: String) throws(LabProblem) -> Site {
        guard let site = sites.first(where: { $0.name == name }) else {
            throw .unknownSite(name, known: sites.map(\.name))
        }
        return site
    }

    func oneWayDelay(from: Site, to: Site) -> Duration {
        delayMs.map { .milliseconds($0) } ?? from.region.oneWayDelay(to: to.region)
    }

    /// The same internet with only the named sites, in the scenario's order; all of them if no name is given. A household's
    /// first machine comes along with the others.
    func keeping(_ names: [String]) throws(LabProblem) -> Scenario {
        guard !names.isEmpty else { return self }
        var households: Set<UInt8> = []
        for name in names { households.insert(try site(named: name).household) }
        var kept = self
        kept.sites.removeAll { site in
            !names.contains(site.name) && !(site.isFirstOfHousehold && households.contains(site.household))
        }
        return kept
    }
}
