/// How many points pay for how much of an order, and what limited them.
///
///     let quote = try tx.loyalty.quote(4_000, of: nil, for: member, towards: order)
///     quote.points   // 1,500 where half of an order of 30.00 can be paid
///     quote.worth    // 15.00
public struct PointsPayment: Described {
  /// The name of the points.
  public internal(set) var currency: String

  /// How many were asked for.
  public internal(set) var requested: Int64

  /// How many are spent, which is fewer where the programme grants as far as its limits go.
  public internal(set) var points: Int64

  /// What the order comes to; `nil` where points were spent on something else.
  public internal(set) var order: Money?

  /// What the points pay of the order, rounded down; `nil` without an order.
  public internal(set) var worth: Money?

  /// Each limit that made them fewer, with what it allows.
  public internal(set) var limits: [LoyaltyError]

  /// What is left of the order to be paid otherwise; `nil` without an order.
  public var rest: Money? {
    guard let order, let worth else { return nil }
    return Money(minorUnits: order.minorUnits - worth.minorUnits, order.currency)
  }

  private struct Fields: Sendable {
    let currency = Field<PointsPayment, String>("currency", { $0.currency }, { $0.currency = $1 })
    let requested = Field<PointsPayment, Int64>(
      "requested", { $0.requested }, { $0.requested = $1 })
    let points = Field<PointsPayment, Int64>("points", { $0.points }, { $0.points = $1 })
    let order = Field<PointsPayment, Money?>("order", { $0.order }, { $0.order = $1 })
    let worth = Field<PointsPayment, Money?>("worth", { $0.worth }, { $0.worth = $1 })
    let limits = Field<PointsPayment, [LoyaltyError]>("limits", { $0.limits }, { $0.limits = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: PointsPayment(currency: "", requested: 0, points: 0, limits: []))
}

extension LedgerEntry {
  /// What points that were spent, or set aside, pay for and what limited them; `nil` where they are
  /// as many as were asked for and for no order.
  ///
  /// - Throws: `StorageError` where this program cannot read it.
  public func payment() throws -> PointsPayment? {
    guard spendsPoints else { return nil }
    return try outcome?.value(as: PointsPayment.self) { $0 }
  }

  /// Whether it spends points or sets some aside to be spent.
  var spendsPoints: Bool {
    kind == .redeem || ((kind == .hold || kind == .review) && !carriesHold)
  }
}
