/// What a store could not do, and what the caller can do about it.
///
/// The text names records, fields and identifiers, never a customer's own data.
public struct StorageError: Error, Hashable, Sendable {
  /// What kind of failure it is; compare with the constants of ``Code``.
  public let code: Code

  /// One sentence on what happened, with the values involved.
  public let message: String

  /// One sentence on what the caller can do.
  public let recovery: String

  /// The stored name of the record kind concerned, if one is.
  public var record: String?

  /// The name of the field or index concerned, if one is.
  public var field: String?

  /// The identifier of the row concerned, if one is.
  public var identifier: String?

  /// The identifier of the row that is in the way, if one is.
  public var holder: String?

  /// The number of the line concerned, counting from 1, if it was read from lines.
  public var line: Int?

  /// Everything that was found, where many things were looked at and some are wrong.
  public var causes: [StorageError] = []

  /// Describes a failure.
  public init(
    _ code: Code, _ message: String, recovery: String, record: String? = nil,
    field: String? = nil, identifier: String? = nil, holder: String? = nil
  ) {
    self.code = code
    self.message = message
    self.recovery = recovery
    self.record = record
    self.field = field
    self.identifier = identifier
    self.holder = holder
  }
}

extension StorageError: CustomStringConvertible {
  public var description: String {
    (["\(code): \(message) \(recovery)"] + causes.map { "- \($0)" }).joined(separator: "\n")
  }
}

extension StorageError {
  /// The kind of a failure.
  ///
  /// New kinds may be added, so a `switch` needs a `default`.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    private enum Kind: String {
      case notFound, duplicate, unknownReference, stillReferenced, invalidValue, tooLong
      case unknownField, unsupportedQuery, invalidSchema, incompatibleSchema, newerStore
      case migrationFailed
      case readOnly, writeDuringScan, transactionEnded, closed
      case busy, full, permissionDenied, notAStore, alreadyExists, cannotOpen, corrupt, inputOutput
      case invalidImport
    }

    private let kind: Kind

    private init(_ kind: Kind) { self.kind = kind }

    public var description: String { kind.rawValue }

    /// No row has the identifier.
    public static let notFound = Code(.notFound)
    /// Another row holds the value of a unique index.
    public static let duplicate = Code(.duplicate)
    /// A reference names a row that does not exist.
    public static let unknownReference = Code(.unknownReference)
    /// A row cannot be deleted while another refers to it.
    public static let stillReferenced = Code(.stillReferenced)
    /// A value cannot be stored or read as its field's type.
    public static let invalidValue = Code(.invalidValue)
    /// An indexed value is longer than an index key may be.
    public static let tooLong = Code(.tooLong)
    /// A filter or an order names a field the record does not have.
    public static let unknownField = Code(.unknownField)
    /// A filter, order or cursor does not fit the fields it names.
    public static let unsupportedQuery = Code(.unsupportedQuery)
    /// A schema contradicts itself or another one.
    public static let invalidSchema = Code(.invalidSchema)
    /// The store holds tables that differ from the schema, which has no steps for it.
    public static let incompatibleSchema = Code(.incompatibleSchema)
    /// A row cannot be taken over to a newer schema.
    public static let migrationFailed = Code(.migrationFailed)
    /// The store was written by a newer version.
    public static let newerStore = Code(.newerStore)
    /// A write was tried where only reading is possible.
    public static let readOnly = Code(.readOnly)
    /// A row was written while a scan of the same transaction was running.
    public static let writeDuringScan = Code(.writeDuringScan)
    /// A transaction was used after its closure had ended.
    public static let transactionEnded = Code(.transactionEnded)
    /// The store is not open.
    public static let closed = Code(.closed)
    /// Another process kept the store locked for longer than the caller waits.
    public static let busy = Code(.busy)
    /// The disk or the store's quota is full.
    public static let full = Code(.full)
    /// The system refuses access to the file or its folder.
    public static let permissionDenied = Code(.permissionDenied)
    /// The file is something else than a store of this kind.
    public static let notAStore = Code(.notAStore)
    /// There is something where something new was to be.
    public static let alreadyExists = Code(.alreadyExists)
    /// Lines of an export are wrong; ``StorageError/causes`` has every problem.
    public static let invalidImport = Code(.invalidImport)
    /// The path cannot be opened as a store.
    public static let cannotOpen = Code(.cannotOpen)
    /// The store's content is damaged.
    public static let corrupt = Code(.corrupt)
    /// The system failed to read or write.
    public static let inputOutput = Code(.inputOutput)
  }

  /// The store is not open, or not any more.
  static let closed = StorageError(
    .closed, "The store is not open.", recovery: "Give it to a CRM, or call open.")

  /// A value was read as something it is not.
  public static func mismatch(expected: String, found: Value) -> StorageError {
    let kind =
      switch found {
      case .missing: "no value"
      case .flag: "a flag"
      case .integer: "a whole number"
      case .real: "a number"
      case .text: "text"
      case .instant: "an instant"
      case .identifier: "an identifier"
      case .bytes: "bytes"
      case .json: "JSON"
      }
    return StorageError(
      .invalidValue, "Expected \(expected), found \(kind).",
      recovery: "Give a value of the field's own type.")
  }

  /// The same failure, naming the record and field it happened at.
  public func at(record: String? = nil, field: String? = nil, identifier: String? = nil)
    -> StorageError
  {
    var error = self
    error.record = self.record ?? record
    error.field = self.field ?? field
    error.identifier = self.identifier ?? identifier
    guard let record = error.record else { return error }
    let place = error.field.map { "\(record).\($0)" } ?? record
    if error.message.contains(place) { return error }
    return StorageError(
      code, "\(place): \(message)", recovery: recovery, record: error.record, field: error.field,
      identifier: error.identifier, holder: holder)
  }
}
