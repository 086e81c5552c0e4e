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
