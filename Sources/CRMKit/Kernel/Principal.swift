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

/// Who acts, for whom, through what channel and why; kept with every event.
public struct Attribution: Hashable, Sendable {
  /// Who acts.
  public var actor: Principal

  /// For whom they act, if not for themselves.
  public var onBehalfOf: Principal?

  /// Through what channel it reached the firm.
  public var channel: Channel?

  /// Why.
  public var reason: String?

  /// Says who acts.
  public init(
    actor: Principal, onBehalfOf: Principal? = nil, channel: Channel? = nil,
    reason: String? = nil
  ) {
    self.actor = actor
    self.onBehalfOf = onBehalfOf
    self.channel = channel
    self.reason = reason
  }

  func because(_ reason: String?) -> Attribution {
    guard let reason else { return self }
    var copy = self
    copy.reason = reason
    return copy
  }
}

/// A way by which customers and the firm reach each other.
public struct Channel: Hashable, Sendable, Codable, RawRepresentable, FieldValue {
  /// The stored name.
  public let rawValue: String

  /// A channel of the host's own.
  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// Telephone, in or out.
  public static let phone = Channel(rawValue: "phone")
  /// Telefax.
  public static let fax = Channel(rawValue: "fax")
  /// Electronic mail.
  public static let email = Channel(rawValue: "email")
  /// The firm's web site or shop.
  public static let web = Channel(rawValue: "web")
  /// A conversation in writing.
  public static let chat = Channel(rawValue: "chat")
  /// A social network.
  public static let social = Channel(rawValue: "social")
  /// Letters and printed matter.
  public static let directMail = Channel(rawValue: "direct_mail")
  /// An answer to a television broadcast.
  public static let television = Channel(rawValue: "television")
  /// A shop.
  public static let store = Channel(rawValue: "store")
  /// A visit to the customer.
  public static let fieldVisit = Channel(rawValue: "field_visit")
  /// The firm's call centre.
  public static let callCentre = Channel(rawValue: "call_centre")
}
