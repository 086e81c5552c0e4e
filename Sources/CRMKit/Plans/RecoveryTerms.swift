/// When a plan to win a customer back is credited with the customer's return; it is stated when
/// the plan is opened and stays.
///
///     RecoveryTerms(days: 30, minimum: try Money("20.00", .eur))
///
/// A plan is credited where a contact of it came before the return, at most so many days of the
/// calendar, and the order comes to enough. Of several plans that one is whose contact came last.
public struct RecoveryTerms: Described, Codable {
  /// Within how many days after a contact of the plan the customer must return, 1 to 3,650.
  public var days: Int

  /// What the order must come to at least, if it must come to anything.
  public var minimum: Money?

  /// For how many days from the return on the customer's orders count as its revenue.
  public var revenueDays: Int

  /// States when a plan is credited.
  public init(days: Int = 30, minimum: Money? = nil, revenueDays: Int = 365) {
    self.days = days
    self.minimum = minimum
    self.revenueDays = revenueDays
  }

  private struct Fields: Sendable {
    let days = Field<RecoveryTerms, Int>("days", { $0.days }, { $0.days = $1 })
    let minimum = Field<RecoveryTerms, Money?>("minimum", { $0.minimum }, { $0.minimum = $1 })
    let revenueDays = Field<RecoveryTerms, Int>(
      "revenue_days", { $0.revenueDays }, { $0.revenueDays = $1 })
  }

  public static let layout = Layout(Fields(), blank: RecoveryTerms())
}
