/// The end of a programme's ledger: the last entry, and when time next does something.
///
/// It follows from the entries of the ledger.
public struct LedgerHead: Record {
  /// What names it for good.
  public let id: Identifier<LedgerHead>

  /// The name of the programme.
  public internal(set) var programme: String

  /// The number of the last entry; 0 where there is none.
  public internal(set) var sequence: Int64

  /// The hash of the last entry; empty where there is none.
  public internal(set) var hash: Blob

  /// When the last entry was recorded.
  public internal(set) var recordedAt: Instant

  /// When the next pass over the accounts is due; the end of time where none is.
  public internal(set) var nextPassAt: Instant

  /// The described fields.
  public struct Fields: Sendable {
    /// ``LedgerHead/programme``, for filters and sorting.
    public let programme = Field<LedgerHead, String>(
      "programme", { $0.programme }, { $0.programme = $1 })

    /// ``LedgerHead/sequence``, for filters and sorting.
    public let sequence = Field<LedgerHead, Int64>(
      "sequence", { $0.sequence }, { $0.sequence = $1 })

    /// ``LedgerHead/hash``, for filters and sorting.
    public let hash = Field<LedgerHead, Blob>("hash", { $0.hash }, { $0.hash = $1 })

    /// ``LedgerHead/recordedAt``, for filters and sorting.
    public let recordedAt = Field<LedgerHead, Instant>(
      "recorded_at", { $0.recordedAt }, { $0.recordedAt = $1 })

    /// ``LedgerHead/nextPassAt``, for filters and sorting.
    public let nextPassAt = Field<LedgerHead, Instant>(
      "next_pass_at", { $0.nextPassAt }, { $0.nextPassAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<LedgerHead>(
    "ledger_heads", fields, derived: true,
    indexes: [.unique(fields.programme)]
  ) {
    LedgerHead(
      id: $0, programme: "", sequence: 0, hash: Blob([]), recordedAt: .earliest,
      nextPassAt: .latest)
  }
}

extension LedgerHead {
  /// The head of a programme's ledger.
  static func identifier(of programme: String) -> LedgerHead.ID {
    LedgerHead.ID(high: nameHash(programme), low: 0)
  }
}

extension LedgerEntry {
  /// The entry of a number in a programme's ledger.
  static func identifier(in programme: String, _ sequence: Int64) -> LedgerEntry.ID {
    LedgerEntry.ID(high: nameHash(programme), low: UInt64(bitPattern: sequence))
  }
}

extension PointsAccount {
  /// The account of a member in points of a name, which is found without a search.
  static func identifier(of member: LoyaltyMember.ID, _ currency: String) -> PointsAccount.ID {
    PointsAccount.ID(high: member.high, low: member.low ^ nameHash(currency))
  }
}
