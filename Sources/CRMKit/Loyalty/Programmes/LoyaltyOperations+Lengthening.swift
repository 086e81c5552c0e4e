extension LoyaltyOperations {
  /// Lets points that members have last as long as the version that holds now says, where that is
  /// longer than they were earned to.
  ///
  /// A version of a programme is for what is earned from then on: points that members have keep
  /// their end unless this is called. They never lose any of their life. Points that end when a
  /// member is not active are left alone, and so are points given by hand up to a day.
  ///
  /// - Parameters:
  ///   - programme: The name of the programme.
  ///   - reason: Why; it is kept with the entry of each member.
  /// - Returns: How many members have points that last longer now; 0 when it is called again.
  /// - Throws: ``LoyaltyError/Code/reasonRequired``, ``LoyaltyError/Code/unknownReference``; nothing
  ///   has changed then.
  /// - Complexity: O(*n*) in the open lots of the programme.
  @discardableResult
  public func lengthenPoints(in programme: String, because reason: String) throws -> Int {
    guard !isBlank(reason) else { throw LoyaltyError(.reasonRequired) }
    let version = try version(of: programme)
    return try transaction.operation {
      let accounts = try accounts.all(where: { $0.programme == programme })
      var openings: [LoyaltyMember.ID: [LotOpening]] = [:]
      for account in accounts {
        openings[account.member, default: []] += try lengthened(account, version)
      }
      let members = openings.keys.filter { openings[$0]?.isEmpty == false }.sorted()
      for member in members {
        let request = LengthenRequest(
          member: member, programmeVersion: version.programme.version, reason: reason)
        let key = "lengthen/\(version.programme.version)/\(member)/\(transaction.now)"
        _ = try post(request, key: key, for: member) { work in
          for opening in openings[member] ?? [] {
            try work.account(opening.currency)
            guard try work.lot(opening.lot).remaining > 0 else { continue }
            try work.date(opening)
          }
        }
      }
      return members.count
    }
  }

  /// The lots of an account that last longer by a version, with the end it gives them.
  private func lengthened(
    _ account: PointsAccount, _ version: ProgrammeVersion
  ) throws -> [LotOpening] {
    let (programme, id) = (version.programme, account.id)
    guard let policy = programme.terms(of: account.currency).map({ $0.expiry ?? programme.expiry }),
      !policy.isByActivity
    else { return [] }
    var openings: [LotOpening] = []
    for queue in 0...1 {
      for lot in try lots.all(where: { $0.account == id && $0.queue == queue })
      where !lot.followsActivity && lot.remaining > 0 && lot.lives(at: transaction.now) {
        let life = LotLife(
          earnedAt: lot.earnedAt, waiting: programme.pending.wait, lasting: policy,
          in: version.days)
        guard life.isLonger(than: lot, by: policy), try !isDatedByHand(lot) else { continue }
        var opening = LotOpening(lot, of: account.member, account.currency)
        opening.lastValidDay = life.lastValidDay
        opening.expiresAt = life.expiresAt
        openings.append(opening)
      }
    }
    return openings
  }

  /// Whether somebody said up to which day the points last.
  private func isDatedByHand(_ lot: PointsLot) throws -> Bool {
    guard let entry = try entries.find(lot.originEntry), entry.kind == .adjust,
      case .until = try entry.request(as: AdjustRequest.self)?.life
    else { return false }
    return true
  }
}

extension PointsLot {
  /// Whether its points have not ended by an instant.
  fileprivate func lives(at instant: Instant) -> Bool { expiresAt.map { $0 > instant } ?? true }
}

extension LotLife {
  fileprivate func isLonger(than lot: PointsLot, by policy: ExpiryPolicy) -> Bool {
    guard let old = lot.expiresAt else { return false }
    guard let new = expiresAt else { return policy.unit == .never }
    return new > old
  }
}

/// What lengthening the life of points asks for.
public struct LengthenRequest: ReasonedRequest {
  /// Whose points.
  public internal(set) var member: LoyaltyMember.ID

  /// The version whose rules they are to last by.
  public internal(set) var programmeVersion: Int

  /// Why.
  public var reason: String

  public static let kind = LedgerEntry.Kind.evaluate

  private struct Fields: Sendable {
    let member = Field<LengthenRequest, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let programmeVersion = Field<LengthenRequest, Int>(
      "programme_version", { $0.programmeVersion }, { $0.programmeVersion = $1 })
    let reason = Field<LengthenRequest, String>("reason", { $0.reason }, { $0.reason = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: LengthenRequest(member: .zero, programmeVersion: 1, reason: ""))
}
