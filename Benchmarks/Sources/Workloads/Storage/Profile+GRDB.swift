import CRMKit
import Foundation
import GRDB

/// The profile as GRDB's documentation writes records that are to be fast.
struct FastProfile: FetchableRecord, PersistableRecord {
  let id: UUID
  let name, email, phone, street, city, postcode, country, language: String
  let createdAt, modifiedAt, seenAt: Int64
  let tags, segments, interests: [String]
  let attributes: [String: String]
  let points, orders, spent: Int
  let isSubscribed: Bool
  let status: Profile.Status

  static let databaseTableName = "profiles"

  enum Columns {
    static let id = Column("id")
    static let name = Column("name")
    static let email = Column("email")
    static let phone = Column("phone")
    static let street = Column("street")
    static let city = Column("city")
    static let postcode = Column("postcode")
    static let country = Column("country")
    static let language = Column("language")
    static let createdAt = Column("created_at")
    static let modifiedAt = Column("modified_at")
    static let seenAt = Column("seen_at")
    static let tags = Column("tags")
    static let segments = Column("segments")
    static let interests = Column("interests")
    static let attributes = Column("attributes")
    static let points = Column("points")
    static let orders = Column("orders")
    static let spent = Column("spent")
    static let isSubscribed = Column("is_subscribed")
    static let status = Column("status")
  }

  init(_ profile: Profile) {
    id = UUID(profile.id)
    name = profile.name
    email = profile.email
    phone = profile.phone
    street = profile.street
    city = profile.city
    postcode = profile.postcode
    country = profile.country
    language = profile.language
    createdAt = profile.createdAt.milliseconds
    modifiedAt = profile.modifiedAt.milliseconds
    seenAt = profile.seenAt.milliseconds
    tags = profile.tags
    segments = profile.segments
    interests = profile.interests
    attributes = profile.attributes
    points = profile.points
    orders = profile.orders
    spent = profile.spent
    isSubscribed = profile.isSubscribed
    status = profile.status
  }

  /// By position, which is the fastest GRDB offers a record.
  init(row: Row) throws {
    id = row[0]
    name = row[1]
    email = row[2]
    phone = row[3]
    street = row[4]
    city = row[5]
    postcode = row[6]
    country = row[7]
    language = row[8]
    createdAt = row[9]
    modifiedAt = row[10]
    seenAt = row[11]
    tags = try decoded(row[12])
    segments = try decoded(row[13])
    interests = try decoded(row[14])
    attributes = try decoded(row[15])
    points = row[16]
    orders = row[17]
    spent = row[18]
    isSubscribed = row[19]
    status = Profile.Status(rawValue: row[20]) ?? .prospect
  }

  func encode(to container: inout PersistenceContainer) throws {
    container[Columns.id] = id
    container[Columns.name] = name
    container[Columns.email] = email
    container[Columns.phone] = phone
    container[Columns.street] = street
    container[Columns.city] = city
    container[Columns.postcode] = postcode
    container[Columns.country] = country
    container[Columns.language] = language
    container[Columns.createdAt] = createdAt
    container[Columns.modifiedAt] = modifiedAt
    container[Columns.seenAt] = seenAt
    container[Columns.tags] = encoded(tags)
    container[Columns.segments] = encoded(segments)
    container[Columns.interests] = encoded(interests)
    container[Columns.attributes] = encoded(attributes)
    container[Columns.points] = points
    container[Columns.orders] = orders
    container[Columns.spent] = spent
    container[Columns.isSubscribed] = isSubscribed
    container[Columns.status] = status.rawValue
  }

  var weight: Int { points &+ name.utf8.count &+ tags.count &+ attributes.count }
}

// One contender runs at a time, so one encoder is enough, and spares GRDB an allocation a list.
private nonisolated(unsafe) let writer = JSONWriter()

private func encoded<Value: FieldValue>(_ value: Value) -> String {
  writer.reset()
  Value.write(value, to: writer)
  return writer.text
}

private func decoded<Value: FieldValue>(_ text: String) throws -> Value {
  try JSONReader.decode(Array(text.utf8)) { json throws(StorageError) in
    try Value.read(from: json)
  }
}

/// The profile as GRDB derives a record from `Codable`; lists are JSON by Foundation.
struct CodableProfile: Codable, FetchableRecord, PersistableRecord {
  let id: UUID
  let name, email, phone, street, city, postcode, country, language: String
  let createdAt, modifiedAt, seenAt: Int64
  let tags, segments, interests: [String]
  let attributes: [String: String]
  let points, orders, spent: Int
  let isSubscribed: Bool
  let status: Profile.Status

  static let databaseTableName = "profiles"
  static let databaseColumnEncodingStrategy = DatabaseColumnEncodingStrategy.convertToSnakeCase
  static let databaseColumnDecodingStrategy = DatabaseColumnDecodingStrategy.convertFromSnakeCase

  init(_ profile: Profile) {
    id = UUID(profile.id)
    name = profile.name
    email = profile.email
    phone = profile.phone
    street = profile.street
    city = profile.city
    postcode = profile.postcode
    country = profile.country
    language = profile.language
    createdAt = profile.createdAt.milliseconds
    modifiedAt = profile.modifiedAt.milliseconds
    seenAt = profile.seenAt.milliseconds
    tags = profile.tags
    segments = profile.segments
    interests = profile.interests
    attributes = profile.attributes
    points = profile.points
    orders = profile.orders
    spent = profile.spent
    isSubscribed = profile.isSubscribed
    status = profile.status
  }

  var weight: Int { points &+ name.utf8.count &+ tags.count &+ attributes.count }
}

extension UUID {
  init<R>(_ id: CRMKit.Identifier<R>) {
    self = withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) {
      UUID(uuid: $0.loadUnaligned(as: uuid_t.self))
    }
  }
}

/// A database as GRDB opens it, told the same as the other contenders.
func openGRDB(_ path: String) throws -> DatabasePool {
  var configuration = Configuration()
  configuration.prepareDatabase {
    try $0.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000")
  }
  return try DatabasePool(path: path, configuration: configuration)
}
