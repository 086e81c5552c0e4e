import CRMKit
import CRMTesting
import Testing

@Suite("Groups of customers")
struct GroupTests {
  @Test("Who is in a group follows from its condition, now", arguments: Backend.allCases)
  func members(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (_, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      let ids = try (1...6).map { number in
        try tx.customers.add(
          .person("Customer \(number)", country: number % 2 == 0 ? "KR" : "JP")
        ).id
      }
      try tx.orders.place(
        NewOrder(
          number: "1", customer: ids[1], lines: [.init(item.id, amount: Money("9.99", .usd))]))
      try tx.lifecycle.define(.retail)
      try tx.lifecycle.look()
      try tx.groups.define("korea", "Korea", where: .customer { $0.country == "KR" })
      try tx.groups.define(
        "targets", "Koreans who have not bought",
        where: .customer { $0.country == "KR" } && .fewer(than: 1, .orders))
      try tx.groups.define(
        "first", "Bought once", where: .stands(["first_purchase"], in: "retail"))
      try tx.groups.define("buyers", "Buyers", where: .atLeast(1, .orders))
      #expect(try tx.groups.members(of: "korea") == [ids[1], ids[3], ids[5]])
      #expect(try tx.groups.members(of: "targets") == [ids[3], ids[5]])
      #expect(try tx.groups.members(of: "first") == [ids[1]])
      #expect(try tx.groups.members(of: "buyers") == [ids[1]])
      #expect(try tx.groups.contains(ids[3], in: "targets"))
      #expect(try !tx.groups.contains(ids[1], in: "targets"))
      try tx.customers.archive(ids[3])
      #expect(try tx.groups.members(of: "targets") == [ids[5]])
      #expect(try !tx.groups.contains(ids[3], in: "targets"))
      // Defined otherwise, it has others in it.
      let old = try tx.groups.group("korea")
      let new = try tx.groups.define("korea", "Japan", where: .customer { $0.country == "JP" })
      #expect(new.id == old.id && new.version == 2)
      #expect(try tx.groups.members(of: "korea").count == 3)
      #expect(try tx.groups.all().map(\.name) == ["buyers", "first", "korea", "targets"])
    }
    #expect(try await shop.crm.verify().isSound)
  }

  @Test("A group's composition adds up", arguments: Backend.allCases)
  func composition(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.lifecycle.define(.retail)
      try tx.customers.add(.person("Bo", country: "KR", language: "ko", tags: ["vip", "vip"]))
      try tx.customers.add(.organisation("Firm", country: "KR"))
      for (number, amount) in [("1", "60.00"), ("2", "50.00")] {
        try tx.orders.place(
          NewOrder(
            number: number, customer: ada.id, lines: [.init(item.id, amount: Money(amount, .usd))]))
      }
      try tx.lifecycle.look()
      try tx.groups.define("all", "All", where: .always)
      let bands = try ["0", "10.00", "100.00"].map { try Money($0, .usd) }
      let found = try tx.groups.composition(of: "all", bands: bands)
      #expect(found.customers == 3 && found.kinds == [.person: 2, .organisation: 1])
      #expect(found.countries == ["KR": 2] && found.languages == ["ko": 1])
      #expect(found.tags == ["vip": 1])
      #expect(found.stages == ["retail": ["prospect": 2, "first_purchase": 1]])
      #expect(found.values.map(\.customers) == [2, 0, 1])
      #expect(found.values.map(\.revenue) == [bands[0], bands[0], try Money("110.00", .usd)])
      #expect(found.perMille(found.countries["KR"]) == 666)
      let falling = refusal { try tx.groups.composition(of: "all", bands: [bands[1], bands[0]]) }
      #expect(falling?.code == .invalid)
    }
  }

  @Test(
    "A condition that cannot be asked is refused with every problem", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let before = try await shop.exported()
    let error = await failure {
      try await shop.crm.write {
        try $0.groups.define(
          "", " ",
          where: .passed(.days(3), since: .stageEntered) && .atLeast(1, .figure("visits")))
      }
    }
    #expect(error?.issues.map(\.field) == ["name", "title", "where", "where"])
    let unknown = await failure { try await shop.crm.read { try $0.groups.members(of: "x") } }
    #expect(unknown?.code == .notFound)
    #expect(try await shop.exported() == before)
  }
}
