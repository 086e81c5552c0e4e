/// Defining programmes, earning and spending points, and seeing where each point went.
///
/// What moves points takes a key, the host's name for the request: the same request under the same
/// key is done once, whenever and however often it is made.
public struct LoyaltyOperations {
  let transaction: Transaction

  init(_ transaction: Transaction) {
    self.transaction = transaction
  }

  var definitions: Records<ProgrammeDefinition> { records() }
  var members: Records<LoyaltyMember> { records() }
  var accounts: Records<PointsAccount> { records() }
  var lots: Records<PointsLot> { records() }
  var holds: Records<PointsHold> { records() }
  var entries: Records<LedgerEntry> { records() }
  var heads: Records<LedgerHead> { records() }

  func records<R: Record>(of kind: R.Type = R.self) -> Records<R> {
    transaction.records(of: kind, with: Loyalty.key)
  }
}
