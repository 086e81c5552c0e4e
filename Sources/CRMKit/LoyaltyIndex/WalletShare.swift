/// The firm's share of what a customer spends on a need category, by the statement that stands.
public struct WalletShare: Described, Codable {
  /// The need category.
  public var category: String

  /// The statement it goes by.
  public var statement: WalletStatement.ID

  /// How that is known.
  public var source: WalletSource

  /// Where the firm has it from.
  public var origin: FactSource

  /// When it was true.
  public var trueAt: Instant

  /// The firm's share, at most all; what is over is cut off at the millionth.
  public var share: Rate

  /// What the customer spends with anyone, where that was stated and not the share itself.
  public var spend: Money?

  /// What of it the customer spent with the firm.
  public var own: Money?

  private struct Fields: Sendable {
    let category = Field<WalletShare, String>("category", { $0.category }, { $0.category = $1 })
    let statement = Field<WalletShare, WalletStatement.ID>(
      "statement", { $0.statement }, { $0.statement = $1 })
    let source = Field<WalletShare, WalletSource>("source", { $0.source }, { $0.source = $1 })
    let origin = Field<WalletShare, FactSource>("origin", { $0.origin }, { $0.origin = $1 })
    let trueAt = Field<WalletShare, Instant>("true_at", { $0.trueAt }, { $0.trueAt = $1 })
    let share = Field<WalletShare, Rate>("share", { $0.share }, { $0.share = $1 })
    let spend = Field<WalletShare, Money?>("spend", { $0.spend }, { $0.spend = $1 })
    let own = Field<WalletShare, Money?>("own", { $0.own }, { $0.own = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: WalletShare(
      category: "", statement: .zero, source: .estimate, origin: .unnamed, trueAt: .earliest,
      share: .zero))
}

extension WalletShare {
  /// The share that a statement comes to.
  ///
  /// - Parameter own: What the customer spent with the firm in its period; of a stated share it is
  ///   not looked at.
  init(_ statement: WalletStatement, own: Money?) {
    self.init(
      category: statement.category, statement: statement.id, source: statement.source,
      origin: statement.origin, trueAt: statement.trueAt, share: statement.share ?? .zero)
    guard let spend = statement.spend, let own else { return }
    self.spend = spend
    self.own = own
    share = Self.share(own.minorUnits, of: spend.minorUnits)
  }

  private static func share(_ part: Int64, of whole: Int64) -> Rate {
    guard part > 0 else { return .zero }
    guard part < whole else { return Rate(partsPerMillion: 1_000_000) }
    let (quotient, _) = UInt64(whole).dividingFullWidth(
      UInt64(part).multipliedFullWidth(by: 1_000_000))
    return Rate(partsPerMillion: Int64(quotient))
  }
}
