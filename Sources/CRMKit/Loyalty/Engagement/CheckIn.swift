/// A day on which a member did something that streaks count, such as opening the app.
public struct CheckIn: Record {
  /// What names it for good.
  public let id: Identifier<CheckIn>

  /// The member.
  public internal(set) var member: LoyaltyMember.ID

  /// What was done, as the host calls it.
  public internal(set) var activity: String

  /// The day, in the programme's zone.
  public internal(set) var day: CalendarDate

  /// When it was done first on the day, of what was told of.
  public internal(set) var at: Instant

  /// The described fields.
  public struct Fields: Sendable {
    /// ``CheckIn/member``, for filters and sorting.
    public let member = Field<CheckIn, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 }
    ).owned(by: LoyaltyMember.self)

    /// ``CheckIn/activity``, for filters and sorting.
    public let activity = Field<CheckIn, String>("activity", { $0.activity }, { $0.activity = $1 })

    /// ``CheckIn/day``, for filters and sorting.
    public let day = Field<CheckIn, CalendarDate>("day", { $0.day }, { $0.day = $1 })

    /// ``CheckIn/at``, for filters and sorting.
    public let at = Field<CheckIn, Instant>("at", { $0.at }, { $0.at = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<CheckIn>(
    "loyalty_check_ins", fields, indexes: [.unique(fields.member, fields.activity, fields.day)]
  ) {
    CheckIn(
      id: $0, member: .zero, activity: "", day: CalendarDate(daysSinceEpoch: 0), at: .earliest)
  }
}

/// A member did something on a day on which they had not yet.
public struct CheckedIn: Event {
  /// The member.
  public var member: LoyaltyMember.ID
  /// What was done.
  public var activity: String
  /// For how many days on end by now.
  public var days: Int

  public static let name = "loyalty.checked_in"

  private struct Fields: Sendable {
    let member = Field<CheckedIn, LoyaltyMember.ID>("member", { $0.member }, { $0.member = $1 })
    let activity = Field<CheckedIn, String>("activity", { $0.activity }, { $0.activity = $1 })
    let days = Field<CheckedIn, Int>("days", { $0.days }, { $0.days = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: CheckedIn(member: .zero, activity: "", days: 0))
}

/// For how many days on end a member has done something.
public struct Streak: Hashable, Sendable {
  /// How many days; 0 where the last one was before yesterday.
  public let days: Int

  /// The last day; `nil` where there was none.
  public let lastDay: CalendarDate?
}

extension LoyaltyOperations {
  var checkIns: Records<CheckIn> { records() }

  /// Notes that a member did something that streaks count; once a day, however often.
  ///
  /// - Parameters:
  ///   - member: The member.
  ///   - activity: What was done, as the host calls it; up to 100 bytes of UTF-8.
  ///   - instant: When, if not now.
  /// - Returns: The streak that ends with the day.
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``LoyaltyError/Code/ineligible`` for
  ///   who may not take part, ``LoyaltyError/Code/unknownReference``; nothing has changed then.
  /// - Complexity: O(*k*) in the days of the streak.
  @discardableResult
  public func checkIn(
    _ member: LoyaltyMember.ID, _ activity: String = "daily", at instant: Instant? = nil
  ) throws -> Streak {
    let at = instant ?? transaction.now
    let problems =
      TextRules.problems(of: activity, in: "activity", within: 100)
      + futureProblems("at", instant, now: transaction.now)
    guard problems.isEmpty else { throw CRMError.invalid(CheckIn.schema.name, problems) }
    let member = try resolve(member)
    guard member.status == .active else {
      throw LoyaltyError(.ineligible, member.status.rawValue)
    }
    let day = try programme(member.programme, at: at).zone.date(of: at)
    let id = member.id
    let known = try checkIns.first(where: {
      $0.member == id && $0.activity == activity && $0.day == day
    })
    let before = try streak(of: id, activity, endingBy: day)
    guard known == nil else { return before }
    let isNext = before.lastDay.map { $0.plus(days: 1) == day } ?? false
    let streak = Streak(days: (isNext ? before.days : 0) + 1, lastDay: day)
    let checkIn = CheckIn(
      id: transaction.makeIdentifier(), member: id, activity: activity, day: day, at: at)
    try checkIns.insert(
      checkIn, emitting: CheckedIn(member: id, activity: activity, days: streak.days), at: at)
    return streak
  }

  /// For how many days on end a member has done something, today or up to yesterday.
  ///
  /// - Throws: ``LoyaltyError/Code/unknownReference``.
  /// - Complexity: O(*k*) in the days of the streak.
  public func streak(of member: LoyaltyMember.ID, _ activity: String = "daily") throws -> Streak {
    let member = try resolve(member)
    let today = try programme(member.programme).zone.date(of: transaction.now)
    let streak = try streak(of: member.id, activity, endingBy: .latestDay)
    let isAlive = streak.lastDay.map { $0 >= today.plus(days: -1) } ?? false
    return Streak(days: isAlive ? streak.days : 0, lastDay: streak.lastDay)
  }

  private func streak(
    of member: LoyaltyMember.ID, _ activity: String, endingBy last: CalendarDate
  ) throws -> Streak {
    var (days, first, end) = (0, CalendarDate?.none, CalendarDate?.none)
    try checkIns.scan(
      Query(
        where: { $0.member == member && $0.activity == activity && $0.day <= last },
        sortedBy: { [.descending($0.day)] })
    ) { held in
      let day = held.row.day
      if let first, first.plus(days: -1) != day { return false }
      (days, first, end) = (days + 1, day, end ?? day)
      return true
    }
    return Streak(days: days, lastDay: end)
  }
}

extension CalendarDate {
  fileprivate static let latestDay = CalendarDate(daysSinceEpoch: .max)
}
