/// What another programme would have given for the same events.
public struct WhatIfReport: Hashable, Sendable {
  /// How many events were replayed.
  public let events: Int

  /// How many were left out, as there is no rate for their money.
  public let withoutRate: Int

  /// What was given of each kind of points, in the order of the changed programme.
  public let kinds: [Kind]

  /// What each member was given, by their identifiers.
  public let members: [Difference]

  /// What was given of a kind of points.
  public struct Kind: Hashable, Sendable {
    /// The kind of points.
    public let points: String

    /// What for.
    public let parts: Parts

    /// What that is expected to cost more: what the points are worth, as far as they are expected
    /// to be spent (``AccountingTerms/expectedRedemption``); `nil` where they cannot be put into
    /// money.
    public let costDifference: Money?

    /// How many were given.
    public var before: Int64 { parts.all.before }

    /// How many the changed programme would have given.
    public var after: Int64 { parts.all.after }

    /// How many more that is.
    public var difference: Int64 { parts.all.difference }
  }

  /// What a member was given.
  public struct Difference: Hashable, Sendable {
    /// The member.
    public let member: LoyaltyMember.ID

    /// The kind of points.
    public let points: String

    /// What for.
    public let parts: Parts

    /// How many they were given.
    public var before: Int64 { parts.all.before }

    /// How many the changed programme would have given them.
    public var after: Int64 { parts.all.after }

    /// How many more that is.
    public var difference: Int64 { parts.all.difference }
  }

  /// What points were given for.
  public struct Parts: Hashable, Sendable {
    /// What was earned, less what refunds took back.
    public internal(set) var earning = Part()

    /// Coming to tiers (``Tier/entryReward``).
    public internal(set) var tiers = Part()

    /// Badges and challenges (``AchievementTerms/reward``).
    public internal(set) var achievements = Part()

    /// Friends who were brought, and being brought (``ReferralTerms``).
    public internal(set) var referrals = Part()

    /// All of it; sums beyond 64 bits stop there.
    public var all: Part { earning + tiers + achievements + referrals }
  }

  /// Points that were given, and those that the changed programme would have given instead.
  public struct Part: Hashable, Sendable {
    /// How many were given.
    public internal(set) var before: Int64 = 0

    /// How many the changed programme would have given.
    public internal(set) var after: Int64 = 0

    /// How many more that is.
    public var difference: Int64 { after - before }
  }
}

extension WhatIfReport.Part {
  fileprivate mutating func add(_ before: Int64, _ after: Int64) throws {
    do {
      self.before = try self.before.plus(before)
      self.after = try self.after.plus(after)
    } catch {
      throw LoyaltyError(.overflow, "points")
    }
  }

  fileprivate static func + (a: Self, b: Self) -> Self {
    // What one member can have all of them can; sums beyond 64 bits stop there.
    Self(
      before: (try? a.before.plus(b.before)) ?? .max, after: (try? a.after.plus(b.after)) ?? .max)
  }
}

extension WhatIfReport.Parts {
  static func + (a: Self, b: Self) -> Self {
    Self(
      earning: a.earning + b.earning, tiers: a.tiers + b.tiers,
      achievements: a.achievements + b.achievements, referrals: a.referrals + b.referrals)
  }

  /// What was given of itself for something.
  subscript(source: BonusSource) -> WhatIfReport.Part {
    get {
      switch source {
      case .tiers: tiers
      case .achievements: achievements
      case .referrals: referrals
      }
    }
    set {
      switch source {
      case .tiers: tiers = newValue
      case .achievements: achievements = newValue
      case .referrals: referrals = newValue
      }
    }
  }
}

/// What was given and would have been, added up member by member.
struct WhatIfSums {
  private let names: [String]
  private var sums: [LoyaltyMember.ID: [WhatIfReport.Parts]] = [:]
  private let none: [WhatIfReport.Parts]

  /// - Parameter names: The kinds of points; others are left out.
  init(of names: [String]) {
    self.names = names
    none = names.map { _ in WhatIfReport.Parts() }
  }

  /// Adds what an event earned.
  mutating func add(_ award: Award, _ given: Award?, of member: LoyaltyMember.ID) throws {
    for (place, name) in names.enumerated() {
      let (before, after) = (given?.granted(of: name) ?? 0, award.granted(of: name))
      try sums[member, default: none][place].earning.add(before, after)
    }
  }

  /// Takes off what a refund took back, and would have.
  mutating func take(
    _ totals: [RefundTotal], _ taken: RefundOutcome, of member: LoyaltyMember.ID
  ) throws {
    for (place, name) in names.enumerated() {
      let before = taken.total(of: name)?.wanted ?? 0
      let after = totals.first { $0.points == name }?.wanted ?? 0
      try sums[member, default: none][place].earning.add(-before, -after)
    }
  }

  /// Adds what was given besides, or would have been.
  mutating func add(
    before: Int64 = 0, after: Int64 = 0, of points: String, for source: BonusSource,
    to member: LoyaltyMember.ID
  ) throws {
    guard let place = names.firstIndex(of: points) else { return }
    try sums[member, default: none][place][source].add(before, after)
  }

  /// - Complexity: O(*m* log *m*) in the members.
  func report(events: Int, withoutRate: Int, _ programme: LoyaltyProgramme) -> WhatIfReport {
    let members = sums.sorted { $0.key < $1.key }
    let kinds = names.enumerated().map { place, name in
      let parts = members.reduce(WhatIfReport.Parts()) { $0 + $1.value[place] }
      return WhatIfReport.Kind(
        points: name, parts: parts,
        costDifference: programme.expectedCost(of: parts.all.difference, points: name))
    }
    let differences = members.flatMap { member, sums in
      zip(names, sums).map { name, parts in
        WhatIfReport.Difference(member: member, points: name, parts: parts)
      }
    }
    return WhatIfReport(
      events: events, withoutRate: withoutRate, kinds: kinds, members: differences)
  }
}

extension LoyaltyProgramme {
  /// What points are expected to cost, rounded half to even; `nil` where they cannot be put into
  /// money, or it would exceed 64 bits.
  func expectedCost(of count: Int64, points: String) -> Money? {
    guard let worth = terms(of: points)?.worth,
      let price = Fraction(worth.money.minorUnits, over: worth.points),
      let share = Fraction(accounting.expectedRedemption.partsPerMillion, over: 1_000_000),
      let cost = try? Fraction(count) * price * share
    else { return nil }
    return Money(minorUnits: cost.rounded(.halfEven), worth.money.currency)
  }
}
