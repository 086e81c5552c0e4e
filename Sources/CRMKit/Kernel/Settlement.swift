/// What a capability does once for each customer that an operation was about.
///
/// It runs when every reaction to the operation's events has run, however many events told of the
/// customer, in the order in which they were first told of. What it does may tell of customers
/// again, who are then settled again: it must stop where there is nothing left to do.
public struct Settlement: Sendable {
  let run: @Sendable (Customer.ID, Transaction) throws -> Void

  /// What is to be done for a customer.
  public init(_ body: @escaping @Sendable (Customer.ID, Transaction) throws -> Void) {
    run = body
  }
}
