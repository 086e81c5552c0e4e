/// A statement on what a customer spends on a need category, to be recorded.
public struct NewWalletStatement: Hashable, Sendable {
  /// The customer.
  public var customer: Customer.ID

  /// The need category, up to 100 bytes.
  public var category: String

  /// How it is known.
  public var source: WalletSource

  /// Where the firm has it from.
  public var origin: FactSource

  /// When it was true, if not now.
  public var trueAt: Instant?

  let claim: Claim

  /// What is stated.
  enum Claim: Hashable, Sendable {
    case share(Rate)
    case spend(Money, from: CalendarDate, through: CalendarDate)
  }

  /// Says which share of what a customer spends on a category the firm has.
  public init(
    of customer: Customer.ID, on category: String, share: Rate, by source: WalletSource,
    from origin: FactSource, trueAt: Instant? = nil
  ) {
    (self.customer, self.category, self.source) = (customer, category, source)
    (self.origin, self.trueAt) = (origin, trueAt)
    claim = .share(share)
  }

  /// Says what a customer spent on a category with anyone in a period.
  ///
  /// The firm's share of it is what the customer ordered in these days, in that currency, of items
  /// of the catalogue's category of the same name; what was cancelled or came back is left out.
  ///
  /// - Parameters:
  ///   - first: The first day of the period.
  ///   - last: The last day of the period.
  public init(
    of customer: Customer.ID, on category: String, spend: Money, from first: CalendarDate,
    through last: CalendarDate, by source: WalletSource, from origin: FactSource,
    trueAt: Instant? = nil
  ) {
    (self.customer, self.category, self.source) = (customer, category, source)
    (self.origin, self.trueAt) = (origin, trueAt)
    claim = .spend(spend, from: first, through: last)
  }
}

extension NewWalletStatement {
  /// Every problem of a statement by itself.
  func problems(now: Instant) -> [CRMError.Issue] {
    var problems = TextRules.problems(of: category, in: "category", within: 100)
    if let problem = origin.problem("origin") { problems.append(problem) }
    switch claim {
    case .share(let rate):
      if !(0...1_000_000).contains(rate.partsPerMillion) {
        problems.append(.init("share", "is not from 0 % to 100 %"))
      }
    case .spend(let amount, let first, let last):
      if amount.minorUnits < 1 { problems.append(.init("spend", "is not above zero")) }
      if last < first { problems.append(.init("through", "lies before the first day")) }
    }
    return problems + futureProblems("true_at", trueAt, now: now)
  }

  func statement(
    _ id: WalletStatement.ID, in transaction: Transaction
  ) -> WalletStatement {
    var statement = WalletStatement(
      id: id, customer: customer, category: trimmed(category), source: source, origin: origin,
      trueAt: trueAt ?? transaction.now, recordedAt: transaction.recordedAt,
      recordedBy: transaction.attribution.actor)
    switch claim {
    case .share(let rate): statement.share = rate
    case .spend(let amount, let first, let last):
      (statement.spend, statement.from, statement.through) = (amount, first, last)
    }
    return statement
  }
}
