import CRMKit
import CRMTesting
import Testing

/// The code of Documentation/Scores.md, run.
@Suite("The page on scores")
struct ScoresPageTests {
  private static let page = "Documentation/Scores.md"

  @Test("Documentation/Scores.md")
  func scores() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let clock = TestClock("2026-01-15T00:00:00Z")
    let crm = try await CRM(storage: MemoryStorage(), clock: clock)
    let engagement = ScoreModel(
      "engagement", groups: [.init("visits", cap: 40), .init("fit")],
      rules: [
        ScoreRule(
          "opened a letter", in: "visits", 5,
          each: .interactions { $0.channel == .email && $0.outcome == "opened" }, within: .days(90)),
        ScoreRule(
          "came to the shop", in: "visits", 40,
          each: .interactions { $0.channel == .store },
          fading: .compounding(.percent(25), every: .months(1))),
        ScoreRule("gave something back", in: "fit", -10, each: .events(OrderReturned.self)),
        ScoreRule("is in Korea", in: "fit", 30, when: .customer { $0.country == "KR" }),
      ],
      limit: 100, floor: 0)
    let yuna = try await crm.write { tx in
      try tx.scores.define(engagement)
      let yuna = try tx.customers.add(.person("김유나", country: "KR"))
      try tx.interactions.record(
        NewInteraction(with: yuna.id, through: .store, .inbound, subject: "Looked at teapots"))
      return yuna
    }
    try await crm.read { tx in
      let score = try tx.scores.score(of: yuna.id, in: "engagement")
      print(score.value, "points until", score.nextChangeAt?.dateInUTC ?? "for ever")
      for group in score.groups {
        for reason in group.reasons { print(group.group, reason.points, reason.rule) }
      }
    }
    try output.isShown(on: Self.page)
    clock.advance(by: .seconds(90 * 86_400))  // to the 15th of April
    try await crm.read { tx in
      print(try tx.scores.score(of: yuna.id, in: "engagement").value)
      let later = try tx.scores.score(
        of: yuna.id, in: "engagement", at: tx.now + .seconds(30 * 86_400))
      print(later.value)
    }
    try output.isShown(on: Self.page)
    try await moved(crm, yuna, output)
  }

  private func moved(_ crm: CRM, _ yuna: Customer, _ output: Output) async throws {
    func print(_ items: Any...) { output.append(items) }
    let warmth = LifecycleModel(
      "warmth",
      stages: [
        LifecycleStage("cold", weight: 10, .open), LifecycleStage("warm", weight: 20, .active),
        LifecycleStage("cooling", weight: 30, .atRisk),
      ],
      initial: "cold",
      rules: [
        LifecycleRule(
          "warmed up", from: ["cold"], to: "warm", when: .atLeast(46, .score("engagement"))),
        LifecycleRule(
          "cools down", from: ["warm"], to: "cooling", when: .fewer(than: 40, .score("engagement"))),
      ])
    try await crm.write { tx in
      try tx.lifecycle.define(warmth)
      try tx.lifecycle.look()
      guard let position = try tx.lifecycle.position(of: yuna.id, in: "warmth") else { return }
      for next in position.forecast { print(position.stage ?? "", "until", next.at.dateInUTC) }
    }
    try output.isShown(on: Self.page)
  }
}
