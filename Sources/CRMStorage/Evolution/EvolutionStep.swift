/// One change of a kind's rows that does not follow from its schema: a rename, a split, another
/// type, another value, a field or a row that goes.
///
///     static let schema = Schema<Guest>(
///       "guests", version: 3, fields,
///       evolution: [
///         EvolutionStep(to: 2) { try $0.rename("name", to: "full_name") },
///         EvolutionStep(to: 3) { guest in
///           let words = try guest.take("full_name", as: String.self).split(separator: " ")
///           try guest.set("given_name", to: words.first.map(String.init) ?? "")
///           try guest.set("family_name", to: words.dropFirst().joined(separator: " "))
///         },
///       ],
///       blank: { Guest(id: $0) })
///
/// A row takes the steps from its store's version on, in order, when the store is opened. What
/// the last one leaves must be what the schema describes.
public struct EvolutionStep: Sendable {
  /// The version whose rows it makes.
  public let version: Int

  let change: @Sendable (inout StoredRecord) throws -> Void

  /// Describes how a row of the version before becomes one of a version.
  ///
  /// - Parameters:
  ///   - version: The version whose rows it makes.
  ///   - change: Changes one row. It is called once for each, in no order to rely on, and again
  ///     where an opening was interrupted: its result may depend on the row only.
  /// - Precondition: `version` is at least 2.
  public init(
    to version: Int, _ change: @escaping @Sendable (inout StoredRecord) throws -> Void
  ) {
    precondition(version >= 2, "Version 1 has nothing to evolve from.")
    self.version = version
    self.change = change
  }
}
