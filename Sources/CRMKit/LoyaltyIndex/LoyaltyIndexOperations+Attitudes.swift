extension LoyaltyIndexOperations {
  /// Records what a customer says of the firm, a brand or an item.
  ///
  ///     try tx.loyaltyIndex.record(NewAttitudeAnswer(from: yuna.id, .trust, 6))
  ///     try tx.loyaltyIndex.record(
  ///       NewAttitudeAnswer(from: yuna.id, .dependence, 2, about: RecordReference("brand", "Oolong")))
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/unknownReference``
  ///   with all that does not exist or is archived; nothing has changed then.
  @discardableResult
  public func record(_ new: NewAttitudeAnswer) throws -> AttitudeAnswer {
    let problems = new.problems(now: transaction.now)
    var unknown = try transaction.problem(with: new.customer).map { [$0] } ?? []
    unknown += try transaction.unknown(new.about.map { [$0] } ?? [], in: "about")
    guard problems.isEmpty, unknown.isEmpty else {
      throw CRMError.refusal("attitude_answers", problems, unknown: unknown)
    }
    let answer = AttitudeAnswer(
      id: transaction.makeIdentifier(), customer: new.customer, kind: new.kind, score: new.score,
      about: new.about, text: new.text, channel: new.channel,
      answeredAt: new.answeredAt ?? transaction.now)
    return try attitudes.insert(
      answer,
      emitting: AttitudeAnswered(
        answer: answer.id, customer: new.customer, kind: new.kind, score: new.score),
      at: answer.answeredAt)
  }

  /// A customer's answers on trust, recognition and dependence, the latest first.
  public func answers(
    of customer: Customer.ID, until end: Instant = .latest, limit: Int = 50
  ) throws -> [AttitudeAnswer] {
    try attitudes.all(
      where: { $0.customer == customer && $0.answeredAt <= end },
      sortedBy: { [.descending($0.answeredAt)] }, limit: limit)
  }
}
