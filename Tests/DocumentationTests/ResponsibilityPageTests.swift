import CRMKit
import CRMTesting
import Testing

/// The code of Documentation/Responsibility.md, run.
@Suite("The page on responsibility")
struct ResponsibilityPageTests {
  private static let page = "Documentation/Responsibility.md"

  @Test("Documentation/Responsibility.md")
  func responsibility() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let clock = TestClock("2026-01-01T09:00:00Z")
    let crm = try await CRM(
      storage: MemoryStorage(), capabilities: CRM.standardCapabilities + [Visits()], clock: clock)
    let (kim, max) = (Principal.staff("kim"), Principal.staff("max"))
    try await crm.write { tx in
      try tx.responsibility.register(kim, "Kim Berg", roles: ["service"])
      try tx.responsibility.register(max, "Max Ort", roles: ["service", "manager"])
      try tx.responsibility.found("sales", "Sales")
      try tx.responsibility.found("north", "Sales North", in: "sales")
      try tx.responsibility.join(kim, "north", as: "lead")
      print(try tx.responsibility.members(of: "sales", includingBelow: true).map(\.name))
    }
    try output.isShown(on: Self.page)
    let yuna = try await crm.write { tx in
      try tx.responsibility.define("korea", priority: 10, owner: kim) { $0.country == "KR" }
      try tx.responsibility.define("vip", priority: 20, owner: .team("north")) {
        $0.eachTag.contains("vip")
      }
      let yuna = try tx.customers.add(.person("김유나", country: "KR")).id
      for assignment in try tx.responsibility.assignments(of: yuna) {
        print(assignment.to?.rawValue ?? "nobody", "-", assignment.territory ?? "by hand")
        for evidence in assignment.evidence { print(evidence.what, "is", evidence.found) }
      }
      return yuna
    }
    try output.isShown(on: Self.page)
    try await crm.write { tx in
      try tx.commitments.make(
        NewCommitment(
          .promise, to: yuna, "Send the samples", owner: kim, due: .at(tx.now + .seconds(86_400))))
      print(try tx.responsibility.handOverAll(from: kim, to: max, note: "Kim is away until May"))
      print(try tx.responsibility.openWork(of: kim).count, "left with Kim")
    }
    try output.isShown(on: Self.page)
    try await crm.write { tx in
      try tx.records(of: Visit.self).insert(
        Visit(id: tx.makeIdentifier(), customer: yuna, host: max, isOver: false),
        emitting: VisitChanged())
      let report = try tx.responsibility.handOver(yuna, from: max, to: kim, note: "Back")
      #expect(report.counts["visits"] == 1)
    }
    try await discretion(crm, yuna, kim, max, output)
  }

  private func discretion(
    _ crm: CRM, _ yuna: Customer.ID, _ kim: Principal, _ max: Principal, _ output: Output
  ) async throws {
    func print(_ items: Any...) { output.append(items) }
    try await crm.write { tx in
      try tx.responsibility.allow(.role("service"), Money("50.00", .eur), .perCase)
      try tx.responsibility.allow(.role("service"), Money("200.00", .eur), .altogether, in: .month)
      try tx.responsibility.allow(.role("manager"), Money("500.00", .eur), .perCase)
    }
    let late = RecordReference("cases", "C-17")
    let asked = try await crm.acting(as: kim).write { tx in
      try tx.responsibility.grant(
        Money("30.00", .eur), for: yuna, about: late, because: "The parcel was late")
      do {
        try tx.responsibility.grant(
          Money("25.00", .eur), for: yuna, about: late, because: "And wet")
      } catch let error as CRMError where error.code == .overLimit {
        for issue in error.issues { print(issue.problem) }
      }
      return try tx.responsibility.ask(
        Money("25.00", .eur), for: yuna, about: late, because: "And wet")
    }
    try await crm.acting(as: max).write { tx in
      let granted = try tx.responsibility.approve(asked.id)
      print(granted.amount, "asked by", granted.askedBy.rawValue)
      for use in try tx.responsibility.discretion(of: max, for: yuna, about: late) {
        print(use.limit, "-", use.left, "left")
      }
    }
    try output.isShown(on: Self.page)
  }
}

/// Visits of a host's own, as the page has them.
private struct Visits: Capability {
  var records: [any Record.Type] { [Visit.self] }
  var events: [any Event.Type] { [VisitChanged.self] }
  var duties: [Duty] {
    [
      Duty(Visit.self) {
        $0.host == $1 && $0.isOver == false
      } pass: { visit, owner, tx in
        var visit = visit
        visit.host = owner
        try tx.records(of: Visit.self).update(visit, emitting: VisitChanged())
      }
    ]
  }
}

private struct VisitChanged: Event {
  static let name = "visits.changed"
  static let layout = Layout(blank: VisitChanged())
}

private struct Visit: Record {
  let id: Identifier<Visit>
  var customer: Customer.ID
  var host: Principal
  var isOver: Bool

  struct Fields: Sendable {
    let customer = Field<Visit, Customer.ID>("customer", { $0.customer }, { $0.customer = $1 })
      .owned(by: Customer.self)
    let host = Field<Visit, Principal>("host", { $0.host }, { $0.host = $1 })
    let isOver = Field<Visit, Bool>("is_over", { $0.isOver }, { $0.isOver = $1 })
  }

  static let fields = Fields()
  static let schema = Schema<Visit>("visits", fields) {
    Visit(id: $0, customer: .zero, host: .system, isOver: false)
  }
}
