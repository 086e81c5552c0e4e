/// Somebody's membership of a programme, whose points are on the accounts of its identifier.
public struct LoyaltyMember: Record {
  /// What names it for good; that of one merged into another goes on as its alias.
  public let id: Identifier<LoyaltyMember>

  /// The name of the programme.
  public internal(set) var programme: String

  /// The customer; `nil` for a pool, and for who was erased.
  public internal(set) var customer: Customer.ID?

  /// What it is.
  public internal(set) var kind: Kind

  /// The pool it shares with, if with one.
  public internal(set) var pool: LoyaltyMember.ID?

  /// The pools it has ever shared with.
  public internal(set) var pools: [LoyaltyMember.ID]

  /// How it stands.
  public internal(set) var status: Status

  /// The membership that took this one's place.
  public internal(set) var mergedInto: LoyaltyMember.ID?

  /// How many reasons of its status the other had when this one became its alias.
  var reasonsBefore: Int?

  /// The memberships whose alias it was once, and from which it was parted.
  public internal(set) var partedFrom: [LoyaltyMember.ID] = []

  /// Since when.
  public internal(set) var enrolledAt: Instant

  /// Why it was blocked and takes part again, the earliest first; without words once they were
  /// forgotten.
  public internal(set) var statusReasons: [StatusReason] = []

  /// What a membership is.
  public enum Kind: String, Sendable, Codable, FieldValue, CaseIterable {
    /// One person's, or one firm's.
    case person
    /// What several share.
    case pool
  }

  /// How a membership stands.
  public enum Status: String, Sendable, Codable, FieldValue, CaseIterable {
    /// It earns and redeems.
    case active
    /// It neither earns nor redeems; points go on expiring.
    case blocked
    /// It is an alias of another.
    case merged
    /// Who it was is not known any more.
    case erased
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``LoyaltyMember/programme``, for filters and sorting.
    public let programme = Field<LoyaltyMember, String>(
      "programme", { $0.programme }, { $0.programme = $1 })

    /// ``LoyaltyMember/customer``, for filters and sorting.
    public let customer = Field<LoyaltyMember, Customer.ID?>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``LoyaltyMember/kind``, for filters and sorting.
    public let kind = Field<LoyaltyMember, Kind>("kind", { $0.kind }, { $0.kind = $1 })

    /// ``LoyaltyMember/pool``, for filters and sorting.
    public let pool = Field<LoyaltyMember, LoyaltyMember.ID?>(
      "pool", { $0.pool }, { $0.pool = $1 }
    ).references(LoyaltyMember.self)

    /// ``LoyaltyMember/pools``, for filters and sorting.
    public let pools = Field<LoyaltyMember, [LoyaltyMember.ID]>(
      "pools", { $0.pools }, { $0.pools = $1 })

    /// ``LoyaltyMember/status``, for filters and sorting.
    public let status = Field<LoyaltyMember, Status>("status", { $0.status }, { $0.status = $1 })

    /// ``LoyaltyMember/mergedInto``, for filters and sorting.
    public let mergedInto = Field<LoyaltyMember, LoyaltyMember.ID?>(
      "merged_into", { $0.mergedInto }, { $0.mergedInto = $1 }
    ).references(LoyaltyMember.self)

    /// ``LoyaltyMember/partedFrom``, for filters and sorting.
    public let partedFrom = Field<LoyaltyMember, [LoyaltyMember.ID]>(
      "parted_from", { $0.partedFrom }, { $0.partedFrom = $1 })

    /// ``LoyaltyMember/enrolledAt``, for filters and sorting.
    public let enrolledAt = Field<LoyaltyMember, Instant>(
      "enrolled_at", { $0.enrolledAt }, { $0.enrolledAt = $1 })

    /// ``LoyaltyMember/statusReasons``, for filters and sorting.
    public let statusReasons = Field<LoyaltyMember, [StatusReason]>(
      "status_reasons", { $0.statusReasons }, { $0.statusReasons = $1 }
    ).personal()

    let reasonsBefore = Field<LoyaltyMember, Int?>(
      "reasons_before", { $0.reasonsBefore }, { $0.reasonsBefore = $1 })

    /// Whether it was ever parted from another; missing where not.
    let wasParted = Field<LoyaltyMember, Bool?>(derived: "was_parted") {
      $0.partedFrom.isEmpty ? nil : true
    }
  }

  public static let fields = Fields()

  public static let schema = Schema<LoyaltyMember>(
    "loyalty_members", version: 3, fields,
    indexes: [
      .ordered(fields.customer, fields.programme), .ordered(fields.programme),
      .ordered(fields.mergedInto), .ordered(fields.wasParted),
    ]
  ) {
    LoyaltyMember(
      id: $0, programme: "", kind: .person, pools: [], status: .active,
      enrolledAt: .earliest)
  }
}

/// Somebody joined a programme.
public struct MemberEnrolled: Event {
  /// The membership.
  public var member: LoyaltyMember.ID
  /// The programme.
  public var programme: String

  public static let name = "loyalty.member_enrolled"

  private struct Fields: Sendable {
    let member = Field<MemberEnrolled, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let programme = Field<MemberEnrolled, String>(
      "programme", { $0.programme }, { $0.programme = $1 })
  }

  public static let layout = Layout(Fields(), blank: MemberEnrolled(member: .zero, programme: ""))
}
