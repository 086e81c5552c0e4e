/// What an order counts for.
///
/// Discounts never count. Unless said otherwise tax does; shipping, gift cards and what is paid
/// with points do not.
public struct EarningBasis: Hashable, Sendable {
  /// Whether the tax counts.
  public var tax = Tax.included

  /// Whether shipping counts.
  public var countsShipping = false

  /// Whether buying gift cards counts.
  public var countsGiftCards = false

  /// Whether the part that is paid with points counts.
  public var pointsPayment = PointsPayment.net

  /// The method of payments of orders that are made with points (``Payment/method``).
  public var pointsMethod = "points"

  /// What counts for nothing.
  public var excluded = LineFilter.nothing

  /// Whether the tax counts.
  public enum Tax: String, Sendable, Codable, CaseIterable {
    /// It does.
    case included
    /// It does not.
    case excluded
  }

  /// Whether the part that is paid with points counts.
  public enum PointsPayment: String, Sendable, Codable, CaseIterable {
    /// It does not; it is taken off all lines in proportion.
    case net
    /// It does.
    case gross
  }

  /// The basis by default.
  public init() {}
}

extension EarningBasis: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.tax, into: &tax)
    try stored.read(.countsShipping, into: &countsShipping)
    try stored.read(.countsGiftCards, into: &countsGiftCards)
    try stored.read(.pointsPayment, into: &pointsPayment)
    try stored.read(.pointsMethod, into: &pointsMethod)
    try stored.read(.excluded, into: &excluded)
  }
}

/// What becomes of parts of a point.
public struct RoundingTerms: Hashable, Sendable {
  /// What is added up before it is rounded.
  public var scope = Scope.order

  /// Which whole number is taken.
  public var mode = RoundingMode.down

  /// Before or after multipliers.
  public var stage = Stage.final

  /// Whether a part of a point that is dropped counts with the next order; of whole orders that
  /// are rounded down alone.
  public var carriesRemainder = false

  /// What is added up before it is rounded.
  public enum Scope: String, Sendable, Codable, CaseIterable {
    /// All of the order.
    case order
    /// Each line of it.
    case line
    /// Each unit of each line.
    case unit
  }

  /// When it is rounded.
  public enum Stage: String, Sendable, Codable, CaseIterable {
    /// Once, at the end.
    case final
    /// What each rule gives, and again what multipliers make of it.
    case afterBase
  }

  /// Whole orders, rounded down once at the end.
  public init() {}
}

extension RoundingTerms: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.scope, into: &scope)
    try stored.read(.mode, into: &mode)
    try stored.read(.stage, into: &stage)
    try stored.read(.carriesRemainder, into: &carriesRemainder)
  }
}

/// Which whole number stands for a part of a point.
public enum RoundingMode: String, Sendable, Codable, CaseIterable, FieldValue {
  /// The one below.
  case down
  /// The nearest, of a half the even one.
  case halfEven
  /// The nearest, of a half the one above.
  case halfUp
  /// The one above.
  case up
}

/// How several multipliers work together.
public struct PromotionTerms: Hashable, Sendable {
  /// What they come to.
  public var combine = Combination.additive

  /// What several multipliers come to.
  public enum Combination: String, Sendable, Codable, CaseIterable {
    /// What each adds to the points themselves is added up: 2× and 3× are 4×.
    case additive
    /// The highest alone counts: 2× and 3× are 3×.
    case best
    /// They are multiplied: 2× and 3× are 6×.
    case multiplicative
  }

  /// What each adds is added up.
  public init() {}
}

extension PromotionTerms: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.combine, into: &combine)
  }
}

/// At which rates money is counted that rules are not written in.
public struct RateTerms: Hashable, Sendable {
  /// What one of the programme's money comes to in others.
  public var stated: [Quote] = []

  /// Whether ``Transaction/exchangeRates`` are asked where no rate is stated.
  public var usesExchangeRates = false

  /// What one of the programme's money comes to in another.
  public struct Quote: Hashable, Sendable, Codable {
    /// The other money.
    public var currency: Currency

    /// How much of it one of the programme's is.
    public var perOne: Ratio

    /// So much of another money for one of the programme's.
    public init(_ perOne: Ratio, _ currency: Currency) {
      self.currency = currency
      self.perOne = perOne
    }
  }

  /// No rates: orders in other money are refused unless rules name that too.
  public init() {}
}

extension RateTerms: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.stated, into: &stated)
    try stored.read(.usesExchangeRates, into: &usesExchangeRates)
  }
}

/// What makes an order of the store earn by itself.
public enum EarningMoment: String, Sendable, Codable, CaseIterable {
  /// Nothing does; the host says what earns.
  case never
  /// It was placed.
  case placed
  /// It was paid in full.
  case paid
  /// It was delivered.
  case delivered
}

/// Whether a refund gives room under a cap back.
public struct CapTerms: Hashable, Sendable {
  /// Whether it does.
  public var refundFreesSpace = false

  /// It does not.
  public init() {}
}

extension CapTerms: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.refundFreesSpace, into: &refundFreesSpace)
  }
}

/// The tier that an order's points are multiplied by.
public struct TierEarningTerms: Hashable, Sendable {
  /// Which of them, where an order leads from one to another.
  public var forEarning = Moment.beforeEvent

  /// What tiers of one group multiply points given for money by; tiers that are not named leave
  /// them as they are.
  public var factors: [Factor] = []

  /// The kind of points that are multiplied; `nil` for the programme's first.
  public var points: String?

  /// Which tier counts, where an order leads from one to another.
  public enum Moment: String, Sendable, Codable, CaseIterable {
    /// The one before it.
    case beforeEvent
    /// The one after it.
    case afterEvent
    /// Each for the part of the order that falls to it.
    case split
  }

  /// What a tier multiplies points by.
  public struct Factor: Hashable, Sendable, Codable {
    /// The group of tiers.
    public var group: String

    /// The tier.
    public var tier: String

    /// By how much.
    public var factor: Fraction

    /// A tier multiplies points by so much.
    public init(_ factor: Fraction, for tier: String, in group: String) {
      self.group = group
      self.tier = tier
      self.factor = factor
    }
  }

  /// The tier before the order; none multiplies.
  public init() {}
}

extension TierEarningTerms: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.forEarning, into: &forEarning)
    try stored.read(.factors, into: &factors)
    try stored.read(.points, into: &points)
  }
}
