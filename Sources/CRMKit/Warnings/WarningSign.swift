/// A sign that a customer may be about to leave.
public enum WarningSign: Hashable, Sendable, Codable {
  /// The customer stays away for longer than usual: longer than the mean gap between their own days
  /// of purchase and so many tenths of its spread, once there are so many gaps.
  ///
  /// The spread is taken to the minute and for at least a quarter of the mean, so that a customer
  /// who comes like clockwork may be late for once.
  case longGap(tenthsOfSpread: Int, atLeast: Int = 3)

  /// What the customer ordered within a time, less what was called off or came back, is less by a
  /// share or more than within the same time before.
  ///
  /// Orders in several currencies are added up in that of the last one, each by the rate at which
  /// it was placed. Where one is not known every currency is looked at for itself.
  case fallingValue(by: Rate, within: LifecycleSpan)

  /// So many contacts of the firm since the customer last turned to it, and so much time for an
  /// answer to the last of them.
  case unanswered(contacts: Int, for: LifecycleSpan)

  /// A complaint that stays open for so long.
  case openComplaint(for: LifecycleSpan)

  /// Goods came back so many times within a time.
  case returns(Int, within: LifecycleSpan)

  /// So many promises broken within a time: neither kept when they were due nor later, kept late, or
  /// dropped.
  case brokenPromises(Int, within: LifecycleSpan)

  /// The latest answer on how satisfied the customer is lies below so many percent of its scale,
  /// or by so many below the mean of the three before it.
  case fallingSatisfaction(below: Int, orBy: Int)

  /// Someone who belonged to the organisation or household over relationships of these types (all
  /// memberships where none is named) left within a time.
  case contactLeft(over: [RelationshipType.Key] = [], within: LifecycleSpan)

  /// A condition holds, by the same conditions as in lifecycles.
  case holding(LifecycleCondition)

  /// A sign of the host's own (``OwnWarningSign``).
  case own(String)
}

extension WarningSign: CustomStringConvertible {
  public var description: String {
    switch self {
    case .longGap(let tenths, let gaps):
      "away for longer than the mean gap and \(tenths) tenths of its spread, after \(gaps) gaps"
    case .fallingValue(let rate, let span):
      "orders for less by \(rate.partsPerMillion / 10_000) % within \(span)"
    case .unanswered(let contacts, let span): "\(contacts) contacts unanswered for \(span)"
    case .openComplaint(let span): "a complaint open for \(span)"
    case .returns(let count, let span): "\(count) returns within \(span)"
    case .brokenPromises(let count, let span): "\(count) promises broken within \(span)"
    case .fallingSatisfaction(let below, let drop):
      "satisfaction below \(below) %, or by \(drop) below what it was"
    case .contactLeft(_, let span): "a contact who left within \(span)"
    case .holding(let condition): condition.description
    case .own(let name): name
    }
  }
}

/// A time in which a sign shows, if nothing happens until then.
public struct WarningCase: Hashable, Sendable {
  /// What it shows by, the same for the same evidence, such as a record's identifier.
  ///
  /// No two warnings are raised for it, unless it was gone when the first one expired and shows
  /// again. It is `nil` where it is the time in which the sign shows
  /// without a break.
  public var key: String?

  /// From when on it shows; `nil` where it does now, since whenever.
  public var from: Instant?

  /// Until when, that instant left out; `nil` for as long as nothing happens.
  public var until: Instant?

  /// What was looked at, and what was found there.
  public var found: [LifecycleEvidence]

  /// A time in which a sign shows.
  public init(
    key: String?, from: Instant?, until: Instant? = nil, found: [(what: String, found: String)]
  ) {
    self.key = key
    self.from = from
    self.until = until
    self.found = found.map { LifecycleEvidence($0.what, $0.found) }
  }

  func shows(at instant: Instant) -> Bool {
    (from.map { $0 <= instant } ?? true) && (until.map { instant < $0 } ?? true)
  }
}

/// A sign of a host's own; ``pointsDrained(_:by:ofAtLeast:showingFor:)`` and
/// ``consentWithdrawn(_:of:showingFor:)`` are two that ship.
///
///     let drained = OwnWarningSign("points_drained") { customer, tx in
///       try tx.records(of: Redemption.self).all(where: { $0.customer == customer })
///         .filter(\.isOfAllPoints)
///         .map { WarningCase(key: "\($0.id)", from: $0.at, found: [("points", "\($0.points)")]) }
///     }
///     CRM.standardCapabilities.replacing(Warnings(signs: [drained]))
public struct OwnWarningSign: Sendable {
  /// The name, by which a model uses it: ``WarningSign/own(_:)``.
  public let name: String

  let cases: @Sendable (Customer.ID, Transaction) throws -> [WarningCase]

  /// A sign.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - cases: When it shows with a customer, past and to come. It is asked whenever something is
  ///     told of the customer, and when a time of which it told has come.
  public init(
    _ name: String,
    cases: @escaping @Sendable (Customer.ID, Transaction) throws -> [WarningCase]
  ) {
    self.name = name
    self.cases = cases
  }
}
