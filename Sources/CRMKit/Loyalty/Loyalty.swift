/// Programmes by which customers earn points and spend them, kept in an exact ledger.
///
/// Programmes are defined in the store; until one is, it costs a transaction nothing. What moves
/// points is an entry of the programme's ledger (``LedgerEntry``); accounts, lots and holds follow
/// from the entries, and time moves them at any read, whether anything ran or not.
public struct Loyalty: Capability {
  static let key = RecordKey("tx.loyalty")

  let programmes = KeptModels<ProgrammeDefinition, PreparedProgramme>()

  private let zones = Locked<[Zone: LocalDays]>([:])

  /// The versions that were asked for last; made ready once, whatever the transaction.
  private let lastVersions = Locked<ProgrammeVersions?>(nil)

  /// The capability.
  public init() {}

  /// The days of a zone, which are looked up once.
  func days(of zone: Zone) -> LocalDays {
    zones.withLock { zones in
      if let days = zones[zone] { return days }
      let days = LocalDays(in: zone)
      zones[zone] = days
      return days
    }
  }

  /// All versions of all programmes, by their names.
  func versions(of all: [ProgrammeVersion]) -> ProgrammeVersions {
    lastVersions.withLock { last in
      if let last, last.areOf(all) { return last }
      let versions = ProgrammeVersions(all)
      last = versions
      return versions
    }
  }

  public var records: [any Record.Type] {
    [
      ProgrammeDefinition.self, LoyaltyMember.self, PointsAccount.self, PointsLot.self,
      PointsHold.self, LedgerEntry.self, LedgerHead.self, TierStanding.self, TierChange.self,
      TierGrant.self, Referral.self, CheckIn.self, Achievement.self, AchievementProgress.self,
      CapUse.self, CarriedRemainder.self, ParkedRefund.self, Reward.self, RewardUse.self,
      RewardClaim.self,
      Coupon.self, MemberStatement.self, ProposedAdjustment.self,
    ]
  }

  public var lock: RecordLock? { Self.key.lock }

  public var events: [any Event.Type] {
    [
      ProgrammeDefined.self, MemberEnrolled.self, PointsPosted.self, ReasonForgotten.self,
      TierChanged.self,
      TierGranted.self, TierGrantWithdrawn.self, GrantReasonForgotten.self, EarningMissed.self,
      MemberMerged.self,
      MemberUnmerged.self, MemberReassigned.self, MemberBlocked.self, MemberUnblocked.self,
      MemberErased.self, StatusReasonForgotten.self,
      RefundParked.self, RefundUnparked.self, PoolChanged.self, ReferralChanged.self,
      CheckedIn.self, AchievementChanged.self, RewardAdded.self, RewardUpdated.self,
      RewardClaimed.self, ClaimUpdated.self, CouponUpdated.self, StatementClosed.self,
      AdjustmentProposed.self, AdjustmentDecided.self, AdjustmentReasonForgotten.self,
    ]
  }

  public func verify(in transaction: Transaction, report: inout VerificationReport) throws {
    try transaction.loyalty.verify(&report)
    try transaction.loyalty.verifyRewards(&report)
    try transaction.loyalty.verifyEarning(&report)
    try transaction.loyalty.verifyStatements(&report)
    try transaction.loyalty.verifyTiers(&report)
    try transaction.loyalty.verifyProgress(&report)
  }

  public var reactions: [Reaction] {
    [
      Reaction(to: OrderPlaced.self) { order, tx in
        try tx.loyalty.notice(order.order, .placed, at: order.recorded.occurredAt)
      },
      Reaction(to: OrderPaid.self) { order, tx in
        guard order.outstanding.minorUnits <= 0 else { return }
        try tx.loyalty.notice(order.order, .paid, at: order.recorded.occurredAt)
      },
      Reaction(to: OrderDelivered.self) { order, tx in
        try tx.loyalty.notice(order.order, .delivered, at: order.recorded.occurredAt)
      },
      Reaction(to: OrderPaid.self) { try $1.loyalty.reconcile($0.order, after: $0.recorded) },
      Reaction(to: OrderCancelled.self) { try $1.loyalty.reconcile($0.order, after: $0.recorded) },
      Reaction(to: OrderPartlyCancelled.self) {
        try $1.loyalty.reconcile($0.order, after: $0.recorded)
      },
      Reaction(to: OrderReturned.self) { try $1.loyalty.reconcile($0.order, after: $0.recorded) },
      Reaction(to: OrderRefunded.self) { try $1.loyalty.reconcile($0.order, after: $0.recorded) },
      Reaction(to: OrderPaymentReversed.self) {
        try $1.loyalty.reconcile($0.order, after: $0.recorded)
      },
    ]
  }

  public var agenda: [AgendaHandler] {
    [
      AgendaHandler(for: PointsPass.self) { try $1.loyalty.pass(over: $0.programme) },
      AgendaHandler(for: TierPass.self) { try $1.loyalty.tierPass(over: $0.programme) },
      AgendaHandler(for: RefundLapse.self) { try $1.loyalty.lapse($0.refund) },
    ]
  }
}

extension Transaction {
  /// Points, and everything that hangs on them.
  public var loyalty: LoyaltyOperations { LoyaltyOperations(self) }
}
