/// What became of a request: done, done before, or refused.
public struct LoyaltyResult: Sendable, Hashable {
  /// The entry of the ledger; `nil` for what was refused and is not remembered, and for what waits.
  public var entry: LedgerEntry? { held?.row }

  /// The entry in its box: results are handed on more often than entries are asked for.
  let held: Held<LedgerEntry>?

  /// By what an earlier entry was found to be the same; `nil` for what was done now.
  public let replay: Replay?

  /// Why it was not done, if it was not.
  public let refusal: LoyaltyError?

  /// By what a request was found to be one that was made before.
  public enum Replay: String, Sendable, Hashable {
    /// By its key.
    case key
    /// By what it is about, under another key.
    case naturalKey
  }

  init(entry: Held<LedgerEntry>?, replay: Replay? = nil, refusal: LoyaltyError? = nil) {
    held = entry
    self.replay = replay
    self.refusal = refusal ?? entry?.row.refusal ?? entry?.row.review
  }

  public static func == (a: LoyaltyResult, b: LoyaltyResult) -> Bool {
    a.entry == b.entry && a.replay == b.replay && a.refusal == b.refusal
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(entry)
    hasher.combine(replay)
    hasher.combine(refusal)
  }

  /// Whether it waits for something that is not known yet, as a refund does for its order.
  public var isParked: Bool { entry == nil && refusal == nil }

  /// Whether it was done, or refused, before.
  public var isReplay: Bool { replay != nil }

  /// The entry of what was done.
  ///
  /// - Throws: ``refusal`` where there is one.
  @discardableResult
  public func get() throws -> LedgerEntry {
    if let refusal { throw refusal }
    guard let entry else { throw LoyaltyError(.unknownReference, "entry") }
    return entry
  }
}

extension LedgerEntry {
  /// Why what was asked for is not done yet, where somebody is to look at it first.
  fileprivate var review: LoyaltyError? {
    guard kind == .review else { return nil }
    let points = legs.reduce(0) { $0 &+ $1.points }
    return LoyaltyError(.heldForReview, requested: points, hold?.description)
  }
}
