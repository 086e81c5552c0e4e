extension LoyaltyIndexOperations {
  /// Notes customers of whom what is kept is not what the records say, or whose place does not
  /// follow from it.
  ///
  /// - Complexity: O(*n* log *n*) in the records; it holds those of one customer at a time.
  func verify(_ report: inout VerificationReport) throws {
    guard let current = try model() else { return }
    for place in try places.all(sortedBy: { [.ascending($0.customer)] }) {
      let problems = try problems(of: place, by: current)
      for problem in problems {
        report.noteDamage(
          of: LoyaltyPlace.schema.name, id: "customer \(place.customer)", problem)
      }
    }
  }

  private func problems(
    of place: LoyaltyPlace, by model: LoyaltyIndexModel
  ) throws -> [String] {
    let customer = place.customer
    guard
      let last = try readings.first(
        where: { $0.customer == customer }, sortedBy: { [.descending($0.at)] })
    else { return ["nothing is kept of what it follows from"] }
    var problems: [String] = []
    let facts = try LoyaltyFactsReader(transaction, model).facts(of: customer)
    if !facts.agree(with: last.facts) {
      problems.append("what is kept last is not what the records say")
    }
    let isAwaited = try transaction.agenda.holds(LoyaltyLook(customer: customer))
    if isAwaited != (place.movesAt != nil) {
      problems.append(
        isAwaited ? "there is nothing to look at" : "the agenda does not look at it")
    }
    // One that time has moved since is right as of the last look.
    let now = max(transaction.now, last.at)
    guard place.movesAt.map({ $0 > now }) ?? true else { return problems }
    let rules = try rules(last, at: now)
    let verdict = LoyaltyIndexRules.Verdict(
      standing: place.standing, isWonByPrice: place.isWonByPrice)
    if rules.verdict != verdict || rules.movesAt != place.movesAt {
      problems.append("it does not follow from what is known of the customer")
    }
    return problems
  }
}

extension LoyaltyFacts {
  /// Whether the same is known, but for what the catalogue has come to say since of what was bought.
  fileprivate func agree(with other: LoyaltyFacts) -> Bool {
    var (one, two) = (self, other)
    if purchases.catalogueVersions != other.purchases.catalogueVersions {
      one.purchases = purchases.withoutCatalogue
      two.purchases = other.purchases.withoutCatalogue
      one.wallet = wallet.map(\.withoutSum)
      two.wallet = other.wallet.map(\.withoutSum)
    }
    return one == two
  }
}

extension WalletShare {
  /// The same without what follows from the categories of what was bought.
  fileprivate var withoutSum: WalletShare {
    guard own != nil else { return self }
    var rest = self
    (rest.own, rest.share) = (nil, .zero)
    return rest
  }
}
