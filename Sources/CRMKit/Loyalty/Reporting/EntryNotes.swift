/// What the ledger keeps of how an entry came about besides the points it moved, in sentences.
struct EntryNotes {
  let loyalty: LoyaltyOperations
  let entry: LedgerEntry

  /// The kind of points told of.
  let currency: String

  /// The days of the programme's zone.
  let days: LocalDays

  /// All there is to say.
  func sentences() throws -> [String] {
    var notes = try about()
    if let reason = writtenReason { notes.append("Reason: “\(reason)”.") }
    if let text = qualifyingText { notes.append(text) }
    return notes
  }

  private func about() throws -> [String] {
    switch entry.kind {
    case .earn: return lives + settled + (try origin("It follows from"))
    case .redeem, .hold, .review: return try spending()
    case .capture, .void, .lapse: return try origin("The points had been set aside by")
    case .activate: return try activation()
    case .cancelPending: return try cancellation()
    case .refund: return try refund()
    case .reverse: return try origin("It undoes")
    case .adjust: return lives + settled + (try decision())
    case .transfer: return try transfer()
    case .merge, .unmerge: return try membership()
    case .convert: return try conversion() + lives
    case .evaluate: return try lengthening()
    case .forfeit, .expire: return []
    }
  }

  // MARK: Words and origin

  /// Why, as somebody wrote it; what the library writes itself is told otherwise.
  private var writtenReason: String? {
    switch entry.kind {
    case .earn: nil
    default: entry.reason.flatMap { $0.isEmpty ? nil : $0 }
    }
  }

  private var qualifyingText: String? {
    guard let at = entry.qualifiesAt else { return nil }
    var parts: [String] = []
    if entry.qualifyingPoints != 0 { parts.append("\(entry.qualifyingPoints) points") }
    if let spend = entry.qualifyingSpend, spend.minorUnits != 0 { parts.append("\(spend)") }
    if entry.qualifyingCount != 0 {
      let noun = abs(entry.qualifyingCount) == 1 ? "event" : "events"
      parts.append("\(entry.qualifyingCount) \(noun)")
    }
    guard !parts.isEmpty else { return nil }
    return "Counted towards tiers, as of \(days.date(of: at)): \(parts.joined(separator: ", "))."
  }

  /// The entry it follows from, where it names one.
  private func origin(_ beginning: String) throws -> [String] {
    guard let id = entry.cause, let cause = try loyalty.entries.find(id) else { return [] }
    return ["\(beginning) \(cause.words(days))."]
  }

  // MARK: Lives

  /// How the points that it gave live, each life once.
  private var lives: [String] {
    var known: [String] = []
    for opening in entry.openings where opening.currency == currency {
      for text in opening.lifeTexts(days) where !known.contains(text) { known.append(text) }
    }
    return known
  }

  /// How many of the points that it gave settled what was owed.
  private var settled: [String] {
    let absorbed = entry.legs.reduce(Int64(0)) {
      $1.currency == currency ? $0 &+ $1.absorbed : $0
    }
    return absorbed > 0 ? ["\(absorbed) of them settled what was owed."] : []
  }

  // MARK: Kinds

  private func spending() throws -> [String] {
    if entry.carriesHold { return try carried() }
    var notes: [String] = []
    if let payment = try entry.payment() {
      if let order = payment.order, let worth = payment.worth {
        notes.append("They pay \(worth) of \(order).")
      }
      if payment.requested != payment.points {
        notes.append("Asked for were \(payment.requested).")
      }
      notes += payment.limits.map(\.message)
    }
    if let claim = try loyalty.claim(of: entry.id) {
      notes.append("They pay for a reward, at version \(claim.priceVersion) of its price.")
    }
    if let end = entry.holdExpiresAt, entry.kind == .hold {
      notes.append("They are set aside until \(end).")
    }
    if entry.kind == .review {
      let version = try loyalty.version(of: entry.programme, number: entry.programmeVersion)
      if let velocity = version.programme.redemption.velocity {
        let times = "\(velocity.times) \(velocity.times == 1 ? "time" : "times")"
        notes.append(
          "Somebody is to look at it, as points had been spent \(times) within "
            + "\(velocity.minutes) minutes before.")
      }
    }
    return notes
  }

  /// Where a hold came from that goes with a membership; no rule held these points up.
  private func carried() throws -> [String] {
    guard let other = entry.counterparty else { return [] }
    return ["They came along from membership \(other)."]
      + (try origin("The points had been set aside by"))
  }

  private func activation() throws -> [String] {
    guard entry.requestJSON != nil, let asked = try entry.request(as: ActivateRequest.self) else {
      return ["The day has come for which they waited."]
    }
    return ["“\(asked.action)” has happened to \(asked.reference)."] + lives
  }

  private func cancellation() throws -> [String] {
    var known: [String] = []
    for id in entry.legs.compactMap(\.lot) {
      guard let lot = try loyalty.lots.find(id), let action = lot.awaits else { continue }
      let text = "“\(action)” had not happened by \(days.date(of: entry.occurredAt))."
      if !known.contains(text) { known.append(text) }
    }
    return known
  }

  private func refund() throws -> [String] {
    if let outcome = try entry.refund() {
      return try origin("It takes back from") + waited() + outcome.notes(for: currency)
        + released(by: outcome)
    }
    guard let id = entry.cause, let redemption = try loyalty.entries.find(id) else { return [] }
    return ["They had paid by \(redemption.words(days)).", try restoredText(redemption)]
      + [try pointsPaid().text]
  }

