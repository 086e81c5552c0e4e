extension LoyaltyOperations {
  /// Lets an order of the store earn for every programme its customer is a member of, and lets
  /// points be spent that have waited for what happened to it.
  ///
  /// What a programme cannot reckon with (money without a rate) does not hold the order up: it is
  /// told of by ``EarningMissed``.
  func notice(_ id: Order.ID, _ moment: EarningMoment, at instant: Instant) throws {
    let versions = try versions().byName
    guard !versions.isEmpty else { return }
    let order = try transaction.orders.get(id)
    for name in versions.keys.sorted() {
      guard let member = try member(of: order.customer, in: name) else { continue }
      let version = try version(of: name, at: instant)
      if member.status == .active, version.programme.earnsOn == moment {
        try earn(order, for: member, version.programme, at: instant)
      }
      try confirm(order, for: member, version.programme, moment, at: instant)
    }
  }

  private func earn(
    _ order: Order, for member: LoyaltyMember, _ programme: LoyaltyProgramme, at instant: Instant
  ) throws {
    let natural = LedgerEntry.index(
      naturalKey: Self.naturalKey(ofOrder: order.number), in: programme.name)
    guard try entries.first(where: { $0.keys.contains(natural) }) == nil,
      let request = try request(for: order, by: programme.basis, at: instant)
    else { return }
    do {
      try earn(request, for: member.id, key: "orders/\(order.number)")
    } catch {
      guard let reason = LoyaltyError(ofInput: error) else { throw error }
      try transaction.emit(
        EarningMissed(
          programme: programme.name, member: member.id, order: order.number, error: reason),
        about: order.customer)
    }
  }

  /// What an order of the store is to a programme; `nil` where nothing of it is left to pay for.
  func request(for order: Order, by basis: EarningBasis, at instant: Instant) throws
    -> EarnRequest?
  {
    let lines = try transaction.orders.lines(of: order.id)
    let items = try transaction.records(of: CatalogueItem.self).find(lines.map(\.item))
    let earning = try lines.compactMap { try EarnLine($0, items[$0.item]) }
    guard earning.contains(where: { $0.amount.minorUnits > 0 }) else { return nil }
    let total = earning.reduce(0) { $0 + $1.amount.minorUnits }
    let paid = try paidWithPoints(order, by: basis)
    return .order(
      order.number, earning, at: instant,
      paidWithPoints: paid > 0 ? Money(minorUnits: min(paid, total), order.total.currency) : nil)
  }

  func paidWithPoints(_ order: Order, by basis: EarningBasis) throws -> Int64 {
    var sum: Int64 = 0
    for payment in try transaction.orders.payments(of: order.id)
    where payment.method == basis.pointsMethod && payment.reversedAt == nil {
      let amount = payment.amount.minorUnits
      let (next, overflow) = sum.addingReportingOverflow(
        payment.kind == .received ? amount : -amount)
      sum = overflow ? .max : next
    }
    return sum
  }

  /// Lets points be spent that have waited for what happened: those of who is blocked as well, and
  /// those that are in a pool.
  private func confirm(
    _ order: Order, for member: LoyaltyMember, _ programme: LoyaltyProgramme,
    _ moment: EarningMoment, at instant: Instant
  ) throws {
    let key = "orders/\(order.number)/\(moment.rawValue)"
    let holder = try holder(of: member).id
    // Who has left a pool may have left points there that wait.
    for owner in [holder] + member.pools.filter({ $0 != holder }) {
      let isWaitedFor = try programme.points.contains { terms in
        try pendingLots(of: owner, terms.name).contains {
          $0.awaits == moment.rawValue && $0.reference == order.number
        }
      }
      guard isWaitedFor else { continue }
      try activate(
        order.number, on: moment.rawValue, for: owner == holder ? member.id : owner,
        key: owner == holder ? key : "\(key)/\(owner)", at: instant)
    }
  }
}

extension EarnLine {
  /// What is left of a line of an order; `nil` where nothing is.
  fileprivate init?(_ line: OrderLine, _ item: CatalogueItem?) throws {
    let gone = line.cancelled + line.returned
    let left = line.quantity - gone
    guard left > 0 else { return nil }
    // As the order itself reckons what was cancelled and came back.
    let part = { (amount: Money) in
      try amount
        - amount.proportion(Int64(gone), of: Int64(line.quantity), rounding: .towardZero)
    }
    self.init(
      try part(line.total), tax: try part(line.tax), quantity: left, item: item?.sku,
      category: item?.category)
  }
}

/// An order of the store could not earn; the host can tell of it by hand.
public struct EarningMissed: Event {
  /// The name of the programme.
  public var programme: String
  /// Who would have earned.
  public var member: LoyaltyMember.ID
  /// The number of the order.
  public var order: String
  /// Why it could not.
  public var error: LoyaltyError

  public static let name = "loyalty.earning_missed"

  private struct Fields: Sendable {
    let programme = Field<EarningMissed, String>(
      "programme", { $0.programme }, { $0.programme = $1 })
    let member = Field<EarningMissed, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let order = Field<EarningMissed, String>("order", { $0.order }, { $0.order = $1 })
    let error = Field<EarningMissed, LoyaltyError>("error", { $0.error }, { $0.error = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: EarningMissed(
      programme: "", member: .zero, order: "", error: LoyaltyError(.ineligible)))
}
