import Foundation

/// Something that a plan is to reach.
///
///     PlanObjective("Buys for the whole house", measuring: .orders, target: 6)
///     PlanObjective("Knows our gardener by name")
public struct PlanObjective: Described, Codable {
  /// What it is; up to 1,000 bytes of UTF-8.
  public var text: String

  /// From how much on it is reached, where it is measured.
  public var target: Int?

  /// Whether it is reached, as somebody said; what is measured goes by the measure until then.
  public var isMet: Bool?

  private var measured: String?

  /// Says what is to be reached.
  ///
  /// - Parameters:
  ///   - text: What it is.
  ///   - measure: The number that shows it, if one does.
  ///   - target: From how much on it is reached; money in minor units.
  ///   - isMet: Whether it is reached, where somebody says so.
  public init(
    _ text: String, measuring measure: LifecycleQuantity? = nil, target: Int? = nil,
    isMet: Bool? = nil
  ) {
    self.text = text
    self.target = target
    self.isMet = isMet
    measured = measure?.json
  }

  /// The number kept on the customer that shows it, if one does.
  public var measure: LifecycleQuantity? {
    get { measured.flatMap { LifecycleQuantity(json: $0) } }
    set { measured = newValue?.json }
  }

  private struct Fields: Sendable {
    let text = Field<PlanObjective, String>("text", { $0.text }, { $0.text = $1 })
    let measured = Field<PlanObjective, String?>(
      "measured", { $0.measured }, { $0.measured = $1 })
    let target = Field<PlanObjective, Int?>("target", { $0.target }, { $0.target = $1 })
    let isMet = Field<PlanObjective, Bool?>("is_met", { $0.isMet }, { $0.isMet = $1 })
  }

  public static let layout = Layout(Fields(), blank: PlanObjective(""))
}

/// How far an objective is.
public struct PlanProgress: Hashable, Sendable {
  /// The objective.
  public let objective: PlanObjective

  /// What is measured now; `nil` where nothing is.
  ///
  /// Of an organisation or a household it counts all who belong to it.
  public let value: Int?

  /// Whether it is reached: as somebody said, or else by what is measured; `nil` where neither
  /// tells.
  public var isMet: Bool? {
    if let isMet = objective.isMet { return isMet }
    guard let value, let target = objective.target else { return nil }
    return value >= target
  }
}

extension LifecycleQuantity {
  /// What was written down; `nil` for what this program does not know.
  fileprivate init?(json: String) {
    guard let known = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else {
      return nil
    }
    self = known
  }

  /// How it is written down, the same for the same quantity.
  fileprivate var json: String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) }
  }
}
