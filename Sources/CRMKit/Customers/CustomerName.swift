/// A form or a part of a customer's name besides the one it is shown by.
public struct CustomerName: Described, Codable {
  /// What the text is.
  public var kind: Kind

  /// The name, in any script.
  public var text: String

  /// What a name can be.
  public enum Kind: String, Sendable, Codable, FieldValue {
    /// The name given to a person.
    case given
    /// The name of a person's family.
    case family
    /// A further name between the two.
    case middle
    /// A form of address: Dr., 선생님.
    case title
    /// How the name is read: やまだたろう for 山田太郎.
    case reading
    /// The name in Latin letters: Kim Yuna.
    case romanised
    /// The name in registers and contracts.
    case legal
    /// The name among friends, or that an organisation is known by.
    case nick
    /// A name the customer had before.
    case former
  }

  /// A form of a name.
  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }

  private struct Fields: Sendable {
    let kind = Field<CustomerName, Kind>("kind", { $0.kind }, { $0.kind = $1 })
    let text = Field<CustomerName, String>("text", { $0.text }, { $0.text = $1 })
  }

  public static let layout = Layout(Fields(), blank: CustomerName(.given, ""))
}
