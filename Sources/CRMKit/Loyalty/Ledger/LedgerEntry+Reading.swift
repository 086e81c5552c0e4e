extension LedgerEntry.Kind {
  /// Whether time does it, and nobody asks for it.
  var isByTime: Bool {
    self == .activate || self == .cancelPending || self == .lapse || self == .expire
  }
}

extension LedgerEntry {
  /// What an entry did, or was to do.
  public enum Kind: String, Sendable, Codable, FieldValue, CaseIterable {
    /// Points were earned.
    case earn
    /// Points were redeemed.
    case redeem
    /// Points were set aside.
    case hold
    /// Points were set aside until somebody has looked at what they are to be spent on.
    case review
    /// Points set aside were redeemed.
    case capture
    /// Points set aside were given back.
    case void
    /// The time of a hold was over, and its points went back.
    case lapse
    /// Points ended.
    case expire
    /// Pending points became points that can be spent.
    case activate
    /// Pending points went, as what they waited for did not happen.
    case cancelPending = "cancel_pending"
    /// What was bought was given back, and points with it.
    case refund
    /// Another entry was undone.
    case reverse
    /// Points were given or taken by hand.
    case adjust
    /// Points went to another member.
    case transfer
    /// A membership took another's place.
    case merge
    /// Memberships were parted again.
    case unmerge
    /// Points were given up or lost.
    case forfeit
    /// Points became points of another kind.
    case convert
    /// Something was looked at that moves no points.
    case evaluate
  }

  /// The number in the programme's ledger, from 1 without gaps.
  public var sequence: Int64 { id.number }

  /// What it adds to accounts and takes from them; all of it together comes to zero.
  public var postings: [Posting] { legs.flatMap(\.postings) }

  /// How many points it adds to what a member can spend; below zero where it takes some.
  public func change(of member: LoyaltyMember.ID, in currency: String) -> Int64 {
    change(of: .available, of: member, in: currency)
  }

  /// How many points it adds to an account; below zero where it takes some.
  public func change(
    of account: LedgerAccount, of member: LoyaltyMember.ID?, in currency: String
  ) -> Int64 {
    var sum: Int64 = 0
    for leg in legs where leg.currency == currency {
      if leg.from == account, leg.fromMember == member { sum &-= leg.points }
      if leg.to == account, leg.toMember == member { sum &+= leg.points }
    }
    return sum
  }

  /// The lots it drew on, in the order of its legs.
  public var draws: [PointsDraw] {
    legs.compactMap { leg in leg.lot.map { PointsDraw(lot: $0, points: leg.points) } }
  }

  /// What was asked for, as the type that asks for it; `nil` where nothing was asked.
  ///
  /// - Throws: `StorageError` where it is of another type.
  public func request<Request: LedgerRequest>(as type: Request.Type) throws -> Request? {
    var asked = try request?.value(as: type) { $0 }
    asked?.words = reason
    return asked
  }

  /// What was asked for, as JSON, without the words that were written (``reason``); `nil` where
  /// nothing was asked.
  public var requestJSON: String? { request?.text }

  /// What a request is found by.
  var keys: [String] {
    var keys: [String] = []
    keys.reserveCapacity(2)
    if let key { keys.append(Self.index(key: key, in: programme)) }
    if let naturalKey { keys.append(Self.index(naturalKey: naturalKey, in: programme)) }
    return keys
  }

  /// What redeemed points paid for is found by.
  var paidFor: [String] {
    guard kind == .redeem || kind == .capture, refusal == nil, let reference else { return [] }
    return [Self.index(reference: reference, in: programme)]
  }

  static func index(reference: String, in programme: String) -> String {
    programme + "\u{1F}" + reference
  }

  static func index(key: String, in programme: String) -> String {
    programme + "\u{1F}k\u{1F}" + key
  }

  static func index(naturalKey: String, in programme: String) -> String {
    programme + "\u{1F}n\u{1F}" + naturalKey
  }
}

/// What a ledger is asked to do: all inputs that matter, stored with the entry field by field.
///
/// Two requests under one key are the same where every field is. What the caller left to the
/// ledger, such as the instant, is kept as left out.
public protocol LedgerRequest: Described {
  /// What the entry of such a request is.
  static var kind: LedgerEntry.Kind { get }

  /// What somebody wrote, which is kept beside the request so that it can be forgotten
  /// (``LedgerEntry/reason``); `nil` for requests without words.
  var words: String? { get set }
}

extension LedgerRequest {
  public var words: String? {
    get { nil }
    set {}
  }

  /// The request without words.
  var wordless: Self {
    var copy = self
    copy.words = nil
    return copy
  }
}

/// A request that somebody gives a reason for.
public protocol ReasonedRequest: LedgerRequest {
  /// Why, as somebody wrote it.
  var reason: String { get set }
}

extension ReasonedRequest {
  public var words: String? {
    get { reason }
    set { reason = newValue ?? "" }
  }
}

/// A request about points of one kind.
protocol PointsRequest: LedgerRequest {
  /// The name of the points; `nil` for the programme's first.
  var currency: String? { get }
}

extension AdjustRequest: PointsRequest {}
extension ConvertRequest: PointsRequest {}
extension ForfeitRequest: PointsRequest {}
extension HoldRequest: PointsRequest {}
extension RedeemRequest: PointsRequest {}
extension TransferRequest: PointsRequest {}

extension LedgerRequest {
  /// The first field in which two requests differ, some fields aside.
  func firstDifference(from other: Self, besides ignored: Set<String>) -> String? {
    let (a, b) = (Held(self), Held(other))
    return Self.layout.stored.first { !ignored.contains($0.name) && !$0.isSame(a, b) }?.name
  }
}
