/// Whether a condition holds, and when time alone can change that.
struct LifecycleVerdict: Equatable {
  var holds: Bool

  /// The first instant at which it may not be so any more though nothing happens; `nil` where
  /// time alone changes nothing.
  var changesAt: Instant?

  /// All of some conditions together.
  static func all(_ parts: [LifecycleVerdict]) -> LifecycleVerdict {
    if parts.allSatisfy(\.holds) {
      return LifecycleVerdict(holds: true, changesAt: parts.compactMap(\.changesAt).min())
    }
    return LifecycleVerdict(holds: false, changesAt: latest(parts.filter { !$0.holds }))
  }

  /// At least one of some conditions.
  static func any(_ parts: [LifecycleVerdict]) -> LifecycleVerdict {
    if parts.contains(where: \.holds) {
      return LifecycleVerdict(holds: true, changesAt: latest(parts.filter(\.holds)))
    }
    return LifecycleVerdict(holds: false, changesAt: parts.compactMap(\.changesAt).min())
  }

  var negated: LifecycleVerdict { LifecycleVerdict(holds: !holds, changesAt: changesAt) }

  /// When all of some have changed; never, where one of them does not.
  private static func latest(_ parts: [LifecycleVerdict]) -> Instant? {
    let changes = parts.compactMap(\.changesAt)
    return changes.count == parts.count ? changes.max() : nil
  }
}

/// A value that made a rule move a customer.
public struct LifecycleEvidence: Described, Codable {
  /// What was looked at.
  public var what: String

  /// What was found.
  public var found: String

  /// Says what was found where.
  public init(_ what: String, _ found: String) {
    self.what = what
    self.found = found
  }

  private struct Fields: Sendable {
    let what = Field<LifecycleEvidence, String>("what", { $0.what }, { $0.what = $1 })
    let found = Field<LifecycleEvidence, String>("found", { $0.found }, { $0.found = $1 })
  }

  public static let layout = Layout(Fields(), blank: LifecycleEvidence("", ""))
}
