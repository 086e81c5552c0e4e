/// A statement on what a customer spends, and what became of it.
public struct JudgedWallet: Sendable, Hashable {
  /// The statement.
  public let statement: WalletStatement

  /// Whether it stands.
  public let isStanding: Bool

  /// Why it does not stand; `nil` where it does, and where it was taken back.
  public let decision: Fact.Decision?

  /// The statement that stands instead.
  public let outdoneBy: WalletStatement.ID?
}

extension LoyaltyIndexOperations {
  /// Records what a customer spends on a need category, or the firm's share of it.
  ///
  /// Statements of other sources, and older ones, are kept beside it;
  /// ``walletStatements(of:on:)`` has which one stands and why.
  ///
  ///     try tx.loyaltyIndex.state(
  ///       NewWalletStatement(
  ///         of: yuna.id, on: "tea", share: .percent(40), by: .survey, from: .channel(.email)))
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/unknownReference``
  ///   for an unknown or archived customer; nothing has changed then.
  @discardableResult
  public func state(_ new: NewWalletStatement) throws -> WalletStatement {
    let problems = new.problems(now: transaction.now)
    let unknown = try transaction.problem(with: new.customer).map { [$0] } ?? []
    guard problems.isEmpty, unknown.isEmpty else {
      throw CRMError.refusal("wallet_statements", problems, unknown: unknown)
    }
    let statement = new.statement(transaction.makeIdentifier(), in: transaction)
    return try statements.insert(
      statement,
      emitting: WalletStated(
        statement: statement.id, customer: statement.customer, category: statement.category,
        source: statement.source),
      at: statement.trueAt)
  }

  /// Takes a statement back as a mistake; it is kept, and counts no more.
  ///
  /// - Throws: ``CRMError/Code/notFound``. One that was taken back already is left alone.
  @discardableResult
  public func withdraw(_ id: WalletStatement.ID) throws -> WalletStatement {
    var statement = try statements.get(id)
    guard statement.withdrawnAt == nil else { return statement }
    statement.withdrawnAt = transaction.now
    return try statements.update(
      statement,
      emitting: WalletWithdrawn(
        statement: id, customer: statement.customer, category: statement.category))
  }

  /// The firm's share of what a customer spends now, by need category where something was stated.
  ///
  /// - Throws: ``CRMError/Code/notFound`` for an unknown customer.
  /// - Complexity: O(*k*) in the customer's statements, and in their orders where a sum was stated.
  public func wallet(of customer: Customer.ID) throws -> [WalletShare] {
    _ = try transaction.customers.get(customer)
    return try LoyaltyFactsReader(transaction, try model() ?? .standard).wallet(of: customer)
  }

  /// Everything that was stated of a customer's spending on a category, what was true last first,
  /// each with what became of it.
  ///
  /// - Complexity: O(*k*) in the statements.
  public func walletStatements(
    of customer: Customer.ID, on category: String
  ) throws -> [JudgedWallet] {
    let all = try statements.all(
      where: { $0.customer == customer && $0.category == category },
      sortedBy: { [.descending($0.trueAt)] })
    let rules = WalletRules(trust: try (model() ?? .standard).walletTrust)
    let standing = rules.standing(all).first
    return all.map { statement in
      let decision = standing.flatMap { rules.decision(against: statement, for: $0) }
      return JudgedWallet(
        statement: statement, isStanding: statement.id == standing?.id, decision: decision,
        outdoneBy: decision == nil ? nil : standing?.id)
    }
  }
}
