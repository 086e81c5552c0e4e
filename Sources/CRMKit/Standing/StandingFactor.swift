/// Something that a relationship's strength or health is seen by, and how much it counts.
public struct StandingFactor: Hashable, Sendable, Codable {
  /// What is looked at.
  public let kind: Kind

  /// How much it counts beside the others, 1 to 1,000.
  public let weight: Int

  /// What it takes for 100, or of complaints for 0; see ``Kind``.
  public let full: Int

  /// What is looked at, each from 0 to 100.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// How long the customer's last purchase is ago, or the last contact from one who never bought:
    /// 100 up to the mean gap between days of purchase (`full` days while there are fewer than
    /// two gaps), then evenly down to 0 at three times that.
    case recency
    /// Days of purchase since the first: 100 for one in every `full` days.
    case frequency
    /// How many of the firm's contacts the customer answers: 100 for `full` percent.
    case answers
    /// What the customer gave the firm besides money: 100 for `full` contributions, those declined
    /// left out. Their number counts, whatever each is worth.
    case contributions
    /// Customers who came by this one: 100 for `full` referrals that name who came
    /// (``Contribution/referred``), those declined left out.
    case referrals
    /// Channels through which the customer turned to the firm: 100 for `full`.
    case channels
    /// People of an organisation or household whom the firm knows: 100 for `full`; not for people
    /// themselves.
    case people
    /// How long the customer is known: 100 for `full` days.
    case tenure
    /// Promises kept of those kept or broken: 100 for `full` percent.
    case promises
    /// 100 without complaints; `full` open ones bring it to 0, and four settled ones weigh as much
    /// as an open one.
    case complaints
    /// Orders of which nothing came back: 100 for `full` percent.
    case returns
    /// The mean of the latest three answers on how satisfied the customer is: 100 for `full`
    /// percent of the scale.
    case satisfaction

    /// What ``StandingFactor/full`` is if nothing else is said.
    var usualFull: Int {
      switch self {
      case .recency: 90
      case .frequency: 30
      case .answers: 50
      case .contributions, .channels, .people: 3
      case .referrals, .complaints: 2
      case .tenure: 1_095
      case .promises, .returns, .satisfaction: 100
      }
    }
  }

  /// A factor with its weight.
  public init(_ kind: Kind, weight: Int, full: Int? = nil) {
    self.kind = kind
    self.weight = weight
    self.full = full ?? kind.usualFull
  }

  func problems(in place: String) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if !(1...1_000).contains(weight) {
      problems.append(.init("\(place).weight", "is \(weight), not from 1 to 1,000"))
    }
    let isPercent = [.answers, .promises, .returns, .satisfaction].contains(kind)
    let most = isPercent ? 100 : 100_000
    if !(1...most).contains(full) {
      problems.append(.init("\(place).full", "is \(full), not from 1 to \(most)"))
    }
    return problems
  }
}

/// By what the state of relationships is seen, with weights that are the host's to change.
///
/// A model is data: defined in the store (``StandingOperations/define(_:)``) and versioned.
public struct StandingModel: Hashable, Sendable, Codable {
  /// 1 for the first definition, raised by one with each change.
  public let version: Int

  /// What makes a relationship strong.
  public let strength: [StandingFactor]

  /// What makes it healthy.
  public let health: [StandingFactor]

  /// A model; ``StandingOperations/define(_:)`` looks whether it can work.
  public init(version: Int = 1, strength: [StandingFactor], health: [StandingFactor]) {
    self.version = version
    self.strength = strength
    self.health = health
  }

  /// Weights to begin with.
  public static let standard = StandingModel(
    strength: [
      StandingFactor(.recency, weight: 30), StandingFactor(.frequency, weight: 25),
      StandingFactor(.answers, weight: 10), StandingFactor(.contributions, weight: 5),
      StandingFactor(.referrals, weight: 5), StandingFactor(.channels, weight: 10),
      StandingFactor(.people, weight: 5), StandingFactor(.tenure, weight: 10),
    ],
    health: [
      StandingFactor(.recency, weight: 30), StandingFactor(.promises, weight: 20),
      StandingFactor(.complaints, weight: 25), StandingFactor(.satisfaction, weight: 20),
      StandingFactor(.returns, weight: 5),
    ])

  /// Every problem of a model, field by field.
  var problems: [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if version < 1 { problems.append(.init("version", "is less than 1")) }
    for (place, factors) in [("strength", strength), ("health", health)] {
      if factors.isEmpty { problems.append(.init(place, "is empty")) }
      var kinds: Set<StandingFactor.Kind> = []
      for (index, factor) in factors.enumerated() {
        problems += factor.problems(in: "\(place)[\(index)]")
        if !kinds.insert(factor.kind).inserted {
          problems.append(.init("\(place)[\(index)].kind", "is given twice"))
        }
      }
    }
    return problems
  }
}
