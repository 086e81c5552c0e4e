/// What currencies cost in each other, and amounts converted at stated rates.
///
///     CRM.standardCapabilities.replacing(
///       ExchangeRates(by: .through(.eur), reporting: .eur))
public struct ExchangeRates: Capability {
  static let key = RecordKey("tx.exchangeRates")

  /// How amounts come from one currency to another.
  public let rule: ConversionRule

  /// The currency in which customers' files and roll-ups add up; `nil` for none.
  public let reporting: Currency?

  /// The capability.
  ///
  /// - Parameters:
  ///   - rule: How amounts come from one currency to another.
  ///   - reporting: The currency in which customers' files and roll-ups add up.
  public init(by rule: ConversionRule = .quoted, reporting: Currency? = nil) {
    self.rule = rule
    self.reporting = reporting
  }

  public var records: [any Record.Type] { [ExchangeRate.self] }

  public var lock: RecordLock? { Self.key.lock }

  public var events: [any Event.Type] { [ExchangeRateRecorded.self, ExchangeRateRemoved.self] }
}

extension Transaction {
  /// What currencies cost in each other.
  public var exchangeRates: ExchangeRateOperations { ExchangeRateOperations(self) }

  /// Amounts in the currency the firm reports in; `nil` where it has named none.
  func reported(_ amounts: [Money]) throws -> ConvertedTotal? {
    guard let currency = capability(ExchangeRates.self)?.reporting else { return nil }
    return try exchangeRates.total(of: amounts, in: currency)
  }
}

/// Recording exchange rates and converting amounts.
public struct ExchangeRateOperations {
  private let transaction: Transaction
  private let records: Records<ExchangeRate>
  private let rule: ConversionRule

  init(_ transaction: Transaction) {
    self.transaction = transaction
    rule = transaction.capability(ExchangeRates.self)?.rule ?? .quoted
    records = transaction.records(of: ExchangeRate.self, with: ExchangeRates.key)
  }

  // MARK: Changing

  /// Records how much of a currency one of another comes to.
  ///
  /// The same said again is returned as it is.
  ///
  /// - Parameters:
  ///   - rate: How much of `to` one of `from` comes to.
  ///   - validFrom: Since when, if not now.
  ///   - source: Where the firm has it from.
  /// - Throws: ``CRMError/Code/invalid`` with every problem; ``CRMError/Code/duplicate`` where
  ///   another rate begins at the instant. Nothing has changed then.
  @discardableResult
  public func record(
    _ rate: Ratio, from: Currency, to: Currency, validFrom: Instant? = nil, source: FactSource
  ) throws -> ExchangeRate {
    var problems = from == to ? [CRMError.Issue("to", "is the first currency again")] : []
    if let problem = source.problem("source") { problems.append(problem) }
    let start = validFrom ?? transaction.now
    if let kept = try latest(from, to, start), kept.validFrom == start {
      if problems.isEmpty, kept.rate == rate, kept.source == source { return kept }
      let taken = CRMError(
        .duplicate, "Another rate from \(from.rawValue) to \(to.rawValue) begins at \(start).",
        recovery: "Remove that one first, if it is wrong.",
        issues: [.init("valid_from", "is taken by rate \(kept.id)")], record: "exchange_rates",
        holder: kept.id.description)
      throw taken.beside(problems)
    }
    guard problems.isEmpty else { throw CRMError.invalid("exchange_rates", problems) }
    let new = ExchangeRate(
      id: transaction.makeIdentifier(), from: from, to: to, rate: rate, validFrom: start,
      source: source, recordedAt: transaction.recordedAt)
    return try records.insert(new, emitting: ExchangeRateRecorded(rate: new.id))
  }

  /// Takes a rate back that was wrong; the one before it holds on.
  ///
  /// - Throws: ``CRMError/Code/notFound``; nothing has changed then.
  public func remove(_ id: ExchangeRate.ID) throws {
    try records.delete(id, emitting: ExchangeRateRemoved(rate: id))
  }

  // MARK: Reading

  /// The rate of an identifier.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func get(_ id: ExchangeRate.ID) throws -> ExchangeRate { try records.get(id) }

  /// The rates from one currency to another that were recorded, the latest first.
  public func all(
    from: Currency, to: Currency, after place: Cursor<ExchangeRate>? = nil, limit: Int = 50
  ) throws -> Page<ExchangeRate, Cursor<ExchangeRate>> {
    try records.page(
      Query(
        where: { $0.from == from && $0.to == to },
        sortedBy: { [.descending($0.validFrom)] }, after: place, limit: limit))
  }

