extension WarningOperations {
  private static let longestNote = 1_000

  /// Notes that somebody has seen a warning; one that was put off is taken up again by that.
  ///
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/notAllowed`` where it is resolved or
  ///   expired, ``CRMError/Code/invalid``; nothing has changed then.
  @discardableResult
  public func acknowledge(_ id: Warning.ID, note: String? = nil) throws -> Warning {
    var warning = try handled(id, note, [])
    warning.status = .acknowledged
    warning.snoozedUntil = nil
    return try keep(
      warning,
      emitting: WarningAcknowledged(
        warning: id, customer: warning.customer, severity: warning.severity))
  }

  /// Puts a warning off; it is open again at that instant, or when graver evidence comes.
  ///
  /// Where it would have expired by then, the time after which it does begins anew at that instant.
  ///
  /// - Throws: As ``acknowledge(_:note:)``, and ``CRMError/Code/invalid`` for an instant that is
  ///   not to come.
  @discardableResult
  public func snooze(
    _ id: Warning.ID, until instant: Instant, note: String? = nil
  ) throws -> Warning {
    let isToCome = try instant > max(transaction.now, get(id).grownAt)
    var warning = try handled(
      id, note, isToCome ? [] : [CRMError.Issue("snoozed_until", "is not to come")])
    warning.status = .snoozed
    warning.snoozedUntil = instant
    if let end = warning.expiresAt, end <= instant {
      warning.expiresAt = try expiry(of: warning, from: instant)
    }
    return try keep(
      warning,
      emitting: WarningSnoozed(
        warning: id, customer: warning.customer, severity: warning.severity))
  }

  /// Notes that a warning was dealt with.
  ///
  /// None is raised again for the same evidence.
  ///
  /// - Parameters:
  ///   - id: The warning.
  ///   - note: What was done, in up to 1,000 bytes.
  /// - Throws: As ``acknowledge(_:note:)``.
  @discardableResult
  public func resolve(_ id: Warning.ID, note: String) throws -> Warning {
    var warning = try handled(id, note, [])
    warning.status = .resolved
    warning.closedAt = max(transaction.now, warning.grownAt)
    warning.snoozedUntil = nil
    warning.expiresAt = nil
    return try keep(
      warning,
      emitting: WarningResolved(
        warning: id, customer: warning.customer, severity: warning.severity))
  }

  /// When a warning expires that nothing comes to from an instant on.
  private func expiry(of warning: Warning, from instant: Instant) throws -> Instant? {
    guard let model = try model() else { return nil }
    let zone =
      model.days == .customer
      ? try transaction.customers.find(warning.customer)?.zone : nil
    return model.expiry.end(from: instant, in: zone ?? transaction.zone)
  }

  private func handled(
    _ id: Warning.ID, _ note: String?, _ problems: [CRMError.Issue]
  ) throws -> Warning {
    var warning = try get(id)
    let problems = TextRules.problems(of: note, in: "note", within: Self.longestNote) + problems
    guard warning.status.isStanding else {
      var refusal = CRMError(
        .notAllowed, "Warning \(id) is \(warning.status.rawValue).",
        recovery: "Deal with the customer's warning that stands, if there is one.",
        record: Warning.schema.name, identifier: id.description)
      refusal.issues = problems
      throw refusal
    }
    guard problems.isEmpty else { throw CRMError.invalid("warnings", problems) }
    warning.handledBy = transaction.attribution.actor
    warning.note = note ?? warning.note
    return warning
  }

  private func keep<E: Event>(_ warning: Warning, emitting event: E) throws -> Warning {
    try records.update(warning, emitting: event)
  }
}
