/// What someone says a customer spends on a need category, or which share of it the firm has.
///
/// Every statement is kept. Which one stands is decided by the trust its source has
/// (``LoyaltyIndexModel/walletTrust``).
public struct WalletStatement: Record {
  /// What names the statement for good.
  public let id: Identifier<WalletStatement>

  /// The customer.
  public var customer: Customer.ID

  /// The need category, by the host's own word for it, as in ``Need/category``.
  public var category: String

  /// How it is known.
  public var source: WalletSource

  /// Where the firm has it from.
  public var origin: FactSource

  /// The firm's share, where that was stated.
  public var share: Rate?

  /// What the customer spends with anyone in the period, where that was stated.
  public var spend: Money?

  /// The first day of the period that was spoken of.
  public var from: CalendarDate?

  /// The last day of it.
  public var through: CalendarDate?

  /// When it was true by what the source says.
  public var trueAt: Instant

  /// When it was recorded.
  public var recordedAt: Instant

  /// Who recorded it.
  public var recordedBy: Principal

  /// When it was taken back as a mistake, if it was.
  public var withdrawnAt: Instant?

  /// The described fields.
  public struct Fields: Sendable {
    /// ``WalletStatement/customer``, for filters and sorting.
    public let customer = Field<WalletStatement, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``WalletStatement/category``, for filters and sorting.
    public let category = Field<WalletStatement, String>(
      "category", { $0.category }, { $0.category = $1 })

    /// ``WalletStatement/source``, for filters and sorting.
    public let source = Field<WalletStatement, WalletSource>(
      "source", { $0.source }, { $0.source = $1 })

    /// ``WalletStatement/origin``, for filters and sorting.
    public let origin = Field<WalletStatement, FactSource>(
      "origin", { $0.origin }, { $0.origin = $1 })

    /// ``WalletStatement/share``, for filters and sorting.
    public let share = Field<WalletStatement, Rate?>("share", { $0.share }, { $0.share = $1 })

    /// ``WalletStatement/spend``, for filters and sorting.
    public let spend = Field<WalletStatement, Money?>(
      "spend", { $0.spend }, { $0.spend = $1 }
    ).personal()

    /// ``WalletStatement/from``, for filters and sorting.
    public let from = Field<WalletStatement, CalendarDate?>("from", { $0.from }, { $0.from = $1 })

    /// ``WalletStatement/through``, for filters and sorting.
    public let through = Field<WalletStatement, CalendarDate?>(
      "through", { $0.through }, { $0.through = $1 })

    /// ``WalletStatement/trueAt``, for filters and sorting.
    public let trueAt = Field<WalletStatement, Instant>(
      "true_at", { $0.trueAt }, { $0.trueAt = $1 })

    /// ``WalletStatement/recordedAt``, for filters and sorting.
    public let recordedAt = Field<WalletStatement, Instant>(
      "recorded_at", { $0.recordedAt }, { $0.recordedAt = $1 })

    /// ``WalletStatement/recordedBy``, for filters and sorting.
    public let recordedBy = Field<WalletStatement, Principal>(
      "recorded_by", { $0.recordedBy }, { $0.recordedBy = $1 })

    /// ``WalletStatement/withdrawnAt``, for filters and sorting.
    public let withdrawnAt = Field<WalletStatement, Instant?>(
      "withdrawn_at", { $0.withdrawnAt }, { $0.withdrawnAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<WalletStatement>(
    "wallet_statements", fields,
    indexes: [.ordered(fields.customer, fields.category, fields.trueAt)]
  ) {
    WalletStatement(
      id: $0, customer: .zero, category: "", source: .estimate, origin: .unnamed,
      trueAt: .earliest, recordedAt: .earliest, recordedBy: .system)
  }
}

/// How it is known what a customer spends.
public enum WalletSource: String, Sendable, Codable, CaseIterable, FieldValue {
  /// By what the customer paid: receipts, bank data, a household panel.
  case receipts
  /// By what the customer says.
  case survey
  /// By what the firm takes it for.
  case estimate

  /// What was paid is believed before what is said, and that before what is guessed.
  public static let usualTrust: [WalletSource] = [.receipts, .survey, .estimate]
}
