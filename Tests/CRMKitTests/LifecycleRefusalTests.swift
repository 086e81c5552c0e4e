import CRMKit
import CRMTesting
import Foundation
import Testing

/// Models that would go wrong later are refused when they are defined.
@Suite("Lifecycles that cannot work")
struct LifecycleRefusalTests {
  private static func labelled(
    _ name: String, entry b: [LifecycleAction], _ c: [LifecycleAction],
    back: LifecycleCondition = !.customer { $0.eachTag.contains("x") }
  ) -> LifecycleModel {
    LifecycleModel(
      name,
      stages: [
        LifecycleStage("a", weight: 1, .open),
        LifecycleStage("b", weight: 2, .atRisk, onEntry: b),
        LifecycleStage("c", weight: 3, .lapsed, onEntry: c),
      ],
      initial: "a",
      rules: [
        LifecycleRule(
          "out", from: ["b"], to: "c", when: .customer { $0.eachTag.contains("x") }),
        LifecycleRule("back", from: ["c"], to: "b", when: back),
      ])
  }

  private static func pair(
    _ name: String, _ forth: LifecycleCondition, _ back: LifecycleCondition, version: Int = 1
  ) -> LifecycleModel {
    LifecycleModel(
      name, version: version,
      stages: [
        LifecycleStage("r", weight: 1, .open), LifecycleStage("x", weight: 2, .atRisk),
        LifecycleStage("y", weight: 3, .lapsed),
      ],
      initial: "r",
      rules: [
        LifecycleRule("forth", from: ["x"], to: "y", when: forth),
        LifecycleRule("back", from: ["y"], to: "x", when: back),
      ])
  }

  private func refusal(of models: LifecycleModel...) async throws -> [CRMError.Issue]? {
    let shop = try await Shop(.memory)
    let error = await failure {
      try await shop.crm.write { tx in
        for model in models { try tx.lifecycle.define(model) }
      }
    }
    return error?.issues
  }

