/// It was stated what a customer spends on a need category.
public struct WalletStated: Event {
  /// The statement.
  public var statement: WalletStatement.ID
  /// The customer.
  public var customer: Customer.ID
  /// The need category.
  public var category: String
  /// How it is known.
  public var source: WalletSource

  public static let name = "loyalty_index.wallet_stated"

  private struct Fields: Sendable {
    let statement = Field<WalletStated, WalletStatement.ID>(
      "statement", { $0.statement }, { $0.statement = $1 })
    let customer = Field<WalletStated, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let category = Field<WalletStated, String>("category", { $0.category }, { $0.category = $1 })
    let source = Field<WalletStated, WalletSource>("source", { $0.source }, { $0.source = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: WalletStated(statement: .zero, customer: .zero, category: "", source: .estimate))
}

/// A statement on what a customer spends was taken back as a mistake.
public struct WalletWithdrawn: Event {
  /// The statement.
  public var statement: WalletStatement.ID
  /// The customer.
  public var customer: Customer.ID
  /// The need category.
  public var category: String

  public static let name = "loyalty_index.wallet_withdrawn"

  private struct Fields: Sendable {
    let statement = Field<WalletWithdrawn, WalletStatement.ID>(
      "statement", { $0.statement }, { $0.statement = $1 })
    let customer = Field<WalletWithdrawn, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let category = Field<WalletWithdrawn, String>(
      "category", { $0.category }, { $0.category = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: WalletWithdrawn(statement: .zero, customer: .zero, category: ""))
}
