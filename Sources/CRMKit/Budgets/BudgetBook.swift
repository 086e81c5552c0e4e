/// That what is spent and earned is booked; there is one once anything was planned or booked.
public struct BudgetBook: Record {
  /// What names it for good.
  public let id: Identifier<BudgetBook>

  /// Since when; what was before was booked then.
  public var openedAt: Instant

  /// The identifier of the one book there is.
  static let identifier = Identifier<BudgetBook>(number: 1)

  /// The described fields.
  public struct Fields: Sendable {
    /// ``BudgetBook/openedAt``, for filters and sorting.
    public let openedAt = Field<BudgetBook, Instant>(
      "opened_at", { $0.openedAt }, { $0.openedAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<BudgetBook>(
    "budget_books", fields, derived: true
  ) {
    BudgetBook(id: $0, openedAt: .earliest)
  }
}
