import CRMKit
import CRMTesting
import Testing

/// Brings the kinds of the third program to a CRM, so that they are exported.
private struct HotelCapability: Capability {
  var records: [any Record.Type] { ThirdHotel.kinds }
}

/// A store of the first program with random rows, and the way it takes to the third.
private struct HotelHistory {
  let guests: [FirstHotel.Guest]
  let visits: [FirstHotel.Visit]
  let bills: [FirstHotel.Bill]
  /// The catalogs it is opened with, one after the other.
  let openings: [[any Record.Type]]

  init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let words = ["Ada", "Bo", "Łukasz", "de", "la", "김", "O’Hara", "e\u{301}"]
    let count = Int.random(in: 0...40, using: &random)
    guests = (0..<count).map { number in
      var guest = FirstHotel.Guest(id: .nth(UInt64(number)))
      let length = Int.random(in: 0...3, using: &random)
      guest.name = (0..<length).map { _ in words.randomElement(using: &random) ?? "" }
        .joined(separator: " ")
      guest.age = Bool.random(using: &random) ? "\(Int.random(in: -5...120, using: &random))" : "?"
      guest.fax = Bool.random(using: &random) ? "1" : nil
      guest.street = Bool.random(using: &random) ? "Street \(number)" : nil
      guest.city = Bool.random(using: &random) ? words.randomElement(using: &random) : nil
      guest.tags = words.filter { _ in Int.random(in: 0..<5, using: &random) == 0 } + ["vip"]
      guest.rate = Money(minorUnits: Int64.random(in: -10_000...10_000, using: &random), .eur)
      if number > 0 && Bool.random(using: &random) {
        guest.host = .nth(UInt64.random(in: 0..<UInt64(number), using: &random))
      }
      return guest
    }
    let notes = ["late", "two nights", "none", "", "quiet"]
    visits = (0..<(count == 0 ? 0 : count * 2)).map { number in
      FirstHotel.Visit(
        id: Identifier(number: Int64(number) + 1),
        guest: .nth(UInt64.random(in: 0..<UInt64(count), using: &random)),
        note: notes.randomElement(using: &random) ?? "")
    }
    // One store in two has a bill of a visit that goes, which nothing may come of.
    let mayGo = Bool.random(using: &random)
    bills = visits.prefix(5).filter { mayGo || $0.note != "none" }.enumerated().map {
      number, visit in
      FirstHotel.Bill(id: .nth(UInt64(number)), visit: visit.id)
    }
    openings =
      [
        [SecondHotel.kinds],
        [[SecondHotel.Guest.self], SecondHotel.kinds],
        [[ThirdHotel.Guest.self, ThirdHotel.Address.self]],
        [],
      ].randomElement(using: &random) ?? []
  }
}

@Suite("Random stores are migrated alike")
struct EvolutionHistoryTests {
  private struct Outcome: Equatable {
    var reports: [MigrationReport] = []
    var error: StorageError?
    var export: [[UInt8]] = []
  }

  private func outcome(of history: HotelHistory, on storage: any Storage) async throws -> Outcome {
    try await storage.open(FirstHotel.catalog)
    try await storage.write { store in
      for row in history.guests { try store.insert(FirstHotel.Guest.schema.hold(row)) }
      for row in history.visits { try store.insert(FirstHotel.Visit.schema.hold(row)) }
      for row in history.bills { try store.insert(FirstHotel.Bill.schema.hold(row)) }
    }
    let before = try await storage.lines(of: FirstHotel.kinds)
    var outcome = Outcome()
    for kinds in history.openings {
      try await outcome.reports.append(storage.open(Catalog(kinds)))
    }
    do {
      let rehearsal = try await CRM.rehearseMigration(
        of: storage, capabilities: [HotelCapability()])
      let crm = try await CRM(
        storage: storage, capabilities: [HotelCapability()],
        clock: TestClock("2026-01-01T00:00:00Z"))
      #expect(crm.migration == rehearsal)
      outcome.reports.append(rehearsal)
      #expect(try await storage.verify().description.hasSuffix("nothing wrong"))
      try await crm.export { outcome.export.append($0) }
      await crm.close()
    } catch let error as StorageError {
      outcome.error = error
      if history.openings.isEmpty {
        try await storage.open(FirstHotel.catalog)
        #expect(try await storage.lines(of: FirstHotel.kinds) == before)
      }
    }
    return outcome
  }

  @Test(
    "To the same bytes, or the same refusal, in memory and elsewhere", arguments: UInt64(1)...12)
  func alike(seed: UInt64) async throws {
    let history = HotelHistory(seed: seed)
    let expected = try await outcome(of: history, on: MemoryStorage())
    for backend in Backend.allCases where backend != .memory {
      #expect(try await outcome(of: history, on: backend.makeStorage()) == expected)
    }
    guard expected.error == nil else {
      #expect(expected.error?.code == .unknownReference)
      return
    }
    // A line for the format and one for the end, one for each guest and visit that stays or came.
    let visits = history.visits.reduce(0) {
      $0 + ($1.note == "none" ? 0 : $1.note == "two nights" ? 2 : 1)
    }
    let homes = history.guests.count { $0.street != nil || $0.city != nil }
    #expect(
      expected.export.count == 2 + history.guests.count + homes + visits + history.bills.count)
  }
}
