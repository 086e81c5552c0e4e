/// A place in a customer's life with the firm.
public struct LifecycleStage: Hashable, Sendable, Codable {
  /// What kind of place it is.
  public enum Kind: String, Sendable, Codable, FieldValue, CaseIterable {
    /// On the way to buy.
    case open
    /// Buys.
    case active
    /// Shows signs of leaving.
    case atRisk = "at_risk"
    /// Has not been heard of for long.
    case lapsed
    /// Has left.
    case lost
    /// Has come back after having left.
    case wonBack = "won_back"

    /// Whether stages of the kind are rungs of the ladder, which customers climb only upwards.
    public var isRung: Bool { self == .open || self == .active }
  }

  /// The name, unique in its model and the same from version to version.
  public let name: String

  /// What orders the stages; no two of a model have the same.
  public let weight: Int

  /// What kind of place it is.
  public let kind: Kind

  /// How long customers are expected to stay, if a time is known.
  public let expectedStay: LifecycleSpan?

  /// What is done when a customer comes.
  public let onEntry: [LifecycleAction]

  /// What is done when a customer leaves.
  public let onExit: [LifecycleAction]

  /// A stage.
  public init(
    _ name: String, weight: Int, _ kind: Kind, expectedStay: LifecycleSpan? = nil,
    onEntry: [LifecycleAction] = [], onExit: [LifecycleAction] = []
  ) {
    self.name = name
    self.weight = weight
    self.kind = kind
    self.expectedStay = expectedStay
    self.onEntry = onEntry
    self.onExit = onExit
  }
}

/// What is done when a customer comes to a stage or leaves it, in the same transaction.
public enum LifecycleAction: Hashable, Sendable, Codable {
  /// Puts a label on the customer's file.
  case tag(String)
  /// Takes a label off it.
  case untag(String)
  /// Puts a follow-up before the customer's owner, or before someone where there is none.
  case followUp(String, within: LifecycleSpan, else: Principal)
}
