/// What must hold of a customer for a rule to move them or a guard to let them pass.
///
///     .passed(.days(90), since: .lastOrder) && .quantity(.orders, .greaterOrEqual, 1)
public indirect enum LifecycleCondition: Hashable, Sendable, Codable {
  /// Always.
  case always
  /// What the customer's file says, as in a query.
  case file(Condition)
  /// How a number kept on the customer compares.
  case quantity(LifecycleQuantity, Comparison, Int)
  /// A moment has come.
  case happened(LifecycleMoment)
  /// So much time has passed since a moment that has come.
  case passed(LifecycleSpan, since: LifecycleMoment)
  /// The customer stands at one of these stages of another lifecycle.
  case stands([String], in: String)
  /// All hold.
  case all([LifecycleCondition])
  /// At least one holds.
  case any([LifecycleCondition])
  /// It does not hold.
  case not(LifecycleCondition)

  /// What a filter over customers says.
  public static func customer(
    _ filter: (Customer.Fields) -> Filter<Customer>
  ) -> LifecycleCondition {
    .file(filter(Customer.fields).condition)
  }

  /// At least so many.
  public static func atLeast(_ count: Int, _ quantity: LifecycleQuantity) -> LifecycleCondition {
    .quantity(quantity, .greaterOrEqual, count)
  }

  /// Fewer than so many.
  public static func fewer(than count: Int, _ quantity: LifecycleQuantity) -> LifecycleCondition {
    .quantity(quantity, .less, count)
  }

  /// Both hold.
  public static func && (a: LifecycleCondition, b: LifecycleCondition) -> LifecycleCondition {
    .all([a, b])
  }

  /// At least one holds.
  public static func || (a: LifecycleCondition, b: LifecycleCondition) -> LifecycleCondition {
    .any([a, b])
  }

  /// It does not hold.
  public static prefix func ! (condition: LifecycleCondition) -> LifecycleCondition {
    .not(condition)
  }
}

extension LifecycleCondition: CustomStringConvertible {
  public var description: String {
    switch self {
    case .always: "always"
    case .file(let condition): "the file: \(condition)"
    case .quantity(let quantity, let comparison, let count):
      "\(quantity) \(comparison.rawValue) \(count)"
    case .happened(let moment): "\(moment) has come"
    case .passed(let span, let moment): "\(span) since \(moment)"
    case .stands(let stages, let lifecycle):
      "at \(stages.joined(separator: " or ")) of \(lifecycle)"
    case .all(let parts): parts.map { "(\($0))" }.joined(separator: " and ")
    case .any(let parts): parts.map { "(\($0))" }.joined(separator: " or ")
    case .not(let part): "not (\(part))"
    }
  }
}

extension LifecycleCondition {
  static let deepestNesting = 16

  /// The leaves, those within ``all(_:)``, ``any(_:)`` and ``not(_:)`` included.
  var leaves: [LifecycleCondition] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.leaves)
    case .not(let part): part.leaves
    default: [self]
    }
  }

  func isNested(deeperThan levels: Int) -> Bool {
    switch self {
    case .all(let parts), .any(let parts):
      levels < 1 || parts.contains { $0.isNested(deeperThan: levels - 1) }
    case .not(let part): levels < 1 || part.isNested(deeperThan: levels - 1)
    default: false
    }
  }
}
