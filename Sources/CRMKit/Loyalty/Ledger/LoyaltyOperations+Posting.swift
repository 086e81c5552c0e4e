extension LoyaltyOperations {
  /// Does what a request asks for, once: the same request under the same key is found again.
  ///
  /// - Parameters:
  ///   - request: All inputs that matter.
  ///   - key: The host's name for the request, one of a kind in the programme.
  ///   - naturalKey: What it is about, where that can be done once whatever the key.
  ///   - id: Whose operation it is.
  ///   - occurredAt: When it happened, if not now.
  ///   - body: Moves points. A refusal it throws (``LoyaltyError/Code/isRefusal``) becomes the
  ///     result, and is remembered unless the programme says otherwise.
  /// - Throws: ``CRMError/Code/invalid`` with every problem of key and instant; ``LoyaltyError``
  ///   of code `unknownReference`, `idempotencyConflict`, and what `body` throws and is no refusal.
  ///   Nothing has changed then.
  func post<Request: LedgerRequest>(
    _ request: Request, key: String, naturalKey: String? = nil, for id: LoyaltyMember.ID,
    at occurredAt: Instant? = nil, _ body: (LedgerWork) throws -> Void
  ) throws -> LoyaltyResult {
    try checkInput(key: key, naturalKey: naturalKey, occurredAt)
    let member = try resolve(id)
    let holder = try holder(of: member)
    let request = try transaction.prepared(request)
    let known = try replay(of: request, key: key, naturalKey: naturalKey, in: member.programme)
    if let known { return known }
    let version = try version(of: member.programme, at: occurredAt ?? transaction.now)
    func begin() -> LedgerWork {
      let work = LedgerWork(
        self, holder, version, Request.kind, at: occurredAt ?? transaction.now, by: member)
      work.entry.key = key
      work.entry.naturalKey = naturalKey
      work.entry.request = Payload(request.wordless)
      work.entry.reason = request.words
      return work
    }
    let work = begin()
    do {
      try body(work)
    } catch let refusal as LoyaltyError where refusal.code.isRefusal {
      guard version.programme.idempotency.rememberFailures else {
        return LoyaltyResult(entry: nil, refusal: refusal)
      }
      let refused = begin()
      for kept in work.sheet.accounts {
        try refused.account(kept.new.currency, of: kept.new.member)
      }
      refused.entry.naturalKey = nil
      refused.entry.refusal = refusal
      return LoyaltyResult(entry: try write(refused))
    }
    return LoyaltyResult(entry: try write(work))
  }

  func checkInput(key: String, naturalKey: String?, _ occurredAt: Instant?) throws {
    var problems = TextRules.problems(of: key, in: "key", within: 200)
    problems += TextRules.problems(of: naturalKey, in: "natural_key", within: 500)
    problems += futureProblems(
      "occurred_at", occurredAt, now: max(transaction.now, transaction.recordedAt))
    guard problems.isEmpty else {
      throw CRMError.invalid(LedgerEntry.schema.name, problems)
    }
  }

  // MARK: Done before

  /// What became of a request that was made before; `nil` for a new one.
  ///
  /// - Throws: ``LoyaltyError/Code/idempotencyConflict``.
  func replay<Request: LedgerRequest>(
    of request: Request, key: String, naturalKey: String?, in programme: String
  ) throws -> LoyaltyResult? {
    if let entry = try entry(under: LedgerEntry.index(key: key, in: programme)) {
      try check(request, against: entry.row, besides: [])
      return LoyaltyResult(entry: entry, replay: .key)
    }
    if let parked = try replay(of: request, parkedUnder: key, in: programme) { return parked }
    if !(request is AdjustRequest) { try checkUnasked(key, in: programme) }
    guard let naturalKey,
      let entry = try entry(under: LedgerEntry.index(naturalKey: naturalKey, in: programme))
    else { return nil }
    try check(request, against: entry.row, besides: ["occurred_at"])
    return LoyaltyResult(entry: entry, replay: .naturalKey)
  }

  /// Whether an entry has a natural key.
  func isKnown(naturalKey: String, in programme: String) throws -> Bool {
    try entry(under: LedgerEntry.index(naturalKey: naturalKey, in: programme)) != nil
  }

  /// The entry that has a key, with its programme (``LedgerEntry/keys``).
  ///
  /// Mostly there is none; looking into the index alone costs less than a query then.
  private func entry(under index: String) throws -> Held<LedgerEntry>? {
    var found: LedgerEntry.ID?
    try entries.scanEntries(LedgerEntry.fields.keys, prefix: index) { entry in
      // The shortest that begins so comes first.
      if entry.value == index { found = entry.id }
      return false
    }
    return try found.map(entries.box)
  }

  private func check<Request: LedgerRequest>(
    _ request: Request, against entry: LedgerEntry, besides ignored: Set<String>
  ) throws {
    guard let before = try entry.requestBefore(as: Request.self) else {
      throw LoyaltyError(.idempotencyConflict, "kind")
    }
    var ignored = ignored
    // Words that were forgotten are like any.
    if entry.isForgotten { ignored.insert("reason") }
    if try areOfSamePoints(request, before, in: entry) { ignored.insert("currency") }
    if try areOfSameMember(request, before) { ignored.insert("member") }
    if let field = request.firstDifference(from: before, besides: ignored) {
      throw LoyaltyError(.idempotencyConflict, field)
    }
  }

  /// Whether what two requests are about happened to one member, by memberships that were joined
  /// since.
  private func areOfSameMember<Request: LedgerRequest>(
    _ request: Request, _ other: Request
  ) throws -> Bool {
    guard let request = request as? EarnRequest, let other = other as? EarnRequest,
      request.member != other.member
    else { return false }
    return try resolve(request.member).id == resolve(other.member).id
  }

  /// Whether two requests are about the same points where only one of them names them.
  private func areOfSamePoints<Request: LedgerRequest>(
    _ request: Request, _ other: Request, in entry: LedgerEntry
  ) throws -> Bool {
    guard let request = request as? any PointsRequest, let other = other as? any PointsRequest,
      (request.currency == nil) != (other.currency == nil)
    else { return false }
    let version = try version(of: entry.programme, number: entry.programmeVersion)
    let names = [request, other].map { version.programme.terms(of: $0.currency)?.name }
    return names[0] == names[1]
  }

  // MARK: Writing

  /// Writes an operation, with what time brought before it and to what it did.
  ///
  /// - Returns: Its entry as it is kept.
  @discardableResult
  func write(_ work: LedgerWork) throws -> Held<LedgerEntry> {
    try transaction.operation {
      var head = try head(of: work.programme.name)
      let before = head
      var posted = try work.settled.map { try append($0, work, to: &head) }
      let entry = try append(work.takeEntry(), work, to: &head)
      posted.append(entry)
      posted += try work.settleAgain().map { try append($0, work, to: &head) }
      try finish(work, &head, instead: before)
      try reckonTiers(after: posted, in: work.version)
      try reckonEngagement(after: entry, in: work.version)
      return entry
    }
  }

  /// Writes what time has brought to accounts, without any operation.
  func writeSettled(_ work: LedgerWork) throws {
    try transaction.operation {
      var head = try head(of: work.programme.name)
      let before = head
      let posted = try work.settled.map { try append($0, work, to: &head) }
      try finish(work, &head, instead: before)
      try reckonTiers(after: posted, in: work.version)
    }
  }

  /// The end of a programme's ledger; one without entries where there is none.
  func head(of programme: String) throws -> LedgerHead {
    let id = LedgerHead.identifier(of: programme)
    guard let head = try heads.find(id) else {
      return LedgerHead(
        id: id, programme: programme, sequence: 0, hash: Blob([]), recordedAt: .earliest,
        nextPassAt: .latest)
    }
    guard head.programme == programme else {
      throw CRMError.invalid(
        ProgrammeDefinition.schema.name,
        [.init("name", "cannot stand beside “\(head.programme)”: take another one")])
    }
    return head
  }

  private func append(
    _ draft: consuming LedgerEntry, _ work: LedgerWork, to head: inout LedgerHead
  ) throws -> Held<LedgerEntry> {
    let held = try numbered(consume draft, after: head)
    if !held.row.openings.isEmpty { work.number(held.row) }
    if held.row.hold != nil { work.noteHold(held.row) }
    head.sequence = held.row.sequence
    head.hash = held.row.hash
    head.recordedAt = held.row.recordedAt
    try entries.insert(
      held: held,
      emitting: PointsPosted(entry: held.id, member: held.row.member, kind: held.row.kind),
      at: held.row.occurredAt,
      about: held.row.member == work.member.id ? work.member.customer : nil)
    return held
  }

  /// An entry with its number and hash, in the form in which it is kept.
  private func numbered(
    _ entry: consuming LedgerEntry, after head: LedgerHead
  ) throws -> Held<LedgerEntry> {
    entry.id = LedgerEntry.identifier(in: entry.programme, head.sequence + 1)
    entry.recordedAt = max(transaction.recordedAt, head.recordedAt)
    entry.previousHash = head.hash
    if entry.reason != nil { entry.salt = makeSalt() }
    entry.reasonHash = entry.computedReasonHash
    for place in entry.openings.indices where entry.openings[place].originEntry == .zero {
      entry.openings[place].originEntry = entry.id
    }
    let hasher = transaction.memory(EntryHasher.init)
    do throws(StorageError) {
      return try LedgerEntry.schema.hold(consume entry) { $0.hash = hasher.hash(of: $0) }
    } catch {
      throw CRMError.translated(error)
    }
  }

  /// Bytes that nobody guesses.
  private func makeSalt() -> Blob {
    let parts: [LedgerEntry.ID] = [transaction.makeIdentifier(), transaction.makeIdentifier()]
    var salt = HashInput()
    for part in parts { salt.add(Int64(bitPattern: part.low)) }
    return Blob(salt.bytes)
  }

  /// Writes accounts, lots, holds and the head as they are by now.
  private func finish(
    _ work: LedgerWork, _ head: inout LedgerHead, instead before: LedgerHead
  ) throws {
    for account in work.sheet.accounts where account.old == nil && !account.new.isBlank {
      try accounts.keep(account.new, over: nil)
    }
    for lot in work.sheet.lots { try lots.keep(lot.new, over: lot.old) }
    for hold in work.sheet.holds { try holds.keep(hold.new, over: hold.old) }
    for kept in work.sheet.accounts where kept.old != nil || !kept.new.isBlank {
      var account = kept.new
      if work.settledAccounts.contains(account.id) {
        account.nextDueAt = try nextDue(of: account)
      }
      head.nextPassAt = min(head.nextPassAt, account.nextDueAt)
      if let old = kept.old {
        try accounts.keep(account, over: old)
      } else if account != kept.new {
        try accounts.put(account, instead: kept.new)
      }
    }
    if head == before { return }
    if head.nextPassAt < before.nextPassAt {
      try transaction.agenda.schedule(
        PointsPass(programme: head.programme), at: head.nextPassAt)
    }
    try heads.put(head, instead: before.sequence == 0 ? nil : before)
  }
}

extension LedgerEntry {
  /// What was asked for, where it was of the same kind.
  fileprivate func requestBefore<Request: LedgerRequest>(as type: Request.Type) throws -> Request? {
    let isHeldUp = kind == .review && (Request.kind == .redeem || Request.kind == .hold)
    guard kind == Request.kind || isHeldUp else { return nil }
    do {
      return try request(as: type)
    } catch is StorageError {
      // There are several requests of a kind, such as redeeming points and claiming a reward.
      return nil
    }
  }
}
