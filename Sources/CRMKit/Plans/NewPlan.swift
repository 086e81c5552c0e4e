/// A plan to be opened.
///
///     NewPlan(
///       for: yuna.id, "A second home", owner: .staff("kim"),
///       objectives: [PlanObjective("Furnishes both", measuring: .orders, target: 4)],
///       review: .by(endOfMarch, in: seoul))
public struct NewPlan: Hashable, Sendable {
  /// The customer: a person, an account or a household.
  public var customer: Customer.ID

  /// What kind of plan it is.
  public var kind: Plan.Kind

  /// What it is called; up to 200 bytes of UTF-8.
  public var title: String

  /// Who sees to it.
  public var owner: Principal

  /// What is to be reached; up to 50.
  public var objectives: [PlanObjective]

  /// By when it is to be reviewed.
  public var review: Deadline?

  /// What it may cost, if that is limited.
  public var budget: Money?

  /// When it is credited with the customer's return; of a plan to win the customer back.
  public var terms: RecoveryTerms?

  /// Says what is planned.
  public init(
    for customer: Customer.ID, _ title: String, kind: Plan.Kind = .relationship,
    owner: Principal, objectives: [PlanObjective] = [], review: Deadline? = nil,
    budget: Money? = nil,
    terms: RecoveryTerms? = nil
  ) {
    self.customer = customer
    self.kind = kind
    self.title = title
    self.owner = owner
    self.objectives = objectives
    self.review = review
    self.budget = budget
    self.terms = terms ?? (kind == .winBack ? RecoveryTerms() : nil)
  }
}
