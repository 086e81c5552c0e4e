/// How far one limit of somebody's is used up.
public struct Discretion: Hashable, Sendable {
  /// The limit.
  public let limit: DiscretionLimit

  /// What counts against it by now.
  public let spent: Money

  /// What may still be spent; never negative.
  public var left: Money {
    let units = limit.amount.minorUnits - min(spent.minorUnits, limit.amount.minorUnits)
    return Money(minorUnits: units, spent.currency)
  }

  /// Whether so much more may be spent.
  func allows(_ asked: Money) -> Bool { asked.minorUnits <= left.minorUnits }
}

/// Whose limits hold for whom; pure.
enum DiscretionRules {
  /// What one limit is told from another by.
  private struct Kind: Hashable {
    let measure: DiscretionLimit.Measure
    let period: CalendarUnit?
    let currency: Currency

    init(_ limit: DiscretionLimit) {
      measure = limit.measure
      period = limit.period
      currency = limit.amount.currency
    }
  }

  /// The limits that hold for somebody, of each kind the nearest: their own before that of a role
  /// before that of a team before that of the teams it belongs to; among equals the highest.
  ///
  /// - Parameter circles: Whose limits may hold, the nearest first.
  static func effective(_ limits: [DiscretionLimit], within circles: [[Principal]])
    -> [DiscretionLimit]
  {
    var found: [Kind: DiscretionLimit] = [:]
    for circle in circles {
      let near = limits.filter { circle.contains($0.holder) }
      let kinds = Dictionary(grouping: near, by: Kind.init)
      for (kind, equals) in kinds where found[kind] == nil {
        found[kind] = equals.max { a, b in
          (a.amount.minorUnits, b.id) < (b.amount.minorUnits, a.id)
        }
      }
    }
    return found.values.sorted { $0.id < $1.id }
  }

  /// Every problem of what is granted or asked for, field by field.
  static func problems(_ amount: Money, _ reason: String, _ about: RecordReference?)
    -> [CRMError.Issue]
  {
    var problems = TextRules.problems(of: reason, in: "reason", within: 1_000)
    if amount.minorUnits <= 0 { problems.append(.init("amount", "is not above zero")) }
    if let about {
      problems += RecordReference.problems(of: [about], in: "about").map {
        .init($0.field.replacing("about[0]", with: "about"), $0.problem)
      }
    }
    return problems
  }
}
