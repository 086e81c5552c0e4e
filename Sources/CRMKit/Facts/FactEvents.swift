/// A source said what a field of a customer's file is.
public struct FactAsserted: Event {
  /// The fact.
  public var fact: Fact.ID
  /// The customer.
  public var customer: Customer.ID
  /// The name of the field, as in ``Fact/field``.
  public var field: String
  /// Who said so.
  public var source: FactSource
  /// What became of it.
  public var status: Fact.Status

  public static let name = "facts.asserted"

  private struct Fields: Sendable {
    let fact = Field<FactAsserted, Fact.ID>("fact", { $0.fact }, { $0.fact = $1 })
    let customer = Field<FactAsserted, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let field = Field<FactAsserted, String>("field", { $0.field }, { $0.field = $1 })
    let source = Field<FactAsserted, FactSource>("source", { $0.source }, { $0.source = $1 })
    let status = Field<FactAsserted, Fact.Status>("status", { $0.status }, { $0.status = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: FactAsserted(
      fact: .zero, customer: .zero, field: "", source: .unnamed, status: .standing))
}

/// A fact was confirmed: by someone, or by its source that said it again.
public struct FactConfirmed: Event {
  /// The fact.
  public var fact: Fact.ID
  /// The customer.
  public var customer: Customer.ID
  /// The name of the field, as in ``Fact/field``.
  public var field: String

  public static let name = "facts.confirmed"

  private struct Fields: Sendable {
    let fact = Field<FactConfirmed, Fact.ID>("fact", { $0.fact }, { $0.fact = $1 })
    let customer = Field<FactConfirmed, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let field = Field<FactConfirmed, String>("field", { $0.field }, { $0.field = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: FactConfirmed(fact: .zero, customer: .zero, field: ""))
}

/// Something became of a fact because of what was said, withdrawn or edited elsewhere.
public struct FactSettled: Event {
  /// The fact.
  public var fact: Fact.ID
  /// The customer.
  public var customer: Customer.ID
  /// The name of the field, as in ``Fact/field``.
  public var field: String
  /// What became of it.
  public var status: Fact.Status

  public static let name = "facts.settled"

  private struct Fields: Sendable {
    let fact = Field<FactSettled, Fact.ID>("fact", { $0.fact }, { $0.fact = $1 })
    let customer = Field<FactSettled, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let field = Field<FactSettled, String>("field", { $0.field }, { $0.field = $1 })
    let status = Field<FactSettled, Fact.Status>("status", { $0.status }, { $0.status = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: FactSettled(fact: .zero, customer: .zero, field: "", status: .standing))
}

/// A fact was taken back.
public struct FactWithdrawn: Event {
  /// The fact.
  public var fact: Fact.ID
  /// The customer.
  public var customer: Customer.ID
  /// The name of the field, as in ``Fact/field``.
  public var field: String
  /// Who had said so.
  public var source: FactSource

  public static let name = "facts.withdrawn"

  private struct Fields: Sendable {
    let fact = Field<FactWithdrawn, Fact.ID>("fact", { $0.fact }, { $0.fact = $1 })
    let customer = Field<FactWithdrawn, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let field = Field<FactWithdrawn, String>("field", { $0.field }, { $0.field = $1 })
    let source = Field<FactWithdrawn, FactSource>("source", { $0.source }, { $0.source = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: FactWithdrawn(fact: .zero, customer: .zero, field: "", source: .unnamed))
}
