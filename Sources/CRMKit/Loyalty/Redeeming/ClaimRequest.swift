/// What a claim to a reward asks for.
public struct ClaimRequest: LedgerRequest {
  /// Who claims it.
  public internal(set) var member: LoyaltyMember.ID

  /// The reward.
  public internal(set) var reward: Reward.ID

  /// The version of the price that the member was told; `nil` for whichever holds.
  public internal(set) var priceVersion: Int?

  /// When, if not when it was recorded.
  public internal(set) var occurredAt: Instant?

  public static let kind = LedgerEntry.Kind.redeem

  private struct Fields: Sendable {
    let member = Field<ClaimRequest, LoyaltyMember.ID>("member", { $0.member }, { $0.member = $1 })
    let reward = Field<ClaimRequest, Reward.ID>("reward", { $0.reward }, { $0.reward = $1 })
    let priceVersion = Field<ClaimRequest, Int?>(
      "price_version", { $0.priceVersion }, { $0.priceVersion = $1 })
    let occurredAt = Field<ClaimRequest, Instant?>(
      "occurred_at", { $0.occurredAt }, { $0.occurredAt = $1 })
  }

  public static let layout = Layout(Fields(), blank: ClaimRequest(member: .zero, reward: .zero))
}

/// What a reward would cost a member now, and whether it could be had.
public struct RewardQuote: Hashable, Sendable {
  /// The reward.
  public let reward: Reward.ID

  /// The price that holds; its version is what a claim names.
  public let price: RewardPrice

  /// How many are left; `nil` for any number.
  public let stockLeft: Int64?

  /// Why the member could not have it now; `nil` where they could.
  public let refusal: LoyaltyError?
}
