/// What is known of a contact point besides itself.
public struct ContactDetails: SetAside {
  /// What it is for: `home`, `work`, `billing`.
  var label: String?

  /// When the customer was last shown to be reached there.
  var verifiedAt: Instant?

  /// Where it came from: a department, a channel, a system, a list.
  var source: String?

  /// Nothing is known.
  public init() {}
}

/// A way to reach a customer that few know more of than what it is.
public protocol ContactPoint {
  /// Where the properties below are kept.
  var details: Aside<ContactDetails> { get set }
}

extension ContactPoint {
  /// What it is for: `home`, `work`.
  public var label: String? {
    get { details.held?.row.label }
    set { details.change { $0.label = newValue } }
  }

  /// When the customer was last shown to be reached there.
  public var verifiedAt: Instant? {
    get { details.held?.row.verifiedAt }
    set { details.change { $0.verifiedAt = newValue } }
  }

  /// Where it came from: a department, a channel, a system, a list.
  public var source: String? {
    get { details.held?.row.source }
    set { details.change { $0.source = newValue } }
  }
}
