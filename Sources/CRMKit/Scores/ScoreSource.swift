/// What happened to a customer that a score rule counts, each time with the rule's points.
public enum ScoreSource: Hashable, Sendable, Codable {
  /// Contacts that meet a filter, planned ones from their instant on.
  case interactions(Condition)
  /// Orders that stand, those cancelled left out, that meet a filter.
  case orders(Condition)
  /// What the customer gave the firm besides money that meets a filter.
  case contributions(Condition)
  /// What any capability told of the customer: events of this name, such as `orders.returned`.
  case events(String)

  /// Contacts of a kind.
  ///
  ///     .interactions { $0.channel == .web && $0.outcome == "clicked" }
  public static func interactions(
    _ filter: (Interaction.Fields) -> Filter<Interaction> = { _ in .all }
  ) -> ScoreSource {
    .interactions(filter(Interaction.fields).condition)
  }

  /// Orders of a kind.
  public static func orders(
    _ filter: (Order.Fields) -> Filter<Order> = { _ in .all }
  ) -> ScoreSource {
    .orders(filter(Order.fields).condition)
  }

  /// Contributions of a kind.
  public static func contributions(
    _ filter: (Contribution.Fields) -> Filter<Contribution> = { _ in .all }
  ) -> ScoreSource {
    .contributions(filter(Contribution.fields).condition)
  }

  /// Events of a type.
  public static func events<E: Event>(_ type: E.Type) -> ScoreSource { .events(E.name) }
}

extension ScoreSource: CustomStringConvertible {
  public var description: String {
    switch self {
    case .interactions(let condition): Self.text("contacts", condition)
    case .orders(let condition): Self.text("orders", condition)
    case .contributions(let condition): Self.text("contributions", condition)
    case .events(let name): "events “\(name)”"
    }
  }

  private static func text(_ kind: String, _ condition: Condition) -> String {
    condition == .always ? kind : "\(kind) where \(condition)"
  }
}