  /// An amount in another currency, by the rule the capability was given.
  ///
  /// - Parameters:
  ///   - amount: The amount.
  ///   - currency: The other currency.
  ///   - instant: As of when, if not now: the rates that held then are used.
  ///   - rounding: What becomes of a fraction of the minor unit; it is rounded once.
  /// - Throws: ``CRMError/Code/noRate`` where no rate is known by the rule;
  ///   ``CRMError/Code/overflow``.
  /// - Complexity: At most six queries.
  public func convert(
    _ amount: Money, to currency: Currency, at instant: Instant? = nil,
    rounding: Money.Rounding = .halfEven
  ) throws -> Conversion {
    let instant = instant ?? transaction.now
    guard let steps = try steps(amount.currency, currency, instant) else {
      throw noRate(amount.currency, currency, instant)
    }
    return try conversion(of: amount, to: currency, steps, instant, rounding)
  }

  /// Several amounts added up in one currency, each converted and rounded for itself.
  ///
  /// - Returns: The sum with every rate used; no sum where a rate is not known.
  /// - Throws: ``CRMError/Code/overflow``.
  /// - Complexity: At most six queries for each currency.
  public func total(
    of amounts: [Money], in currency: Currency, at instant: Instant? = nil,
    rounding: Money.Rounding = .halfEven
  ) throws -> ConvertedTotal {
    let instant = instant ?? transaction.now
    var known: [Currency: [Conversion.Step]] = [:]
    var missing: Set<Currency> = []
    var conversions: [Conversion] = []
    var total = Money.zero(currency)
    for amount in amounts where !missing.contains(amount.currency) {
      guard
        let steps = try known[amount.currency] ?? steps(amount.currency, currency, instant)
      else {
        missing.insert(amount.currency)
        continue
      }
      known[amount.currency] = steps
      let conversion = try conversion(of: amount, to: currency, steps, instant, rounding)
      conversions.append(conversion)
      total = try total + conversion.result
    }
    return ConvertedTotal(
      total: missing.isEmpty ? total : nil, conversions: conversions,
      missing: missing.sorted { $0.rawValue < $1.rawValue })
  }
}

// MARK: - Steps

extension ExchangeRateOperations {
  private func conversion(
    of amount: Money, to currency: Currency, _ steps: [Conversion.Step], _ instant: Instant,
    _ rounding: Money.Rounding
  ) throws(CRMError) -> Conversion {
    Conversion(
      amount: amount,
      result: try amount.converted(by: steps.map(\.ratio), to: currency, rounding: rounding),
      steps: steps, rounding: rounding, asOf: instant)
  }

  /// The rates that lead from one currency to another; `nil` where none do by the rule.
  private func steps(_ from: Currency, _ to: Currency, _ instant: Instant) throws
    -> [Conversion.Step]?
  {
    if from == to { return [] }
    if let step = try step(from, to, instant) { return [step] }
    guard case .through(let pivot) = rule, pivot != from, pivot != to,
      let first = try step(from, pivot, instant),
      let second = try step(pivot, to, instant)
    else { return nil }
    return [first, second]
  }

  private func step(_ from: Currency, _ to: Currency, _ instant: Instant) throws
    -> Conversion.Step?
  {
    if let rate = try latest(from, to, instant) {
      return Conversion.Step(rate: rate, isInverse: false)
    }
    guard rule != .quoted else { return nil }
    return try latest(to, from, instant).map { Conversion.Step(rate: $0, isInverse: true) }
  }

  /// The rate that was recorded from one currency to another and holds at an instant.
  private func latest(_ from: Currency, _ to: Currency, _ instant: Instant) throws
    -> ExchangeRate?
  {
    try records.first(
      where: { $0.from == from && $0.to == to && $0.validFrom <= instant },
      sortedBy: { [.descending($0.validFrom)] })
  }

  private func noRate(_ from: Currency, _ to: Currency, _ instant: Instant) -> CRMError {
    CRMError(
      .noRate, "No rate from \(from.rawValue) to \(to.rawValue) is known as of \(instant).",
      recovery: "Record one, or let ExchangeRates turn rates round or go through a currency.",
      record: "exchange_rates")
  }
}
