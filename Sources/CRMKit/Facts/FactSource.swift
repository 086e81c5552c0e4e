/// Where a statement on a customer comes from, as one text: `system:erp`.
public struct FactSource: Hashable, Sendable, Codable, RawRepresentable, FieldValue {
  /// The kind of source and its name there, with a colon between.
  public let rawValue: String

  /// A source as it was recorded.
  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// A source of a kind, by the host's name for it.
  public init(_ kind: Kind, _ name: String) {
    rawValue = "\(kind.rawValue):\(name)"
  }

  /// What a source can be.
  public enum Kind: String, Sendable, Codable, CaseIterable, FieldValue {
    /// A part of the firm.
    case department
    /// A way by which customers reach the firm.
    case channel
    /// Another program, inside the firm or outside.
    case system
    /// A list that was obtained.
    case list
    /// People who write into the file by hand.
    case person
  }

  /// What the source is; `nil` for text that no constructor makes.
  public var kind: Kind? { Kind(rawValue: String(rawValue.prefix { $0 != ":" })) }

  /// The name without the kind.
  public var name: String { String(rawValue.drop { $0 != ":" }.dropFirst()) }

  /// A part of the firm, by the host's name for it.
  public static func department(_ name: String) -> FactSource { FactSource(.department, name) }

  /// A way by which customers reach the firm.
  public static func channel(_ channel: Channel) -> FactSource {
    FactSource(.channel, channel.rawValue)
  }

  /// Another program, by the host's name for it.
  public static func system(_ name: String) -> FactSource { FactSource(.system, name) }

  /// A list that was obtained, by the host's name for it.
  public static func list(_ name: String) -> FactSource { FactSource(.list, name) }

  /// The firm's staff, writing into the file without naming a channel.
  public static let staff = FactSource(.person, "staff")

  /// Customers, writing into their own files without naming a channel.
  public static let customer = FactSource(.person, "customer")

  /// Whoever acts without a name: the library itself, or a host that names nobody.
  public static let unnamed = FactSource(.system, "crm")
}

extension FactSource {
  /// The source that whoever writes by hand is.
  ///
  /// Another system is itself; people are the channel they used, if they named one.
  init(of actor: Principal, through channel: Channel?) {
    let name = actor.rawValue
    if name.hasPrefix("integration:") {
      self = .system(String(name.dropFirst("integration:".count)))
    } else if let channel {
      self = .channel(channel)
    } else if name.hasPrefix("staff:") {
      self = .staff
    } else if name.hasPrefix("customer:") {
      self = .customer
    } else {
      self = actor == .system ? .unnamed : .system(name)
    }
  }

  /// What is wrong with a source, if something is.
  func problem(_ field: String) -> CRMError.Issue? {
    let name = name
    if kind == nil {
      let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
      return .init(field, "is of no known kind: \(kinds)")
    }
    if isBlank(name) { return .init(field, "has no name") }
    if !isKept(name, within: Self.longestName) {
      return .init(field, "has a name of more than \(Self.longestName) bytes")
    }
    if name.utf8.contains(0) { return .init(field, "contains the NUL character") }
    return nil
  }

  private static let longestName = 100
}
