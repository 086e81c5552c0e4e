/// The stages of a customer's life with the firm, and what moves customers between them.
///
/// A model is data: it is defined in a CRM (``LifecycleOperations/define(_:)``), versioned, and
/// changed without the program. Several can run side by side, each by its name.
///
/// Stages of the kinds ``LifecycleStage/Kind/open`` and ``LifecycleStage/Kind/active`` are the
/// rungs of a ladder by their weights. Customers climb only upwards, on every path; from the
/// other stages (at risk, lapsed, lost, won back) they return to their furthest rung or higher.
/// Only ``LifecycleOperations/clear(_:in:because:)`` starts anew.
public struct LifecycleModel: Hashable, Sendable, Codable {
  /// The name, the same from version to version.
  public let name: String

  /// 1 for the first definition, raised by one with each change.
  public let version: Int

  /// The stages.
  public let stages: [LifecycleStage]

  /// Who takes part, and is at the first stage by that; people can move others in by hand.
  public let entry: LifecycleCondition

  /// The stage customers enter at.
  public let initial: String

  /// What moves customers by itself.
  public let rules: [LifecycleRule]

  /// Where people may move customers; by default to every stage.
  public let paths: [LifecyclePath]

  /// Where days are meant: with the customer (at the firm where the file has no zone), or at the
  /// firm.
  public let days: DayZone

  /// Whether the people of an organisation that climbs come at least as far with it.
  public let liftsMembers: Bool

  /// Where days are meant.
  public enum DayZone: String, Sendable, Codable {
    /// In the customer's own time zone.
    case customer
    /// In the firm's.
    case firm
  }

  /// A model; ``LifecycleOperations/define(_:)`` looks whether it can work.
  public init(
    _ name: String, version: Int = 1, stages: [LifecycleStage], initial: String,
    entry: LifecycleCondition = .always, rules: [LifecycleRule], paths: [LifecyclePath]? = nil,
    days: DayZone = .customer, liftsMembers: Bool = false
  ) {
    self.name = name
    self.version = version
    self.stages = stages
    self.initial = initial
    self.entry = entry
    self.rules = rules
    self.paths = paths ?? stages.map { LifecyclePath(to: $0.name) }
    self.days = days
    self.liftsMembers = liftsMembers
  }

  /// The stage of a name.
  public func stage(_ name: String) -> LifecycleStage? { stages.first { $0.name == name } }

  /// The rules that lead from a stage, those that go first first.
  func rules(from stage: String) -> [LifecycleRule] {
    rules.filter { $0.from.contains(stage) }.enumerated().sorted { a, b in
      (b.element.priority, a.offset) < (a.element.priority, b.offset)
    }.map(\.element)
  }

  /// The rungs that a climb from one weight to another passes over.
  func rungs(between low: Int, and high: Int) -> [String] {
    stages.filter { $0.kind.isRung && $0.weight > low && $0.weight < high }
      .sorted { $0.weight < $1.weight }.map(\.name)
  }
}
