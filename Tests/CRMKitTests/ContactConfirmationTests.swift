import CRMKit
import Testing

@Suite("What is known of each contact point")
struct ContactConfirmationTests {
  private static let everything = NewCustomer.person(
    "山田太郎", emails: ["taro@example.jp"], phones: ["+81 90 1234 5678"],
    externalIDs: [ExternalID("erp", "007")]
  ).with {
    $0.addresses = [PostalAddress("1-1 Chiyoda", city: "Tokyo", country: "JP", label: "home")]
    $0.handles = [Handle("line", "taro")]
  }

  @Test("It says who made sure of it and when, alone", arguments: Backend.allCases)
  func confirmation(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let taro = try await shop.crm.write { try $0.customers.add(Self.everything) }
    shop.clock.advance(by: .seconds(3_600))
    let kim = Principal.staff("kim")
    try await shop.crm.acting(as: kim).write { tx in
      let points: [ContactReference] = [
        .email("TARO@example.jp"), .phone("+81 (0)90 1234 5678"), .address(taro.addresses[0]),
        .handle(service: "line", name: "taro"), .externalID(ExternalID("erp", "007")),
      ]
      for point in points { try tx.customers.confirm(point, of: taro.id) }
      // What was made sure of earlier is no news.
      let kept = try tx.customers.confirm(points[0], of: taro.id, at: tx.now - .seconds(60))
      #expect(kept == (try tx.customers.get(taro.id)))
      let noted: [any ContactPoint] = [
        kept.emails[0], kept.phones[0], kept.addresses[0], kept.handles[0], kept.externalIDs[0],
      ]
      for point in noted { #expect(point.verifiedAt == tx.now && point.verifiedBy == kim) }
      #expect(kept.addresses[0].label == "home")
      #expect(kept.emails[0].recordedAt == nil)
    }
    let reopened = try await shop.reopened()
    let file = try await reopened.crm.read { try $0.customers.get(taro.id) }
    #expect(file.externalIDs[0].verifiedBy == kim && file.handles[0].verifiedBy == kim)
    let events = try await reopened.events().map(\.type)
    #expect(events.count { $0 == "customers.contact_point_confirmed" } == 5)
  }

  @Test("One that a file has not cannot be confirmed", arguments: Backend.allCases)
  func unknown(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let taro = try await shop.crm.write { try $0.customers.add(Self.everything) }
    let before = try await shop.exported()
    let points: [(ContactReference, String)] = [
      (.email("jiro@example.jp"), "emails"), (.email("?"), "emails"), (.phone("110"), "phones"),
      (.address(PostalAddress("2-2 Chiyoda", city: "Tokyo", country: "JP")), "addresses"),
      (.handle(service: "line", name: "jiro"), "handles"),
      (.externalID(ExternalID("erp", "7")), "external_ids"),
    ]
    for (point, field) in points {
      let error = await failure {
        try await shop.crm.write {
          try $0.customers.confirm(point, of: taro.id, at: $0.now + .seconds(90_000))
        }
      }
      #expect(error?.issues.map(\.field) == [field, "verified_at"])
    }
    #expect(try await shop.exported() == before)
  }

  @Test("It says when it was recorded, whatever a caller writes", arguments: Backend.allCases)
  func recording(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let taro = try await shop.crm.write { try $0.customers.add(Self.everything) }
    shop.clock.advance(by: .seconds(60))
    let later = try await shop.crm.write { tx in
      var file = taro
      file.emails.append(try #require(EmailAddress("taro@work.example")))
      // A fresh one of the same address is the one that was there.
      file.emails[0] = try #require(EmailAddress("Taro@example.jp"))
      file.externalIDs.append(ExternalID("shop", "1"))
      return try tx.customers.update(file)
    }
    let added = Shop.opening + .seconds(60)
    #expect(later.emails.map(\.recordedAt) == [nil, added])
    #expect(later.externalIDs.map(\.recordedAt) == [nil, added])
    shop.clock.advance(by: .seconds(60))
    let last = try await shop.crm.write { tx in
      var file = later
      file.emails = [try #require(EmailAddress("taro@work.example"))]
      file.emails[0].label = "work"
      return try tx.customers.update(file)
    }
    #expect(last.emails.map(\.recordedAt) == [added] && last.emails[0].label == "work")
    let early = try await shop.crm.write { tx in
      try tx.customers.add(
        .person("Jiro", emails: ["jiro@example.jp"]), at: tx.now - .seconds(86_400))
    }
    #expect(early.emails[0].recordedAt == Shop.opening + .seconds(120))
  }

  @Test(
    "Sources say what contact points are, and not who confirmed them",
    arguments: Backend.allCases)
  func facts(backend: Backend) async throws {
    let erp = FactSource.system("erp")
    let shop = try await Shop(
      backend, CRM.standardCapabilities.replacing(Facts(trust: [erp])))
    let taro = try await shop.crm.write { try $0.customers.add(Self.everything) }
    let emails = [try #require(EmailAddress("taro@example.jp"))]
    let crm = shop.crm.acting(as: .staff("kim"))
    let fact = try await crm.write {
      try $0.facts.assert(emails, for: Customer.fields.emails, of: taro.id, from: erp)
    }
    shop.clock.advance(by: .seconds(60))
    try await crm.write { tx in
      try tx.customers.confirm(.email("taro@example.jp"), of: taro.id)
      #expect(try tx.facts.get(fact.id) == fact)
      let again = try tx.facts.assert(
        emails, for: Customer.fields.emails, of: taro.id, from: erp)
      #expect(again.id == fact.id && again.confirmedAt == tx.now)
      #expect(try tx.customers.get(taro.id).emails[0].verifiedBy == .staff("kim"))
      let more = emails + [try #require(EmailAddress("taro@work.example"))]
      try tx.facts.assert(
        more, for: Customer.fields.emails, of: taro.id, from: erp, trueAt: tx.now + .seconds(1))
      let file = try tx.customers.get(taro.id)
      #expect(file.emails.map(\.verifiedBy) == [.staff("kim"), nil])
      #expect(file.emails.map(\.recordedAt) == [nil, tx.now])
    }
  }
}
