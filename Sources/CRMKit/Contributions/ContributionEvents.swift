/// A customer was asked for something.
public struct ContributionAsked: Event {
  /// What it is about.
  public var contribution: Contribution.ID
  /// The customer.
  public var customer: Customer.ID
  /// What it is.
  public var kind: Contribution.Kind

  public static let name = "contributions.asked"

  private struct Fields: Sendable {
    let contribution = Field<ContributionAsked, Contribution.ID>(
      "contribution", { $0.contribution }, { $0.contribution = $1 })
    let customer = Field<ContributionAsked, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let kind = Field<ContributionAsked, Contribution.Kind>(
      "kind", { $0.kind }, { $0.kind = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: ContributionAsked(contribution: .zero, customer: .zero, kind: .feedback))
}

/// A customer gave something, asked or unasked.
public struct ContributionGiven: Event {
  /// What it is about.
  public var contribution: Contribution.ID
  /// The customer.
  public var customer: Customer.ID
  /// What it is.
  public var kind: Contribution.Kind

  public static let name = "contributions.given"

  private struct Fields: Sendable {
    let contribution = Field<ContributionGiven, Contribution.ID>(
      "contribution", { $0.contribution }, { $0.contribution = $1 })
    let customer = Field<ContributionGiven, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let kind = Field<ContributionGiven, Contribution.Kind>(
      "kind", { $0.kind }, { $0.kind = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: ContributionGiven(contribution: .zero, customer: .zero, kind: .feedback))
}

/// The firm decided what becomes of something a customer gave.
public struct ContributionDecided: Event {
  /// What it is about.
  public var contribution: Contribution.ID
  /// The customer.
  public var customer: Customer.ID
  /// What it is.
  public var kind: Contribution.Kind

  public static let name = "contributions.decided"

  private struct Fields: Sendable {
    let contribution = Field<ContributionDecided, Contribution.ID>(
      "contribution", { $0.contribution }, { $0.contribution = $1 })
    let customer = Field<ContributionDecided, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let kind = Field<ContributionDecided, Contribution.Kind>(
      "kind", { $0.kind }, { $0.kind = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: ContributionDecided(contribution: .zero, customer: .zero, kind: .feedback))
}

/// A customer heard what became of something they gave.
public struct ContributionTold: Event {
  /// What it is about.
  public var contribution: Contribution.ID
  /// The customer.
  public var customer: Customer.ID
  /// What it is.
  public var kind: Contribution.Kind

  public static let name = "contributions.told"

  private struct Fields: Sendable {
    let contribution = Field<ContributionTold, Contribution.ID>(
      "contribution", { $0.contribution }, { $0.contribution = $1 })
    let customer = Field<ContributionTold, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let kind = Field<ContributionTold, Contribution.Kind>(
      "kind", { $0.kind }, { $0.kind = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: ContributionTold(contribution: .zero, customer: .zero, kind: .feedback))
}
