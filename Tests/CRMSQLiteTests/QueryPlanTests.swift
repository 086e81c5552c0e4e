import CRMSQLite
import CRMStorage
import Testing

@Suite struct QueryPlanTests {
  let folder = Folder()

  private func expect<R: Record>(
    _ query: Query<R>, uses wanted: String..., place: SourceLocation = #_sourceLocation
  ) async throws {
    let storage = try await opened(folder)
    let plan = try await storage.queryPlan(query).joined(separator: "\n")
    for wanted in wanted { #expect(plan.contains(wanted), "\(plan)", sourceLocation: place) }
    #expect(!plan.contains("TEMP B-TREE"), "\(plan)", sourceLocation: place)
    #expect(!plan.contains("SCAN t0\n") && !plan.hasSuffix("SCAN t0"), sourceLocation: place)
  }

  private func cursor(_ query: Query<Person>, _ change: (inout Person) -> Void = { _ in }) throws
    -> Cursor<Person>
  {
    var person = Person(id: .made(1))
    change(&person)
    return try PreparedQuery(query, in: Catalog(kinds)).cursor(after: Person.schema.hold(person))
  }

  @Test("Equality, ranges, prefixes and lists of values are found by an index")
  func conditions() async throws {
    try await expect(
      Query<Person>(where: { $0.country == "KR" }, sortedBy: { [.ascending($0.joined)] }),
      uses: "SEARCH t0 USING INDEX people__country_joined (country=?)")
    try await expect(
      Query<Person>(
        where: { $0.joined >= .earliest && $0.joined < .latest },
        sortedBy: { [.descending($0.joined)] }),
      uses: "SEARCH t0 USING INDEX people__joined (joined>? AND joined<?)")
    try await expect(
      Query<Person>(where: { $0.folded.hasPrefix("kim") }, sortedBy: { [.ascending($0.folded)] }),
      uses: "SEARCH t0 USING INDEX people__folded_name (folded_name>? AND folded_name<?)")
    try await expect(
      Query<Person>(
        where: { $0.login.isOne(of: ["a", "b"]) }, sortedBy: { [.ascending($0.login)] }),
      uses: "SEARCH t0 USING INDEX people__login (login=?)")
    try await expect(
      Query<Person> { $0.price == Price(currency: "EUR", cents: 5) },
      uses: "SEARCH t0 USING INDEX people__price (price_currency=? AND price_cents=?)")
    try await expect(
      Query<Person>(
        where: { $0.price > Price(currency: "EUR", cents: 5) },
        sortedBy: { [.ascending($0.price)] }),
      uses: "SEARCH t0 USING INDEX people__price (price_currency=? AND price_cents>?)")
    try await expect(
      Query<Person> { $0.seen.isMissing },
      uses: "SEARCH t0 USING INDEX people__seen (seen=?)")
  }

  @Test("Fields of many values are found by their own index")
  func manyValues() async throws {
    try await expect(
      Query<Person> { $0.addresses.contains("a@example.com") },
      uses: "SEARCH t0 USING PRIMARY KEY (id=?)",
      "SEARCH people__email_addresses USING PRIMARY KEY (email_addresses=?)")
    try await expect(
      Query<Person> { $0.addresses.containsPrefix("a@") },
      uses: "people__email_addresses USING PRIMARY KEY (email_addresses>? AND email_addresses<?)")
    try await expect(
      Query<Person> { $0.prices.contains(Price(currency: "EUR", cents: 5)) },
      uses: "people__prices USING PRIMARY KEY (prices_currency=? AND prices_cents=?)")
  }

  @Test("Related records are found by the index of their reference")
  func relatedRecords() async throws {
    try await expect(
      Query<Person>(
        where: {
          $0.country == "KR" && .exists(Purchase.fields.buyer) { $0.total > 100 }
        }, sortedBy: { [.ascending($0.joined)] }),
      uses: "SEARCH t0 USING INDEX people__country_joined (country=?)",
      "SEARCH t1 USING COVERING INDEX purchases__buyer_total (buyer=? AND total>?)")
    try await expect(
      Query<Firm>(where: {
        $0.name == "Acme"
          && .exists(Person.fields.employer) { _ in
            .exists(Purchase.fields.buyer) { $0.total > 100 }
          }
      }),
      uses: "SEARCH t1 USING", "people__employer (employer=?)",
      "SEARCH t2 USING COVERING INDEX purchases__buyer_total (buyer=? AND total>?)")
  }

  @Test("An order and a place in it come from an index, without sorting")
  func orders() async throws {
    let inCountry = Query<Person>(
      where: { $0.country == "KR" }, sortedBy: { [.ascending($0.joined)] })
    try await expect(inCountry, uses: "people__country_joined (country=?)")
    var next = inCountry
    next.after = try cursor(inCountry)
    next.limit = 10
    try await expect(next, uses: "people__country_joined (country=? AND (joined,id)>(?,?))")
    for isAscending in [true, false] {
      var query = Query<Person>(
        sortedBy: { isAscending ? [.ascending($0.joined)] : [.descending($0.joined)] }, limit: 10)
      query.after = try cursor(query)
      try await expect(query, uses: "people__joined ((joined,id)\(isAscending ? ">" : "<")(?,?))")
      query = Query<Person>(
        sortedBy: { isAscending ? [.ascending($0.seen)] : [.descending($0.seen)] }, limit: 10)
      query.after = try cursor(query)
      try await expect(query, uses: "people__seen (seen=? AND id")
      query.after = try cursor(query) { $0.seen = .latest }
      try await expect(query, uses: "people__seen (")
      query = Query<Person>(
        sortedBy: { _ in isAscending ? [.oldestFirst] : [.newestFirst] }, limit: 10)
      query.after = try cursor(query)
      try await expect(query, uses: "SEARCH t0 USING PRIMARY KEY (id\(isAscending ? ">" : "<")?)")
    }
  }

  @Test("Numbered records come in the order of an index and their number")
  func numbered() async throws {
    let query = Query<Entry>(
      where: { $0.group == "a" }, sortedBy: { _ in [.oldestFirst] }, limit: 10)
    try await expect(query, uses: "SEARCH t0 USING INDEX order__group (group=?)")
    let all = Query<Entry>(sortedBy: { [.ascending($0.group)] }, limit: 10)
    try await expect(all, uses: "SCAN t0 USING INDEX order__group")
  }
}
