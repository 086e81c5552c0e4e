/// Why a member has a tier, or came to it: what counted, what was to be reached, and what keeps it.
///
/// It is made of what is kept, by the versions of the programme in force then, so it stays true when
/// rules are changed.
///
///     if let why = try tx.loyalty.explanation(ofTierOf: ada) {
///       print(why.text)   // Gold of “status” since 2026-03-10, reached by entry 4 of 2026-03-10 …
///       for note in why.notes { print(note) }
///     }
public struct TierExplanation: Hashable, Sendable {
  /// The member.
  public let member: LoyaltyMember.ID

  /// The group of tiers.
  public let group: String

  /// The tier.
  public let tier: String

  /// As of when.
  public let at: Instant

  /// When the member came to it.
  public let since: Instant

  /// What moved the member there; `nil` where the member began with it.
  public let reason: TierChange.Reason?

  /// The entry of the ledger that led to it, if one did.
  public let cause: LedgerEntry.ID?

  /// The tier by what counts, which is a lower one where one was granted; `nil` where that is not
  /// kept: of a time before memberships were joined.
  public let reached: String?

  /// What counted when the member came to ``reached``, and what that took; `nil` where that is not
  /// kept.
  public let reachedBy: TierFigures?

  /// What counts for ``reached`` as of the instant, and what that takes; `nil` where that is not kept.
  public let counted: TierFigures?

  /// Whether what decided reaches a lower tier, and the member fell one step only
  /// (``TierDowngrade/oneStep``).
  public let isSoftLanding: Bool

  /// What somebody granted that keeps the member from falling below the tier; `nil` for nothing.
  public let grant: TierGrant?

  /// The last day of its term; `nil` where it has no end, and where that is not kept.
  public let lastDay: CalendarDate?

  /// When the days of grace are over, once they have begun.
  public let graceEndsAt: Instant?

  /// What it is, in a sentence.
  public let text: String

  /// How it comes about, in sentences.
  public let notes: [String]
}

extension TierExplanation: CustomStringConvertible {
  public var description: String { ([text] + notes).joined(separator: "\n") }
}

extension TierChange.Reason {
  /// What moved a member, as the end of a sentence.
  ///
  /// - Parameter cause: The entry that led to it, in words.
  func words(_ cause: String?) -> String {
    let by = cause.map { " by \($0)" } ?? ""
    return switch self {
    case .reached: "reached\(by)"
    case .reviewed: "as what had counted reaches it when a term ended"
    case .termEnded: "as the term of a higher one ended, or what counts reached it no longer"
    case .refunded: "as what had counted was taken back\(by)"
    case .reevaluated: "as all members were looked at again"
    case .granted: "as somebody granted it"
    case .grantEnded: "as what had been granted ended"
    case .merged: "as another membership was joined with it\(by)"
    case .unmerged: "as memberships were parted again"
    case .late: "as what had happened earlier became known late\(by)"
    }
  }
}
