/// What went from one person or team to another.
public struct HandOver: Hashable, Sendable {
  /// Who handed over.
  public let from: Principal

  /// Who took over.
  public let to: Principal

  /// What was handed over with each customer, those added first first.
  public internal(set) var customers: [Part] = []

  /// What was handed over that is for no customer.
  public internal(set) var others: [OpenWork] = []

  /// What was handed over with one customer.
  public struct Part: Hashable, Sendable {
    /// The customer.
    public let customer: Customer.ID

    /// The note that was left; none on a file that is archived.
    public let note: Interaction.ID?

    /// What went over: files, promises, reminders and whatever else has an owner.
    public let moved: [OpenWork]
  }

  /// All that went over.
  public var moved: [OpenWork] { customers.flatMap(\.moved) + others }

  /// How much of each kind went over, by the stored names of the kinds.
  public var counts: [String: Int] {
    Dictionary(moved.map { ($0.kind, 1) }, uniquingKeysWith: +)
  }
}

extension HandOver: CustomStringConvertible {
  /// What went over, in words.
  public var description: String {
    let parts = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    let what = parts.isEmpty ? "nothing open" : parts.joined(separator: ", ")
    let count = "\(customers.count) \(customers.count == 1 ? "customer" : "customers")"
    return "\(from.rawValue) → \(to.rawValue), \(count): \(what)"
  }
}
