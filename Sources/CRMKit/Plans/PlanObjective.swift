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
    measured = measure?.code
  }

  /// The number kept on the customer that shows it, if one does.
  public var measure: LifecycleQuantity? {
    get { measured.flatMap { LifecycleQuantity(code: $0) } }
    set { measured = newValue?.code }
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
  private static let plain: [(LifecycleQuantity, String)] = [
    (.orders, "orders"), (.units, "units"), (.cancelledOrders, "cancelled_orders"),
    (.returns, "returns"), (.purchaseDays, "purchase_days"),
    (.inboundContacts, "inbound_contacts"), (.outboundContacts, "outbound_contacts"),
    (.promisesKept, "promises_kept"), (.promisesBroken, "promises_broken"),
    (.openCommitments, "open_commitments"), (.complaints, "complaints"),
    (.openComplaints, "open_complaints"),
  ]

  /// How it is written down: `orders`, `revenue:EUR`, `figure:visits`.
  var code: String {
    switch self {
    case .revenue(let currency): "revenue:\(currency.rawValue)"
    case .figure(let name): "figure:\(name)"
    case .score(let name): "score:\(name)"
    default: Self.plain.first { $0.0 == self }?.1 ?? description
    }
  }

  /// What was written down; `nil` for what this program does not know.
  init?(code: String) {
    let parts = code.split(separator: ":", maxSplits: 1).map(String.init)
    if parts.count == 2, parts[0] == "figure" {
      self = .figure(parts[1])
    } else if parts.count == 2, parts[0] == "score" {
      self = .score(parts[1])
    } else if parts.count == 2, parts[0] == "revenue",
      let currency = Currency(rawValue: parts[1])
    {
      self = .revenue(currency)
    } else if let known = Self.plain.first(where: { $0.1 == code }) {
      self = known.0
    } else {
      return nil
    }
  }
}
