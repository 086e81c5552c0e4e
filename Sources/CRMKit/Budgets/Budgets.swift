/// What winning, serving, keeping and winning back customers costs, is to cost, and returns.
///
/// Costs follow from contacts (``Interaction/cost``, ``Interaction/durationMilliseconds``), from
/// goodwill and from what is booked by hand; returns from orders. They are kept by customer and
/// month in the same transaction, from the first plan or booking on, which also books what was
/// before. Until then it costs a transaction one look whether there is a book.
public struct Budgets: Capability {
  static let key = RecordKey("tx.budget")

  /// The capability.
  public init() {}

  public var records: [any Record.Type] {
    [BudgetBook.self, BudgetPlan.self, Spending.self, BudgetFigure.self]
  }

  public var lock: RecordLock? { Self.key.lock }

  public var events: [any Event.Type] {
    [BudgetPlanned.self, SpendingBooked.self, SpendingUpdated.self, SpendingCancelled.self]
  }

  public var reactions: [Reaction] {
    [
      Reaction(to: InteractionRecorded.self) { try $1.budget.notice($0.interaction) },
      Reaction(to: InteractionDue.self) { try $1.budget.notice($0.interaction) },
      Reaction(to: InteractionUpdated.self) { try $1.budget.notice($0.interaction) },
      Reaction(to: InteractionUnlinked.self) { try $1.budget.notice($0.interaction) },
      Reaction(to: InteractionDeleted.self) { try $1.budget.notice($0.interaction) },
      Reaction(to: GoodwillGranted.self) { try $1.budget.notice($0.goodwill) },
      Reaction(to: OrderPlaced.self) { try $1.budget.notice($0.order) },
      Reaction(to: OrderCancelled.self) { try $1.budget.notice($0.order) },
      Reaction(to: OrderPartlyCancelled.self) { try $1.budget.notice($0.order) },
      Reaction(to: OrderReturned.self) { try $1.budget.notice($0.order) },
      Reaction(to: OrderRefunded.self) { try $1.budget.notice($0.order) },
    ]
  }

  public func verify(in transaction: Transaction, report: inout VerificationReport) throws {
    try transaction.budget.verify(&report)
  }
}

extension Transaction {
  /// What customers cost and return.
  public var budget: BudgetOperations { BudgetOperations(self) }
}

/// Planning what is to be spent on customers, booking what was, and comparing both with the return.
public struct BudgetOperations {
  let transaction: Transaction
  let books: Records<BudgetBook>
  let plans: Records<BudgetPlan>
  let spendings: Records<Spending>
  let figures: Records<BudgetFigure>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    books = transaction.records(of: BudgetBook.self, with: Budgets.key)
    plans = transaction.records(of: BudgetPlan.self, with: Budgets.key)
    spendings = transaction.records(of: Spending.self, with: Budgets.key)
    figures = transaction.records(of: BudgetFigure.self, with: Budgets.key)
  }

  // MARK: Planning

  /// Plans how much is to be spent for a purpose in a period, in place of what was planned for it.
  ///
  /// - Parameters:
  ///   - amount: How much.
  ///   - purpose: For what.
  ///   - unit: A month, a quarter or a year.
  ///   - date: Any day of it.
  ///   - group: The short name of the group it is for; `nil` for all customers.
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/notFound`` for an
  ///   unknown group; nothing has changed then.
  /// - Complexity: O(log *n*); the first time in a store O(*n*) in its orders and contacts, which
  ///   are booked then.
  @discardableResult
  public func plan(
    _ amount: Money, for purpose: Spending.Purpose, _ unit: CalendarUnit, of date: CalendarDate,
    group: String? = nil
  ) throws -> BudgetPlan {
    var problems = Self.problems(of: unit)
    if amount.minorUnits < 0 { problems.append(.init("amount", "is negative")) }
    guard problems.isEmpty else { throw CRMError.invalid("budget_plans", problems) }
    if let group { _ = try transaction.groups.group(group) }
    let from = unit.start(of: date)
    let old = try plans.all(where: { $0.from == from && $0.purpose == purpose }).first {
      $0.unit == unit && $0.group == group && $0.amount.currency == amount.currency
    }
    return try transaction.operation {
      try open()
      if var plan = old {
        plan.amount = amount
        return try plans.update(plan, emitting: BudgetPlanned(plan: plan.id))
      }
      let plan = BudgetPlan(
        id: transaction.makeIdentifier(), unit: unit, from: from, purpose: purpose, group: group,
        amount: amount, plannedAt: transaction.now, modifiedAt: transaction.now, version: 1)
      return try plans.insert(plan, emitting: BudgetPlanned(plan: plan.id))
    }
  }

  /// What is planned for a purpose in a period: by the plan of the period itself, else by those of
  /// its parts together; `nil` where nothing is.
  ///
  /// - Complexity: A query for each period and part looked at, at most 17.
  func planned(
    _ purpose: Spending.Purpose, _ unit: CalendarUnit, from: CalendarDate, _ currency: Currency,
    _ group: String?
  ) throws -> Money? {
    let plan = try plans.all(where: { $0.from == from && $0.purpose == purpose }).first {
      $0.unit == unit && $0.group == group && $0.amount.currency == currency
    }
    if let plan { return plan.amount }
    guard let part = unit.part else { return nil }
    var sum: Money?
    var start = from
    while start < unit.end(of: from) {
      if let amount = try planned(purpose, part, from: start, currency, group) {
        sum = try sum.map { try $0 + amount } ?? amount
      }
      start = part.end(of: start)
    }
    return sum
  }

  static func problems(of unit: CalendarUnit) -> [CRMError.Issue] {
    [.month, .quarter, .year].contains(unit)
      ? [] : [.init("unit", "is neither a month nor a quarter nor a year")]
  }
}

extension CalendarUnit {
  /// What a budget's period is made up of.
  fileprivate var part: CalendarUnit? {
    switch self {
    case .year: .quarter
    case .quarter: .month
    case .month, .week, .day: nil
    }
  }
}
