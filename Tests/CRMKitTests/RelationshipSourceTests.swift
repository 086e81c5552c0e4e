import CRMKit
import CRMTesting
import Testing

@Suite("Where relationships come from, and who made sure of them")
struct RelationshipSourceTests {
  private static let fair = FactSource.list("fair-2025")

  @Test("It says who recorded it, when, and from which source", arguments: Backend.allCases)
  func origin(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let kim = Principal.staff("kim")
    let trueAt = circle.shop.clock.now - .seconds(90 * 86_400)
    let kept = try await circle.crm.acting(as: kim).write { tx in
      try tx.relationships.add(
        NewRelationship(
          circle.anna, .employee, of: circle.acme, from: Self.fair, trueAt: trueAt))
    }
    #expect(kept.source == Self.fair && kept.trueAt == trueAt && kept.freshAt == trueAt)
    #expect(kept.recordedAt == Shop.opening && kept.recordedBy == kim)
    #expect(kept.confirmedAt == nil && kept.confirmedBy == nil)
    let reopened = try await circle.shop.reopened()
    let view = try await reopened.crm.read {
      try $0.customers.file(of: circle.acme).relationships.first
    }
    #expect(view?.relationship == kept)
    #expect(try await reopened.crm.verify().isSound)
    let found = try await reopened.crm.read { tx in
      try tx.relationships.count { $0.source == Self.fair && $0.recordedBy == kim }
    }
    #expect(found == 1)
  }

  @Test("Without a source it is whoever recorded it", arguments: Backend.allCases)
  func unstated(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let writers: [(Principal, Channel?, FactSource)] = [
      (.system, nil, .unnamed), (.staff("kim"), nil, .staff),
      (.staff("kim"), .phone, .channel(.phone)), (.customer(circle.anna), nil, .customer),
      (.integration("erp"), .web, .system("erp")),
    ]
    let others = try await circle.crm.write { tx in
      try writers.indices.map { try tx.customers.add(.person("P\($0)")).id }
    }
    for (other, (actor, channel, source)) in zip(others, writers) {
      let desk = circle.crm.acting(as: actor, through: channel)
      let kept = try await desk.write { tx in
        try tx.relationships.add(NewRelationship(circle.anna, .colleague, of: other))
      }
      #expect(kept.source == source)
      #expect(kept.recordedBy == actor && kept.trueAt == kept.recordedAt)
    }
  }

  @Test("Who makes sure of it is noted with the instant, as one event", arguments: Backend.allCases)
  func confirmation(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let added = try await circle.add(
      NewRelationship(circle.anna, .employee, of: circle.acme, role: "CFO"))
    circle.shop.clock.advance(by: .seconds(3_600))
    let lee = Principal.staff("lee")
    let events = try await circle.shop.events().count
    let kept = try await circle.crm.acting(as: lee).write { tx in
      let kept = try tx.relationships.confirm(added.id)
      #expect(kept.confirmedAt == tx.now && kept.confirmedBy == lee && kept.freshAt == tx.now)
      // What was made sure of earlier is no news.
      #expect(try tx.relationships.confirm(added.id, at: tx.now - .seconds(60)) == kept)
      #expect(try tx.relationships.get(added.id) == kept)
      return kept
    }
    var same = kept
    same.source = added.source
    #expect(same == kept && kept.role == "CFO" && kept.recordedAt == added.recordedAt)
    #expect(kept.version == 2)
    let told = try await circle.shop.events().dropFirst(events)
    #expect(told.map(\.type) == ["relationships.confirmed"])
    #expect(told.first?.actor == lee)
    #expect(told.first?.changes.map(\.field) == ["confirmed_at", "confirmed_by"])
    for customer in [circle.anna, circle.acme] {
      #expect(try await circle.timeline(customer).first == "relationships.confirmed")
    }
    // An edit that was begun before is told of the confirmation.
    let late = await failure { try await circle.crm.write { try $0.relationships.update(added) } }
    #expect(late?.code == .conflict && late?.current as? Relationship == kept)
  }

  @Test(
    "It is not confirmed before it was true, nor ahead, nor where it is not",
    arguments: Backend.allCases)
  func unconfirmed(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let kept = try await circle.add(NewRelationship(circle.anna, .colleague, of: circle.ben))
    let before = try await circle.shop.exported()
    for instant in [kept.trueAt - .milliseconds(1), kept.trueAt + .milliseconds(86_400_001)] {
      let error = await failure {
        try await circle.crm.write { try $0.relationships.confirm(kept.id, at: instant) }
      }
      #expect(error?.code == .invalid && error?.issues.map(\.field) == ["confirmed_at"])
    }
    let missing = await failure {
      try await circle.crm.write { try $0.relationships.confirm(.init(high: 1, low: 1)) }
    }
    #expect(missing?.code == .notFound)
    #expect(try await circle.shop.exported() == before)
  }

