import CRMKit
import CRMTesting
import Testing

@Suite("What staff may spend on goodwill")
struct DiscretionTests {
  private let kim = Principal.staff("kim")
  private let lee = Principal.staff("lee")
  private let dispute = RecordReference("cases", "D-1")

  private func euros(_ amount: Int) -> Money { Money(minorUnits: Int64(amount) * 100, .eur) }

  private func shop(_ backend: Backend) async throws -> (Shop, Customer.ID, Customer.ID) {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    try await shop.crm.write { tx in
      try tx.responsibility.register(kim, "Kim", roles: ["service"])
      try tx.responsibility.register(lee, "Lee", roles: ["manager"])
      try tx.responsibility.allow(.role("service"), euros(50), .perCase)
      try tx.responsibility.allow(.role("service"), euros(80), .altogether, in: .month)
      try tx.responsibility.allow(.role("manager"), euros(1_000), .perCase)
    }
    return (shop, ada, bob)
  }

  @Test(
    "More than someone may spend is refused, with the limit, what was spent and what was asked",
    arguments: Backend.allCases)
  func limits(backend: Backend) async throws {
    let (shop, ada, bob) = try await shop(backend)
    let desk = shop.crm.acting(as: kim)
    try await desk.write { tx in
      let given = try tx.responsibility.grant(
        euros(30), for: ada, about: dispute, because: "It came late")
      #expect(given.status == .granted && given.decidedBy == kim && given.askedBy == kim)
      let perCase = refusal {
        try tx.responsibility.grant(euros(21), for: ada, about: dispute, because: "Late again")
      }
      #expect(perCase?.code == .overLimit)
      #expect(
        perCase?.issues.map(\.problem) == [
          "the limit is 50.00 EUR per case: 30.00 EUR was spent and 21.00 EUR asked"
        ])
      #expect((perCase?.current as? DiscretionLimit)?.amount == euros(50))
      // Another case, but the same month.
      let inAll = refusal { try tx.responsibility.grant(euros(51), for: bob, because: "Late") }
      #expect(
        inAll?.issues.map(\.problem) == [
          "the limit is 50.00 EUR per case: 0.00 EUR was spent and 51.00 EUR asked",
          "the limit is 80.00 EUR in all in a month: 30.00 EUR was spent and 51.00 EUR asked",
        ])
      try tx.responsibility.grant(euros(50), for: bob, because: "Late")
      #expect(
        refusal { try tx.responsibility.grant(euros(1), for: bob, because: "Late") }?.code
          == .overLimit)
      let dollars = refusal {
        try tx.responsibility.grant(Money("1.00", .usd), for: bob, because: "Late")
      }
      #expect(
        dollars?.issues.map(\.problem) == ["1.00 USD was asked, and there is no limit in USD"])
      #expect(
        try tx.responsibility.discretion(of: kim, for: ada, about: dispute).map(\.left)
          == [euros(20), euros(0)])
    }
    // With the month the sum begins anew.
    shop.clock.advance(by: .seconds(31 * 86_400))
    try await desk.write { tx in
      try tx.responsibility.grant(euros(20), for: ada, about: dispute, because: "Once more")
      #expect(
        refusal {
          try tx.responsibility.grant(euros(1), for: ada, about: dispute, because: "And again")
        }?.code == .overLimit)
    }
    let log = try await shop.events().filter { $0.type == "responsibility.goodwill_granted" }
    #expect(log.count == 3 && log.allSatisfy { $0.actor == kim })
    #expect(log.map(\.customer) == [ada, bob, ada])
    #expect(try await shop.crm.verify().isSound)
  }

  @Test(
    "What is asked for is decided by somebody else, within their limit", arguments: Backend.allCases
  )
  func approval(backend: Backend) async throws {
    let (shop, ada, _) = try await shop(backend)
    let asked = try await shop.crm.acting(as: kim).write { tx in
      let asked = try tx.responsibility.ask(
        euros(200), for: ada, about: dispute, because: "A ruined feast")
      #expect(asked.status == .asked && asked.decidedBy == nil)
      #expect(refusal { try tx.responsibility.approve(asked.id) }?.code == .notAllowed)
      let more = try tx.responsibility.ask(
        euros(900), for: ada, about: dispute, because: "And the flowers")
      #expect(try tx.responsibility.undecidedGoodwill().items == [asked, more])
      return [asked, more]
    }
    try await shop.crm.acting(as: .staff("max")).write { tx in
      #expect(refusal { try tx.responsibility.approve(asked[0].id) }?.code == .overLimit)
    }
    try await shop.crm.acting(as: lee).write { tx in
      let granted = try tx.responsibility.approve(asked[0].id, because: "They are right")
      #expect(granted.status == .granted && granted.askedBy == kim && granted.decidedBy == lee)
      #expect(granted.decision == "They are right")
      #expect(refusal { try tx.responsibility.approve(asked[0].id) }?.code == .notAllowed)
      // The case has cost 200 by now, whoever granted it.
      #expect(refusal { try tx.responsibility.approve(asked[1].id) }?.code == .overLimit)
      let declined = try tx.responsibility.decline(asked[1].id, because: "Not the flowers")
      #expect(declined.status == .declined)
      #expect(try tx.responsibility.undecidedGoodwill().items.isEmpty)
    }
    let types = try await shop.crm.read { try $0.timeline.entries(of: ada).items.map(\.type) }
    #expect(types.contains("responsibility.goodwill_declined"))
  }

  @Test(
    "Who may spend per case names the case, and who has left spends nothing",
    arguments: Backend.allCases)
  func bounds(backend: Backend) async throws {
    let (shop, ada, _) = try await shop(backend)
    try await shop.crm.acting(as: lee).write { tx in
      let caseless = refusal {
        try tx.responsibility.grant(euros(10), for: ada, because: "Late")
      }
      #expect(caseless?.code == .overLimit)
      #expect(
        caseless?.issues == [.init("about", "is missing: the limit is 1000.00 EUR per case")])
      try tx.responsibility.grant(euros(10), for: ada, about: dispute, because: "Late")
      // With a limit in all it cannot go on for ever.
      try tx.responsibility.allow(lee, euros(100), .altogether)
      try tx.responsibility.grant(euros(90), for: ada, because: "Late")
      #expect(
        refusal { try tx.responsibility.grant(euros(1), for: ada, because: "Late") }?.code
          == .overLimit)
    }
    // What somebody else asked for is for one case by itself.
    let asked = try await shop.crm.acting(as: kim).write {
      try $0.responsibility.ask(euros(200), for: ada, because: "A ruined feast")
    }
    try await shop.crm.write { tx in
      try tx.responsibility.register(.staff("max"), "Max", roles: ["manager"])
    }
    try await shop.crm.acting(as: .staff("max")).write { tx in
      #expect(try tx.responsibility.approve(asked.id).status == .granted)
      try tx.responsibility.leave(lee)
      #expect(try tx.responsibility.discretion(of: lee, for: ada) == [])
    }
    try await shop.crm.acting(as: lee).write { tx in
      let gone = refusal {
        try tx.responsibility.grant(euros(1), for: ada, about: dispute, because: "Late")
      }
      #expect(gone?.code == .overLimit)
    }
  }

  @Test("The nearest limit holds: a person's, then their roles', then their teams'")
  func nearest() async throws {
    let (shop, ada, _) = try await shop(.memory)
    try await shop.crm.write { tx in
      func left(_ principal: Principal) throws -> [Int64] {
        try tx.responsibility.discretion(of: principal, for: ada).filter {
          $0.limit.measure == .perCase && $0.limit.period == nil
        }.map { $0.left.minorUnits / 100 }
      }
      let max = Principal.staff("max")
      try tx.responsibility.register(max, "Max", roles: ["service", "manager"])
      try tx.responsibility.register(.staff("new"), "New")
      try tx.responsibility.found("all", "All")
      try tx.responsibility.found("desk", "The desk", in: "all")
      try tx.responsibility.allow(.team("all"), euros(5), .perCase)
      #expect(try left(max) == [1_000] && left(kim) == [50] && left(.staff("new")) == [])
      try tx.responsibility.join(.staff("new"), "desk")
      #expect(try left(.staff("new")) == [5])
      try tx.responsibility.allow(.team("desk"), euros(3), .perCase)
      #expect(try left(.staff("new")) == [3])
      let own = try tx.responsibility.allow(max, euros(0), .perCase)
      #expect(try left(max) == [0])
      try tx.responsibility.withdraw(own.id)
      #expect(try left(max) == [1_000])
      let again = try tx.responsibility.allow(.role("service"), euros(60), .perCase)
      #expect(again.version == 2)
      #expect(try left(kim) == [60])
      #expect(
        refusal {
          try tx.responsibility.allow(.team("none"), euros(-1), .perCase)
        }?.issues.map(\.field) == ["amount", "holder"])
      #expect(
        refusal {
          try tx.responsibility.grant(
            euros(0), for: .zero, about: RecordReference("orders", "none"), because: "")
        }?.issues.map(\.field) == ["reason", "amount", "customer", "about"])
    }
  }

  @Test(
    "Whatever is granted and asked, no limit is ever passed",
    arguments: Histories.of(1...6))
  func history(backend: Backend, seed: UInt64) async throws {
    var random = SeededNumbers(seed)
    let (shop, ada, bob) = try await shop(backend)
    let cases = [nil, dispute, RecordReference("cases", "D-2")]
    try await shop.crm.write { try $0.responsibility.allow(kim, euros(60), .perCustomer) }
    var granted: [(customer: Customer.ID, about: RecordReference?, month: Int, amount: Int)] = []
    for _ in 1...40 {
      let customer = Bool.random(using: &random) ? ada : bob
      let about = try #require(cases.randomElement(using: &random))
      let amount = Int.random(in: 1...40, using: &random)
      let month = shop.crm.zone.date(of: shop.clock.now).month
      let ofCase = granted.filter { about != nil && $0.about == about }.map(\.amount)
      let ofCustomer = granted.filter { $0.customer == customer }.map(\.amount)
      let ofMonth = granted.filter { $0.month == month }.map(\.amount)
      let fits = [(ofCase, 50), (ofCustomer, 60), (ofMonth, 80)].allSatisfy { spent, limit in
        spent.reduce(0, +) + amount <= limit
      }
      let error = await failure {
        try await shop.crm.acting(as: kim).write { [euros = euros(amount)] in
          try $0.responsibility.grant(euros, for: customer, about: about, because: "Sorry")
        }
      }
      #expect((error == nil) == fits, "seed \(seed)")
      #expect(error == nil || error?.code == .overLimit)
      if fits { granted.append((customer, about, month, amount)) }
      shop.clock.advance(by: .seconds(Int.random(in: 0...4, using: &random) * 86_400))
    }
    #expect(granted.count > 2)
  }
}
