/// Whether a condition holds, and when time alone can change that.
struct LifecycleVerdict: Equatable {
  var holds: Bool

  /// The first instant at which it may not be so any more though nothing happens; `nil` where
  /// time alone changes nothing.
  var changesAt: Instant?

  /// All of no conditions together.
  static let all = LifecycleVerdict(holds: true)

  /// Joins a further condition that must hold too.
  mutating func and(_ part: LifecycleVerdict) { join(part, unless: true) }

  /// Joins a further condition, one of which must hold.
  mutating func or(_ part: LifecycleVerdict) { join(part, unless: false) }

  /// Joins two, of which one that is not as given decides.
  ///
  /// While all are as given, the first that changes counts; of those that are not, the last.
  private mutating func join(_ part: LifecycleVerdict, unless given: Bool) {
    switch (holds == given, part.holds == given) {
    case (true, true):
      if let change = part.changesAt { changesAt = min(changesAt ?? change, change) }
    case (true, false): self = part
    case (false, true): break
    case (false, false):
      if let a = changesAt, let b = part.changesAt {
        changesAt = max(a, b)
      } else {
        changesAt = nil
      }
    }
  }

  var negated: LifecycleVerdict { LifecycleVerdict(holds: !holds, changesAt: changesAt) }
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
