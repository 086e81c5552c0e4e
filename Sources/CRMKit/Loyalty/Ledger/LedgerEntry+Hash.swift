/// Hashes entries one after the other, in memory that is taken once.
final class EntryHasher {
  // Nothing refers to it but this class, one call at a time, which the compiler cannot see.
  @exclusivity(unchecked) private var input = HashInput()

  /// What an entry hashes to (``LedgerEntry/computedHash``).
  func hash(of entry: LedgerEntry) -> Blob {
    input.reset()
    entry.add(to: &input)
    return input.hash
  }
}

extension LedgerEntry {
  /// What the entry and all before it hash to: SHA-256 over the hash before and all fields.
  ///
  /// The fields come in the order of their declaration, each as ``HashInput`` writes its type; the
  /// request and the outcome come as their JSON. Of what somebody wrote the hash alone is in it, so
  /// that it can be forgotten.
  var computedHash: Blob { EntryHasher().hash(of: self) }

  fileprivate func add(to input: inout HashInput) {
    input.add(previousHash.bytes)
    input.add(id)
    addWhat(to: &input)
    addWhich(to: &input)
    input.add(qualifiesAt)
    input.add(qualifyingPoints)
    input.add(qualifyingSpend)
    input.add(Int64(qualifyingCount))
  }

  private func addWhat(to input: inout HashInput) {
    input.add(programme)
    input.add(kind.rawValue)
    input.add(member)
    input.add(counterparty)
    input.add(key)
    input.add(naturalKey)
    input.add(occurredAt)
    input.add(recordedAt)
    input.add(Int64(programmeVersion))
    input.add(request)
    input.add(outcome)
  }

  private func addWhich(to input: inout HashInput) {
    input.add(count: legs.count)
    for leg in legs { leg.add(to: &input) }
    input.add(count: openings.count)
    for opening in openings { opening.add(to: &input) }
    input.add(count: lapses.count)
    for lapse in lapses { lapse.add(to: &input) }
    input.add(hold)
    input.add(holdExpiresAt)
    input.add(reference)
    input.add(cause)
    input.add(reasonHash?.bytes)
    input.add(count: refusal == nil ? 0 : 1)
    refusal?.add(to: &input)
  }

  /// What somebody wrote hashes to, with its salt; `nil` where there is nothing.
  var computedReasonHash: Blob? {
    guard let reason, let salt else { return nil }
    return Blob(SHA256.hash(salt.bytes + reason.utf8))
  }

  /// Whether what somebody wrote was forgotten.
  var isForgotten: Bool { reasonHash != nil && reason == nil && salt == nil }
}

extension LedgerLeg {
  fileprivate func add(to input: inout HashInput) {
    input.add(currency)
    input.add(points)
    input.add(from.rawValue)
    input.add(fromMember)
    input.add(to.rawValue)
    input.add(toMember)
    input.add(lot)
    input.add(into)
    input.add(absorbed)
  }
}

extension LotOpening {
  fileprivate func add(to input: inout HashInput) {
    input.add(lot)
    input.add(member)
    input.add(currency)
    input.add(originMember)
    input.add(originEntry)
    input.add(Int64(programmeVersion))
    input.add(earnedAt)
    input.add(activeAt)
    input.add(awaits)
    input.add(cancelAt)
    input.add(lastValidDay.map { Int64($0.daysSinceEpoch) })
    input.add(expiresAt)
    input.add(followsActivity ? 1 : 0)
    input.add(reference)
    input.add(price)
    input.add(restoredFrom)
  }
}

extension PointsLapse {
  fileprivate func add(to input: inout HashInput) {
    input.add(member)
    input.add(currency)
    input.add(at)
  }
}

extension LoyaltyError {
  fileprivate func add(to input: inout HashInput) {
    input.add(code.rawValue)
    input.add(requested)
    input.add(allowed)
    input.add(detail)
  }
}
