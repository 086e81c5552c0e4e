/// What loyalty refused, and what the caller can do about it.
///
/// What a member may not do just now (too few points, a blocked membership) is a
/// ``LoyaltyResult/refusal``, which the ledger remembers. What makes no sense (an amount below one,
/// a key used for something else) is thrown, and leaves nothing.
public struct LoyaltyError: Error, Described, Codable {
  /// What kind of failure it is; compare with the constants of ``Code``.
  public let code: Code

  /// How much was asked for, in points or in minor units of money.
  public let requested: Int64?

  /// How much there was or would be allowed: what is available, the most, the least, the new price.
  public let allowed: Int64?

  /// What it is about: a field, a currency, an identifier, a state.
  public let detail: String?

  /// Describes a failure.
  public init(
    _ code: Code, requested: Int64? = nil, allowed: Int64? = nil, _ detail: String? = nil
  ) {
    self.code = code
    self.requested = requested
    self.allowed = allowed
    self.detail = detail
  }

  /// One sentence on what happened, with the values involved.
  public var message: String { filled(code.texts.message) }

  /// One sentence on what the caller can do.
  public var recovery: String { filled(code.texts.recovery) }

  private func filled(_ text: String) -> String {
    var text = text
    for (name, value) in [
      ("requested", requested.map(String.init)), ("allowed", allowed.map(String.init)),
      ("detail", detail),
    ] {
      while let range = text.firstRange(of: "{\(name)}") {
        text.replaceSubrange(range, with: value ?? "unknown")
      }
    }
    return text
  }

  private struct Fields: Sendable {
    let code = Field<LoyaltyError, Code>(
      "code", { $0.code },
      { $0 = .init($1, requested: $0.requested, allowed: $0.allowed, $0.detail) })
    let requested = Field<LoyaltyError, Int64?>(
      "requested", { $0.requested },
      { $0 = .init($0.code, requested: $1, allowed: $0.allowed, $0.detail) })
    let allowed = Field<LoyaltyError, Int64?>(
      "allowed", { $0.allowed },
      { $0 = .init($0.code, requested: $0.requested, allowed: $1, $0.detail) })
    let detail = Field<LoyaltyError, String?>(
      "detail", { $0.detail },
      { $0 = .init($0.code, requested: $0.requested, allowed: $0.allowed, $1) })
  }

  public static let layout = Layout(Fields(), blank: LoyaltyError(.ineligible))
}

extension LoyaltyError: CustomStringConvertible {
  public var description: String { "\(code): \(message) \(recovery)" }
}
