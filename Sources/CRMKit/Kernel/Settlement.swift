/// What a capability does once for each customer that an operation was about.
///
/// It runs when every reaction to the operation's events has run, however many events told of the
/// customer, in the order in which they were first told of. What it does may tell of customers
/// again, who are then settled again: it must stop where there is nothing left to do.
public struct Settlement: Sendable {
  let run: @Sendable (Customer.ID, _ isNews: Bool, Transaction) throws -> Void

  /// The events that are no news to it.
  let known: [any Event.Type]

  /// What is to be done for a customer.
  public init(_ body: @escaping @Sendable (Customer.ID, Transaction) throws -> Void) {
    known = []
    run = { customer, _, transaction in try body(customer, transaction) }
  }

  /// What is to be done for a customer, and known whether there is any news of them.
  ///
  /// - Parameters:
  ///   - known: Events that mostly change nothing it looks at, such as those that tell of what it
  ///     has done itself.
  ///   - body: What is to be done; `isNews` is false where nothing but such events told of the
  ///     customer.
  init(
    knowing known: [any Event.Type],
    _ body: @escaping @Sendable (Customer.ID, _ isNews: Bool, Transaction) throws -> Void
  ) {
    self.known = known
    run = body
  }
}

/// Some of the settlements of a CRM, by their places among them.
struct SettlementSet: OptionSet {
  let rawValue: UInt64

  /// The settlement at a place; those from the last bit on share it.
  init(place: Int) {
    rawValue = 1 << UInt64(min(place, UInt64.bitWidth - 1))
  }

  init(rawValue: UInt64) {
    self.rawValue = rawValue
  }
}
