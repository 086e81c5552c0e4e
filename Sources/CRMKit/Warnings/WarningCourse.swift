/// A customer's warning, as one operation goes along with it.
struct WarningCourse {
  private let customer: Customer
  private let model: WarningModel
  private var watch: WarningWatch
  private var warning: Warning?

  /// As of when it goes on.
  ///
  /// What a task does that was due before the last look, or with the clock set back, is known only
  /// from that look on.
  private let now: Instant

  private let operations: WarningOperations
  private var transaction: Transaction { operations.transaction }

  /// More signs to come than these are seen when the first of them have come.
  private static let farthest = 16

  init(
    customer: Customer, model: WarningModel, watch: WarningWatch, warning: Warning?,
    _ operations: WarningOperations
  ) {
    self.customer = customer
    self.model = model
    self.watch = watch
    self.warning = warning
    self.operations = operations
    now = max(operations.transaction.now, watch.lookedAt ?? .earliest)
  }

  // MARK: Time

  /// Does what time alone has brought since the last look, in its order.
  ///
  /// What the customer did since was not there at those instants, so what was foreseen counts.
  mutating func catchUp() throws {
    while let instant = nextChange, instant <= now {
      if warning?.status == .snoozed, warning?.snoozedUntil.map({ $0 <= instant }) == true {
        try wake(at: instant)
      }
      let begun = watch.coming.filter { $0.at <= instant }
      watch.coming.removeAll { $0.at <= instant }
      for evidence in begun where end(of: evidence).map({ $0 > evidence.at }) ?? true {
        if evidence.isEpisode { note(evidence.signal, since: evidence.at) }
        try add([evidence], at: instant)
      }
      try drop(at: instant)
      endEpisodes(at: instant)
      if warning?.expiresAt.map({ $0 <= instant }) == true {
        try expire("no further signs for \(model.expiry)", at: instant)
      }
    }
  }

  /// When time alone next changes something.
  ///
  /// The end of a sign counts also where no warning stands for it: it may come back after that.
  private var nextChange: Instant? {
    let own = [warning?.snoozedUntil, warning?.expiresAt, watch.coming.first?.at]
    return (watch.endings.map(\.at) + own.compactMap { $0 }).min()
  }

  /// Forgets the ends that have come, and since when the signs showed that ended so.
  private mutating func endEpisodes(at instant: Instant) {
    for ending in watch.endings where ending.at <= instant {
      watch.episodes.removeAll {
        $0.signal == ending.signal && ending.key == Warning.Evidence.key(since: $0.since)
      }
    }
    watch.endings.removeAll { $0.at <= instant }
  }

  /// When evidence shows no more by time alone.
  private func end(of evidence: Warning.Evidence) -> Instant? {
    watch.endings.first { $0.signal == evidence.signal && $0.key == evidence.key }?.at
  }

  // MARK: Looking

  /// Looks at what shows now and what time will bring.
  mutating func look() throws {
    let reader = WarningReader(customer, model, at: now, transaction)
    watch.endings = []
    var shown: [Warning.Evidence] = []
    var coming: [Warning.Evidence] = []
    for signal in model.signals {
      let cases = try reader.cases(of: signal.sign)
      let showing = cases.filter { $0.shows(at: now) }
      if !showing.contains(where: { $0.key == nil }) {
        watch.episodes.removeAll { $0.signal == signal.name }
      }
      shown += showing.map { found in
        if found.key == nil, since(signal.name) == nil { note(signal.name, since: now) }
        return evidence(of: signal, found, at: found.from ?? since(signal.name) ?? now)
      }
      coming += cases.compactMap { found in
        found.from.flatMap { $0 > now ? evidence(of: signal, found, at: $0) : nil }
      }
    }
    watch.coming = Array(
      coming.sorted { ($0.at, $0.signal, $0.key) < ($1.at, $1.signal, $1.key) }
        .prefix(Self.farthest))
    try refresh(with: shown)
    try add(shown, at: now)
    try own()
  }

  /// Leaves a customer alone whose file is put away.
  mutating func rest() throws {
    watch.coming = []
    watch.episodes = []
    watch.endings = []
    guard let count = warning?.evidence.count else { return }
    for index in 0..<count { warning?.evidence[index].isGone = true }
    try expire("the file is archived", at: now)
  }

  /// What a sign shows by from an instant on; when it will end is noted.
  private mutating func evidence(
    of signal: WarningModel.Signal, _ found: WarningCase, at instant: Instant
  ) -> Warning.Evidence {
    let key = found.key ?? Warning.Evidence.key(since: instant)
    if let end = found.until {
      watch.endings.append(WarningWatch.Ending(signal: signal.name, key: key, at: end))
    }
    return Warning.Evidence(
      signal: signal.name, key: key, severity: signal.severity, at: instant, found: found.found,
      isGone: false)
  }

  private func since(_ signal: String) -> Instant? {
    watch.episodes.first { $0.signal == signal }?.since
  }

  private mutating func note(_ signal: String, since instant: Instant) {
    watch.episodes.removeAll { $0.signal == signal }
    watch.episodes.append(WarningWatch.Span(signal: signal, since: instant))
  }

  /// Brings the evidence of the warning to what shows now.
  private mutating func refresh(with shown: [Warning.Evidence]) throws {
    guard var current = warning else { return }
    for (index, old) in current.evidence.enumerated() {
      current.evidence[index].isGone = !shown.contains { $0.isSame(as: old) }
    }
    guard current.evidence != warning?.evidence else { return }
    warning = current
    if current.evidence.allSatisfy(\.isGone) {
      // What shows instead is looked at first: one warning goes on from sign to sign.
      guard try fresh(shown).isEmpty else { return }
      try expire("its signs are gone", at: now)
    } else {
      try update(WarningUpdated.self, at: now)
    }
  }

