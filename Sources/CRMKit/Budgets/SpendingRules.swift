/// For what money is spent on a customer, where nobody says it; pure.
///
/// 1. A contact that belongs to an acquisition action is for acquisition, and one that belongs to a
///    win-back plan for winning back.
/// 2. Who has placed no order that stands is being won: acquisition.
/// 3. Who stands at a stage of the kind lapsed or lost, in any lifecycle, is being won back.
/// 4. What the firm turned to the customer for is retention.
/// 5. All else (the customer turned to the firm, notes, goodwill) is service.
///
/// The customer counts as they were at the instant of the spending. A purpose is decided once,
/// when it is booked, and changed by hand alone.
enum SpendingRules {
  /// What is known of a customer at an instant.
  struct Situation {
    /// Whether they had placed an order that stands.
    var hasBought: Bool
    /// The stage of the kind lapsed or lost at which they stood, if at one.
    var lostStage: String?
  }

  static func purpose(in situation: Situation, _ direction: Interaction.Direction?) -> (
    purpose: Spending.Purpose, reason: String
  ) {
    if !situation.hasBought { return (.acquisition, "has not bought yet") }
    if let stage = situation.lostStage { return (.winBack, "stands at \(stage)") }
    switch direction {
    case .outbound: return (.retention, "the firm turned to the customer")
    case .inbound: return (.service, "the customer turned to the firm")
    case .internal: return (.service, "staff among themselves")
    case nil: return (.service, "goodwill")
    }
  }
}
