/// Something that a customer's loyalty is seen by, and how much it counts.
public struct LoyaltyFactor: Hashable, Sendable, Codable {
  /// What is looked at.
  public let kind: Kind

  /// How much it counts beside the others of its part, 1 to 1,000.
  public let weight: Int

  /// What it takes for 100, or of what varies for 0; see ``Kind``.
  public let full: Int

  /// What is looked at, each from 0 to 100.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// How long the last purchase is ago: 100 up to the mean gap between days of purchase (`full`
    /// days while there are fewer than two gaps), then evenly down to 0 at three times that.
    case recency
    /// Repeat rate, the days of purchase after the first among all: 100 for `full` percent.
    case repeats
    /// How regular the gaps between days of purchase are: 100 where all are alike, 0 where their
    /// variance is `full` percent of the square of their mean, or while there are fewer than two.
    case regularity
    /// From the first purchase to the last: 100 for `full` days.
    case tenure
    /// Categories bought from: 100 for `full`.
    case categories
    /// Brands bought: 100 for `full`.
    case brands
    /// Items bought: 100 for `full`.
    case products
    /// Channels through which the customer turned to the firm: 100 for `full`.
    case channels
    /// The firm's share of what the customer spends on each need category that it is known of, in
    /// the mean: 100 for `full` percent.
    case walletShare = "wallet_share"
    /// Orders that were not won by a discount: 100 for `full` percent.
    case fullPrice = "full_price"
    /// Offers after which the customer bought at full price within their own rhythm, of those that
    /// ended: 100 for `full` percent.
    case afterOffers = "after_offers"
    /// How satisfied the customer says to be: 100 for `full` percent of the scale.
    case satisfaction
    /// How likely the customer says to recommend the firm: 100 for `full` percent of the scale.
    case recommendation
    /// How much the customer says to trust the firm: 100 for `full` percent of the scale.
    case trust
    /// How much the customer says to feel known by the firm: 100 for `full` percent of the scale.
    case recognition
    /// How much the customer says to depend on the firm: 100 for `full` percent of the scale.
    case dependence
    /// What the customer gave the firm besides money: 100 for `full` contributions.
    case contributions
    /// Customers whom this one brought: 100 for `full`.
    case advocacy
  }

  /// A factor with its weight.
  public init(_ kind: Kind, weight: Int, full: Int? = nil) {
    self.kind = kind
    self.weight = weight
    self.full = full ?? kind.usualFull
  }
}

extension LoyaltyFactor.Kind {
  /// Whether it is something the customer thinks of the firm, not something bought.
  public var isAttitude: Bool {
    switch self {
    case .recency, .repeats, .regularity, .tenure, .categories, .brands, .products, .channels,
      .walletShare, .fullPrice, .afterOffers:
      false
    case .satisfaction, .recommendation, .trust, .recognition, .dependence, .contributions,
      .advocacy:
      true
    }
  }

  /// What ``LoyaltyFactor/full`` is if nothing else is said.
  var usualFull: Int {
    switch self {
    case .recency: 90
    case .repeats, .fullPrice, .afterOffers, .walletShare, .regularity: 100
    case .satisfaction, .recommendation, .trust, .recognition, .dependence: 100
    case .tenure: 1_095
    case .products: 5
    case .categories, .brands, .channels, .contributions: 3
    case .advocacy: 2
    }
  }

  /// The most that ``LoyaltyFactor/full`` can be.
  private var mostFull: Int {
    switch self {
    case .repeats, .walletShare, .fullPrice, .afterOffers, .satisfaction, .recommendation, .trust,
      .recognition, .dependence:
      100
    case .regularity: 1_000
    case .recency, .tenure, .categories, .brands, .products, .channels, .contributions, .advocacy:
      100_000
    }
  }

  func problems(of full: Int, in place: String) -> [CRMError.Issue] {
    (1...mostFull).contains(full)
      ? [] : [.init(place, "is \(full), not from 1 to \(mostFull)")]
  }
}
