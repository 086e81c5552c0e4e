/// What was to be spent in a period, what was, and what came back.
public struct BudgetReport: Hashable, Sendable {
  /// The first day of the period.
  public let from: CalendarDate

  /// The first day after it.
  public let until: CalendarDate

  /// The currency that all amounts are in; what was spent in others is in their reports.
  public let currency: Currency

  /// The short name of the group; `nil` for all customers.
  public let group: String?

  /// What was planned and spent for each purpose, in the order of a customer's life.
  public let lines: [Line]

  /// Those who had not bought before the period.
  public let new: BudgetPart

  /// Those who had bought before the period.
  public let existing: BudgetPart

  /// All of them together.
  public let all: BudgetPart

  /// What was planned and spent for one purpose.
  public struct Line: Hashable, Sendable {
    /// For what.
    public let purpose: Spending.Purpose

    /// How much was planned; `nil` where nothing was.
    public let planned: Money?

    /// How much was spent.
    public let actual: Money

    /// How much is left of what was planned, negative where more was spent.
    public let remaining: Money?
  }
}

/// What was spent on some customers in a period, and what they bought in it.
public struct BudgetPart: Hashable, Sendable {
  /// How many of them anything was spent on, or bought.
  public internal(set) var customers = 0

  /// What was spent, by purpose.
  public internal(set) var spent: [Spending.Purpose: Money] = [:]

  /// What was spent in all.
  public internal(set) var cost: Money

  /// How much time of staff was spent with what cost something in the currency, or nothing.
  public internal(set) var time: Duration = .zero

  /// What orders placed in the period come to in the end.
  public internal(set) var revenue: Money

  /// How many orders these are.
  public internal(set) var orders = 0

  init(_ currency: Currency) {
    cost = .zero(currency)
    revenue = .zero(currency)
  }

  /// What came back beyond what was spent.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  public var net: Money {
    get throws { try revenue - cost }
  }

  /// How many minor units came back for a thousand that were spent, rounded down; `nil` where
  /// nothing was spent.
  public var returnPerMille: Int? {
    guard cost.minorUnits > 0 else { return nil }
    let (high, low) = revenue.minorUnits.magnitude.multipliedFullWidth(by: 1_000)
    guard high < cost.minorUnits.magnitude else { return revenue.minorUnits < 0 ? .min : .max }
    let quotient = Int(clamping: cost.minorUnits.magnitude.dividingFullWidth((high, low)).quotient)
    return revenue.minorUnits < 0 ? -quotient : quotient
  }

  /// Adds a figure of one customer.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  mutating func add(_ figure: BudgetFigure) throws {
    time += .milliseconds(figure.milliseconds)
    guard figure.currency == cost.currency else { return }
    let amount = Money(minorUnits: figure.minorUnits, cost.currency)
    guard let purpose = figure.kind.purpose else {
      revenue = try revenue + amount
      orders += figure.count
      return
    }
    spent[purpose] = try spent[purpose].map { try $0 + amount } ?? amount
    cost = try cost + amount
  }

  /// Adds what others cost and bought.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  mutating func add(_ other: BudgetPart) throws {
    customers += other.customers
    time += other.time
    revenue = try revenue + other.revenue
    orders += other.orders
    cost = try cost + other.cost
    for (purpose, amount) in other.spent {
      spent[purpose] = try spent[purpose].map { try $0 + amount } ?? amount
    }
  }
}

/// What was spent on one customer in a period, and what they bought in it.
public struct CustomerEffort: Hashable, Sendable {
  /// The customer.
  public let customer: Customer.ID

  /// Whether they had not bought before the period.
  public let isNew: Bool

  /// What was spent, and what came back.
  public let part: BudgetPart
}

/// By what customers are ordered whom money and time were spent on.
public enum EffortOrder: Hashable, Sendable {
  /// Those on whom most was spent beyond what came back first.
  case leastNet
  /// Those who brought most beyond what was spent first.
  case mostNet
}
