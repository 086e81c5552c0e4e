/// What next steps are worth and how they follow each other; pure.
enum NextStepRules {
  /// Steps with what is expected of them, the most valuable first.
  ///
  /// - Parameter owner: Who does what nobody is named for.
  static func ranked(
    _ steps: [NextStep], in file: CustomerFile, _ weights: [NextStep.Kind: Int],
    for owner: Principal?
  ) -> [NextStep] {
    let worth = file.yearlyWorth
    return steps.enumerated().map { index, step in
      var step = step
      step.weight = weights[step.kind] ?? step.weight
      step.who = step.who ?? owner
      let expected = expected(of: step, worth)
      step.value = step.value ?? expected
      return Ranked(step: step, place: place(of: step, expected, worth), index: index)
    }.sorted { $0.precedes($1) }.map(\.step)
  }

  /// What rests on a step by its weight.
  private static func expected(of step: NextStep, _ worth: Money?) -> Money? {
    // The weight is at most a thousand of a thousand, or what a source thinks it is.
    try? worth?.proportion(Int64(clamping: step.weight), of: 1_000)
  }

  /// What a step is compared by, in minor units of one currency.
  ///
  /// What is expected of a step in another currency is compared by its weight.
  private static func place(of step: NextStep, _ expected: Money?, _ worth: Money?) -> Int64? {
    guard let worth else { return nil }
    guard let value = step.value, value.currency == worth.currency else {
      return expected?.minorUnits
    }
    return value.minorUnits
  }

  private struct Ranked {
    let step: NextStep
    let place: Int64?
    let index: Int

    func precedes(_ other: Ranked) -> Bool {
      if place != other.place { return place ?? .min > other.place ?? .min }
      let (a, b) = (step, other.step)
      if a.weight != b.weight { return a.weight > b.weight }
      if a.by != b.by { return a.by ?? .latest < b.by ?? .latest }
      return index < other.index
    }
  }
}

extension CustomerFile {
  private static let yearMilliseconds: Int64 = 365 * 86_400_000

  /// What the customer buys for in a year: all that was bought, evenly over the time since the
  /// first order, which counts for 365 days at least.
  ///
  /// It is in the currency the firm reports in (``purchaseTotal``), or else in the one in which
  /// the customer ordered most often, of several in the first by its code. Rounded half to even;
  /// `nil` of a customer who has bought nothing.
  public var yearlyWorth: Money? {
    let bought = purchases.filter { $0.orders > 0 }
    guard let first = bought.compactMap(\.firstOrderAt).min(), let mostOften else { return nil }
    let (revenue, start) =
      purchaseTotal?.total.map { ($0, first) }
      ?? (mostOften.revenue, mostOften.firstOrderAt ?? first)
    guard revenue.minorUnits > 0 else { return nil }
    let time = max(Self.yearMilliseconds, asOf.milliseconds - start.milliseconds)
    return try? revenue.proportion(Self.yearMilliseconds, of: time)
  }

  private var mostOften: PurchaseMetrics? {
    purchases.filter { $0.orders > 0 }.min { a, b in
      a.orders == b.orders
        ? a.revenue.currency.rawValue.utf8.lexicographicallyPrecedes(
          b.revenue.currency.rawValue.utf8)
        : a.orders > b.orders
    }
  }
}
