/// How many came how far in efforts to win customers, how long it took them, and what it cost.
public struct AcquisitionFunnel: Hashable, Sendable {
  /// As of when.
  public let asOf: Instant

  /// The steps, from the first to the last.
  public internal(set) var steps: [Step]

  /// What actions cost with customers who were not found in the effort's group, by currency in the
  /// order of their codes.
  public internal(set) var otherCosts: [Money] = []

  /// One step.
  public struct Step: Hashable, Sendable {
    /// Which step.
    public let step: AcquisitionStep

    /// How many had reached it.
    public internal(set) var reached = 0

    /// How many of those who had reached the step before had reached this one after it; of the
    /// first step all.
    public internal(set) var converted = 0

    /// How long it took those from the step before, added up.
    public internal(set) var total: Duration = .zero

    /// The shortest it took one of them.
    public internal(set) var shortest: Duration?

    /// The longest it took one of them.
    public internal(set) var longest: Duration?

    /// What contacts of actions cost with those whose furthest step it was then, and what was
    /// booked for actions on them (``BudgetOperations/spend(_:on:for:because:about:time:at:)``), by
    /// currency in the order of their codes.
    public internal(set) var costs: [Money] = []

    init(_ step: AcquisitionStep) { self.step = step }

    /// How long it took on average from the step before, rounded down to the millisecond; `nil`
    /// where it took nobody any time.
    public var average: Duration? {
      guard converted > 0, shortest != nil else { return nil }
      let milliseconds = (Instant(milliseconds: 0) + total).milliseconds
      return .milliseconds(milliseconds / Int64(converted))
    }
  }

  init(asOf instant: Instant) {
    asOf = instant
    steps = AcquisitionStep.allCases.map(Step.init)
  }

  /// One step.
  public subscript(step: AcquisitionStep) -> Step {
    get { steps.first { $0.step == step } ?? Step(step) }
    set { steps = steps.map { $0.step == step ? newValue : $0 } }
  }

  /// How many of a thousand who had reached the step before had reached a step, rounded down;
  /// `nil` where nobody had, and for the first step.
  public func perMille(_ step: AcquisitionStep) -> Int? {
    guard let index = steps.firstIndex(where: { $0.step == step }), index > 0,
      steps[index - 1].reached > 0
    else { return nil }
    return 1_000 * steps[index].converted / steps[index - 1].reached
  }

  /// What it all cost, by currency in the order of their codes: with those at each step, and with
  /// others (``otherCosts``).
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  public var costs: [Money] {
    get throws {
      var sum = otherCosts
      for step in steps { for cost in step.costs { try sum.add(cost) } }
      return sum
    }
  }

  /// Adds what something cost at an instant, at the step at which the customer stood then.
  ///
  /// - Parameter target: The customer in the effort; `nil` for who is not in it.
  /// - Throws: ``CRMError/Code/overflow``.
  mutating func add(
    _ cost: Money?, with target: AcquisitionTarget?, at instant: Instant
  ) throws(CRMError) {
    guard let cost else { return }
    guard let target else { return try otherCosts.add(cost) }
    let step = AcquisitionStep.allCases.last { step in
      target.reached(step).map { $0 <= instant } ?? false
    }
    try self[step ?? .identified].costs.add(cost)
  }

  /// Counts how far a customer had come.
  mutating func count(_ target: AcquisitionTarget) {
    var before: Instant?
    for index in steps.indices {
      let instant = target.reached(steps[index].step).flatMap { $0 <= asOf ? $0 : nil }
      defer { before = instant }
      guard let instant else { continue }
      steps[index].reached += 1
      if index == 0 { steps[index].converted += 1 }
      guard let before, before <= instant else { continue }
      let taken = instant - before
      steps[index].converted += 1
      steps[index].total += taken
      steps[index].shortest = min(steps[index].shortest ?? taken, taken)
      steps[index].longest = max(steps[index].longest ?? taken, taken)
    }
  }
}

extension [Money] {
  /// Adds an amount to that of its currency.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  mutating func add(_ amount: Money) throws(CRMError) {
    if let index = firstIndex(where: { $0.currency == amount.currency }) {
      self[index] = try self[index] + amount
    } else {
      append(amount)
      sort { $0.currency.rawValue < $1.currency.rawValue }
    }
  }
}

/// What an action to win customers came to.
public struct AcquisitionResult: Hashable, Sendable {
  /// How many contacts belong to it, those with customers who are not in the effort among them.
  public internal(set) var contacts = 0

  /// How many targets they reached.
  public internal(set) var customers = 0

  /// How many of these turned to the firm in a contact of it.
  public internal(set) var answers = 0

  /// How many of these had their first deal after it reached them.
  public internal(set) var deals = 0

  /// What it cost, by currency in the order of their codes: all its contacts, and what was booked
  /// for it (``BudgetOperations/spend(_:on:for:because:about:time:at:)``).
  public internal(set) var costs: [Money] = []
}
