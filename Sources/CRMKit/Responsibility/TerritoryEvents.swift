/// A territory was defined.
public struct TerritoryDefined: Event {
  /// The territory.
  public var territory: Territory.ID

  public static let name = "responsibility.territory_defined"

  private struct Fields: Sendable {
    let territory = Field<TerritoryDefined, Territory.ID>(
      "territory", { $0.territory }, { $0.territory = $1 })
  }

  public static let layout = Layout(Fields(), blank: TerritoryDefined(territory: .zero))
}

/// A territory was changed or put away; the recorded event has the fields.
public struct TerritoryUpdated: Event {
  /// The territory.
  public var territory: Territory.ID

  public static let name = "responsibility.territory_updated"

  private struct Fields: Sendable {
    let territory = Field<TerritoryUpdated, Territory.ID>(
      "territory", { $0.territory }, { $0.territory = $1 })
  }

  public static let layout = Layout(Fields(), blank: TerritoryUpdated(territory: .zero))
}

/// A customer came to another owner.
public struct CustomerAssigned: Event {
  /// The assignment, with its reason and evidence.
  public var assignment: CustomerAssignment.ID
  /// The customer.
  public var customer: Customer.ID
  /// Who owned the file before, if anyone did.
  public var from: Principal?
  /// Who owns it now, if anyone does.
  public var to: Principal?
  /// What assigned the customer.
  public var cause: CustomerAssignment.Cause

  public static let name = "responsibility.customer_assigned"

  private struct Fields: Sendable {
    let assignment = Field<CustomerAssigned, CustomerAssignment.ID>(
      "assignment", { $0.assignment }, { $0.assignment = $1 })
    let customer = Field<CustomerAssigned, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let from = Field<CustomerAssigned, Principal?>("from", { $0.from }, { $0.from = $1 })
    let to = Field<CustomerAssigned, Principal?>("to", { $0.to }, { $0.to = $1 })
    let cause = Field<CustomerAssigned, CustomerAssignment.Cause>(
      "cause", { $0.cause }, { $0.cause = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: CustomerAssigned(assignment: .zero, customer: .zero, cause: .manual))
}

/// A customer, and all that one had open with them, went from one person or team to another.
public struct CustomerHandedOver: Event {
  /// The customer.
  public var customer: Customer.ID
  /// Who was responsible.
  public var from: Principal
  /// Who is from now on.
  public var to: Principal
  /// The note that was left; none on a file that is archived.
  public var note: Interaction.ID?
  /// How many records went over, the file included.
  public var moved: Int

  public static let name = "interactions.customer_handed_over"

  private struct Fields: Sendable {
    let customer = Field<CustomerHandedOver, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let from = Field<CustomerHandedOver, Principal>("from", { $0.from }, { $0.from = $1 })
    let to = Field<CustomerHandedOver, Principal>("to", { $0.to }, { $0.to = $1 })
    let note = Field<CustomerHandedOver, Interaction.ID?>("note", { $0.note }, { $0.note = $1 })
    let moved = Field<CustomerHandedOver, Int>("moved", { $0.moved }, { $0.moved = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: CustomerHandedOver(customer: .zero, from: .system, to: .system, moved: 0))
}