  /// Notes which signs show no more from an instant on.
  private mutating func drop(at instant: Instant) throws {
    guard var current = warning else { return }
    for (index, evidence) in current.evidence.enumerated() {
      if let end = end(of: evidence), end <= instant { current.evidence[index].isGone = true }
    }
    guard current.evidence != warning?.evidence else { return }
    warning = current
    if current.evidence.allSatisfy(\.isGone) {
      try expire("its signs are gone", at: instant)
    } else {
      try update(WarningUpdated.self, at: instant)
    }
  }

  // MARK: Raising

  /// Evidence that no warning of the customer's was raised for, or that was gone when the warning
  /// expired and shows again.
  ///
  /// What somebody dealt with, or nothing came to for long, is not raised again.
  private func fresh(_ evidence: [Warning.Evidence]) throws -> [Warning.Evidence] {
    var unseen = evidence.filter { new in
      !(warning?.evidence.contains { $0.isSame(as: new) } ?? false)
    }
    guard !unseen.isEmpty else { return [] }
    let id = customer.id
    // A sign that goes on showing is mostly in the latest of the warnings that are closed.
    try operations.records.scan(
      Query(
        where: { $0.customer == id && $0.isStanding == false },
        sortedBy: { [.descending($0.raisedAt)] })
    ) { closed in
      let hasExpired = closed.row.status == .expired
      unseen.removeAll { new in
        closed.row.evidence.contains { $0.isSame(as: new) && !(hasExpired && $0.isGone) }
      }
      return !unseen.isEmpty
    }
    return unseen
  }

  /// Raises a warning for evidence, or adds it to the one that stands.
  private mutating func add(_ evidence: [Warning.Evidence], at instant: Instant) throws {
    let fresh = try fresh(evidence)
    guard let gravest = fresh.map(\.severity).max() else { return }
    let end = model.expiry.end(from: instant, in: zone)
    let isNew = warning == nil
    let isGraver = warning.map { gravest > $0.severity } ?? false
    var next =
      warning
      ?? Warning(
        id: transaction.makeIdentifier(), customer: customer.id, status: .open,
        severity: gravest, owner: customer.owner, evidence: [], atStake: [], raisedAt: instant,
        grownAt: instant, modifiedAt: transaction.now, version: 1)
    next.evidence += fresh
    next.severity = max(next.severity, gravest)
    next.grownAt = instant
    next.expiresAt = end
    next.atStake = try operations.atStake(of: customer.id, at: instant, in: zone)
    next.playbook = try operations.playbook(for: next)
    // Who has seen it has not seen this; what was put off waits, unless it is graver now.
    if next.status == .acknowledged || isGraver { next.status = .open }
    if next.status == .open { next.snoozedUntil = nil }
    if isNew {
      warning = try operations.records.insert(
        next,
        emitting: WarningRaised(
          warning: next.id, customer: customer.id, severity: next.severity), at: instant)
    } else {
      warning = next
      try update(WarningGrown.self, at: instant)
    }
  }

  private mutating func wake(at instant: Instant) throws {
    warning?.status = .open
    warning?.snoozedUntil = nil
    try update(WarningWoken.self, at: instant)
  }

  private mutating func expire(_ reason: String, at instant: Instant) throws {
    warning?.status = .expired
    warning?.closedAt = instant
    warning?.snoozedUntil = nil
    warning?.expiresAt = nil
    warning?.note = reason
    try update(WarningExpired.self, at: instant)
    warning = nil
  }

  /// Brings the owner of the warning to that of the customer.
  private mutating func own() throws {
    guard warning != nil, warning?.owner != customer.owner else { return }
    warning?.owner = customer.owner
    try update(WarningUpdated.self, at: now)
  }

  private mutating func update<E: WarningEvent>(_ event: E.Type, at instant: Instant) throws {
    guard let warning else { return }
    self.warning = try operations.records.update(
      warning,
      emitting: E(warning: warning.id, customer: customer.id, severity: warning.severity),
      at: instant)
  }

  private var zone: Zone {
    model.days == .customer ? customer.zone ?? transaction.zone : transaction.zone
  }

  // MARK: Keeping

  /// Keeps what the customer is watched for, and has it looked at when its time has come.
  func keep(instead old: WarningWatch?) throws {
    var next = watch
    next.lookAt = nextChange
    next.lookedAt = now
    if next != old { try operations.watches.put(next) }
    guard next.lookAt != old?.lookAt else { return }
    let look = WarningLook(customer: customer.id)
    if let instant = next.lookAt {
      try transaction.agenda.schedule(look, at: instant, about: customer.id)
    } else {
      try transaction.agenda.cancel(look)
    }
  }
}

extension Warning.Evidence {
  /// What the key of a sign begins with that shows by nothing but the time since which it does.
  private static let episodeMark = "since "

  fileprivate static func key(since instant: Instant) -> String {
    "\(episodeMark)\(instant.milliseconds)"
  }

  fileprivate var isEpisode: Bool { key.hasPrefix(Self.episodeMark) }

  fileprivate func isSame(as other: Warning.Evidence) -> Bool {
    signal == other.signal && key == other.key
  }
}

/// An event that tells of a warning.
protocol WarningEvent: Event {
  init(warning: Warning.ID, customer: Customer.ID, severity: Warning.Severity)
}

extension WarningGrown: WarningEvent {}
extension WarningWoken: WarningEvent {}
extension WarningExpired: WarningEvent {}
extension WarningUpdated: WarningEvent {}
