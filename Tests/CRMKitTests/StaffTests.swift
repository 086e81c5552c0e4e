import CRMKit
import CRMTesting
import Testing

@Suite("Staff and teams")
struct StaffTests {
  private let kim = Principal.staff("kim")
  private let lee = Principal.staff("lee")

  @Test("Who was in which team is known as of any instant", arguments: Backend.allCases)
  func membership(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in
      try tx.responsibility.register(kim, " Kim ", roles: ["service"])
      try tx.responsibility.register(lee, "Lee")
      try tx.responsibility.found("sales", "Sales")
      try tx.responsibility.found("north", "Sales North", in: "sales")
      try tx.responsibility.join(kim, "north", as: "lead")
      try tx.responsibility.join(kim, "north")
      try tx.responsibility.join(lee, "sales")
      #expect(try tx.responsibility.member(kim).name == "Kim")
    }
    let start = shop.clock.now
    shop.clock.advance(by: .seconds(60))
    try await shop.crm.write { tx in
      try tx.responsibility.leave(kim, team: "north")
      try tx.responsibility.join(kim, "sales")
    }
    shop.clock.advance(by: .seconds(60))
    let end = shop.clock.now
    try await shop.crm.write { tx in
      let responsibility = tx.responsibility
      try responsibility.leave(kim)
      func members(_ team: String, _ instant: Instant, below: Bool = false) throws -> [Principal] {
        try responsibility.members(of: team, at: instant, includingBelow: below).map(\.principal)
      }
      #expect(try members("north", start) == [kim])
      #expect(try members("north", start + .seconds(60)) == [])
      #expect(try members("sales", start) == [lee])
      #expect(try members("sales", start, below: true) == [kim, lee])
      #expect(try members("sales", start + .seconds(60), below: true) == [lee, kim])
      #expect(try members("sales", end, below: true) == [lee])
      #expect(try responsibility.teams(of: kim, at: start).map(\.name) == ["north"])
      #expect(try responsibility.teams(of: kim).isEmpty)
      #expect(refusal { try responsibility.join(kim, "north") }?.issues.map(\.field) == ["member"])
    }
    #expect(try await shop.crm.verify().isSound)
  }

  @Test("What is wrong with staff and teams is named at once", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in
      try tx.responsibility.register(kim, "Kim")
      try tx.responsibility.found("sales", "Sales")
      try tx.responsibility.found("north", "North", in: "sales")
    }
    let before = try await shop.exported()
    let refusals: [(CRMError.Code, [String], @Sendable (Transaction) throws -> Void)] = [
      (
        .invalid, ["name", "roles[0]", "roles[2]", "principal"],
        { try $0.responsibility.register(.team("north"), " ", roles: ["", "a", "a"]) }
      ),
      (.duplicate, [], { try $0.responsibility.register(.staff("kim"), "Kim") }),
      (.invalid, ["name", "title"], { try $0.responsibility.found("", "") }),
      (.duplicate, [], { try $0.responsibility.found("north", "Another") }),
      (.notFound, [], { try $0.responsibility.found("south", "South", in: "sale") }),
      (.notAllowed, ["teams"], { try $0.responsibility.close("sales") }),
      (
        .invalid, ["parent"],
        { tx in
          var sales = try tx.responsibility.team("sales")
          sales.parent = try tx.responsibility.team("north").id
          try tx.responsibility.update(sales)
        }
      ),
      (
        .invalid, ["left_at"],
        { tx in
          var member = try tx.responsibility.member(.staff("kim"))
          member.leftAt = tx.now
          try tx.responsibility.update(member)
        }
      ),
    ]
    for (code, fields, attempt) in refusals {
      let error = await failure { try await shop.crm.write { try attempt($0) } }
      #expect(error?.code == code)
      if code != .duplicate { #expect(error?.issues.map(\.field) == fields) }
    }
    #expect(try await shop.exported() == before)
    let hint = await failure { try await shop.crm.read { try $0.responsibility.team("nort") } }
    #expect(hint?.recovery == "Did you mean “north”?")
  }

  @Test("Units of the calendar follow each other without gaps, and hold their dates")
  func calendar() {
    for unit in CalendarUnit.allCases {
      var start = unit.start(of: date("2023-12-30"))
      for _ in 1...40 {
        let end = unit.end(of: start)
        #expect(start < end)
        var day = start
        while day < end {
          #expect(unit.start(of: day) == start && unit.end(of: day) == end)
          day = CalendarDate(daysSinceEpoch: day.daysSinceEpoch + (unit == .year ? 50 : 1))
        }
        start = end
      }
    }
    let starts = CalendarUnit.allCases.map { $0.start(of: date("2024-02-29")).description }
    #expect(starts == ["2024-02-29", "2024-02-26", "2024-02-01", "2024-01-01", "2024-01-01"])
    let day = CalendarUnit.day.range(around: instant("2024-03-31T12:00:00Z"), in: .berlin)
    #expect(day.upperBound - day.lowerBound == .seconds(23 * 3_600))
  }
}
