/// A customer's file was opened.
public struct CustomerAdded: Event {
  /// The customer.
  public var customer: Customer.ID

  public static let name = "customers.added"

  private struct Fields: Sendable {
    let customer = Field<CustomerAdded, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
  }

  public static let layout = Layout(Fields(), blank: CustomerAdded(customer: .zero))
}

/// A customer's file was changed; the recorded event has the fields, before and after.
public struct CustomerUpdated: Event {
  /// The customer.
  public var customer: Customer.ID

  public static let name = "customers.updated"

  public static let coalescingWindow: Duration? = .seconds(600)

  private struct Fields: Sendable {
    let customer = Field<CustomerUpdated, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
  }

  public static let layout = Layout(Fields(), blank: CustomerUpdated(customer: .zero))
}

/// A customer's file was put away.
public struct CustomerArchived: Event {
  /// The customer.
  public var customer: Customer.ID

  public static let name = "customers.archived"

  private struct Fields: Sendable {
    let customer = Field<CustomerArchived, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
  }

  public static let layout = Layout(Fields(), blank: CustomerArchived(customer: .zero))
}

/// A customer's file that was put away is in use again.
public struct CustomerRestored: Event {
  /// The customer.
  public var customer: Customer.ID

  public static let name = "customers.restored"

  private struct Fields: Sendable {
    let customer = Field<CustomerRestored, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
  }

  public static let layout = Layout(Fields(), blank: CustomerRestored(customer: .zero))
}

/// Someone made sure of a contact point; the recorded event has the list, before and after.
public struct ContactPointConfirmed: Event {
  /// The customer.
  public var customer: Customer.ID
  /// The stored name of the list that has it, such as `emails`.
  public var field: String

  public static let name = "customers.contact_point_confirmed"

  private struct Fields: Sendable {
    let customer = Field<ContactPointConfirmed, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let field = Field<ContactPointConfirmed, String>("field", { $0.field }, { $0.field = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: ContactPointConfirmed(customer: .zero, field: ""))
}
