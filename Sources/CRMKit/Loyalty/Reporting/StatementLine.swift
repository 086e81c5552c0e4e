/// A line of a statement: what an entry did to a member's points, and what that came to.
public struct StatementLine: Described, Codable {
  /// The entry; `nil` for what time has brought and nothing has put down yet.
  public internal(set) var entry: LedgerEntry.ID?

  /// What it did.
  public internal(set) var kind: LedgerEntry.Kind

  /// When it happened, which for what came in late is before the statement begins.
  public internal(set) var occurredAt: Instant

  /// How many points it added to what can be spent; below zero where it took some.
  public internal(set) var change: Int64

  /// How many it added to what is not confirmed.
  public internal(set) var pendingChange: Int64

  /// How many it added to what is held.
  public internal(set) var heldChange: Int64

  /// How many could be spent after it.
  public internal(set) var available: Int64

  /// How that came about, in words.
  public internal(set) var explanation: String

  private struct Fields: Sendable {
    let entry = Field<StatementLine, LedgerEntry.ID?>("entry", { $0.entry }, { $0.entry = $1 })
    let kind = Field<StatementLine, LedgerEntry.Kind>("kind", { $0.kind }, { $0.kind = $1 })
    let occurredAt = Field<StatementLine, Instant>(
      "occurred_at", { $0.occurredAt }, { $0.occurredAt = $1 })
    let change = Field<StatementLine, Int64>("change", { $0.change }, { $0.change = $1 })
    let pendingChange = Field<StatementLine, Int64>(
      "pending_change", { $0.pendingChange }, { $0.pendingChange = $1 })
    let heldChange = Field<StatementLine, Int64>(
      "held_change", { $0.heldChange }, { $0.heldChange = $1 })
    let available = Field<StatementLine, Int64>(
      "available", { $0.available }, { $0.available = $1 })
    let explanation = Field<StatementLine, String>(
      "explanation", { $0.explanation }, { $0.explanation = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: StatementLine(
      kind: .evaluate, occurredAt: .earliest, change: 0, pendingChange: 0, heldChange: 0,
      available: 0, explanation: ""))
}

/// What a member has at the beginning of a statement or at its end.
public struct StatementBalance: Described, Codable {
  /// What can be spent; below zero where more was taken back than was left.
  public internal(set) var available: Int64 = 0

  /// What is not confirmed.
  public internal(set) var pending: Int64 = 0

  /// What is held.
  public internal(set) var held: Int64 = 0

  private struct Fields: Sendable {
    let available = Field<StatementBalance, Int64>(
      "available", { $0.available }, { $0.available = $1 })
    let pending = Field<StatementBalance, Int64>("pending", { $0.pending }, { $0.pending = $1 })
    let held = Field<StatementBalance, Int64>("held", { $0.held }, { $0.held = $1 })
  }

  public static let layout = Layout(Fields(), blank: StatementBalance())
}

/// Points that end at a time, as a statement announces them.
public struct StatementExpiry: Described, Codable {
  /// The last day on which they can be spent; `nil` where they end within a day.
  public internal(set) var lastValidDay: CalendarDate?

  /// From when they can no longer be spent.
  public internal(set) var expiresAt: Instant

  /// How many.
  public internal(set) var points: Int64

  private struct Fields: Sendable {
    let lastValidDay = Field<StatementExpiry, CalendarDate?>(
      "last_valid_day", { $0.lastValidDay }, { $0.lastValidDay = $1 })
    let expiresAt = Field<StatementExpiry, Instant>(
      "expires_at", { $0.expiresAt }, { $0.expiresAt = $1 })
    let points = Field<StatementExpiry, Int64>("points", { $0.points }, { $0.points = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: StatementExpiry(expiresAt: .earliest, points: 0))
}
