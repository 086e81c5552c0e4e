/// How a customer's relationship with the firm is, at an instant, and why.
public struct RelationshipState: Sendable, Hashable {
  /// The customer; of an account or household, the one at the top.
  public let customer: Customer.ID

  /// As of when.
  public let at: Instant

  /// Since when what it is made of was as it is.
  public let knownAt: Instant

  /// The version of the model it is seen by.
  public let modelVersion: Int

  /// How strong it is: how much customer and firm have to do with each other.
  public let strength: Part

  /// How healthy it is: whether it goes well.
  public let health: Part

  /// One of the two scores.
  public struct Part: Sendable, Hashable {
    /// From 0 to 100; `nil` where nothing is known to see it by.
    public let value: ScorePoints?

    /// What it is made of, in the order of the model; those of which nothing is known are left out.
    public let reasons: [Reason]
  }

  /// What one factor adds.
  public struct Reason: Sendable, Hashable, CustomStringConvertible {
    /// What is looked at.
    public let kind: StandingFactor.Kind

    /// How it is, from 0 to 100.
    public let value: ScorePoints

    /// How much it counts.
    public let weight: Int

    /// What the factors that are known count together.
    public let weights: Int

    /// What it adds: ``value`` × ``weight`` ÷ ``weights``, cut off at the billionth.
    public let points: ScorePoints

    /// What was found.
    public let evidence: [LifecycleEvidence]

    public var description: String {
      let found = evidence.map { "\($0.what): \($0.found)" }.joined(separator: ", ")
      return "\(kind.rawValue) \(value) × \(weight)/\(weights) (\(found))"
    }
  }
}
