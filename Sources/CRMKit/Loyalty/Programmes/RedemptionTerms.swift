/// How points are spent.
public struct RedemptionTerms: Hashable, Sendable {
  /// The least number of points at once.
  public var minimum: Int64 = 1

  /// Of how many points it is a multiple.
  public var block: Int64 = 1

  /// The largest part of an order that can be paid with points.
  public var maximumShare = Rate.percent(100)

  /// What becomes of a request for more than that, or for no multiple.
  public var exceeding = Excess.reject

  /// How long points are held for an order that is being made, in seconds.
  public var holdSeconds = 1_800

  /// How often a member can spend points in how long; `nil` for as often as they like.
  public var velocity: Velocity?

  /// What becomes of a request that goes beyond a limit.
  public enum Excess: String, Sendable, Codable, CaseIterable {
    /// It is refused.
    case reject
    /// It is granted as far as the limit goes.
    case clamp
  }

  /// How often a member can spend points before somebody looks at it.
  public struct Velocity: Hashable, Sendable, Codable {
    /// How many times.
    public var times: Int

    /// In how many minutes.
    public var minutes: Int

    /// So many times in so many minutes.
    public init(_ times: Int, inMinutes minutes: Int) {
      self.times = times
      self.minutes = minutes
    }
  }

  /// Any number of points, for all of an order.
  public init() {}
}

extension RedemptionTerms: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.minimum, into: &minimum)
    try stored.read(.block, into: &block)
    try stored.read(.maximumShare, into: &maximumShare)
    try stored.read(.exceeding, into: &exceeding)
    try stored.read(.holdSeconds, into: &holdSeconds)
    try stored.read(.velocity, into: &velocity)
  }
}
