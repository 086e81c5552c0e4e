/// What a customer's contributions come to: the value of the relationship besides what is sold.
public struct ContributionValue: Hashable, Sendable {
  /// How many of each kind were given.
  public private(set) var given: [Contribution.Kind: Int] = [:]

  /// How many of each kind something came of.
  public private(set) var used: [Contribution.Kind: Int] = [:]

  /// What they are worth, by currency in the order of its code.
  public private(set) var worth: [Money] = []

  /// Adds contributions up; what was only asked for is left out.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  init(_ contributions: [Contribution]) throws(CRMError) {
    for contribution in contributions where contribution.status != .asked {
      given[contribution.kind, default: 0] += 1
      if contribution.status == .used { used[contribution.kind, default: 0] += 1 }
      guard let amount = contribution.worth else { continue }
      if let place = worth.firstIndex(where: { $0.currency == amount.currency }) {
        worth[place] = try worth[place] + amount
      } else {
        worth.append(amount)
      }
    }
    worth.sort { $0.currency.rawValue < $1.currency.rawValue }
  }
}
