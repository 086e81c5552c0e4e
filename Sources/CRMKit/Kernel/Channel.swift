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

  /// Whether both sides speak at once, so that who turns to the firm is answered by that.
  public var isConversation: Bool {
    [.phone, .chat, .store, .fieldVisit, .callCentre].contains(self)
  }
}
