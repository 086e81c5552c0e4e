extension LoyaltyOperations {
  var parked: Records<ParkedRefund> { records() }

  /// The refunds that wait for an order, those whose time is over left out.
  ///
  /// - Parameters:
  ///   - order: The host's number of it; `nil` for all orders.
  ///   - programme: The name of the programme.
  /// - Complexity: O(log *n*), and in those that wait.
  public func parkedRefunds(of order: String? = nil, in programme: String) throws
    -> [ParkedRefund]
  {
    let now = transaction.now
    let waiting = try parked.all(where: { fields in
      let mine = fields.programme == programme && fields.isWaiting == true
      return order.map { mine && fields.order == $0 } ?? mine
    })
    return waiting.filter { $0.expiresAt > now }.sorted {
      ($0.parkedAt, $0.id) < ($1.parkedAt, $1.id)
    }
  }

  /// Lets a refund wait for its order, where the programme says so.
  ///
  /// - Throws: ``LoyaltyError/Code/unknownReference`` where it does not.
  func park(_ request: RefundRequest, of member: LoyaltyMember, key: String) throws
    -> LoyaltyResult
  {
    let number = request.order ?? ""
    let problems = TextRules.problems(of: number, in: "order", within: 200)
    guard problems.isEmpty else { throw CRMError.invalid(ParkedRefund.schema.name, problems) }
    try checkInput(key: key, naturalKey: request.naturalKey, request.occurredAt)
    let request = try transaction.prepared(request)
    let known = try replay(
      of: request, key: key, naturalKey: request.naturalKey, in: member.programme)
    if let known { return known }
    for other in try parkedRefunds(of: number, in: member.programme) {
      if let replay = try replay(of: request, key: key, as: other) {
        return LoyaltyResult(entry: nil, replay: replay)
      }
    }
    let version = try version(of: member.programme, at: request.occurredAt ?? transaction.now)
    guard case .park(let days) = version.programme.refund.unknownOrder else {
      throw LoyaltyError(.unknownReference, "order “\(number)”")
    }
    let last = version.days.date(of: transaction.now).plus(days: days)
    let refund = ParkedRefund(
      id: transaction.makeIdentifier(), programme: member.programme, member: member.id,
      order: number, key: key, request: Payload(request), parkedAt: transaction.now,
      expiresAt: version.days.end(of: last) ?? .latest)
    try parked.insert(
      refund,
      emitting: RefundParked(refund: refund.id, programme: refund.programme, order: number))
    if refund.expiresAt < .latest {
      try transaction.agenda.schedule(RefundLapse(refund: refund.id), at: refund.expiresAt)
    }
    return LoyaltyResult(entry: nil)
  }

  /// What became of a refund that waited for its order under a key.
  ///
  /// - Returns: That it was refused, or that its order did not come in time, where the programme
  ///   remembers what it refuses; `nil` for one that waits still, and where there was none.
  /// - Throws: ``LoyaltyError/Code/idempotencyConflict`` for another request than that.
  func replay<Request: LedgerRequest>(
    of request: Request, parkedUnder key: String, in programme: String
  ) throws -> LoyaltyResult? {
    guard try versions().parkRefunds,
      let other = try parked.first(where: { $0.programme == programme && $0.key == key })
    else { return nil }
    guard let request = request as? RefundRequest else {
      throw LoyaltyError(.idempotencyConflict, "kind")
    }
    let before = try other.request?.value(as: RefundRequest.self, upgrading: { $0 })
    // Who had earned may be another membership by now, and what was forgotten is like any.
    if let before, let field = request.firstDifference(from: before, besides: ["member"]) {
      throw LoyaltyError(.idempotencyConflict, field)
    }
    let hasLapsed = other.entry == nil && other.expiresAt <= transaction.now
    guard let refusal = other.refusal ?? (hasLapsed ? other.lapse : nil),
      try version(of: programme).programme.idempotency.rememberFailures
    else { return nil }
    return LoyaltyResult(entry: nil, replay: .key, refusal: refusal)
  }

  /// By what a request is one that waits already; `nil` for another one.
  ///
  /// - Throws: ``LoyaltyError/Code/idempotencyConflict``.
  private func replay(of request: RefundRequest, key: String, as other: ParkedRefund) throws
    -> LoyaltyResult.Replay?
  {
    guard let before = try other.request?.value(as: RefundRequest.self, upgrading: { $0 }),
      other.key == key || before.naturalKey == request.naturalKey
    else { return nil }
    let ignored: Set<String> = other.key == key ? [] : ["occurred_at"]
    if let field = request.firstDifference(from: before, besides: ignored) {
      throw LoyaltyError(.idempotencyConflict, field)
    }
    return other.key == key ? .key : .naturalKey
  }

  /// Makes the refunds that have waited for an order which has earned now.
  ///
  /// One that cannot be made does not hold the order up: it is told of by ``RefundUnparked``.
  func unpark(refundsOf order: String, after result: LoyaltyResult) throws {
    let versions = try versions()
    guard versions.parkRefunds, !result.isReplay, result.refusal == nil, let earning = result.entry,
      versions[earning.programme]?.contains(where: { $0.programme.refund.parks }) == true
    else { return }
    for var refund in try parkedRefunds(of: order, in: earning.programme) {
      guard try resolve(refund.member).id == resolve(earning.qualifier).id,
        let request = try refund.request?.value(as: RefundRequest.self, upgrading: { $0 })
      else { continue }
      do {
        refund.entry = try self.refund(
          request, of: earning, key: refund.key, at: refund.parkedAt
        ).entry?.id
      } catch let error as LoyaltyError {
        refund.refusal = error
      }
      try parked.update(
        refund, emitting: RefundUnparked(refund: refund.id, refusal: refund.refusal))
    }
  }
}

/// Puts down that a refund has waited for its order in vain.
struct RefundLapse: AgendaTask {
  /// The refund.
  var refund: ParkedRefund.ID

  var key: String { refund.description }

  static let name = "loyalty.refund_lapse"

  private struct Fields: Sendable {
    let refund = Field<RefundLapse, ParkedRefund.ID>("refund", { $0.refund }, { $0.refund = $1 })
  }

  static let layout = Layout(Fields(), blank: RefundLapse(refund: .zero))
}

extension LoyaltyOperations {
  /// Lets a refund go whose order has not come in time.
  func lapse(_ id: ParkedRefund.ID) throws {
    guard var refund = try parked.find(id), refund.entry == nil, refund.refusal == nil else {
      return
    }
    refund.refusal = refund.lapse
    try parked.update(
      refund, emitting: RefundUnparked(refund: id, refusal: refund.refusal), at: refund.expiresAt)
  }
}

extension ParkedRefund {
  /// Why it is not made where its order has not come in time.
  fileprivate var lapse: LoyaltyError { LoyaltyError(.unknownReference, "order “\(order)”") }
}

extension RefundTerms {
  /// Whether refunds wait for orders that are not known.
  var parks: Bool { unknownOrder != .refuse }
}