  @Test("Stages whose labels lead in a circle are refused")
  func labels() async throws {
    let issues = try await refusal(of: Self.labelled("m", entry: [.tag("x")], [.untag("x")]))
    #expect(
      issues == [
        .init("rules", "lead in a circle within one instant: b → c → b by “out”, “back”")
      ])
  }

  @Test(
    "Stages whose labels end by themselves can work",
    arguments: [
      // Who comes back has no label any more, so that nothing leads on.
      labelled("m", entry: [], [.untag("x")]),
      labelled("m", entry: [.tag("y")], [.untag("y")]),
    ])
  func harmlessLabels(model: LifecycleModel) async throws {
    #expect(try await refusal(of: model) == nil)
  }

  @Test("Lifecycles that lead each other in a circle are refused, however they come together")
  func twoLifecycles() async throws {
    // “a” follows “b”, and “b” does the opposite of “a”.
    let b = Self.pair("b", .stands(["x"], in: "a"), .stands(["y"], in: "a"))
    let still = Self.pair("b", .atLeast(9, .orders), .fewer(than: 9, .orders))
    let a = Self.pair("a", .stands(["x"], in: "b"), .stands(["y"], in: "b"))
    let opposite = LifecycleModel(
      "b", version: 2, stages: b.stages, initial: b.initial,
      rules: [
        LifecycleRule("forth", from: ["x"], to: "y", when: .stands(["y"], in: "a")),
        LifecycleRule("back", from: ["y"], to: "x", when: .stands(["x"], in: "a")),
      ])
    // Both go forth where the other stands at the first, and back where it stands at the second:
    // a: x → y where b is at x; b stays at x where a is at y; a then is to go on, as b is at x.
    let issues = try await refusal(of: still, a, opposite)
    #expect(issues?.map(\.field) == ["rules"])
    let problem = try #require(issues?.first?.problem)
    #expect(problem.hasPrefix("lead in a circle within one instant: "))
    for part in ["b: x → y by “forth”", "a: y → x by “back”"] { #expect(problem.contains(part)) }
  }

  @Test("Lifecycles that only look on are no circle")
  func onlooker() async throws {
    let still = Self.pair("b", .atLeast(9, .orders), .fewer(than: 9, .orders))
    let a = Self.pair("a", .stands(["x"], in: "b"), .stands(["y"], in: "b"))
    #expect(try await refusal(of: still, a) == nil)
  }

  @Test(
    "A circle that is led by something else ends, and fails no write", arguments: Backend.allCases)
  func circleByScore(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.scores.define(
        ScoreModel(
          "warmth", groups: [.init("labels")],
          rules: [
            ScoreRule("x", in: "labels", 10, when: .customer { $0.eachTag.contains("x") })
          ]))
      try tx.lifecycle.define(
        LifecycleModel(
          "m",
          stages: [
            LifecycleStage("a", weight: 1, .open),
            LifecycleStage("b", weight: 2, .atRisk, onEntry: [.tag("x")]),
            LifecycleStage("c", weight: 3, .lapsed, onEntry: [.untag("x")]),
          ],
          initial: "a",
          rules: [
            LifecycleRule("out", from: ["b"], to: "c", when: .atLeast(10, .score("warmth"))),
            LifecycleRule("back", from: ["c"], to: "b", when: .fewer(than: 10, .score("warmth"))),
          ]))
      try tx.lifecycle.move(ada.id, to: "b", in: "m", because: "by hand")
    }
    shop.clock.advance(by: .seconds(86_400))
    for subject in ["Hello", "Hello again"] {
      try await shop.crm.write { tx in
        try tx.interactions.record(
          NewInteraction(with: ada.id, through: .email, .inbound, subject: subject))
      }
    }
    #expect(try await shop.crm.advance().parked == 0)
    let history = try await shop.crm.read { try $0.lifecycle.history(of: ada.id, in: "m") }
    for at in Set(history.map(\.at)) {
      let moves = history.filter { $0.at == at }
      #expect(moves.filter { $0.rule == "out" }.count <= 2)
      #expect(moves.filter { $0.rule == "back" }.count <= 2)
    }
    #expect(history.contains { $0.rule == "out" } && history.contains { $0.rule == "back" })
    #expect(zip(history, history.dropFirst()).allSatisfy { $0.to == $1.from })
    #expect(try await shop.crm.verify().isSound)
  }

  @Test(
    "Names of lifecycles and stages that there are not are refused, with the nearest",
    arguments: [
      (
        LifecycleCondition.stands(["lost"], in: "retial"),
        "looks at “retial”, which is no lifecycle; did you mean “retail”?"
      ),
      (
        .stands(["lost", "lasped"], in: "retail"),
        "looks at “lasped”, which is no stage of “retail”; did you mean “lapsed”?"
      ),
      (.stands(["a"], in: "m"), "looks at “m” itself; name the stages in `from`"),
    ])
  func names(condition: LifecycleCondition, problem: String) async throws {
    let model = LifecycleModel(
      "m", stages: [LifecycleStage("a", weight: 1, .open), LifecycleStage("b", weight: 2, .lost)],
      initial: "a", rules: [LifecycleRule("x", from: ["a"], to: "b", when: condition)])
    #expect(
      try await refusal(of: .retail, model) == [.init("rules[0].condition", problem)])
    let shop = try await Shop(.memory)
    let error = await failure {
      try await shop.crm.write { tx in
        try tx.lifecycle.define(.retail)
        try tx.groups.define("g", "Group", where: .stands(["lost"], in: "retial"))
      }
    }
    #expect(
      error?.issues == [
        .init("where", "looks at “retial”, which is no lifecycle; did you mean “retail”?")
      ])
  }

  @Test(
    "An entry that looks at a stay is refused, as nobody has one before",
    arguments: [
      LifecycleCondition.passed(.days(1), since: .stageEntered),
      .atLeast(1, .orders) && !.happened(.stageEntered),
    ])
  func entry(condition: LifecycleCondition) async throws {
    let model = LifecycleModel(
      "m", stages: [LifecycleStage("a", weight: 1, .open)], initial: "a", entry: condition,
      rules: [])
    #expect(
      try await refusal(of: model) == [
        .init("entry", "looks at when a stage was entered, before any was")
      ])
  }

  @Test(
    "A stage is not reached by what can never hold",
    arguments: [(false, true), (true, false), (false, false), (true, true)])
  func impossible(ruleHolds: Bool, guardHolds: Bool) async throws {
    func condition(_ holds: Bool) -> LifecycleCondition {
      .atLeast(2, .orders) && .fewer(than: holds ? 3 : 1, .orders)
    }
    let model = LifecycleModel(
      "m",
      stages: [LifecycleStage("a", weight: 1, .open), LifecycleStage("b", weight: 2, .active)],
      initial: "a",
      rules: [LifecycleRule("on", from: ["a"], to: "b", when: condition(ruleHolds))],
      paths: [LifecyclePath(to: "b", guardedBy: condition(guardHolds))])
    let issues = try await refusal(of: model)
    #expect(
      issues
        == (ruleHolds || guardHolds
          ? nil : [.init("stages[1]", "“b” cannot be reached from “a”")]))
  }

  @Test(
    "Spans that no calendar has are refused wherever they stand",
    arguments: [
      (LifecycleSpan.days(.max), "has a span of more than 4000000 days"),
      (.months(.max), "has a span of more than 4000000 months"),
      (.days(.min), "has a span of less than no time"),
      (.months(-1), "has a span of less than no time"), (.days(0), "has a span of no time"),
    ])
  func spans(span: LifecycleSpan, problem: String) async throws {
    let model = LifecycleModel(
      "m",
      stages: [
        LifecycleStage("lead", weight: 1, .open, expectedStay: span),
        LifecycleStage(
          "late", weight: 2, .lost,
          onExit: [.followUp("Call", within: span, else: .staff("kim"))]),
      ],
      initial: "lead",
      rules: [
        LifecycleRule("ends", from: ["lead"], to: "late", when: .passed(span, since: .added))
      ])
    // Models come as JSON as well.
    let decoded = try JSONDecoder().decode(
      LifecycleModel.self, from: try JSONEncoder().encode(model))
    let fields =
      ["stages[0].expected_stay"]
      + (span == .days(0) ? [] : ["stages[1].actions[0]", "rules[0].condition"])
    #expect(try await refusal(of: decoded) == fields.map { .init($0, problem) })
  }

  @Test("The longest spans there are reach the end of time", arguments: Backend.allCases)
  func longestSpans(backend: Backend) async throws {
    let spans: [LifecycleSpan] = [
      .days(4_000_000), .months(4_000_000), .exactly(.seconds(Int64.max)),
    ]
    for span in spans {
      let shop = try await Shop(backend)
      let (ada, _) = try await shop.furnished()
      try await shop.crm.write { tx in
        try tx.lifecycle.define(
          LifecycleModel(
            "m",
            stages: [
              LifecycleStage("lead", weight: 1, .open, expectedStay: span),
              LifecycleStage("late", weight: 2, .lost),
            ],
            initial: "lead",
            rules: [
              LifecycleRule("ends", from: ["lead"], to: "late", when: .passed(span, since: .added))
            ]))
        try tx.lifecycle.look()
        let position = try #require(try tx.lifecycle.position(of: ada.id, in: "m"))
        #expect(position.stage == "lead")
        #expect(try #require(position.expectedUntil) > tx.now)
      }
    }
  }

  @Test("A playbook is not followed at a pace that no calendar has", arguments: Backend.allCases)
  func pace(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let kim = Principal.staff("kim")
    let (plan, playbook) = try await shop.crm.write { tx in
      (
        try tx.plans.open(NewPlan(for: ada.id, "Come back", kind: .winBack, owner: kim)).id,
        try tx.playbooks.write(
          NewPlaybook("Win back", when: "They lapse.", steps: ["Call", "Write"])
        ).id
      )
    }
    for span in [LifecycleSpan.days(.max), .months(.max), .days(-1)] {
      let error = await failure {
        try await shop.crm.write { tx in
          try tx.plans.follow(
            playbook, in: plan, due: .at(tx.now + .seconds(60)), every: span)
        }
      }
      #expect(error?.issues.map(\.field) == ["every"])
    }
    #expect(try await shop.crm.read { try $0.plans.steps(of: plan) } == [])
  }
}
