/// What points are asked for by that the programme gives of itself: for a friend who was brought,
/// or for what was achieved.
public struct BonusRequest: LedgerRequest {
  /// Who gets them.
  public internal(set) var member: LoyaltyMember.ID

  /// What for.
  public internal(set) var name: String

  /// How many.
  public internal(set) var points: Int64

  /// The name of the points, if not the programme's first.
  public internal(set) var currency: String?

  public static let kind = LedgerEntry.Kind.earn

  private struct Fields: Sendable {
    let member = Field<BonusRequest, LoyaltyMember.ID>("member", { $0.member }, { $0.member = $1 })
    let name = Field<BonusRequest, String>("name", { $0.name }, { $0.name = $1 })
    let points = Field<BonusRequest, Int64>("points", { $0.points }, { $0.points = $1 })
    let currency = Field<BonusRequest, String?>("currency", { $0.currency }, { $0.currency = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: BonusRequest(member: .zero, name: "", points: 0))
}

extension LoyaltyOperations {
  /// Gives points that the programme gives of itself.
  ///
  /// - Parameters:
  ///   - wait: What the points wait for.
  ///   - cause: The entry of the ledger that led to it.
  /// - Returns: The entry; `nil` for none, and for a member who may not take part.
  func give(
    _ request: BonusRequest, waiting wait: PendingTerms.Wait = .nothing, key: String,
    at occurredAt: Instant, because cause: LedgerEntry.ID
  ) throws -> LedgerEntry? {
    guard request.points > 0, try resolve(request.member).status == .active else { return nil }
    let at = min(occurredAt, transaction.now)
    return try post(request, key: key, for: request.member, at: at) { work in
      work.entry.cause = cause
      work.entry.reason = request.name
      let currency = try work.name(request.currency)
      let life = work.life(of: currency, waiting: wait)
      try work.credit(request.points, work.opening(currency, life), from: .issued)
    }.entry
  }
}