  @Test(
    "Another source that says the same agrees, and the first stays", arguments: Backend.allCases)
  func agreement(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let kept = try await circle.add(
      NewRelationship(circle.anna, .employee, of: circle.acme, role: "CFO", from: Self.fair))
    let before = try await circle.shop.exported()
    let again = try await circle.add(
      NewRelationship(circle.anna, .employee, of: circle.acme, from: .system("erp")))
    #expect(again == kept)
    let otherwise = await failure {
      try await circle.add(
        NewRelationship(
          circle.anna, .employee, of: circle.acme, role: "CEO", from: .system("erp")))
    }
    #expect(otherwise?.code == .duplicate && otherwise?.issues.map(\.field) == ["role"])
    #expect(try await circle.shop.exported() == before)
    // Whoever believes the other source says so, and what was said before stays in the events.
    var edit = kept
    (edit.role, edit.source, edit.trueAt) = ("CEO", .system("erp"), kept.trueAt + .seconds(1))
    let changed = try await circle.crm.write { [edit] in try $0.relationships.update(edit) }
    #expect(changed.source == .system("erp") && changed.recordedAt == kept.recordedAt)
    let history = try await circle.crm.read { try $0.events.history(of: kept.id) }
    #expect(history.last?.changes.map(\.field) == ["role", "source", "true_at"])
    #expect(
      history.last?.changes.map(\.before).dropLast() == [.text("CFO"), .text("list:fair-2025")])
  }

  @Test(
    "A source or an instant that cannot be is named beside all else", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let kept = try await circle.add(NewRelationship(circle.anna, .colleague, of: circle.ben))
    let before = try await circle.shop.exported()
    let ahead = circle.shop.clock.now + .milliseconds(86_400_001)
    for source in ["fair", "list:", "list:\0", "list:" + String(repeating: "x", count: 101)] {
      let source = FactSource(rawValue: source)
      let error = await failure {
        try await circle.add(
          NewRelationship(
            circle.anna, "employe", of: circle.anna, role: "", from: source, trueAt: ahead))
      }
      #expect(error?.issues.map(\.field) == ["type", "to", "role", "source", "true_at"])
      var edit = kept
      (edit.source, edit.trueAt) = (source, ahead)
      let refused = await failure {
        try await circle.crm.write { [edit] in try $0.relationships.update(edit) }
      }
      #expect(refused?.issues.map(\.field) == ["source", "true_at"])
    }
    #expect(try await circle.shop.exported() == before)
  }

  @Test(
    "What was not known to hold for long is doubtful in the file, until someone makes sure",
    arguments: Backend.allCases)
  func quality(backend: Backend) async throws {
    let circle = try await Circle(
      backend,
      CRM.standardCapabilities.replacing(Facts(wanted: [], staleAfter: .seconds(30 * 86_400))))
    let start = circle.shop.clock.now
    let job = try await circle.add(
      NewRelationship(
        circle.anna, .employee, of: circle.acme, from: Self.fair,
        trueAt: start - .seconds(10 * 86_400)))
    let marriage = try await circle.add(NewRelationship(circle.anna, .spouse, of: circle.ben))
    try await circle.add(
      NewRelationship(circle.anna, .colleague, of: circle.carl, end: try day("2026-01-02")))
    func file() async throws -> CustomerFile {
      try await circle.crm.read { tx in
        let file = try tx.customers.file(of: circle.anna)
        #expect(try tx.facts.quality(of: circle.anna) == file.quality)
        return file
      }
    }
    circle.shop.clock.advance(by: .seconds(20 * 86_400))
    #expect(try await file().quality?.staleRelationships == [])
    #expect(try await file().quality?.longestLag == .seconds(10 * 86_400))
    circle.shop.clock.advance(by: .milliseconds(1))
    #expect(try await file().quality?.staleRelationships.map(\.id) == [job.id])
    circle.shop.clock.advance(by: .seconds(10 * 86_400))
    let doubtful = try await file()
    #expect(doubtful.quality?.staleRelationships.map(\.id) == [job.id, marriage.id])
    let asked = try await circle.crm.read { tx in
      try tx.nextSteps(in: doubtful, limit: 100).filter { $0.kind == .ask }
    }
    #expect(asked.map(\.about) == [RecordReference(job.id), RecordReference(marriage.id)])
    #expect(
      asked.first?.reason
        == "The relationship “employee of Acme” was last known to hold at "
        + "2025-12-22T00:00:00.000Z.")
    try await circle.crm.write { _ = try $0.relationships.confirm(job.id) }
    #expect(try await file().quality?.staleRelationships.map(\.id) == [marriage.id])
  }

  @Test("Those nobody made sure of are listed, the oldest first", arguments: Backend.allCases)
  func stale(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let now = circle.shop.clock.now
    let (ids, ended) = try await circle.crm.write { tx in
      var ids: [Relationship.ID] = []
      for days in 1...7 {
        let other = try tx.customers.add(.person("P\(days)")).id
        ids.append(
          try tx.relationships.add(
            NewRelationship(
              circle.anna, .colleague, of: other, trueAt: now - .seconds(days * 86_400))
          ).id)
      }
      let ended = try tx.relationships.add(
        NewRelationship(
          circle.anna, .spouse, of: circle.ben, end: try day("2025-12-31"),
          trueAt: now - .seconds(9 * 86_400)))
      try tx.relationships.confirm(ids[6], at: now - .seconds(3 * 86_400))
      return (ids, ended.id)
    }
    let limit = now - .seconds(2 * 86_400)
    try await circle.crm.read { tx in
      var found: [Relationship.ID] = []
      var cursor: Cursor<Relationship>?
      repeat {
        let page = try tx.relationships.stale(olderThan: limit, after: cursor, limit: 2)
        found += page.items.map(\.id)
        cursor = page.next
      } while cursor != nil
      #expect(found == [ids[5], ids[4], ids[3], ids[2], ids[6]])
      #expect(!found.contains(ended))
    }
  }
}
