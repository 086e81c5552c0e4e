/// A customer's need was stated or noticed.
public struct NeedStated: Event {
  /// The need.
  public var need: Need.ID
  /// The customer.
  public var customer: Customer.ID
  /// What it is, by the host's own word for it.
  public var category: String
  /// Whether it is there now, to be expected, or this customer's alone.
  public var kind: Need.Kind

  public static let name = "needs.stated"

  private struct Fields: Sendable {
    let need = Field<NeedStated, Need.ID>("need", { $0.need }, { $0.need = $1 })
    let customer = Field<NeedStated, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let category = Field<NeedStated, String>("category", { $0.category }, { $0.category = $1 })
    let kind = Field<NeedStated, Need.Kind>("kind", { $0.kind }, { $0.kind = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: NeedStated(need: .zero, customer: .zero, category: "", kind: .present))
}

/// Someone made sure that a customer has a need still.
public struct NeedConfirmed: Event {
  /// The need.
  public var need: Need.ID
  /// The customer.
  public var customer: Customer.ID
  /// What it is, by the host's own word for it.
  public var category: String

  public static let name = "needs.confirmed"

  private struct Fields: Sendable {
    let need = Field<NeedConfirmed, Need.ID>("need", { $0.need }, { $0.need = $1 })
    let customer = Field<NeedConfirmed, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let category = Field<NeedConfirmed, String>(
      "category", { $0.category }, { $0.category = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: NeedConfirmed(need: .zero, customer: .zero, category: ""))
}

/// A customer has what they needed.
public struct NeedMet: Event {
  /// The need.
  public var need: Need.ID
  /// The customer.
  public var customer: Customer.ID
  /// What it is, by the host's own word for it.
  public var category: String
  /// The order that met it, if one did.
  public var order: Order.ID?

  public static let name = "needs.met"

  private struct Fields: Sendable {
    let need = Field<NeedMet, Need.ID>("need", { $0.need }, { $0.need = $1 })
    let customer = Field<NeedMet, Customer.ID>("customer", { $0.customer }, { $0.customer = $1 })
    let category = Field<NeedMet, String>("category", { $0.category }, { $0.category = $1 })
    let order = Field<NeedMet, Order.ID?>("order", { $0.order }, { $0.order = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: NeedMet(need: .zero, customer: .zero, category: ""))
}

/// A customer does not need something any more, or never did.
public struct NeedWithdrawn: Event {
  /// The need.
  public var need: Need.ID
  /// The customer.
  public var customer: Customer.ID
  /// What it is, by the host's own word for it.
  public var category: String

  public static let name = "needs.withdrawn"

  private struct Fields: Sendable {
    let need = Field<NeedWithdrawn, Need.ID>("need", { $0.need }, { $0.need = $1 })
    let customer = Field<NeedWithdrawn, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let category = Field<NeedWithdrawn, String>(
      "category", { $0.category }, { $0.category = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: NeedWithdrawn(need: .zero, customer: .zero, category: ""))
}

/// Someone else, or nobody, sees to a customer's need.
public struct NeedAssigned: Event {
  /// The need.
  public var need: Need.ID
  /// The customer.
  public var customer: Customer.ID
  /// Who sees to it.
  public var owner: Principal?

  public static let name = "needs.assigned"

  private struct Fields: Sendable {
    let need = Field<NeedAssigned, Need.ID>("need", { $0.need }, { $0.need = $1 })
    let customer = Field<NeedAssigned, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let owner = Field<NeedAssigned, Principal?>("owner", { $0.owner }, { $0.owner = $1 })
  }

  public static let layout = Layout(Fields(), blank: NeedAssigned(need: .zero, customer: .zero))
}
