/// A refund that came before its order, and waits for it.
public struct ParkedRefund: Record {
  /// What names it for good.
  public let id: Identifier<ParkedRefund>

  /// The name of the programme.
  public internal(set) var programme: String

  /// Who is to have earned by the order.
  public internal(set) var member: LoyaltyMember.ID

  /// The host's number of the order.
  public internal(set) var order: String

  /// What the host calls the request.
  public internal(set) var key: String

  /// What was asked for, as JSON.
  var request: Payload?

  /// Since when it waits.
  public internal(set) var parkedAt: Instant

  /// From when it does not wait any more.
  public internal(set) var expiresAt: Instant

  /// The entry by which it was made, once its order came.
  public internal(set) var entry: LedgerEntry.ID?

  /// Why it could not be made when its order came, or that it did not come in time.
  public internal(set) var refusal: LoyaltyError?

  /// The described fields.
  public struct Fields: Sendable {
    /// ``ParkedRefund/programme``, for filters and sorting.
    public let programme = Field<ParkedRefund, String>(
      "programme", { $0.programme }, { $0.programme = $1 })

    /// ``ParkedRefund/member``, for filters and sorting.
    public let member = Field<ParkedRefund, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 }
    ).owned(by: LoyaltyMember.self)

    /// ``ParkedRefund/order``, for filters and sorting.
    public let order = Field<ParkedRefund, String>("order", { $0.order }, { $0.order = $1 })

    /// ``ParkedRefund/key``, for filters and sorting.
    public let key = Field<ParkedRefund, String>("key", { $0.key }, { $0.key = $1 })

    let request = Field<ParkedRefund, Payload?>("request", { $0.request }, { $0.request = $1 })
      .personal()

    /// ``ParkedRefund/parkedAt``, for filters and sorting.
    public let parkedAt = Field<ParkedRefund, Instant>(
      "parked_at", { $0.parkedAt }, { $0.parkedAt = $1 })

    /// ``ParkedRefund/expiresAt``, for filters and sorting.
    public let expiresAt = Field<ParkedRefund, Instant>(
      "expires_at", { $0.expiresAt }, { $0.expiresAt = $1 })

    /// ``ParkedRefund/entry``, for filters and sorting.
    public let entry = Field<ParkedRefund, LedgerEntry.ID?>(
      "entry", { $0.entry }, { $0.entry = $1 })

    /// ``ParkedRefund/refusal``, for filters and sorting.
    public let refusal = Field<ParkedRefund, LoyaltyError?>(
      "refusal", { $0.refusal }, { $0.refusal = $1 })

    /// Whether it waits: neither made nor refused.
    let isWaiting = Field<ParkedRefund, Bool>(derived: "is_waiting") {
      $0.row.entry == nil && $0.row.refusal == nil
    }
  }

  public static let fields = Fields()

  public static let schema = Schema<ParkedRefund>(
    "parked_refunds", fields,
    indexes: [
      .ordered(fields.programme, fields.isWaiting, fields.order),
      .ordered(fields.programme, fields.key),
    ]
  ) {
    ParkedRefund(
      id: $0, programme: "", member: .zero, order: "", key: "", parkedAt: .earliest,
      expiresAt: .latest)
  }
}

/// A refund came before its order, and waits for it.
public struct RefundParked: Event {
  /// The refund.
  public var refund: ParkedRefund.ID
  /// The name of the programme.
  public var programme: String
  /// The host's number of the order.
  public var order: String

  public static let name = "loyalty.refund_parked"

  private struct Fields: Sendable {
    let refund = Field<RefundParked, ParkedRefund.ID>("refund", { $0.refund }, { $0.refund = $1 })
    let programme = Field<RefundParked, String>(
      "programme", { $0.programme }, { $0.programme = $1 })
    let order = Field<RefundParked, String>("order", { $0.order }, { $0.order = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: RefundParked(refund: .zero, programme: "", order: ""))
}

/// A refund waits no more: its order came, and it was made or could not be; or the order did not
/// come in time.
public struct RefundUnparked: Event {
  /// The refund.
  public var refund: ParkedRefund.ID
  /// Why it could not be made, if it could not; ``LoyaltyError/Code/unknownReference`` where the
  /// order did not come.
  public var refusal: LoyaltyError?

  public static let name = "loyalty.refund_unparked"

  private struct Fields: Sendable {
    let refund = Field<RefundUnparked, ParkedRefund.ID>(
      "refund", { $0.refund }, { $0.refund = $1 })
    let refusal = Field<RefundUnparked, LoyaltyError?>(
      "refusal", { $0.refusal }, { $0.refusal = $1 })
  }

  public static let layout = Layout(Fields(), blank: RefundUnparked(refund: .zero))
}
