/// What happened to a member's points in a time, and what they have: closed, it never changes.
///
/// Statements of a member follow each other without gaps. What comes in after one was closed and
/// happened before is in the next, with the day on which it happened.
public struct MemberStatement: Record {
  /// What names it for good.
  public let id: Identifier<MemberStatement>

  /// Whose.
  public internal(set) var member: LoyaltyMember.ID

  /// The name of the programme.
  public internal(set) var programme: String

  /// The name of the points.
  public internal(set) var currency: String

  /// 1 for the member's first statement, without gaps.
  public internal(set) var number: Int

  /// The first day, in the programme's zone.
  public internal(set) var firstDay: CalendarDate

  /// The last day.
  public internal(set) var lastDay: CalendarDate

  /// What there was at the beginning: what the statement before ended with.
  public internal(set) var opening: StatementBalance

  /// What happened, in the order in which it took effect.
  public internal(set) var lines: [StatementLine]

  /// What there was at the end.
  public internal(set) var closing: StatementBalance

  /// What ended next, the soonest first.
  public internal(set) var expiring: [StatementExpiry]

  /// The number of the last entry of the ledger that it has looked at.
  public internal(set) var lastSequence: Int64

  /// When it was closed; `nil` for one that still changes, which is not kept.
  public internal(set) var closedAt: Instant?

  /// What it hashes to: SHA-256; empty for one that still changes.
  public internal(set) var digest: Blob

  /// The described fields.
  public struct Fields: Sendable {
    /// ``MemberStatement/member``, for filters and sorting.
    public let member = Field<MemberStatement, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 }
    ).owned(by: LoyaltyMember.self)

    /// ``MemberStatement/programme``, for filters and sorting.
    public let programme = Field<MemberStatement, String>(
      "programme", { $0.programme }, { $0.programme = $1 })

    /// ``MemberStatement/currency``, for filters and sorting.
    public let currency = Field<MemberStatement, String>(
      "currency", { $0.currency }, { $0.currency = $1 })

    /// ``MemberStatement/number``, for filters and sorting.
    public let number = Field<MemberStatement, Int>("number", { $0.number }, { $0.number = $1 })

    /// ``MemberStatement/firstDay``, for filters and sorting.
    public let firstDay = Field<MemberStatement, CalendarDate>(
      "first_day", { $0.firstDay }, { $0.firstDay = $1 })

    /// ``MemberStatement/lastDay``, for filters and sorting.
    public let lastDay = Field<MemberStatement, CalendarDate>(
      "last_day", { $0.lastDay }, { $0.lastDay = $1 })

    /// ``MemberStatement/opening``, for filters and sorting.
    public let opening = Field<MemberStatement, StatementBalance>(
      "opening", { $0.opening }, { $0.opening = $1 })

    /// ``MemberStatement/lines``, for filters and sorting.
    public let lines = Field<MemberStatement, [StatementLine]>(
      "lines", { $0.lines }, { $0.lines = $1 })

    /// ``MemberStatement/closing``, for filters and sorting.
    public let closing = Field<MemberStatement, StatementBalance>(
      "closing", { $0.closing }, { $0.closing = $1 })

    /// ``MemberStatement/expiring``, for filters and sorting.
    public let expiring = Field<MemberStatement, [StatementExpiry]>(
      "expiring", { $0.expiring }, { $0.expiring = $1 })

    /// ``MemberStatement/lastSequence``, for filters and sorting.
    public let lastSequence = Field<MemberStatement, Int64>(
      "last_sequence", { $0.lastSequence }, { $0.lastSequence = $1 })

    /// ``MemberStatement/closedAt``, for filters and sorting.
    public let closedAt = Field<MemberStatement, Instant?>(
      "closed_at", { $0.closedAt }, { $0.closedAt = $1 })

    /// ``MemberStatement/digest``, for filters and sorting.
    public let digest = Field<MemberStatement, Blob>("digest", { $0.digest }, { $0.digest = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<MemberStatement>(
    "loyalty_statements", fields,
    indexes: [.unique(fields.member, fields.currency, fields.number)]
  ) {
    MemberStatement(
      id: $0, member: .zero, programme: "", currency: "", number: 1,
      firstDay: Recurrence.blank.anchor, lastDay: Recurrence.blank.anchor,
      opening: StatementBalance(), lines: [], closing: StatementBalance(), expiring: [],
      lastSequence: 0, digest: Blob([]))
  }
}

extension MemberStatement {
  /// Whether it is kept as it is for good.
  public var isClosed: Bool { closedAt != nil }

  /// What it hashes to: its name and all of its fields as JSON, but the digest.
  var computedDigest: Blob {
    var plain = self
    plain.digest = Blob([])
    let writer = JSONWriter()
    writer.object(Self.schema.layout, Held(plain))
    return Blob(SHA256.hash(Array(id.description.utf8) + writer.bytes))
  }

  /// Whether an entry is in this statement or one before it.
  func has(_ entry: LedgerEntry, by end: Instant) -> Bool {
    entry.sequence <= lastSequence && entry.occurredAt <= end
  }

  /// Whether the lines explain what there was at the end.
  var addsUp: Bool {
    var sum = opening
    for line in lines {
      sum.available &+= line.change
      sum.pending &+= line.pendingChange
      sum.held &+= line.heldChange
      if line.available != sum.available { return false }
    }
    return sum == closing
  }
}

/// A statement was closed, and does not change any more.
public struct StatementClosed: Event {
  /// The statement.
  public var statement: MemberStatement.ID
  /// Whose it is.
  public var member: LoyaltyMember.ID
  /// Its last day.
  public var lastDay: CalendarDate

  public static let name = "loyalty.statement_closed"

  private struct Fields: Sendable {
    let statement = Field<StatementClosed, MemberStatement.ID>(
      "statement", { $0.statement }, { $0.statement = $1 })
    let member = Field<StatementClosed, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let lastDay = Field<StatementClosed, CalendarDate>(
      "last_day", { $0.lastDay }, { $0.lastDay = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: StatementClosed(statement: .zero, member: .zero, lastDay: Recurrence.blank.anchor))
}
