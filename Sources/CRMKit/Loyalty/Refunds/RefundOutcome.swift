/// What a refund did and why, kept with its entry, so that it stays true when rules are edited.
public struct RefundOutcome: Described {
  /// What was refunded of the order with it, what points paid for included; `nil` where no money
  /// is about.
  public internal(set) var amount: Money?

  /// What was refunded of the order before.
  public internal(set) var before: Money?

  /// What is left of the order.
  public internal(set) var left: Money?

  /// What the customer is to get back as money, what is withheld taken off.
  public internal(set) var cash: Money?

  /// What goes back to points that were paid with.
  public internal(set) var points: Money?

  /// What is withheld of the money for points that are not there any more.
  public internal(set) var withheld: Money?

  /// By what of the refund went back to points.
  public internal(set) var pointsPaid: RefundTerms.PointsPaid

  /// Whether what is left had to have what the rules require.
  public internal(set) var eligibility: RefundTerms.Eligibility

  /// What was to become of points that were not there any more.
  public internal(set) var shortfall: ClawbackTerms.Shortfall

  /// What was taken back of each kind of points.
  public internal(set) var totals: [RefundTotal]

  /// What each rule gives for what is left.
  public internal(set) var items: [AwardItem]

  /// How much room each cap was given back, in the order of the caps; none where refunds give none.
  var released: [Int64]

  private struct Fields: Sendable {
    let amount = Field<RefundOutcome, Money?>("amount", { $0.amount }, { $0.amount = $1 })
    let before = Field<RefundOutcome, Money?>("before", { $0.before }, { $0.before = $1 })
    let left = Field<RefundOutcome, Money?>("left", { $0.left }, { $0.left = $1 })
    let cash = Field<RefundOutcome, Money?>("cash", { $0.cash }, { $0.cash = $1 })
    let points = Field<RefundOutcome, Money?>("points", { $0.points }, { $0.points = $1 })
    let withheld = Field<RefundOutcome, Money?>("withheld", { $0.withheld }, { $0.withheld = $1 })
    let pointsPaid = Field<RefundOutcome, RefundTerms.PointsPaid>(
      "points_paid", { $0.pointsPaid }, { $0.pointsPaid = $1 })
    let eligibility = Field<RefundOutcome, RefundTerms.Eligibility>(
      "eligibility", { $0.eligibility }, { $0.eligibility = $1 })
    let shortfall = Field<RefundOutcome, ClawbackTerms.Shortfall>(
      "shortfall", { $0.shortfall }, { $0.shortfall = $1 })
    let totals = Field<RefundOutcome, [RefundTotal]>("totals", { $0.totals }, { $0.totals = $1 })
    let items = Field<RefundOutcome, [AwardItem]>("items", { $0.items }, { $0.items = $1 })
    let released = Field<RefundOutcome, [Int64]>(
      "released", { $0.released }, { $0.released = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: RefundOutcome(
      pointsPaid: .proRata, eligibility: .reevaluate, shortfall: .allowNegative, totals: [],
      items: [], released: []))
}

extension RefundOutcome {
  /// What was taken back of a kind of points.
  public func total(of points: String) -> RefundTotal? { totals.first { $0.points == points } }
}

/// What a refund took back of one kind of points.
///
/// ``wanted`` is what the order had earned less ``settled`` and ``due``; of that
/// ``claw`` is what the member had enjoyed, and was ``taken``, ``owed``, ``writtenOff``,
/// ``withheld`` or ``forgone``.
public struct RefundTotal: Described {
  /// The kind of points.
  public internal(set) var points: String

  /// How many the order had earned.
  public internal(set) var granted: Int64

  /// How many of them refunds before wanted.
  public internal(set) var settled: Int64

  /// How many it would have earned as what is left of it.
  public internal(set) var due: Int64

  /// How many were to be taken back by the rules.
  public internal(set) var wanted: Int64

  /// How many of those it had earned were never enjoyed: they had ended, or were given up.
  public internal(set) var lost: Int64

  /// How many were to be taken back in fact.
  public internal(set) var claw: Int64

  /// How many were taken that were there, pending ones first.
  public internal(set) var taken: Int64

  /// How many the member owes now.
  public internal(set) var owed: Int64

  /// How many the firm bore.
  public internal(set) var writtenOff: Int64

  /// How many were withheld from the money.
  public internal(set) var withheld: Int64

  /// How many were let go.
  public internal(set) var forgone: Int64

  private struct Fields: Sendable {
    let points = Field<RefundTotal, String>("points", { $0.points }, { $0.points = $1 })
    let granted = Field<RefundTotal, Int64>("granted", { $0.granted }, { $0.granted = $1 })
    let settled = Field<RefundTotal, Int64>("settled", { $0.settled }, { $0.settled = $1 })
    let due = Field<RefundTotal, Int64>("due", { $0.due }, { $0.due = $1 })
    let wanted = Field<RefundTotal, Int64>("wanted", { $0.wanted }, { $0.wanted = $1 })
    let lost = Field<RefundTotal, Int64>("lost", { $0.lost }, { $0.lost = $1 })
    let claw = Field<RefundTotal, Int64>("claw", { $0.claw }, { $0.claw = $1 })
    let taken = Field<RefundTotal, Int64>("taken", { $0.taken }, { $0.taken = $1 })
    let owed = Field<RefundTotal, Int64>("owed", { $0.owed }, { $0.owed = $1 })
    let writtenOff = Field<RefundTotal, Int64>(
      "written_off", { $0.writtenOff }, { $0.writtenOff = $1 })
    let withheld = Field<RefundTotal, Int64>("withheld", { $0.withheld }, { $0.withheld = $1 })
    let forgone = Field<RefundTotal, Int64>("forgone", { $0.forgone }, { $0.forgone = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: RefundTotal(
      points: "", granted: 0, settled: 0, due: 0, wanted: 0, lost: 0, claw: 0, taken: 0,
      owed: 0, writtenOff: 0, withheld: 0, forgone: 0))
}

extension RefundTerms.PointsPaid: FieldValue {}
extension RefundTerms.Eligibility: FieldValue {}
extension ClawbackTerms.Shortfall: FieldValue {}
