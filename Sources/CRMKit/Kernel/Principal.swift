/// Someone or something that acts: a member of staff, a customer, another system, the library.
public struct Principal: Hashable, Sendable, Codable, RawRepresentable, FieldValue {
  /// What kind it is and its name there, with a colon between: `staff:kim`.
  public let rawValue: String

  /// A principal as it was recorded.
  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// The library itself: what time or a rule causes, or a host that names nobody.
  public static let system = Principal(rawValue: "system")

  /// A member of the firm's staff, by the host's name for them.
  public static func staff(_ name: String) -> Principal { Principal(rawValue: "staff:\(name)") }

  /// A customer acting on their own file.
  public static func customer(_ id: Customer.ID) -> Principal {
    Principal(rawValue: "customer:\(id)")
  }

  /// Another system, by the host's name for it.
  public static func integration(_ name: String) -> Principal {
    Principal(rawValue: "integration:\(name)")
  }
}
