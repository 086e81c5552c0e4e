extension LoyaltyOperations {
  /// Why an entry of the ledger added or took as many points as it did.
  ///
  /// For points earned each rule of the stored award is a part, for others each lot that points
  /// came from or went to. Whatever else the ledger keeps of it is in its notes: what a refund
  /// wanted back and what became of that, who asked for an adjustment and who approved it, what
  /// points waited for. All of it is what was kept then, or follows from the version of the
  /// programme in force then.
  ///
  /// - Parameters:
  ///   - id: The entry.
  ///   - currency: The name of the points, if not the first the entry moved.
  ///   - member: Whose side is told, if not that of the entry's member.
  /// - Throws: ``LoyaltyError/Code/unknownReference``.
  /// - Complexity: O(*k*) in the entry's legs.
  public func explanation(
    of id: LedgerEntry.ID, _ currency: String? = nil, for member: LoyaltyMember.ID? = nil
  ) throws -> PointsExplanation {
    guard let entry = try entries.find(id) else {
      throw LoyaltyError(.unknownReference, "entry \(id)")
    }
    return try explanation(
      of: entry, currency ?? mainCurrency(of: entry), for: member ?? entry.member, withNotes: true)
  }

  /// Why a member has as many points to spend as they have: what each kind of entry added or took.
  ///
  /// - Parameters:
  ///   - member: Whose.
  ///   - currency: The name of the points, if not the programme's first.
  /// - Throws: ``LoyaltyError/Code/unknownReference``, ``LoyaltyError/Code/unknownCurrency``.
  /// - Complexity: O(*n*) in the entries about the member.
  public func explanation(
    ofBalanceOf member: LoyaltyMember.ID, _ currency: String? = nil
  ) throws -> PointsExplanation {
    let (member, currency) = try named(member, currency)
    var sums: [LedgerEntry.Kind: (points: Int64, count: Int)] = [:]
    func add(_ kind: LedgerEntry.Kind, _ change: Int64) {
      guard change != 0 else { return }
      let sum = sums[kind] ?? (0, 0)
      sums[kind] = (sum.points &+ change, sum.count + 1)
    }
    try entries.scan(
      Query(where: { $0.parties.contains(member.id) }, sortedBy: { _ in [.oldestFirst] })
    ) { held in
      add(held.row.kind, held.row.change(of: member.id, in: currency))
      return true
    }
    if let account = try account(of: member.id, currency), account.nextDueAt <= transaction.now {
      for step in try settlement(of: account, until: transaction.now).steps {
        add(step.kind, step.legs.reduce(0) { $0 &+ $1.change(of: member.id, on: .available) })
      }
    }
    let parts = LedgerEntry.Kind.allCases.compactMap { kind in
      sums[kind].map { sum in
        PointsExplanation.Part(
          points: sum.points,
          text: "\(kind.words): \(sum.count) \(sum.count == 1 ? "time" : "times")")
      }
    }
    return PointsExplanation(currency, "What can be spent.", parts)
  }

  // MARK: Entries

  /// Why an entry did to a member what it did.
  ///
  /// - Parameter withNotes: Whether all that is kept of it is told, not only the number.
  func explanation(
    of entry: LedgerEntry, _ currency: String, for member: LoyaltyMember.ID,
    withNotes: Bool = false
  ) throws -> PointsExplanation {
    if let refusal = entry.refusal {
      return PointsExplanation(
        currency, "\(entry.kind.words) nothing: it was refused. \(refusal.message)", [])
    }
    let versions = try versions()[entry.programme] ?? []
    let version = versions.first { $0.programme.version == entry.programmeVersion }
    let days = try (version ?? self.version(of: entry.programme)).days
    let notes = EntryNotes(loyalty: self, entry: entry, currency: currency, days: days)
    let sentences = try withNotes ? notes.sentences() : []
    if entry.kind == .earn, let award = try entry.award(),
      let total = award.totals.first(where: { $0.points == currency })
    {
      return earning(award, total, entry, sentences)
    }
    let parts = try parts(of: entry, currency, for: member, days)
    let points = parts.reduce(Int64(0)) { $0 &+ $1.points }
    let end = try entry.refund()?.eligibilityText.map { "; \($0)" } ?? ""
    return PointsExplanation(
      currency, "\(try entry.headline()): \(points) \(currency)\(end).", parts,
      notes: sentences)
  }

  /// The points an entry moved, or moved first, or those it would have moved.
  private func mainCurrency(of entry: LedgerEntry) throws -> String {
    if let moved = entry.legs.first?.currency ?? entry.openings.first?.currency { return moved }
    if let wanted = try entry.refund()?.totals.first?.points { return wanted }
    let version = try version(of: entry.programme, at: entry.occurredAt)
    return version.programme.terms(of: nil)?.name ?? ""
  }

  private func earning(
    _ award: Award, _ total: AwardTotal, _ entry: LedgerEntry, _ notes: [String]
  ) -> PointsExplanation {
    let parts = award.items.filter { $0.points == total.points && $0.wanted != 0 }.map {
      PointsExplanation.Part(points: $0.granted, text: $0.explanation)
    }
    var text = "Earned \(total.granted) \(total.points)"
    if let reference = entry.reference { text += " for \(reference)" }
    text += " by version \(award.programmeVersion) of “\(award.programme)”"
    if let basis = award.basis { text += ", of \(basis) that counted" }
    if let rounding = total.roundingText { text += "; \(rounding)" }
    if let cap = total.cap { text += "; the cap “\(cap)” left \(total.granted) of \(total.wanted)" }
    return PointsExplanation(total.points, text + ".", parts, notes: notes)
  }

  /// What each leg did to what can be spent; where none did anything, to what is pending.
  private func parts(
    of entry: LedgerEntry, _ currency: String, for member: LoyaltyMember.ID, _ days: LocalDays
  ) throws -> [PointsExplanation.Part] {
    let legs = entry.legs.filter { $0.currency == currency }
    let accounts: [LedgerAccount] = [.available, .pending, .held]
    let account = accounts.first { account in
      legs.contains { $0.change(of: member, on: account) != 0 }
    }
    guard let account else { return [] }
    return try legs.compactMap { leg in
      let change = leg.change(of: member, on: account)
      guard change != 0 else { return nil }
      let origin = try (change < 0 ? leg.lot : leg.into).flatMap { try lots.find($0) }
      let isNew = origin.map { $0.originEntry == entry.id } ?? true
      let from = isNew ? "" : origin.map { ", of \($0.originWords(days))" } ?? ""
      let owed = leg.absorbed > 0 && change > 0 ? ", \(leg.absorbed) of them owed" : ""
      let debt = leg.from == .available && leg.lot == nil ? ", beyond what was left" : ""
      let life =
        leg.to == .expired ? origin?.endWords(at: entry.occurredAt) : entry.lifeWords(of: leg)
      return PointsExplanation.Part(
        points: change, text: leg.words(for: member) + from + owed + debt + (life ?? ""))
    }
  }
}

