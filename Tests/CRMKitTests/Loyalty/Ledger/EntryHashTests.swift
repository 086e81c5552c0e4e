import CRMStorage
import Testing

@testable import CRMKit

@Suite("What an entry of the ledger hashes to")
struct EntryHashTests {
  private typealias Change<Value> = (name: String, edit: (inout Value) -> Void)

  private static let entry = LedgerEntry(
    id: LedgerEntry.identifier(in: "club", 7), programme: "club", kind: .earn, member: .zero,
    occurredAt: Instant(milliseconds: 5), recordedAt: Instant(milliseconds: 6),
    programmeVersion: 1, legs: [leg], openings: [opening],
    lapses: [PointsLapse(member: .zero, currency: "points", at: Instant(milliseconds: 7))],
    refusal: LoyaltyError(.ineligible), qualifyingPoints: 0, qualifyingCount: 0,
    previousHash: Blob([1]), hash: Blob([]))

  private static let leg = LedgerLeg(
    currency: "points", points: 1, from: .issued, to: .available, absorbed: 0)

  private static let opening = LotOpening(
    lot: .zero, member: .zero, currency: "points", originMember: .zero, originEntry: .zero,
    programmeVersion: 1, earnedAt: Instant(milliseconds: 5), followsActivity: false)

  /// Expects that the changes are one of each name, and that each gives another hash.
  private func expectOthers<Value>(
    _ changes: [Change<Value>], of names: [String],
    _ edit: (inout LedgerEntry, Change<Value>) -> Void
  ) {
    #expect(changes.map(\.name) == names)
    var seen = [Self.entry.computedHash]
    for change in changes {
      var entry = Self.entry
      edit(&entry, change)
      #expect(!seen.contains(entry.computedHash), "\(change.name)")
      seen.append(entry.computedHash)
    }
  }

  @Test("A change of any field of an entry gives another hash")
  func entries() {
    let changes: [Change<LedgerEntry>] = [
      ("programme", { $0.programme = "clu" }), ("kind", { $0.kind = .hold }),
      ("member", { $0.member = .init(number: 1) }),
      ("counterparty", { $0.counterparty = .zero }), ("key", { $0.key = "" }),
      ("natural_key", { $0.naturalKey = "" }),
      ("occurred_at", { $0.occurredAt = Instant(milliseconds: 6) }),
      ("recorded_at", { $0.recordedAt = Instant(milliseconds: 5) }),
      ("programme_version", { $0.programmeVersion = 2 }),
      ("request", { $0.request = Payload(text: "{}") }),
      ("outcome", { $0.outcome = Payload(text: "{}") }), ("legs", { $0.legs = [] }),
      ("openings", { $0.openings = [] }), ("lapses", { $0.lapses[0].currency = "" }),
      ("hold", { $0.hold = .zero }), ("hold_expires_at", { $0.holdExpiresAt = .earliest }),
      ("reference", { $0.reference = "" }), ("cause", { $0.cause = .zero }),
      ("reason_hash", { $0.reasonHash = Blob([]) }),
      ("refusal", { $0.refusal = LoyaltyError(.ineligible, "") }),
      ("qualifies_at", { $0.qualifiesAt = .earliest }),
      ("qualifying_points", { $0.qualifyingPoints = 1 }),
      ("qualifying_spend", { $0.qualifyingSpend = .zero(.eur) }),
      ("qualifying_count", { $0.qualifyingCount = 1 }),
      ("previous_hash", { $0.previousHash = Blob([2]) }),
    ]
    let names = LedgerEntry.schema.layout.stored.map(\.name)
    // What somebody wrote is in by its hash, so that it can be forgotten.
    let left: Set = ["hash", "reason", "salt"]
    expectOthers(changes, of: names.filter { !left.contains($0) }) { $1.edit(&$0) }
  }

  @Test("A change of any field of a leg gives another hash")
  func legs() {
    let changes: [Change<LedgerLeg>] = [
      ("currency", { $0.currency = "point" }), ("points", { $0.points = 2 }),
      ("from", { $0.from = .adjusted }), ("from_member", { $0.fromMember = .zero }),
      ("to", { $0.to = .pending }), ("to_member", { $0.toMember = .zero }),
      ("lot", { $0.lot = .zero }), ("into", { $0.into = .zero }),
      ("absorbed", { $0.absorbed = 1 }),
    ]
    expectOthers(changes, of: LedgerLeg.layout.stored.map(\.name)) { $1.edit(&$0.legs[0]) }
  }

  @Test("A change of any day or origin of a lot gives another hash")
  func openings() {
    let changes: [Change<LotOpening>] = [
      ("lot", { $0.lot = .init(number: 1) }), ("member", { $0.member = .init(number: 1) }),
      ("currency", { $0.currency = "point" }),
      ("origin_member", { $0.originMember = .init(number: 1) }),
      ("origin_entry", { $0.originEntry = .init(number: 1) }),
      ("programme_version", { $0.programmeVersion = 2 }),
      ("earned_at", { $0.earnedAt = Instant(milliseconds: 6) }),
      ("active_at", { $0.activeAt = .earliest }), ("awaits", { $0.awaits = "" }),
      ("cancel_at", { $0.cancelAt = .earliest }),
      ("last_valid_day", { $0.lastValidDay = CalendarDate(daysSinceEpoch: 0) }),
      ("expires_at", { $0.expiresAt = .earliest }),
      ("follows_activity", { $0.followsActivity = true }),
      ("reference", { $0.reference = "" }), ("price", { $0.price = .zero(.eur) }),
      ("restored_from", { $0.restoredFrom = .zero }),
    ]
    expectOthers(changes, of: LotOpening.layout.stored.map(\.name)) { $1.edit(&$0.openings[0]) }
  }

  @Test("Where one text ends and the next begins makes another hash")
  func borders() {
    var (a, b) = (Self.entry, Self.entry)
    (a.key, a.naturalKey) = ("ab", "c")
    (b.key, b.naturalKey) = ("a", "bc")
    #expect(a.computedHash != b.computedHash)
  }
}
