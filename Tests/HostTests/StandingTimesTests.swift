import CRMKit
import CRMTesting
import Testing

/// Scores, stages and warnings at the millisecond at which they change.
@Suite("What changes at an instant")
struct StandingTimesTests {
  private func instant(_ text: String) throws -> Instant { try #require(Instant(text)) }

  @Test(
    "Caps, frames and fading points come together to the millisecond", arguments: Backend.allCases)
  func scores(backend: Backend) async throws {
    try await withStorage(backend) { storage in
      let clock = TestClock("2028-03-01T00:00:00Z")
      let crm = try await CRM(storage: storage, clock: clock, identifiers: .seeded(9))
      let visit = try instant("2028-01-30T20:00:00Z")  // the 31st in Auckland
      let ada = try await crm.write { tx in
        try tx.scores.define(
          ScoreModel(
            "warmth",
            groups: [.init("visits", cap: 50), .init("mails", cap: 7), .init("trouble")],
            rules: [
              ScoreRule(
                "came", in: "visits", 64, each: .interactions { $0.channel == .store },
                fading: .compounding(.percent(50), every: .months(1))),
              ScoreRule(
                "wrote", in: "mails", 3, each: .interactions { $0.channel == .email },
                within: .days(30)),
              ScoreRule(
                "was loud", in: "trouble", -30, each: .interactions { $0.channel == .phone },
                fading: .linear(.percent(40), every: .days(10))),
            ], limit: 45, floor: -20))
        let ada = try tx.customers.add(.person("Ada").with { $0.zone = Zone("Pacific/Auckland") })
        for (channel, at) in [
          (Channel.store, visit), (.email, visit), (.email, visit), (.email, visit),
          (.phone, try instant("2028-02-28T00:00:00Z")),
          (.phone, try instant("2028-02-28T00:00:00Z")),
        ] {
          try tx.interactions.record(
            NewInteraction(
              with: ada.id, through: channel, .inbound, subject: "Hello", occurredAt: at))
        }
        return ada.id
      }
      try await crm.read { tx in
        func value(_ text: String, less milliseconds: Int64 = 0) throws -> String {
          try tx.scores.score(
            of: ada, in: "warmth", at: instant(text) - .milliseconds(milliseconds)
          ).value.description
        }
        #expect(try value("2028-01-30T20:00:00Z", less: 1) == "0")
        #expect(try value("2028-01-30T20:00:00Z") == "45")  // 50 + 7, limited
        // Trouble comes: −60.
        #expect(try value("2028-02-28T00:00:00Z", less: 1) == "45")
        #expect(try value("2028-02-28T00:00:00Z") == "-3")
        // The month ends on the leap day in Auckland; 30 days after the mails on the 1st of March.
        #expect(try value("2028-02-28T20:00:00Z", less: 1) == "-3")
        #expect(try value("2028-02-28T20:00:00Z") == "-20")  // 32 + 7 − 60, kept above the floor
        #expect(try value("2028-02-29T20:00:00Z", less: 1) == "-20")
        // 40 % of the first points fade every ten days: −36, −12, 0.
        #expect(try value("2028-03-09T00:00:00Z", less: 1) == "-20")
        #expect(try value("2028-03-09T00:00:00Z") == "-4")
        #expect(try value("2028-03-19T00:00:00Z") == "20")
        #expect(try value("2028-03-29T00:00:00Z", less: 1) == "20")
        #expect(try value("2028-03-29T00:00:00Z") == "32")
        // The 31st of March again, in summer time to the same hour.
        #expect(try value("2028-03-30T20:00:00Z", less: 1) == "32")
        #expect(try value("2028-03-30T20:00:00Z") == "16")
        // On the 30th of April summer has ended.
        #expect(try value("2028-04-29T21:00:00Z", less: 1) == "16")
        #expect(try value("2028-04-29T21:00:00Z") == "8")
        let now = try tx.scores.score(of: ada, in: "warmth")
        #expect(now.nextChangeAt == (try instant("2028-03-09T00:00:00Z")))
        #expect(now.unlimited.description == "-28")
        #expect(now.groups.map(\.value.description) == ["32", "0", "-60"])
      }
      await crm.close()
    }
  }

  @Test(
    "Two lifecycles go their own ways, each with its own ladder and clearing",
    arguments: Backend.allCases)
  func sideBySide(backend: Backend) async throws {
    func model(_ name: String, _ span: LifecycleSpan) -> LifecycleModel {
      LifecycleModel(
        name,
        stages: [
          LifecycleStage("a", weight: -5, .open), LifecycleStage("b", weight: 0, .open),
          LifecycleStage("c", weight: 5, .active), LifecycleStage("gone", weight: 6, .lost),
        ],
        initial: "a",
        rules: [
          LifecycleRule(
            "left", from: ["b", "c"], to: "gone", when: .passed(span, since: .stageEntered))
        ])
    }
    try await withStorage(backend) { storage in
      let clock = TestClock("2026-01-31T09:30:00Z")
      let crm = try await CRM(storage: storage, clock: clock, identifiers: .seeded(10))
      let kim = crm.acting(as: .staff("kim"))
      let ada = try await kim.write { tx in
        let ada = try tx.customers.add(.person("Ada")).id
        try tx.lifecycle.define(model("tea", .days(1)))
        try tx.lifecycle.define(model("books", .months(1)))
        try tx.lifecycle.move(ada, to: "c", in: "tea", because: "by hand")
        try tx.lifecycle.move(ada, to: "b", in: "books", because: "by hand")
        let back = #expect(throws: CRMError.self) {
          try tx.lifecycle.move(ada, to: "b", in: "tea", because: "by mistake")
        }
        #expect(back?.code == .backward)
        #expect(try tx.lifecycle.history(of: ada, in: "tea").map(\.to) == ["c"])
        #expect(try tx.lifecycle.history(of: ada, in: "books").map(\.to) == ["a", "b"])
        return ada
      }
      clock.set(to: try instant("2026-02-28T09:30:00Z"))
      // Nobody has looked; by hand it goes on from where time has led.
      try await kim.write { tx in
        let gone = #expect(throws: CRMError.self) {
          try tx.lifecycle.move(ada, to: "b", in: "tea", because: "down from gone")
        }
        #expect(gone?.code == .backward, "The furthest stage is still c")
        try tx.lifecycle.move(ada, to: "c", in: "tea", because: "is back")
        try tx.lifecycle.clear(ada, in: "books", because: "begins anew")
        #expect(try tx.lifecycle.position(of: ada, in: "books")?.stage == nil)
        #expect(try tx.lifecycle.position(of: ada, in: "tea")?.stage == "c")
        let moves = try tx.lifecycle.history(of: ada, in: "books")
        #expect(moves.map(\.to) == ["a", "b", "gone", nil])
        #expect(moves.map(\.at).suffix(2) == [tx.now, tx.now], "The month had just ended")
        #expect(moves.last?.actor == .staff("kim") && moves.last?.reason == "begins anew")
        try tx.lifecycle.move(ada, to: "a", in: "books", because: "from the start")
        #expect(try tx.lifecycle.position(of: ada, in: "books")?.furthest == "a")
      }
      try await crm.read { tx in
        let times = try tx.lifecycle.stageTimes(of: ada, in: "tea")
        #expect(times.map(\.stage) == ["c", "gone"])
        #expect(times.map(\.entries) == [2, 1])
        #expect(
          times.map(\.duration) == [.seconds(86_400), .seconds(27 * 86_400)])
        let asOf = try instant("2026-02-01T09:30:00Z")
        #expect(try tx.lifecycle.stage(of: ada, in: "tea", at: asOf) == "gone")
        #expect(try tx.lifecycle.stage(of: ada, in: "tea", at: asOf - .milliseconds(1)) == "c")
        #expect(
          try tx.lifecycle.stageTimes(of: ada, in: "tea", asOf: asOf - .milliseconds(1))
            .map(\.duration) == [.milliseconds(86_399_999)])
      }
      #expect(try await crm.verify().problems == [])
      await crm.close()
    }
  }

  @Test(
    "Circles of two, three and five rules, ties and disagreements are refused with their path")
  func refused() async throws {
    let crm = try await CRM(storage: MemoryStorage(), clock: TestClock("2026-01-01T00:00:00Z"))
    let kinds: [LifecycleStage.Kind] = [.atRisk, .lapsed, .lost, .wonBack, .atRisk]
    for size in [2, 3, 5] {
      let names = (0..<size).map { "s\($0)" }
      let model = LifecycleModel(
        "ring",
        stages: [LifecycleStage("start", weight: 0, .open)]
          + names.enumerated().map { LifecycleStage($1, weight: $0 + 1, kinds[$0]) },
        initial: "start",
        rules: names.indices.map { index in
          LifecycleRule(
            "r\(index)", from: [names[index]], to: names[(index + 1) % size],
            when: .atLeast(index + 1, .orders))
        })
      let error = await #expect(throws: CRMError.self) {
        try await crm.write { _ = try $0.lifecycle.define(model) }
      }
      #expect(error?.code == .invalid)
      let way = (names + [names[0]]).joined(separator: " → ")
      #expect(error?.issues.contains { $0.problem.contains(way) } == true, "\(error?.issues ?? [])")
    }
    // What cannot hold at once is no circle and no disagreement.
    try await crm.write { tx in
      try tx.lifecycle.define(
        LifecycleModel(
          "sound",
          stages: [
            LifecycleStage("start", weight: 0, .open), LifecycleStage("x", weight: 1, .atRisk),
            LifecycleStage("y", weight: 2, .lapsed),
          ],
          initial: "start",
          rules: [
            LifecycleRule("r1", from: ["start", "y"], to: "x", when: .fewer(than: 5, .orders)),
            LifecycleRule("r2", from: ["start", "x"], to: "y", when: .atLeast(5, .orders)),
          ]))
    }
  }

  @Test(
    "What was resolved is not raised again for the same evidence by any look or later version",
    arguments: Backend.allCases)
  func warnedOnce(backend: Backend) async throws {
    try await withStorage(backend) { storage in
      let clock = TestClock("2026-03-27T12:00:00Z")
      let berlin = try #require(Zone("Europe/Berlin"))
      let crm = try await CRM(
        storage: storage, clock: clock, identifiers: .seeded(11), zone: berlin)
      let signals: [WarningModel.Signal] = [
        .init("complaint", .high, when: .openComplaint(for: .days(5)))
      ]
      let (ada, order) = try await crm.write { tx in
        try tx.warnings.define(WarningModel(signals: signals, expiry: .days(10)))
        let ada = try tx.customers.add(.person("Ada")).id
        let tea = try tx.catalogue.add(sku: "TEA", name: "Tea")
        let order = try tx.orders.place(
          NewOrder(number: "1", customer: ada, lines: [.init(tea.id, amount: Money("5.00", .eur))]))
        try tx.orders.dispute(order.id, over: "It is stale", reference: "d1")
        return (ada, order.id)
      }
      // Five days of the calendar, one of them an hour short.
      let due = try instant("2026-04-01T11:00:00Z")
      clock.set(to: due - .milliseconds(1))
      try await crm.advance()
      #expect(try await crm.read { try $0.warnings.standing(of: ada) } == nil)
      clock.set(to: due)
      try await crm.advance()
      let first = try #require(try await crm.read { try $0.warnings.standing(of: ada) })
      #expect(first.raisedAt == due)
      #expect(first.atStake == [Money(minorUnits: 500, .eur)])
      try await crm.write { tx in
        try tx.warnings.resolve(first.id, note: "We talked")
        try tx.warnings.look()
        try tx.warnings.define(WarningModel(version: 2, signals: signals, expiry: .days(20)))
        try tx.warnings.look()
        try tx.interactions.record(
          NewInteraction(with: ada, through: .phone, .inbound, subject: "Still stale"))
      }
      clock.advance(by: .seconds(30 * 86_400))
      try await crm.advance()
      try await crm.write { tx in
        #expect(try tx.warnings.all(of: ada).map(\.id) == [first.id])
        // Another complaint is other evidence.
        try tx.orders.dispute(order, over: "And late", reference: "d2")
      }
      clock.advance(by: .seconds(5 * 86_400))
      try await crm.advance()
      try await crm.read { tx in
        let all = try tx.warnings.all(of: ada)
        #expect(all.count == 2 && all[0].evidence.count == 1)
        #expect(all[0].raisedAt == tx.now)
        #expect(all[0].evidence.first?.key != first.evidence.first?.key)
      }
      #expect(try await crm.verify().problems == [])
      await crm.close()
    }
  }
}
