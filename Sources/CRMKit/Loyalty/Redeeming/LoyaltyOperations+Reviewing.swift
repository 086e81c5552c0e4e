extension LoyaltyOperations {
  /// Redemptions of a programme that somebody is to look at, the oldest first.
  ///
  /// - Complexity: O(log *n*) and then in the redemptions of the page.
  public func reviews(
    in programme: String, after cursor: Cursor<PointsHold>? = nil, limit: Int = 50
  ) throws -> Page<PointsHold, Cursor<PointsHold>> {
    try holds.page(
      Query(
        where: { $0.reviews.contains(programme) }, sortedBy: { _ in [.oldestFirst] },
        after: cursor, limit: limit))
  }

  /// Lets a redemption pass that was held up: its points are redeemed, what it was for goes on.
  ///
  /// - Parameters:
  ///   - hold: Where its points are (``LedgerEntry/hold``).
  ///   - reason: Why; up to 1,000 bytes of UTF-8.
  ///   - key: The host's name for the request.
  /// - Returns: What became of it; refused with ``LoyaltyError/Code/alreadyResolved``.
  /// - Throws: ``LoyaltyError/Code/reasonRequired``, ``LoyaltyError/Code/unknownReference`` where
  ///   nothing is held up there, ``LoyaltyError/Code/idempotencyConflict``; nothing has changed then.
  @discardableResult
  public func release(_ hold: PointsHold.ID, because reason: String, key: String) throws
    -> LoyaltyResult
  {
    try checkReview(hold, reason)
    return try resolveReview(
      ReleaseRequest(hold: hold, reason: reason), of: hold, key: key
    ) { work in
      try work.capture(hold, nil)
    }
  }

  /// Turns a redemption down that was held up: its points go back, what it was for is cancelled.
  ///
  /// - Returns: What became of it; refused with ``LoyaltyError/Code/alreadyResolved``.
  /// - Throws: As ``release(_:because:key:)``.
  @discardableResult
  public func reject(_ hold: PointsHold.ID, because reason: String, key: String) throws
    -> LoyaltyResult
  {
    try checkReview(hold, reason)
    return try resolveReview(
      RejectRequest(hold: hold, reason: reason), of: hold, key: key
    ) { work in
      try work.giveBack(hold)
    }
  }

  private func checkReview(_ id: PointsHold.ID, _ reason: String) throws {
    guard !isBlank(reason) else { throw LoyaltyError(.reasonRequired) }
    let problems = TextRules.problems(of: reason, in: "reason", within: 1_000)
    guard problems.isEmpty else { throw CRMError.invalid(LedgerEntry.schema.name, problems) }
    guard let hold = try holds.find(id), hold.isReview else {
      throw LoyaltyError(.unknownReference, "review \(id)")
    }
  }

  private func resolveReview<Request: LedgerRequest>(
    _ request: Request, of hold: PointsHold.ID, key: String,
    _ body: (LedgerWork) throws -> Void
  ) throws -> LoyaltyResult {
    try following(hold) {
      try post(request, key: key, for: try owner(of: hold), body)
    }
  }

  /// Lets what becomes of a hold come to the reward that its points are for, if there is one.
  func following(_ hold: PointsHold.ID, _ resolve: () throws -> LoyaltyResult) throws
    -> LoyaltyResult
  {
    try transaction.operation {
      let result = try resolve()
      if let hold = try holds.find(hold), hold.isReview {
        try followClaim(of: hold.entry, after: result)
      }
      return result
    }
  }
}

/// What letting a redemption pass asks for.
public struct ReleaseRequest: ReasonedRequest {
  /// Where its points are.
  public internal(set) var hold: PointsHold.ID

  /// Why.
  public var reason: String

  public static let kind = LedgerEntry.Kind.capture

  private struct Fields: Sendable {
    let hold = Field<ReleaseRequest, PointsHold.ID>("hold", { $0.hold }, { $0.hold = $1 })
    let reason = Field<ReleaseRequest, String>("reason", { $0.reason }, { $0.reason = $1 })
  }

  public static let layout = Layout(Fields(), blank: ReleaseRequest(hold: .zero, reason: ""))
}

/// What turning a redemption down asks for.
public struct RejectRequest: ReasonedRequest {
  /// Where its points are.
  public internal(set) var hold: PointsHold.ID

  /// Why.
  public var reason: String

  public static let kind = LedgerEntry.Kind.void

  private struct Fields: Sendable {
    let hold = Field<RejectRequest, PointsHold.ID>("hold", { $0.hold }, { $0.hold = $1 })
    let reason = Field<RejectRequest, String>("reason", { $0.reason }, { $0.reason = $1 })
  }

  public static let layout = Layout(Fields(), blank: RejectRequest(hold: .zero, reason: ""))
}
