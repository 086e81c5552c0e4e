/// What happened that may earn points, as the host or the store's own orders tell it.
///
///     EarnRequest.order("77", [EarnLine(try Money("9.99", .eur), item: "cd-1")], at: paidAt)
///     EarnRequest.activity("review", subject: "cd-1")
public struct EarnRequest: Hashable, Sendable {
  /// Whose it is, as it was given.
  var member = LoyaltyMember.ID.zero

  /// What kind of thing happened.
  public var occasion: Occasion

  /// The host's number of the order, or its name for what else happened.
  public var name: String

  /// What it was about: the product of a review, the shop of a visit.
  public var subject: String?

  /// When it happened; `nil` for when it is recorded.
  public var occurredAt: Instant?

  /// What an order is made up of.
  public var lines: [EarnLine]

  /// How much of an order is paid with points.
  public var paidWithPoints: Money?

  /// What kind of thing happened.
  public enum Occasion: String, Sendable, Codable, CaseIterable, FieldValue {
    /// An order.
    case order
    /// Something the host has a name for.
    case activity
    /// A birthday of the member's.
    case birthday
  }

  /// An order.
  ///
  /// - Parameters:
  ///   - number: The host's number of it; an order earns once.
  ///   - lines: What it is made up of; they come to more than nothing.
  ///   - occurredAt: When it happened, if not when it is recorded.
  ///   - paidWithPoints: How much of it is paid with points.
  public static func order(
    _ number: String, _ lines: [EarnLine], at occurredAt: Instant? = nil,
    paidWithPoints: Money? = nil
  ) -> EarnRequest {
    EarnRequest(
      occasion: .order, name: number, occurredAt: occurredAt, lines: lines,
      paidWithPoints: paidWithPoints)
  }

  /// Something the host has a name for, such as “review”.
  public static func activity(
    _ name: String, subject: String? = nil, at occurredAt: Instant? = nil
  ) -> EarnRequest {
    EarnRequest(
      occasion: .activity, name: name, subject: subject, occurredAt: occurredAt, lines: [])
  }

  /// A birthday of the member's; each year has one.
  public static func birthday(at occurredAt: Instant? = nil) -> EarnRequest {
    EarnRequest(occasion: .birthday, name: "birthday", occurredAt: occurredAt, lines: [])
  }
}

extension EarnRequest {
  /// The money of an order.
  var currency: Currency? { lines.first?.amount.currency }

  /// Looks whether it makes sense.
  ///
  /// - Throws: ``LoyaltyError`` of code `invalidAmount`, `currencyMismatch` or `overflow`.
  func check() throws(LoyaltyError) {
    guard occasion == .order else { return }
    guard let currency else { throw LoyaltyError(.invalidAmount, allowed: 1, "amount") }
    var total: Int64 = 0
    for (index, line) in lines.enumerated() {
      try line.check(in: currency, at: index)
      let (sum, overflow) = total.addingReportingOverflow(line.amount.minorUnits)
      guard !overflow else { throw LoyaltyError(.overflow, "amount") }
      total = sum
    }
    guard total > 0 else {
      throw LoyaltyError(.invalidAmount, requested: total, allowed: 1, "amount")
    }
    guard let paid = paidWithPoints else { return }
    guard paid.currency == currency else {
      throw LoyaltyError(.currencyMismatch, "paidWithPoints in \(paid.currency.rawValue)")
    }
    guard (0...total).contains(paid.minorUnits) else {
      throw LoyaltyError(
        .invalidAmount, requested: paid.minorUnits, allowed: 0, "paidWithPoints")
    }
  }
}

extension EarnRequest: LedgerRequest {
  public static let kind = LedgerEntry.Kind.earn

  private struct Fields: Sendable {
    let member = Field<EarnRequest, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let occasion = Field<EarnRequest, Occasion>(
      "occasion", { $0.occasion }, { $0.occasion = $1 })
    let name = Field<EarnRequest, String>("name", { $0.name }, { $0.name = $1 })
    let subject = Field<EarnRequest, String?>("subject", { $0.subject }, { $0.subject = $1 })
    let occurredAt = Field<EarnRequest, Instant?>(
      "occurred_at", { $0.occurredAt }, { $0.occurredAt = $1 })
    let lines = Field<EarnRequest, [EarnLine]>("lines", { $0.lines }, { $0.lines = $1 })
    let paidWithPoints = Field<EarnRequest, Money?>(
      "paid_with_points", { $0.paidWithPoints }, { $0.paidWithPoints = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: EarnRequest(occasion: .order, name: "", lines: []))
}
