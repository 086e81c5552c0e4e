extension LifecycleModel {
  /// A shop's customers: from the first order to loyal, and what becomes of those who stay away.
  ///
  /// | stage | who is there |
  /// | --- | --- |
  /// | `prospect` | has not bought; expected to buy within 90 days |
  /// | `first_purchase` | has bought on one day |
  /// | `repeat` | on two to four days |
  /// | `loyal` | on five days or more |
  /// | `advocate` | recommends the firm; people say so |
  /// | `at_risk` | has bought nothing for 90 days |
  /// | `lapsed` | for 180 days |
  /// | `lost` | for 365 days |
  /// | `won_back` | has bought again after having lapsed or been lost |
  ///
  /// Of those whose orders were all called off, the times are counted from when they came to the
  /// stage. Who buys again while at risk returns to the furthest stage at once; who was won back does
  /// after 60 days if the last order is not longer ago.
  public static let retail = LifecycleModel(
    "retail",
    stages: [
      LifecycleStage("prospect", weight: 10, .open, expectedStay: .days(90)),
      LifecycleStage("first_purchase", weight: 20, .active, expectedStay: .days(90)),
      LifecycleStage("repeat", weight: 30, .active),
      LifecycleStage("loyal", weight: 40, .active),
      LifecycleStage("advocate", weight: 50, .active),
      LifecycleStage("at_risk", weight: 60, .atRisk, expectedStay: .days(90)),
      LifecycleStage("lapsed", weight: 70, .lapsed),
      LifecycleStage("lost", weight: 80, .lost),
      LifecycleStage("won_back", weight: 90, .wonBack, expectedStay: .days(60)),
    ],
    initial: "prospect",
    rules: [
      LifecycleRule(
        "first order", from: ["prospect"], to: "first_purchase", priority: 10,
        when: .quantity(.purchaseDays, .equal, 1)),
      LifecycleRule(
        "bought again", from: ["prospect", "first_purchase"], to: "repeat", priority: 10,
        when: .atLeast(2, .purchaseDays) && .fewer(than: 5, .purchaseDays)),
      LifecycleRule(
        "buys often", from: ["prospect", "first_purchase", "repeat"], to: "loyal", priority: 10,
        when: .atLeast(5, .purchaseDays)),
      LifecycleRule(
        "stays away", from: ["first_purchase", "repeat", "loyal", "advocate", "won_back"],
        to: "at_risk", when: .passed(.days(90), since: .lastOrder)),
      LifecycleRule(
        "stays away for long", from: ["at_risk"], to: "lapsed",
        when: .passed(.days(180), since: .lastOrder)),
      LifecycleRule(
        "has left", from: ["lapsed"], to: "lost", when: .passed(.days(365), since: .lastOrder)),
      LifecycleRule(
        "no order stands", from: ["first_purchase", "repeat", "loyal", "advocate", "won_back"],
        to: "at_risk", when: noOrderStands(for: 90)),
      LifecycleRule(
        "no order stands for long", from: ["at_risk"], to: "lapsed",
        when: noOrderStands(for: 90)),
      LifecycleRule(
        "no order has stood for a year", from: ["lapsed"], to: "lost",
        when: noOrderStands(for: 185)),
      LifecycleRule(
        "is back", from: ["at_risk"], to: .furthest,
        when: .happened(.lastOrder) && !.passed(.days(90), since: .lastOrder)),
      LifecycleRule(
        "has come back", from: ["lapsed", "lost"], to: "won_back",
        when: .happened(.lastOrder) && !.passed(.days(180), since: .lastOrder)),
      LifecycleRule(
        "has stayed", from: ["won_back"], to: .furthest,
        when: .passed(.days(60), since: .stageEntered) && .happened(.lastOrder)
          && !.passed(.days(60), since: .lastOrder)),
    ],
    paths: [
      "prospect", "first_purchase", "repeat", "loyal", "advocate", "at_risk", "lapsed", "lost",
      "won_back",
    ].map { LifecyclePath(to: $0) })

  /// All orders were called off, so many days after the stage was entered.
  private static func noOrderStands(for days: Int) -> LifecycleCondition {
    .fewer(than: 1, .orders) && .passed(.days(days), since: .stageEntered)
  }

  /// Companies and the people in them: from the first sign of interest to recommending the firm.
  ///
  /// | stage | who is there |
  /// | --- | --- |
  /// | `subscriber` | wants to hear from the firm |
  /// | `lead` | has turned to it |
  /// | `marketing_qualified` | fits, as marketing sees it; people say so |
  /// | `sales_qualified` | is taken on by sales; people say so |
  /// | `opportunity` | talks of a deal; people say so |
  /// | `customer` | has ordered |
  /// | `evangelist` | recommends the firm; people say so |
  /// | `at_risk` | a customer who has neither ordered nor turned to the firm for 180 days |
  /// | `churned` | for 365 days, or who has said so |
  /// | `won_back` | has ordered again |
  ///
  /// Silence is the customer's: orders and contacts from the customer end it, answers among them;
  /// what the firm sends does not. Of those without an order that stands, as people who climbed
  /// with their company, it is counted from when they came to the stage, unless they turned to the
  /// firm since.
  /// The people of a company that climbs come at least as far with it.
  public static let b2b = LifecycleModel(
    "b2b",
    stages: [
      LifecycleStage("subscriber", weight: 10, .open),
      LifecycleStage("lead", weight: 20, .open, expectedStay: .days(30)),
      LifecycleStage("marketing_qualified", weight: 30, .open, expectedStay: .days(30)),
      LifecycleStage("sales_qualified", weight: 40, .open, expectedStay: .days(60)),
      LifecycleStage("opportunity", weight: 50, .open, expectedStay: .days(120)),
      LifecycleStage("customer", weight: 60, .active),
      LifecycleStage("evangelist", weight: 70, .active),
      LifecycleStage("at_risk", weight: 80, .atRisk, expectedStay: .days(90)),
      LifecycleStage("churned", weight: 90, .lost),
      LifecycleStage("won_back", weight: 100, .wonBack, expectedStay: .days(90)),
    ],
    initial: "subscriber",
    rules: [
      LifecycleRule(
        "turned to the firm", from: ["subscriber"], to: "lead",
        when: .atLeast(1, .inboundContacts) && .fewer(than: 1, .orders)),
      LifecycleRule(
        "ordered",
        from: [
          "subscriber", "lead", "marketing_qualified", "sales_qualified", "opportunity",
        ], to: "customer", priority: 10, when: .atLeast(1, .orders)),
      LifecycleRule(
        "is silent", from: ["customer", "evangelist"], to: "at_risk", when: silent(for: 180)),
      LifecycleRule(
        "has left", from: ["at_risk"], to: "churned", when: silent(for: 365, atStage: 185)),
      LifecycleRule("is back", from: ["at_risk"], to: .furthest, when: heardOf(within: 180)),
      LifecycleRule(
        "ordered again", from: ["churned"], to: "won_back",
        when: .happened(.lastOrder) && !.passed(.days(180), since: .lastOrder)),
      LifecycleRule(
        "has stayed", from: ["won_back"], to: .furthest,
        when: .passed(.days(90), since: .stageEntered) && .happened(.lastOrder)
          && heardOf(within: 180)),
      LifecycleRule(
        "is silent again", from: ["won_back"], to: "at_risk", when: silent(for: 180)),
    ],
    liftsMembers: true)

  /// Neither an order nor a contact from the customer for so many days.
  ///
  /// - Parameter stay: How long those without an order are at the stage by then; by default as long.
  private static func silent(for days: Int, atStage stay: Int? = nil) -> LifecycleCondition {
    let sinceOrder = LifecycleCondition.passed(.days(days), since: .lastOrder)
    let withoutOrder =
      !.happened(.lastOrder) && .passed(.days(stay ?? days), since: .stageEntered)
    return (sinceOrder || withoutOrder)
      && (!.happened(.lastInbound) || .passed(.days(days), since: .lastInbound))
  }

  /// An order or a contact from the customer within so many days.
  private static func heardOf(within days: Int) -> LifecycleCondition {
    (.happened(.lastOrder) && !.passed(.days(days), since: .lastOrder))
      || (.happened(.lastInbound) && !.passed(.days(days), since: .lastInbound))
  }
}
