/// How loyal a customer is at an instant, from 0 to 100, and what that rests on.
///
/// Every number is the exact sum of its parts: ``value`` of the points of ``behaviour`` and
/// ``attitude``, each part's value of the points of its reasons, and each reason rests on the
/// facts in its evidence.
public struct LoyaltyIndex: Sendable, Hashable {
  /// The customer.
  public let customer: Customer.ID

  /// As of when.
  public let at: Instant

  /// Since when what it is made of was as it is.
  public let knownAt: Instant

  /// The version of the model it is measured by.
  public let modelVersion: Int

  /// From 0 to 100; without an attitude that is known it is behaviour alone.
  public let value: ScorePoints

  /// What the customer does.
  public let behaviour: Part

  /// What the customer thinks.
  public let attitude: Part

  /// The customer's place in the matrix of behaviour and attitude.
  public let standing: LoyaltyStanding

  /// Why it is that place.
  public let grounds: [LifecycleEvidence]

  /// What price has to do with it.
  public let price: PriceDependence

  /// The firm's share of what the customer spends, by need category where it is known.
  public let wallet: [WalletShare]

  /// Loyalty to brands and items, told apart from loyalty to the firm: the five brands bought on
  /// most days, then the five items.
  public let bonds: [LoyaltyBond]

  /// The one item, else the one brand, that loyalty rests on, bought on nearly all days of
  /// purchase; `nil` where it is to the firm, or there is none.
  public let restsOn: RecordReference?

  /// When time alone next moves the customer in the matrix; `nil` where it never does.
  public let movesAt: Instant?

  /// Behaviour or attitude.
  public struct Part: Sendable, Hashable {
    /// From 0 to 100; `nil` where nothing is known to see it by.
    public let value: ScorePoints?

    /// How much it counts in the index.
    public let weight: Int

    /// What it adds to the index.
    public let points: ScorePoints

    /// What it is made of, in the order of the model; factors of which nothing is known are left
    /// out.
    public let reasons: [Reason]
  }

  /// What one factor adds to its part.
  public struct Reason: Sendable, Hashable, CustomStringConvertible {
    /// What is looked at.
    public let kind: LoyaltyFactor.Kind

    /// How it is, from 0 to 100.
    public let value: ScorePoints

    /// How much it counts.
    public let weight: Int

    /// What the factors that are known count together.
    public let weights: Int

    /// What it adds: ``value`` × ``weight`` ÷ ``weights``, to the billionth; what is left over goes
    /// to the largest fractions, so that reasons add up exactly.
    public let points: ScorePoints

    /// What was found.
    public let evidence: [LifecycleEvidence]

    public var description: String {
      let found = evidence.map { "\($0.what): \($0.found)" }.joined(separator: ", ")
      return "\(kind.rawValue) \(value) × \(weight)/\(weights) (\(found))"
    }
  }
}
