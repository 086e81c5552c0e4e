/// Something that happened, told in the same transaction that made it happen.
///
///     struct BadgeAwarded: Event {
///       var customer: Customer.ID
///       static let name = "badges.awarded"
///       struct Fields: Sendable {
///         let customer = Field<BadgeAwarded, Customer.ID>(
///           "customer", { $0.customer }, { $0.customer = $1 })
///       }
///       static let layout = Layout(Fields(), blank: BadgeAwarded(customer: .zero))
///     }
public protocol Event: Described {
  /// The stored name, of the form `capability.happened`; never changed once in use.
  static var name: String { get }

  /// Raised by one when the fields change so that old events need ``upgraded(_:from:)``.
  static var version: Int { get }

  /// How long after an edit further ones by the same person stand with it as one on a timeline;
  /// `nil` where each stands for itself, as they do unless a type says otherwise.
  ///
  /// It is counted from the first edit. The event log keeps each.
  static var coalescingWindow: Duration? { get }

  /// An older version's JSON as this version's; the same text unless a type says otherwise.
  static func upgraded(_ json: String, from version: Int) throws -> String
}

extension Event {
  public static var version: Int { 1 }

  public static var coalescingWindow: Duration? { nil }

  public static func upgraded(_ json: String, from version: Int) throws -> String { json }
}

/// The difference an update made to one field.
public struct FieldChange: Described {
  /// The column's name.
  public var field: String

  /// The value before.
  public var before: Value

  /// The value after; missing where the record was removed.
  public var after: Value

  /// A difference.
  public init(field: String, before: Value, after: Value) {
    self.field = field
    self.before = before
    self.after = after
  }

  var isBookkeeping: Bool { field == "version" || field == "modified_at" }

  private struct Fields: Sendable {
    let field = Field<FieldChange, String>("field", { $0.field }, { $0.field = $1 })
    let before = Field<FieldChange, Value>("before", { $0.before }, { $0.before = $1 })
    let after = Field<FieldChange, Value>("after", { $0.after }, { $0.after = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: FieldChange(field: "", before: .missing, after: .missing))
}

extension FieldChange: Codable {}

extension Schema {
  /// The differences between two states of a row, column by column; all values where it went.
  func changes(from old: Held<R>, to new: Held<R>?) -> [FieldChange] {
    var changes: [FieldChange] = []
    for field in layout.stored {
      if let new, field.isSame(old, new) { continue }
      let before = field.values(of: old)
      let after = new.map { field.values(of: $0) } ?? before.map { _ in .missing }
      for (index, column) in field.columns.enumerated() where before[index] != after[index] {
        changes.append(
          FieldChange(field: column.name, before: before[index], after: after[index]))
      }
    }
    return changes
  }
}
