/// Reads what a customer's loyalty is measured by, as it is known now.
struct LoyaltyFactsReader {
  private let transaction: Transaction
  private let model: LoyaltyIndexModel

  /// So many of the latest answers on a scale count.
  private static let latestAnswers = 3

  /// Answers are looked for among so many of the latest ones.
  private static let seenAnswers = 200

  init(_ transaction: Transaction, _ model: LoyaltyIndexModel) {
    self.transaction = transaction
    self.model = model
  }

  /// What is known of a customer.
  ///
  /// - Parameter last: What was known before, to take over what has not changed; `nil` to read all
  ///   anew.
  /// - Complexity: O(*k*) in the customer's orders where one of them changed, O(1) in them otherwise.
  func facts(of customer: Customer.ID, after last: LoyaltyFacts? = nil) throws -> LoyaltyFacts {
    var facts = LoyaltyFacts(modelVersion: model.version)
    let metrics =
      transaction.capability(Metrics.self) == nil
      ? nil : try transaction.metrics.figures(of: customer)
    facts.channels =
      metrics?.channels.filter { $0.inbound > 0 }.map(\.channel.rawValue) ?? []
    try takePurchases(of: customer, metrics, after: last, into: &facts)
    try takeAnswers(of: customer, into: &facts)
    try takeContributions(of: customer, into: &facts)
    return facts
  }

  // MARK: Purchases

  private func takePurchases(
    of customer: Customer.ID, _ metrics: CustomerMetrics?, after last: LoyaltyFacts?,
    into facts: inout LoyaltyFacts
  ) throws {
    let mark = metrics.map(LoyaltyPurchases.Mark.init) ?? LoyaltyPurchases.Mark()
    let standing = try standingStatements(of: customer)
    if let last, metrics != nil, last.modelVersion == model.version, last.purchases.mark == mark {
      facts.purchases = last.purchases
      if standing.map(\.id) == last.wallet.map(\.statement) {
        facts.wallet = last.wallet
        return
      }
      facts.wallet = try shares(standing, of: customer)
    } else {
      let book = try PurchaseBook(of: customer, transaction)
      facts.purchases = PurchaseTally.purchases(in: book, by: model, mark: mark)
      facts.wallet = shares(standing, in: book)
    }
  }

  // MARK: Wallet

  /// The firm's share of what a customer spends, by category.
  func wallet(of customer: Customer.ID) throws -> [WalletShare] {
    try shares(standingStatements(of: customer), of: customer)
  }

  private func standingStatements(of customer: Customer.ID) throws -> [WalletStatement] {
    let all = try transaction.records(of: WalletStatement.self).all(where: {
      $0.customer == customer
    })
    return all.isEmpty ? [] : WalletRules(trust: model.walletTrust).standing(all)
  }

  private func shares(
    _ statements: [WalletStatement], of customer: Customer.ID
  ) throws -> [WalletShare] {
    guard statements.contains(where: { $0.spend != nil }) else {
      return statements.map { WalletShare($0, own: nil) }
    }
    return shares(statements, in: try PurchaseBook(of: customer, transaction))
  }

  private func shares(_ statements: [WalletStatement], in book: PurchaseBook) -> [WalletShare] {
    statements.map { statement in
      guard let spend = statement.spend, let first = statement.from, let last = statement.through
      else { return WalletShare(statement, own: nil) }
      return WalletShare(
        statement,
        own: book.own(statement.category, in: spend.currency, from: first, through: last))
    }
  }

  // MARK: Attitude

  private func takeAnswers(of customer: Customer.ID, into facts: inout LoyaltyFacts) throws {
    var all: [LoyaltyFacts.Answers] = []
    func add(_ kind: String, _ score: Int, in range: ClosedRange<Int>, about: RecordReference?) {
      let answer = LoyaltyFacts.Answers(
        kind: kind, about: about, count: 1, sum: score - range.lowerBound,
        span: range.upperBound - range.lowerBound)
      guard let index = all.firstIndex(where: { $0.kind == kind && $0.about == about }) else {
        return all.append(answer)
      }
      guard all[index].count < Self.latestAnswers else { return }
      all[index].count += 1
      all[index].sum += answer.sum
    }
    if transaction.capability(Satisfaction.self) != nil {
      for answer in try transaction.satisfaction.answers(of: customer, limit: Self.seenAnswers) {
        for object in Self.objects(of: answer) {
          add(answer.scale.rawValue, answer.score, in: answer.scale.range, about: object)
        }
      }
    }
    for answer in try transaction.loyaltyIndex.answers(of: customer, limit: Self.seenAnswers) {
      add(answer.kind.rawValue, answer.score, in: AttitudeAnswer.range, about: answer.about)
    }
    facts.answers = all.sorted {
      Self.place(of: $0).utf8.lexicographicallyPrecedes(Self.place(of: $1).utf8)
    }
  }

  /// What an answer on satisfaction tells of: the items and brands it is about, else the firm.
  private static func objects(of answer: SatisfactionAnswer) -> [RecordReference?] {
    let objects = answer.about.filter {
      $0.kind == CatalogueItem.schema.name || $0.kind == LoyaltyBond.brandKind
    }
    return objects.isEmpty ? [nil] : objects
  }

  private static func place(of answers: LoyaltyFacts.Answers) -> String {
    "\(answers.kind) \(answers.about?.key ?? "")"
  }

  private func takeContributions(of customer: Customer.ID, into facts: inout LoyaltyFacts) throws {
    var brought: Set<Customer.ID> = []
    var unnamed = 0
    if transaction.capability(Contributions.self) != nil {
      try transaction.records(of: Contribution.self).scan(
        Query(where: { $0.customer == customer })
      ) { held in
        guard held.row.givenAt != nil else { return true }
        if held.row.kind != .referral {
          facts.contributions += 1
        } else if let referred = held.row.referred {
          brought.insert(referred)
        } else {
          unnamed += 1
        }
        return true
      }
    }
    if transaction.capability(Relationships.self) != nil {
      try transaction.records(of: Relationship.self).scan(
        Query(where: { $0.from == customer && $0.type == .referrer })
      ) { held in
        brought.insert(held.row.to)
        return true
      }
    }
    facts.advocacy = brought.count + unnamed
  }
}

extension LoyaltyPurchases.Mark {
  fileprivate init(_ metrics: CustomerMetrics) {
    self.init(
      placed: metrics.orders + metrics.cancelledOrders, cancelled: metrics.cancelledOrders,
      units: metrics.units, returned: metrics.returnedUnits)
  }
}
