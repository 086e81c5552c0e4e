import CRMKit
import GRDBSQLite

extension CStatement {
  /// Binds a value as JSON text, written by the same encoder that CRMKit uses.
  @inline(__always)
  func bind<Value: FieldValue>(json value: Value, with writer: JSONWriter, at position: Int32) {
    writer.reset()
    Value.write(value, to: writer)
    writer.bytes.withUnsafeBufferPointer { bind(utf8: $0, at: position) }
  }

  /// Reads JSON text by the same decoder that CRMKit uses.
  @inline(__always)
  func json<Value: FieldValue>(_ column: Int32, as type: Value.Type = Value.self) throws -> Value {
    try JSONReader.decode(bytes(column)) { json throws(StorageError) in
      try Value.read(from: json)
    }
  }

  /// Binds the 21 columns of a profile, each by hand.
  func bind(_ profile: Profile, _ json: JSONWriter) {
    bind(profile.id.high, profile.id.low, at: 1)
    bind(profile.name, at: 2)
    bind(profile.email, at: 3)
    bind(profile.phone, at: 4)
    bind(profile.street, at: 5)
    bind(profile.city, at: 6)
    bind(profile.postcode, at: 7)
    bind(profile.country, at: 8)
    bind(profile.language, at: 9)
    bind(Int(profile.createdAt.milliseconds), at: 10)
    bind(Int(profile.modifiedAt.milliseconds), at: 11)
    bind(Int(profile.seenAt.milliseconds), at: 12)
    bind(json: profile.tags, with: json, at: 13)
    bind(json: profile.segments, with: json, at: 14)
    bind(json: profile.interests, with: json, at: 15)
    bind(json: profile.attributes, with: json, at: 16)
    bind(profile.points, at: 17)
    bind(profile.orders, at: 18)
    bind(profile.spent, at: 19)
    bind(profile.isSubscribed ? 1 : 0, at: 20)
    bind(profile.status.rawValue, at: 21)
  }

  /// The profile of the row, each column read by hand.
  func profile() throws -> Profile {
    let id = identifier(0)
    return Profile(
      id: Identifier(high: id.high, low: id.low), name: text(1), email: text(2), phone: text(3),
      street: text(4), city: text(5), postcode: text(6), country: text(7), language: text(8),
      createdAt: Instant(milliseconds: Int64(integer(9))),
      modifiedAt: Instant(milliseconds: Int64(integer(10))),
      seenAt: Instant(milliseconds: Int64(integer(11))), tags: try json(12),
      segments: try json(13), interests: try json(14), attributes: try json(15),
      points: integer(16), orders: integer(17), spent: integer(18),
      isSubscribed: integer(19) != 0, status: Profile.Status(rawValue: text(20)) ?? .prospect)
  }
}

extension Profile {
  static let insertSQL =
    "INSERT INTO profiles VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
}
