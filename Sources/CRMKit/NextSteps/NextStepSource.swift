/// Where next steps come from: what a capability would have done with a customer.
///
/// A capability returns its sources (``Capability/nextSteps``). Those that ship with the library
/// use nothing that a host's own could not:
///
///     var nextSteps: [NextStepSource] {
///       [
///         NextStepSource { file, tx in
///           try tx.badges.due(to: file.customer.id).map { badge in
///             NextStep(.init(rawValue: "award"), because: "“\(badge.title)” is earned.")
///           }
///         }
///       ]
///     }
///
/// It sees the whole file and asks the store for little more: never once for each thing it finds.
public struct NextStepSource: Sendable {
  let steps: @Sendable (CustomerFile, Transaction) throws -> [NextStep]

  /// A source of next steps.
  ///
  /// - Parameter steps: What is to be done with the customer of a file; of equal steps the one that
  ///   is named first comes first.
  public init(_ steps: @escaping @Sendable (CustomerFile, Transaction) throws -> [NextStep]) {
    self.steps = steps
  }
}
