/// How points go from one member to another.
public struct TransferTerms: Hashable, Sendable {
  /// How long they last with the other.
  public var expiry = Expiry.preserve

  /// How long points last with another member.
  public enum Expiry: String, Sendable, Codable, CaseIterable {
    /// As long as before.
    case preserve
    /// As if they were earned anew; members can draw their lives out so, to and fro.
    case targetRules
  }

  /// As long as before.
  public init() {}
}

extension TransferTerms: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.expiry, into: &expiry)
  }
}

/// How members share points, and what becomes of them where two become one or are blocked.
public struct PoolTerms: Hashable, Sendable {
  /// What a member takes along who leaves a pool.
  public var leaving = Leaving.provenance

  /// Whether what members are given once (welcome, entry to a tier) is given again when two become
  /// one.
  public var replaysOnceOnly = false

  /// What a member who leaves takes along.
  public enum Leaving: String, Sendable, Codable, CaseIterable {
    /// What is left of what they brought.
    case provenance
    /// Of all that is left as large a part as they brought.
    case proRata
  }

  /// What is left of what they brought.
  public init() {}
}

extension PoolTerms: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.leaving, into: &leaving)
    try stored.read(.replaysOnceOnly, into: &replaysOnceOnly)
  }
}

/// What staff may add and take away.
public struct AdjustmentTerms: Hashable, Sendable {
  /// Up to how many points nobody else has to approve it, added or taken away; `nil` for any.
  public var approvedUpTo: Int64?

  /// Whether more can be taken away than there is.
  public var allowsNegative = false

  /// Any number, down to nothing.
  public init() {}
}

extension AdjustmentTerms: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.approvedUpTo, into: &approvedUpTo)
    try stored.read(.allowsNegative, into: &allowsNegative)
  }
}

/// What members get for bringing others.
public struct ReferralTerms: Hashable, Sendable {
  /// How many points whoever brought a friend gets.
  public var referrer: Int64

  /// How many points the friend gets.
  public var friend: Int64

  /// What the friend's first order must come to; `nil` for anything.
  public var minimum: Money?

  /// How long the points wait.
  public var pending: PendingTerms.Wait

  /// For how many friends a month whoever brought them gets points; `nil` for any number.
  public var monthly: Int?

  /// The kind of points; `nil` for the programme's first.
  public var points: String?

  /// Whether whoever brought a friend keeps the points where the friend's order is refunded.
  public var exemptsReferrer = false

  /// What members get for bringing others.
  public init(
    referrer: Int64, friend: Int64, minimum: Money? = nil,
    pending: PendingTerms.Wait = .nothing, monthly: Int? = nil, points: String? = nil
  ) {
    self.referrer = referrer
    self.friend = friend
    self.minimum = minimum
    self.pending = pending
    self.monthly = monthly
    self.points = points
  }
}

extension ReferralTerms: Codable {
  public init(from decoder: any Decoder) throws {
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      referrer: try stored.decode(Int64.self, forKey: .referrer),
      friend: try stored.decode(Int64.self, forKey: .friend))
    try stored.read(.minimum, into: &minimum)
    try stored.read(.pending, into: &pending)
    try stored.read(.monthly, into: &monthly)
    try stored.read(.points, into: &points)
    try stored.read(.exemptsReferrer, into: &exemptsReferrer)
  }
}

/// What is reckoned with where points are put into money.
public struct AccountingTerms: Hashable, Sendable {
  /// Which part of the points that are given is expected to be spent in the end.
  public var expectedRedemption = Rate.percent(100)

  /// All of them.
  public init() {}
}

extension AccountingTerms: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.expectedRedemption, into: &expectedRedemption)
  }
}

/// What is kept of requests that were refused.
public struct IdempotencyTerms: Hashable, Sendable {
  /// Whether a request that was refused is refused again under its key, whatever has changed.
  public var rememberFailures = true

  /// They are remembered.
  public init() {}
}

extension IdempotencyTerms: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.rememberFailures, into: &rememberFailures)
  }
}