  /// That a refund came before its order.
  private func waited() throws -> [String] {
    guard let key = entry.key, try loyalty.versions().parkRefunds,
      let parked = try loyalty.parked.first(where: {
        $0.programme == entry.programme && $0.key == key
      }), parked.entry == entry.id
    else { return [] }
    return ["It had waited for its order since \(days.date(of: parked.parkedAt))."]
  }

  /// The caps under which a refund gave room back.
  private func released(by outcome: RefundOutcome) throws -> [String] {
    guard outcome.released.contains(where: { $0 > 0 }),
      let earning = try entry.cause.flatMap({ try loyalty.entries.find($0) })
    else { return [] }
    let version = try loyalty.version(of: earning.programme, number: earning.programmeVersion)
    return zip(version.prepared.caps, outcome.released).compactMap { cap, less in
      less > 0 ? "The cap “\(cap.cap.name)” has room for \(less) again." : nil
    }
  }

  /// How many points of a redemption came back by this entry, and in all by then.
  private func restoredText(_ redemption: LedgerEntry) throws -> String {
    func back(_ entry: LedgerEntry) -> Int64 {
      entry.legs.reduce(0) {
        $1.from == .redeemed && $1.currency == currency ? $0 &+ $1.points : $0
      }
    }
    let paid = redemption.legs.reduce(Int64(0)) {
      $1.to == .redeemed && $1.currency == currency ? $0 &+ $1.points : $0
    }
    let all = try loyalty.effects(of: redemption.id, through: entry.sequence)
      .filter { $0.kind == .refund }.reduce(Int64(0)) { $0 &+ back($1) }
    return "Of \(paid) \(currency) \(back(entry)) came back with it, \(all) in all by then."
  }

  /// Which part of a refund goes back to points: by the version under which the order earned, and
  /// where it never did, by that of the refund.
  private func pointsPaid() throws -> RefundTerms.PointsPaid {
    let earning = try entry.reference.flatMap {
      try loyalty.earning(of: $0, in: entry.programme)
    }
    let number = earning?.programmeVersion ?? entry.programmeVersion
    return try loyalty.version(of: entry.programme, number: number).programme.refund.pointsPaid
  }

  private func decision() throws -> [String] {
    guard let key = entry.key,
      let asked = try loyalty.adjustments.first(where: {
        $0.programme == entry.programme && $0.key == key
      }), asked.entry == entry.id
    else { return [] }
    var notes = ["Asked for by \(asked.askedBy.rawValue) on \(days.date(of: asked.askedAt))."]
    if let decidedBy = asked.decidedBy, let decidedAt = asked.decidedAt {
      let words = asked.decision.flatMap { $0.isEmpty ? nil : ": “\($0)”" } ?? ""
      notes.append("Approved by \(decidedBy.rawValue) on \(days.date(of: decidedAt))\(words).")
    } else {
      notes.append("So many points need nobody's approval.")
    }
    return notes
  }

  private func transfer() throws -> [String] {
    guard let other = entry.counterparty else { return [] }
    if let pool = entry.poolOfMove {
      guard let leg = entry.legs.first else { return [] }
      return ["Member \(other) \(leg.fromMember == other ? "joined" : "left") the pool \(pool)."]
    }
    let version = try loyalty.version(of: entry.programme, number: entry.programmeVersion)
    let isDatedAnew = version.programme.transfer.expiry == .targetRules
    let life = isDatedAnew ? ["They live as if earned then."] + lives : ["They keep their end."]
    return ["They went from member \(entry.member) to member \(other)."] + life
  }

  private func membership() throws -> [String] {
    guard let other = entry.counterparty else { return [] }
    return entry.kind == .merge
      ? ["Membership \(other) goes on in \(entry.member)."]
      : ["Membership \(other) stands for itself again, apart from \(entry.member)."]
  }

  private func conversion() throws -> [String] {
    guard let asked = try entry.request(as: ConvertRequest.self) else { return [] }
    let given = entry.legs.filter { $0.from == .conversion }
    let charged = entry.legs.filter { $0.to == .conversion }
    func sum(_ legs: [LedgerLeg]) -> String {
      "\(legs.reduce(Int64(0)) { $0 &+ $1.points }) \(legs.first?.currency ?? "")"
    }
    return [
      "Of \(asked.points) offered \(sum(charged)) became \(sum(given)), at \(asked.rate) for each."
    ]
  }

  private func lengthening() throws -> [String] {
    guard let asked = try? entry.request(as: LengthenRequest.self), !entry.openings.isEmpty else {
      return []
    }
    return ["Their life was lengthened to that of version \(asked.programmeVersion)."] + lives
  }
}

extension LedgerEntry {
  /// Which entry it is, in a few words.
  func words(_ days: LocalDays) -> String {
    let about = reference.map { " for \($0)" } ?? ""
    let what = kind.words.prefix(1).lowercased() + kind.words.dropFirst() + about
    return "entry \(sequence) of \(days.date(of: occurredAt)) (\(what))"
  }
}

extension LotOpening {
  /// What the points wait for and how long they last, in sentences.
  fileprivate func lifeTexts(_ days: LocalDays) -> [String] {
    var texts: [String] = []
    if let activeAt { texts.append("They can be spent from \(days.date(of: activeAt)) on.") }
    if let awaits {
      let most = cancelAt.map { ", and go on \(days.date(of: $0)) if that has not happened" } ?? ""
      texts.append("They wait for “\(awaits)”\(most).")
    }
    if let lastValidDay {
      texts.append("They last through \(lastValidDay).")
    } else if let expiresAt {
      texts.append("They last until \(expiresAt).")
    }
    if followsActivity { texts.append("They last as long as the member is active.") }
    if lastValidDay == nil, expiresAt == nil, !followsActivity, awaits == nil {
      texts.append("They do not end.")
    }
    return texts
  }
}
