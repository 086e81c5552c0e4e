import CRMKit
import CRMTesting
import Testing

/// What is due at an instant is late from the next millisecond on, whoever asks and however.
@Suite("Late at the very instant")
struct DueInstantTests {
  private static let due = Shop.opening + .seconds(3_600)
  private static let kim = Principal.staff("kim")

  private struct Fixture {
    let shop: Shop
    let order: Order
    let commitment: Commitment
  }

  /// An order and a question that one of the two yardsticks is about.
  private func fixture(_ backend: Backend, _ yardstick: Yardstick) async throws -> Fixture {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let isPromised = yardstick == .promised
    let (order, commitment) = try await shop.crm.write { tx in
      (
        try tx.orders.place(
          NewOrder(
            number: "1", customer: ada.id, lines: [.init(item.id, amount: Money("1", .usd))],
            requestedAt: isPromised ? nil : Self.due, promisedAt: isPromised ? Self.due : nil)),
        try tx.commitments.make(
          NewCommitment(
            .question, to: ada.id, "When?", owner: Self.kim,
            due: .at(isPromised ? Self.due : Self.due + .seconds(86_400)),
            requested: isPromised ? nil : .at(Self.due)))
      )
    }
    return Fixture(shop: shop, order: order, commitment: commitment)
  }

  private func names(_ yardstick: Yardstick) -> [String] {
    yardstick == .promised
      ? [OrderDelayed.name, CommitmentOverdue.name]
      : [OrderRequestMissed.name, CommitmentRequestMissed.name]
  }

  @Test(
    "Queries, the agenda and what is closed agree",
    arguments: Backend.allCases, Yardstick.allCases)
  func agreement(backend: Backend, yardstick: Yardstick) async throws {
    for offset in [-1, 0, 1] {
      let isLate = offset > 0
      for isAdvanced in [true, false] {
        let fixture = try await fixture(backend, yardstick)
        let now = Self.due + .milliseconds(offset)
        fixture.shop.clock.set(to: now)
        if isAdvanced { #expect(try await fixture.shop.crm.advance().done == (isLate ? 2 : 0)) }
        try await fixture.shop.crm.write { tx in
          #expect(try tx.orders.late(against: yardstick).isEmpty != isLate)
          #expect(
            try tx.orders.late(against: yardstick, asOf: Self.due + .milliseconds(1)).count == 1)
          #expect(try tx.commitments.overdue(against: yardstick).items.isEmpty != isLate)
          #expect(
            try tx.responses.times(from: .earliest, to: .latest).map {
              $0.isLate(against: yardstick)
            } == [isLate])
          let open = try tx.orders.get(fixture.order.id)
          #expect(open.isLate(against: yardstick) == (isLate && isAdvanced))
          let order = try tx.orders.deliver(fixture.order.id)
          #expect(order.isLate(against: yardstick) == isLate)
          let closed = try tx.commitments.close(fixture.commitment.id, as: .answered)
          #expect(closed.isLate(against: yardstick) == isLate)
          for other in Yardstick.allCases where other != yardstick {
            #expect(!order.isLate(against: other) && !closed.isLate(against: other))
            #expect(try tx.orders.late(against: other).isEmpty)
          }
          #expect(try tx.agenda.upcoming().isEmpty)
        }
        let told = try await fixture.shop.events().filter {
          names(yardstick).contains($0.type)
        }
        #expect(told.map(\.type).sorted() == (isLate ? names(yardstick).sorted() : []))
        #expect(told.allSatisfy { $0.occurredAt == Self.due + .milliseconds(1) })
      }
    }
  }

  @Test(
    "What was done at the instant is in time though it is recorded later",
    arguments: Backend.allCases, Yardstick.allCases)
  func recordedLater(backend: Backend, yardstick: Yardstick) async throws {
    let fixture = try await fixture(backend, yardstick)
    fixture.shop.clock.set(to: Self.due + .seconds(60))
    try await fixture.shop.crm.advance()
    try await fixture.shop.crm.write { tx in
      let order = try tx.orders.deliver(fixture.order.id, at: Self.due)
      let closed = try tx.commitments.close(fixture.commitment.id, as: .answered, at: Self.due)
      #expect(!order.isLate(against: yardstick) && !closed.isLate(against: yardstick))
    }
  }

  @Test("Both dates of one order are watched, each by itself", arguments: Backend.allCases)
  func both(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let (asked, promised) = (Shop.opening + .seconds(10), Shop.opening + .seconds(20))
    let order = try await shop.crm.write { tx in
      try tx.orders.place(
        NewOrder(
          number: "1", customer: ada.id, lines: [.init(item.id, amount: Money("1", .usd))],
          requestedAt: asked, promisedAt: promised))
    }
    shop.clock.set(to: asked + .seconds(1))
    #expect(try await shop.crm.advance().done == 1)
    try await shop.crm.read { tx throws in
      #expect(try tx.orders.late(against: .requested).map(\.id) == [order.id])
      #expect(try tx.orders.late().isEmpty)
      #expect(try tx.orders.count(where: { $0.isLaterThanRequested == true }) == 1)
    }
    let delivered = try await shop.crm.write { try $0.orders.deliver(order.id) }
    #expect(delivered.isLaterThanRequested && !delivered.isLate)
    #expect(try await shop.crm.advance(to: .latest).done == 0)
    let types = try await shop.crm.read { try $0.timeline.entries(of: ada.id, limit: 2) }
    #expect(types.items.map(\.type) == ["orders.delivered", "orders.request_missed"])
  }

  @Test("A customer asks for a day, and it lasts to its end there", arguments: Backend.allCases)
  func day(backend: Backend) async throws {
    let shop = try await Shop(backend, at: instant("2026-03-01T12:00:00Z"))
    let (ada, _, _) = try await shop.people()
    let wanted = Deadline.by(date("2026-03-03"), in: .berlin)
    let made = try await shop.crm.write { tx in
      try tx.commitments.make(
        NewCommitment(
          .promise, to: ada, "Send it", owner: Self.kim, due: .by(date("2026-03-05"), in: .berlin),
          requested: wanted))
    }
    #expect(made.requested == wanted)
    #expect(made.requestedAt == instant("2026-03-03T22:59:59.999Z"))
    shop.clock.set(to: instant("2026-03-03T22:59:59.999Z"))
    #expect(
      try await shop.crm.read { try $0.commitments.overdue(against: .requested).items.isEmpty })
    shop.clock.set(to: instant("2026-03-03T23:00:00Z"))
    #expect(
      try await shop.crm.read { try $0.commitments.overdue(against: .requested).items.map(\.id) }
        == [made.id])
    #expect(try await shop.crm.advance().done == 1)
    let early = await failure {
      try await shop.crm.write { tx in
        try tx.commitments.make(
          NewCommitment(
            .promise, to: ada, "", owner: Self.kim, due: .at(tx.now - .milliseconds(1)),
            requested: .at(.earliest)))
      }
    }
    #expect(early?.issues.map(\.field) == ["text", "due", "requested"])
  }
}
