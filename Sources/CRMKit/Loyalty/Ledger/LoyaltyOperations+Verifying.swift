extension LoyaltyOperations {
  /// Notes entries that were changed, left out or cannot be, and accounts, lots and holds that do
  /// not follow from the entries; the first bad entry of a ledger is named.
  ///
  /// - Complexity: O(*n*) in the entries; it keeps accounts, lots and holds in memory.
  func verify(_ report: inout VerificationReport) throws {
    var check = LedgerCheck()
    try entries.scan(Query(sortedBy: { _ in [.oldestFirst] })) { held in
      check.take(held.row)
      return true
    }
    for problem in check.problems { report.note(problem) }
    for entry in check.forgotten where try !isOfErased(entry) {
      report.noteDamage(
        of: LedgerEntry.schema.name, id: "\(entry.sequence) of “\(entry.programme)”",
        "its reason is missing")
    }
    // What is kept beside entries that cannot be trusted follows from nothing.
    guard check.problems.isEmpty else { return }
    try heads.scan(Query()) { held in
      let (sequence, hash) = check.end(of: held.row.programme)
      if held.row.sequence != sequence || held.row.hash != hash {
        report.noteDamage(
          of: LedgerHead.schema.name, id: held.row.programme, "it is not the end of the ledger")
      }
      return true
    }
    try compare(accounts, with: check.replay.accounts.map(\.exact), &report) { $0.exact }
    try compare(lots, with: check.replay.lots, &report) { $0 }
    try compare(holds, with: Array(check.replay.holds.values), &report) { $0 }
    for lot in check.replay.lots where lot.balance.places != lot.balance.sources {
      report.noteDamage(
        of: PointsLot.schema.name, id: lot.id.description, "its points are not all somewhere")
    }
    try verifyAccounts(check.replay, &report)
  }

  /// Whether an entry is about somebody who was erased.
  private func isOfErased(_ entry: LedgerEntry) throws -> Bool {
    try ([entry.member] + (entry.counterparty.map { [$0] } ?? [])).contains {
      try resolve($0).status == .erased
    }
  }

  /// Notes records that are not what the entries say, and those that are missing or too many.
  private func compare<R: Record>(
    _ records: Records<R>, with expected: [R], _ report: inout VerificationReport,
    _ exact: (R) -> R
  ) throws {
    var expected = Dictionary(expected.map { ($0.id, $0) }) { first, _ in first }
    try records.scan { held in
      if expected.removeValue(forKey: held.id) != exact(held.row) {
        report.noteDamage(
          of: R.schema.name, id: held.id.description, "it does not follow from the ledger")
      }
      return true
    }
    for id in expected.keys.sorted() {
      report.noteDamage(
        of: R.schema.name, id: id.description, "it follows from the ledger, and is missing")
    }
  }

  /// Notes accounts whose lots come to something else, and such as time would pass over.
  private func verifyAccounts(_ replay: LedgerReplay, _ report: inout VerificationReport) throws {
    var sums: [PointsAccount.ID: (open: Int64, pending: Int64, held: Int64, next: Instant)] = [:]
    for lot in replay.lots {
      var sum = sums[lot.account] ?? (0, 0, 0, .latest)
      if lot.isPending { sum.pending &+= lot.remaining } else { sum.open &+= lot.remaining }
      sum.held &+= lot.held
      if lot.remaining > 0 { sum.next = min(sum.next, lot.queuedUntil) }
      sums[lot.account] = sum
    }
    for hold in replay.holds.values where hold.status == .open {
      let next = min(sums[hold.account]?.next ?? .latest, hold.expiresAt)
      sums[hold.account]?.next = next
    }
    try accounts.scan(Query(sortedBy: { _ in [.oldestFirst] })) { held in
      let account = held.row
      let sum = sums[account.id] ?? (0, 0, 0, .latest)
      if account.available &+ account.deficit != sum.open || account.pending != sum.pending
        || account.held != sum.held || (account.deficit > 0 && sum.open > 0)
      {
        report.noteDamage(
          of: PointsAccount.schema.name, id: account.id.description,
          "its lots come to something else")
      }
      if account.nextDueAt > sum.next {
        report.noteDamage(
          of: PointsAccount.schema.name, id: account.id.description,
          "time does something to it before anybody looks")
      }
      return true
    }
  }
}

/// Following ledgers from their first entries on.
struct LedgerCheck {
  private(set) var replay = LedgerReplay()

  /// What is wrong: of each ledger its first bad entry.
  private(set) var problems: [StorageError] = []

  /// Entries of which what somebody wrote was forgotten.
  private(set) var forgotten: [LedgerEntry] = []

  private var heads: [String: LedgerHead] = [:]
  private var damaged: Set<String> = []

  /// The number and hash of the last entry of a programme.
  func end(of programme: String) -> (sequence: Int64, hash: Blob) {
    let head = heads[programme]
    return (head?.sequence ?? 0, head?.hash ?? Blob([]))
  }

  /// Looks at the next entry.
  mutating func take(_ entry: LedgerEntry) {
    guard !damaged.contains(entry.programme) else { return }
    var head =
      heads[entry.programme]
      ?? LedgerHead(
        id: LedgerHead.identifier(of: entry.programme), programme: entry.programme, sequence: 0,
        hash: Blob([]), recordedAt: .earliest, nextPassAt: .latest)
    if let reason = problem(with: entry, after: head) {
      note(entry, reason)
      return
    }
    do {
      try replay.apply(entry)
    } catch let error as StorageError {
      note(entry, error.message)
    } catch {
      note(entry, "\(error)")
    }
    if entry.isForgotten { forgotten.append(entry) }
    head.sequence = entry.sequence
    head.hash = entry.hash
    head.recordedAt = entry.recordedAt
    heads[entry.programme] = head
  }

  private func problem(with entry: LedgerEntry, after head: LedgerHead) -> String? {
    if entry.id != LedgerEntry.identifier(in: entry.programme, head.sequence + 1) {
      return "the entry before it is number \(head.sequence)"
    }
    if entry.previousHash != head.hash { return "it does not follow the entry before it" }
    if entry.hash != entry.computedHash { return "it was changed" }
    if !entry.isForgotten, entry.reasonHash != entry.computedReasonHash {
      return "its reason was changed"
    }
    if entry.recordedAt < head.recordedAt { return "it was recorded before the entry before it" }
    if entry.refusal != nil && !entry.legs.isEmpty { return "it was refused, and moved points" }
    return nil
  }

  private mutating func note(_ entry: LedgerEntry, _ reason: String) {
    damaged.insert(entry.programme)
    problems.append(
      .damaged(
        LedgerEntry.schema.name, id: "\(entry.sequence) of “\(entry.programme)”", reason))
  }
}

extension PointsAccount {
  /// The account without what need not be exact.
  var exact: PointsAccount {
    var copy = self
    copy.nextDueAt = .latest
    return copy
  }
}
