import CRMKit
import Testing

@Suite("Playbooks")
struct PlaybookTests {
  private static let kim = Principal.staff("kim")

  private static let late = NewPlaybook(
    "Late delivery", when: "A regular waits for an order that is late.",
    steps: ["Call before they do", "Offer the courier"], tags: ["regular"], needs: ["delivery"])
  private static let gift = NewPlaybook(
    "Gift", when: "A birthday is near.", steps: ["Write a card"], tags: ["vip"])
  private static let other = NewPlaybook("Tour", when: "New in town.", steps: ["Invite"])

  @Test(
    "What worked for customers alike is found first, with the reason",
    arguments: Backend.allCases)
  func suggestions(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let crm = shop.crm.acting(as: Self.kim)
    try await crm.write { tx in
      let late = try tx.playbooks.write(Self.late)
      let gift = try tx.playbooks.write(Self.gift)
      let tour = try tx.playbooks.write(Self.other)
      #expect(late.author == Self.kim && late.writtenAt == tx.now)
      let ada = try tx.customers.add(.person("Ada", tags: ["regular", "vip"]))
      try tx.needs.state(NewNeed(of: ada.id, "delivery", "By noon", from: .staff))
      var found = try tx.playbooks.suggestions(for: ada.id)
      #expect(found.map(\.playbook) == [late, gift])
      #expect(found.map(\.shared) == [["tag:regular", "need:delivery"], ["tag:vip"]])
      // What helped others alike goes before what is for more of what the customer is like.
      let bob = try tx.customers.add(.person("Bob", tags: ["vip"]))
      let cy = try tx.customers.add(.person("Cy"))
      for (playbook, customer, worked) in [
        (gift, bob, true), (tour, bob, true), (tour, cy, true), (tour, bob, false),
        (late, cy, true),
      ] {
        let use = try tx.playbooks.use(playbook.id, for: customer.id)
        try tx.playbooks.judge(use.id, worked: worked)
      }
      found = try tx.playbooks.suggestions(for: ada.id)
      #expect(found.map(\.playbook) == [gift, late, tour])
      #expect(
        found.map(\.reason) == [
          "for tag:vip; worked 1 of 1 times with customers like this one, 1 of 1 in all",
          "for tag:regular, need:delivery; worked 0 of 0 times with customers like this one, "
            + "1 of 1 in all",
          "worked 1 of 2 times with customers like this one, 2 of 3 in all",
        ])
      #expect(try tx.playbooks.suggestions(for: ada.id, limit: 1).map(\.playbook) == [gift])
      #expect(try tx.playbooks.suggestions(for: cy.id).isEmpty)
      try tx.playbooks.archive(gift.id)
      #expect(try tx.playbooks.suggestions(for: ada.id).map(\.playbook) == [late, tour])
      try tx.playbooks.restore(gift.id)
      #expect(try tx.playbooks.suggestions(for: ada.id).count == 3)
    }
    #expect(try await shop.crm.verify().isSound)
  }

  @Test(
    "What helped others at the same stage is found for one without tags or needs",
    arguments: Backend.allCases)
  func stages(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in
      try tx.lifecycle.define(.retail)
      let late = try tx.playbooks.write(Self.late)
      let (ada, bob, cy) = (
        try tx.customers.add(.person("Ada")).id, try tx.customers.add(.person("Bob")).id,
        try tx.customers.add(.person("Cy")).id
      )
      try tx.lifecycle.move(cy, to: "loyal", in: "retail", because: "Knows everybody")
      let use = try tx.playbooks.use(late.id, for: ada)
      #expect(use.labels == ["stage:retail.prospect"])
      try tx.playbooks.judge(use.id, worked: true)
      let found = try tx.playbooks.suggestions(for: bob)
      #expect(found.map(\.playbook) == [late] && found[0].alike.worked == 1)
      #expect(found[0].shared.isEmpty)
      #expect(try tx.playbooks.suggestions(for: cy).isEmpty)
    }
  }

  @Test("A use keeps what the customer was like and what came of it", arguments: Backend.allCases)
  func uses(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let ada = try await shop.crm.acting(as: Self.kim).write { tx in
      let playbook = try tx.playbooks.write(Self.late)
      var ada = try tx.customers.add(.person("Ada", tags: ["regular"]))
      let use = try tx.playbooks.use(playbook.id, for: ada.id)
      ada.tags = []
      try tx.customers.update(ada)
      #expect(use.labels == ["tag:regular"] && use.outcome == .open && use.usedBy == Self.kim)
      // Nothing is known of it yet.
      let bob = try tx.customers.add(.person("Bob", tags: ["regular"]))
      #expect(try tx.playbooks.suggestions(for: bob.id)[0].overall.worked == 0)
      try tx.playbooks.judge(use.id, worked: false)
      let judged = try tx.playbooks.judge(use.id, worked: true, note: "She came back")
      #expect(try tx.playbooks.uses(with: ada.id).items == [judged])
      #expect(try tx.playbooks.suggestions(for: bob.id)[0].alike.worked == 1)
      return ada.id
    }
    let timeline = try await shop.crm.read { try $0.timeline.entries(of: ada).items.map(\.type) }
    #expect(timeline.contains("playbooks.used") && timeline.contains("playbooks.judged"))
  }

  @Test("What is wrong is named at once and changes nothing", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (late, ada) = try await shop.crm.write { tx in
      let late = try tx.playbooks.write(Self.late)
      try tx.playbooks.archive(late.id)
      let ada = try tx.customers.add(.person("Ada"))
      try tx.customers.archive(ada.id)
      return (late, ada)
    }
    let before = try await shop.exported()
    let bad = NewPlaybook(
      " ", when: "", steps: [], tags: [""], needs: Array(repeating: "x", count: 51))
    let written = await failure { try await shop.crm.write { try $0.playbooks.write(bad) } }
    #expect(
      written?.issues.map(\.field) == ["title", "situation", "steps", "tags[0]", "needs"])
    let used = await failure {
      try await shop.crm.write { try $0.playbooks.use(late.id, for: ada.id) }
    }
    #expect(used?.code == .unknownReference)
    #expect(used?.issues.map(\.field) == ["customer", "playbook"])
    let stale = await failure { try await shop.crm.write { try $0.playbooks.update(late) } }
    #expect(stale?.code == .conflict)
    #expect(try await shop.exported() == before)
  }

  @Test("Who wrote it when stays, and a change is kept tidy", arguments: Backend.allCases)
  func changes(backend: Backend) async throws {
    let other = try await Shop(backend)
    let theirs = try await other.crm.acting(as: .staff("lee")).write {
      try $0.playbooks.write(Self.late)
    }
    let shop = try await Shop(backend)
    let ours = try await shop.crm.acting(as: Self.kim).write {
      try $0.playbooks.write(Self.late)
    }
    #expect(ours.id == theirs.id)
    try await shop.crm.write { tx in
      let error = refusal { try tx.playbooks.update(theirs) }
      #expect(error?.issues.map(\.field) == ["author"])
      var edit = ours
      edit.title = "  Later "
      edit.situation = " Soon\n"
      let kept = try tx.playbooks.update(edit)
      #expect(kept.title == "Later" && kept.situation == "Soon" && kept.author == Self.kim)
    }
  }
}
