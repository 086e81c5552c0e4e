import CRMKit
import CRMTesting
import Foundation
import Testing

/// The code of the page on interactions, run.
@Suite("Examples of interactions")
struct InteractionsPage {
  @Test("Documentation/Interactions.md")
  func interactions() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let page = "Documentation/Interactions.md"
    let clock = TestClock("2026-01-20T10:00:00Z")
    let crm = try await CRM(storage: MemoryStorage(), clock: clock)
    let (anna, firm) = try await crm.write { tx in
      (
        try tx.customers.add(.person("Anna")).id,
        try tx.customers.add(.organisation("Carpenters")).id
      )
    }
    let call = try await crm.write { tx in
      try tx.interactions.record(
        NewInteraction(with: anna, through: .phone, .inbound, subject: "Asked for a larger table")
      )
    }
    let visit = try await crm.write { tx in
      try tx.interactions.record(
        NewInteraction(
          with: anna, and: [firm], through: .fieldVisit, .outbound, subject: "Measured the room",
          content: "Four metres by three, two windows.", outcome: "Wants an offer",
          language: "de-AT", staff: [.staff("kim")], about: [RecordReference("projects", "P-7")],
          externalID: ExternalID("calendar", "8271"), cost: Money("48.00", .eur),
          duration: .seconds(2_700), occurredAt: tx.now - .seconds(86_400)))
    }
    try await crm.read { tx in
      print(try tx.interactions.all(of: firm).map(\.subject))
      print(try tx.interactions.page(about: RecordReference("projects", "P-7")).items.count)
      print(try tx.interactions.lastContact(of: anna)?.subject ?? "")
    }
    try output.isShown(on: page)
    let meeting = try await crm.write { tx in
      try tx.interactions.plan(
        NewInteraction(
          with: anna, through: .store, .inbound, subject: "Choose the wood",
          occurredAt: tx.now + .seconds(3 * 86_400)))
    }
    try await crm.read { tx in
      print(try tx.interactions.nextContact(of: anna)?.subject ?? "")
      print(try tx.interactions.lastContact(of: anna)?.subject ?? "")
    }
    try output.isShown(on: page)
    try await crm.write { tx in
      let note = try tx.interactions.record(
        .note("Pays within a week", on: anna, and: [firm], about: [RecordReference(call.id)]))
      try tx.interactions.unlink(note.id, from: firm)
      print(try tx.interactions.customers(of: note.id) == [anna])
    }
    try output.isShown(on: page)
    guard let berlin = Zone("Europe/Berlin") else { return }
    try await crm.write { tx in
      try tx.commitments.make(
        NewCommitment(
          .promise, to: anna, "Send the offer", owner: .staff("kim"),
          due: .by(tx.today, in: berlin), in: visit.id))
      try tx.commitments.make(
        NewCommitment(
          .question, to: anna, "Is oak dearer?", owner: .staff("lee"),
          due: .at(tx.now + .seconds(7_200))))
      for open in try tx.commitments.open(of: anna).items { print(open.text, open.owner.rawValue) }
    }
    clock.advance(by: .seconds(86_400))
    try await crm.write { tx in
      let overdue = try tx.commitments.overdue().items
      print(overdue.map(\.text))
      for question in overdue where question.kind == .question {
        print(try tx.commitments.close(question.id, as: .answered, outcome: "By a tenth").isLate)
      }
    }
    try output.isShown(on: page)
    try await crm.write { tx in
      let mail = try tx.interactions.record(
        NewInteraction(
          with: anna, through: .email, .inbound, subject: "When do you deliver?",
          occurredAt: tx.now - .seconds(5_400)))
      try tx.commitments.make(
        NewCommitment(
          .question, to: anna, "When do you deliver?", owner: .staff("lee"),
          due: .at(tx.now + .seconds(3_600)), requested: .at(tx.now - .seconds(1_800)),
          in: mail.id, madeAt: mail.occurredAt))
      let times = try tx.responses.times(from: .earliest, to: .latest, of: anna)
      for time in times {
        print(time.status, time.waited, time.isLate(against: .promised) ?? false)
      }
      print(ResponseSummary(times).late(against: .requested), "later than asked for")
    }
    try output.isShown(on: page)
    try await crm.write { tx in
      let idea = try tx.contributions.give(
        NewContribution(
          from: anna, .idea, "A table that folds", about: [RecordReference(visit.id)]))
      try tx.contributions.decide(
        idea.id, isUsed: true, outcome: "On sale from May", worth: Money("1200.00", .eur))
      print(try tx.contributions.untold().items.map(\.kind.rawValue))
      try tx.contributions.tell(idea.id)
      print(try tx.contributions.value(of: anna).worth)
    }
    try output.isShown(on: page)
    guard let nine = TimeOfDay(hour: 9), let start = CalendarDate("2026-01-31") else { return }
    try await crm.write { tx in
      let reminder = try tx.reminders.set(
        "Invoice", for: .staff("max"), Recurrence(.month, from: start, at: nine, in: berlin),
        about: firm)
      for occurrence in 0..<4 {
        print(reminder.recurrence.instant(of: occurrence) ?? .latest)
      }
    }
    try output.isShown(on: page)
    try await crm.write { tx in
      try tx.media.add(
        NewMediaItem(
          "The room, from the door", type: "image/jpeg", byteCount: 48_213,
          url: "https://files.example/room.jpg", of: anna, about: [RecordReference(visit.id)]))
      print(try tx.media.page(about: RecordReference(visit.id)).items.map(\.kind.rawValue))
    }
    try output.isShown(on: page)
    #expect(try await crm.read { try $0.interactions.get(meeting.id) } == meeting)
  }
}
