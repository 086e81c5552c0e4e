/// What is known of a contact point besides itself.
public struct ContactDetails: SetAside {
  /// What it is for: `home`, `work`, `billing`.
  var label: String?

  /// When the customer was last shown to be reached there.
  var verifiedAt: Instant?

  /// Who made sure of it.
  var verifiedBy: Principal?

  /// Where it came from: a department, a channel, a system, a list.
  var source: String?

  /// When the source said so.
  var trueAt: Instant?

  /// When it came into a file that was there already.
  var recordedAt: Instant?

  /// Nothing is known.
  public init() {}
}

/// A way to reach a customer, or to know one, and what is known of it.
public protocol ContactPoint: Hashable, Sendable {
  /// Where the properties below are kept.
  var details: Aside<ContactDetails> { get set }

  /// What it is compared by: two with the same lead to the same place.
  var identity: String { get }
}

extension ContactPoint {
  /// What it is for: `home`, `work`.
  public var label: String? {
    get { details.held?.row.label }
    set { details.set(newValue, from: label) { $0.label = $1 } }
  }

  /// When the customer was last shown to be reached there;
  /// ``CustomerOperations/confirm(_:of:at:)`` notes it.
  public var verifiedAt: Instant? {
    get { details.held?.row.verifiedAt }
    set { details.set(newValue, from: verifiedAt) { $0.verifiedAt = $1 } }
  }

  /// Who made sure of it, where that is known.
  public var verifiedBy: Principal? {
    get { details.held?.row.verifiedBy }
    set { details.set(newValue, from: verifiedBy) { $0.verifiedBy = $1 } }
  }

  /// Where it came from: a department, a channel, a system, a list.
  public var source: String? {
    get { details.held?.row.source }
    set { details.set(newValue, from: source) { $0.source = $1 } }
  }

  /// When it was true by what the source says, where that is known.
  public var trueAt: Instant? {
    get { details.held?.row.trueAt }
    set { details.set(newValue, from: trueAt) { $0.trueAt = $1 } }
  }

  /// When it was recorded; `nil` where the file was opened with it (``Customer/createdAt``).
  ///
  /// The file sees to it.
  public internal(set) var recordedAt: Instant? {
    get { details.held?.row.recordedAt }
    set { details.set(newValue, from: recordedAt) { $0.recordedAt = $1 } }
  }
}

extension ContactPoint {
  /// The same without what was noted of it: when it was recorded, and who made sure of it when.
  var bare: Self {
    guard let held = details.held?.row,
      held.recordedAt != nil || held.verifiedAt != nil || held.verifiedBy != nil
    else { return self }
    var point = self
    point.details.change {
      $0.recordedAt = nil
      $0.verifiedAt = nil
      $0.verifiedBy = nil
    }
    return point
  }
}
