/// Which part of an order is refunded.
///
///     .amount(try Money("40.00", .eur))              // 40.00 of what it came to
///     .units([LineQuantity(line: 2, quantity: 1)])   // one unit of its second line
public enum RefundedPart: Hashable, Sendable {
  /// All that is left of it.
  case all

  /// So much of what is left of it, spread over its lines; what points paid for is in it.
  case amount(Money)

  /// Units of its lines, at the prices of the order.
  case units([LineQuantity])

  /// Units of its lines, with other lines given in their place.
  ///
  /// The order is looked at as if it had been placed like that: points are taken back for the
  /// difference alone. What it would earn beyond what it did, it does not.
  case exchange([LineQuantity], for: [EarnLine])
}

/// What a refund asks for.
public struct RefundRequest: LedgerRequest {
  /// Who earned by the order.
  public internal(set) var member: LoyaltyMember.ID

  /// The host’s number of the order; `nil` where the earning is named.
  public internal(set) var order: String?

  /// The earning; `nil` where the order is named.
  public internal(set) var earning: LedgerEntry.ID?

  /// The host’s number of the refund among those of the order.
  public internal(set) var number: String

  /// What is refunded.
  public internal(set) var extent: Extent

  /// How much, of an amount.
  public internal(set) var amount: Money?

  /// Of which lines how many units, of units and exchanges.
  public internal(set) var units: [LineQuantity]

  /// The lines given in place of others; of what follows from an order of the store, what is left
  /// of each line.
  public internal(set) var lines: [EarnLine]

  /// What is owed again of the rest, as a payment bounced; of what follows from an order of the
  /// store.
  public internal(set) var unpaid: Money?

  /// When, if not when it was recorded.
  public internal(set) var occurredAt: Instant?

  /// How the refunded part is told.
  public enum Extent: String, Sendable, Codable, CaseIterable, FieldValue {
    /// As all that is left.
    case all
    /// As an amount.
    case amount
    /// As units, with or without others in their place.
    case units
    /// By what is left, as the store's own order has it.
    case rest
  }

  public static let kind = LedgerEntry.Kind.refund

  private struct Fields: Sendable {
    let member = Field<RefundRequest, LoyaltyMember.ID>("member", { $0.member }, { $0.member = $1 })
    let order = Field<RefundRequest, String?>("order", { $0.order }, { $0.order = $1 })
    let earning = Field<RefundRequest, LedgerEntry.ID?>(
      "earning", { $0.earning }, { $0.earning = $1 })
    let number = Field<RefundRequest, String>("number", { $0.number }, { $0.number = $1 })
    let extent = Field<RefundRequest, Extent>("extent", { $0.extent }, { $0.extent = $1 })
    let amount = Field<RefundRequest, Money?>("amount", { $0.amount }, { $0.amount = $1 })
    let units = Field<RefundRequest, [LineQuantity]>("units", { $0.units }, { $0.units = $1 })
    let lines = Field<RefundRequest, [EarnLine]>("lines", { $0.lines }, { $0.lines = $1 })
    let unpaid = Field<RefundRequest, Money?>("unpaid", { $0.unpaid }, { $0.unpaid = $1 })
    let occurredAt = Field<RefundRequest, Instant?>(
      "occurred_at", { $0.occurredAt }, { $0.occurredAt = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: RefundRequest(member: .zero, number: "", extent: .all, units: [], lines: []))
}

extension RefundRequest {
  init(_ part: RefundedPart, from member: LoyaltyMember.ID, number: String, at instant: Instant?) {
    self.init(
      member: member, number: number, extent: .all, units: [], lines: [], occurredAt: instant)
    switch part {
    case .all: break
    case .amount(let amount): (extent, self.amount) = (.amount, amount)
    case .units(let units): (extent, self.units) = (.units, units)
    case .exchange(let units, let lines):
      (extent, self.units, self.lines) = (.units, units, lines)
    }
  }
}
