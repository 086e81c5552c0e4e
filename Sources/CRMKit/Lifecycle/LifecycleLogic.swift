/// Whether conditions can hold at the same time, without looking at any customer.
///
/// It knows numbers and times by their bounds, and what a file says as true or false. What it
/// cannot tell apart it takes for possible, so a model that passes cannot go wrong.
struct LifecycleLogic {
  /// More alternatives than these are not looked through: they are taken for possible.
  private static let mostAlternatives = 512

  /// Leaves that must hold, or must not.
  private struct Alternative {
    var leaves: [(leaf: LifecycleCondition, holds: Bool)] = []
  }

  /// Whether all of some conditions can hold at one instant.
  ///
  /// - Parameter justEntered: Whether the stage was entered at that very instant.
  static func canHold(_ conditions: [LifecycleCondition], justEntered: Bool = false) -> Bool {
    guard let alternatives = alternatives(of: .all(conditions), holding: true) else { return true }
    return alternatives.contains { isPossible($0, justEntered: justEntered) }
  }

  // MARK: Alternatives

  /// The ways in which a condition comes to hold, or not to; `nil` where there are too many.
  private static func alternatives(
    of condition: LifecycleCondition, holding holds: Bool
  ) -> [Alternative]? {
    switch condition {
    case .always: return holds ? [Alternative()] : []
    case .not(let part): return alternatives(of: part, holding: !holds)
    case .all(let parts):
      return holds ? product(parts, holding: true) : union(parts, holding: false)
    case .any(let parts):
      return holds ? union(parts, holding: true) : product(parts, holding: false)
    default: return [Alternative(leaves: [(condition, holds)])]
    }
  }

  private static func union(_ parts: [LifecycleCondition], holding holds: Bool) -> [Alternative]? {
    var sum: [Alternative] = []
    for part in parts {
      guard let more = alternatives(of: part, holding: holds) else { return nil }
      sum += more
      if sum.count > mostAlternatives { return nil }
    }
    return sum
  }

  private static func product(
    _ parts: [LifecycleCondition], holding holds: Bool
  ) -> [Alternative]? {
    var result = [Alternative()]
    for part in parts {
      guard let more = alternatives(of: part, holding: holds) else { return nil }
      guard result.count * more.count <= mostAlternatives else { return nil }
      result = result.flatMap { a in more.map { Alternative(leaves: a.leaves + $0.leaves) } }
    }
    return result
  }

  // MARK: One alternative

  /// The time since a moment, in a unit of the calendar or, where that is `nil`, in milliseconds.
  private struct Span: Hashable {
    let moment: LifecycleMoment
    let unit: LifecycleSpan.Unit?
  }

  private static func isPossible(_ alternative: Alternative, justEntered: Bool) -> Bool {
    var numbers: [LifecycleQuantity: Bounds] = [:]
    var times: [Span: Bounds] = [:]
    var moments: [LifecycleMoment: Bool] = [:]
    var places: [String: Places] = [:]
    var facts: [LifecycleCondition: Bool] = [:]
    for (leaf, holds) in alternative.leaves {
      switch leaf {
      case .quantity(let quantity, let comparison, let count):
        numbers[quantity, default: Bounds(from: quantity.least)].narrow(
          holds ? comparison : comparison.negated, count)
      case .happened(let moment):
        if moments.updateValue(holds, forKey: moment) == !holds { return false }
      case .passed(let span, let moment):
        if justEntered, moment == .stageEntered {
          // No time has passed since, so only a span of no time has.
          if (span.bounds.upperBound <= 0) != holds { return false }
          continue
        }
        // It has not passed also where the moment has not come, which is looked at below.
        if holds, moments.updateValue(true, forKey: moment) == false { return false }
        let bounds = span.bounds
        times[Span(moment: moment, unit: span.unit), default: Bounds(from: nil)].narrow(
          holds ? .greaterOrEqual : .less, span.count)
        // Days and months are held against each other by the time they take at least and at most.
        times[Span(moment: moment, unit: nil), default: Bounds(from: nil)].narrow(
          holds ? .greaterOrEqual : .less, holds ? bounds.lowerBound : bounds.upperBound)
      case .stands(let names, let lifecycle):
        places[lifecycle, default: Places()].narrow(to: names, holds)
      default:
        if facts.updateValue(holds, forKey: leaf) == !holds { return false }
      }
    }
    guard places.values.allSatisfy(\.isPossible) else { return false }
    guard numbers.values.allSatisfy(\.isPossible) else { return false }
    return isConsistent(numbers, times, moments)
  }

  private static func isConsistent(
    _ numbers: [LifecycleQuantity: Bounds], _ times: [Span: Bounds],
    _ moments: [LifecycleMoment: Bool]
  ) -> Bool {
    for (span, bounds) in times where moments[span.moment] == true && !bounds.isPossible {
      return false
    }
    // There is a first and a last order exactly where there are orders, and so on.
    for (moment, quantity) in LifecycleMoment.counted {
      guard let has = moments[moment], let bounds = numbers[quantity] else { continue }
      if has, let most = bounds.most, most < 1 { return false }
      if !has, let least = bounds.least, least >= 1 { return false }
    }
    return true
  }
}

/// The stages of a lifecycle where a customer can still stand.
private struct Places {
  private var among: Set<String>?
  private var others: Set<String> = []

  mutating func narrow(to names: [String], _ holds: Bool) {
    if holds { among = among?.intersection(names) ?? Set(names) } else { others.formUnion(names) }
  }

  var isPossible: Bool { among.map { !$0.isSubset(of: others) } ?? true }
}

/// What a number can still be.
private struct Bounds {
  private(set) var least: Int?
  private(set) var most: Int?
  private var others: Set<Int> = []

  init(from least: Int?) {
    self.least = least
  }

  mutating func narrow(_ comparison: Comparison, _ count: Int) {
    switch comparison {
    case .equal:
      narrow(.greaterOrEqual, count)
      narrow(.lessOrEqual, count)
    case .notEqual: others.insert(count)
    case .less: most = min(most ?? .max, count == .min ? count : count - 1)
    case .lessOrEqual: most = min(most ?? .max, count)
    case .greater: least = max(least ?? .min, count == .max ? count : count + 1)
    case .greaterOrEqual: least = max(least ?? .min, count)
    }
  }

  var isPossible: Bool {
    guard let least, let most else { return true }
    if least > most { return false }
    let (span, overflow) = most.subtractingReportingOverflow(least)
    guard !overflow, span < others.count else { return true }
    return (least...most).contains { !others.contains($0) }
  }
}

extension Comparison {
  fileprivate var negated: Comparison {
    switch self {
    case .equal: .notEqual
    case .notEqual: .equal
    case .less: .greaterOrEqual
    case .lessOrEqual: .greater
    case .greater: .lessOrEqual
    case .greaterOrEqual: .less
    }
  }
}

extension LifecycleQuantity {
  /// The least it can be, where there is one.
  fileprivate var least: Int? {
    switch self {
    case .figure, .revenue, .score: nil
    default: 0
    }
  }
}

extension LifecycleMoment {
  /// Moments that have come exactly where there is at least one of something.
  fileprivate static let counted: [(LifecycleMoment, LifecycleQuantity)] = [
    (.firstOrder, .orders), (.lastOrder, .orders), (.lastInbound, .inboundContacts),
    (.lastOutbound, .outboundContacts),
  ]
}