extension LedgerEntry {
  /// What it did and for what, as the beginning of a sentence.
  fileprivate func headline() throws -> String {
    let about = reference.map { " for \($0)" } ?? ""
    switch kind {
    case .refund:
      guard let outcome = try refund() else { return "Given back of what had paid\(about)" }
      return outcome.headline + about
    case .earn: return kind.words + (bonusWords ?? about)
    case .transfer where poolOfMove != nil: return "Moved between a member and a pool"
    case .forfeit where changesMembership: return "Given up, as the member was forgotten"
    case .evaluate where !openings.isEmpty: return "Made to last longer"
    default: return kind.words + about
    }
  }

  /// What points were for that the programme gives of itself; `nil` of others.
  private var bonusWords: String? {
    if let tier = try? request(as: TierRewardRequest.self) {
      return " for coming to “\(tier.tier)” of “\(tier.group)”"
    }
    return (try? request(as: BonusRequest.self)).map { " for “\($0.name)”" }
  }

  /// Until when points live that came back by a leg; `nil` of other legs.
  fileprivate func lifeWords(of leg: LedgerLeg) -> String? {
    guard kind == .refund || kind == .reverse, leg.fromMember == nil, leg.to == .available,
      leg.from != .issued, let lot = leg.into
    else { return nil }
    guard let opening = openings.first(where: { $0.lot == lot }) else {
      return ", with the end they had"
    }
    guard opening.restoredFrom != nil, let day = opening.lastValidDay else { return nil }
    return ", which had ended: through \(day) from now on"
  }
}

extension PointsLot {
  /// When its points were earned and by what, in a few words.
  fileprivate func originWords(_ days: LocalDays) -> String {
    "those earned on \(days.date(of: earnedAt))" + (reference.map { " for \($0)" } ?? "")
  }

  /// Why its points ended at an instant, in a few words.
  fileprivate func endWords(at instant: Instant) -> String {
    guard let expiresAt, expiresAt <= instant else {
      return followsActivity ? ", as the member had not been active for so long" : ""
    }
    return lastValidDay.map { ", whose last day was \($0)" } ?? ", whose time was over"
  }
}
