/// What a CRM refused or could not do, and what the caller can do about it.
///
/// The text names records, fields and identifiers, never a customer's own data. What the store
/// itself could not do (busy, full, damaged …) is a `StorageError`.
public struct CRMError: Error, Sendable {
  /// What kind of failure it is; compare with the constants of ``Code``.
  public let code: Code

  /// One sentence on what happened, with the values involved.
  public let message: String

  /// One sentence on what the caller can do.
  public let recovery: String

  /// Every problem found, field by field, where the input was invalid.
  public var issues: [Issue]

  /// The stored name of the record kind concerned, if one is.
  public var record: String?

  /// The identifier of the record concerned, if one is.
  public var identifier: String?

  /// The identifier of the record that is in the way, if one is.
  public var holder: String?

  /// The record as it now is, where an edit came too late.
  public var current: (any Record)?

  /// Describes a failure.
  public init(
    _ code: Code, _ message: String, recovery: String, issues: [Issue] = [],
    record: String? = nil, identifier: String? = nil, holder: String? = nil,
    current: (any Record)? = nil
  ) {
    self.code = code
    self.message = message
    self.recovery = recovery
    self.issues = issues
    self.record = record
    self.identifier = identifier
    self.holder = holder
    self.current = current
  }

  /// One problem of an input.
  public struct Issue: Hashable, Sendable, CustomStringConvertible {
    /// Where: a field, with list positions as in `lines[2].quantity`.
    public let field: String

    /// What is wrong, without the personal data itself.
    public let problem: String

    /// Names a problem.
    public init(_ field: String, _ problem: String) {
      self.field = field
      self.problem = problem
    }

    public var description: String { "\(field): \(problem)" }
  }
}

extension CRMError: CustomStringConvertible {
  public var description: String {
    let list = issues.map { "\n- \($0)" }.joined()
    return "\(code): \(message) \(recovery)\(list)"
  }
}

extension CRMError {
  /// The kind of a failure.
  ///
  /// New kinds may be added, so a `switch` needs a `default`.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    private enum Kind: String {
      case notFound, invalid, invalidQuery, duplicate, conflict, unknownReference, stillReferenced
      case currencyMismatch, noRate, overflow, notAllowed, backward, limitReached, overLimit
      case readOnly, transactionEnded, reactionChain, undeclaredEvent, undeclaredTask
      case invalidCapability, unreadableEvent
    }

    private let kind: Kind

    private init(_ kind: Kind) { self.kind = kind }

    public var description: String { kind.rawValue }

    /// No record has the identifier.
    public static let notFound = Code(.notFound)
    /// The input is invalid; ``CRMError/issues`` has every problem.
    public static let invalid = Code(.invalid)
    /// The query cannot be answered: it names a kind or field that the CRM does not have, goes
    /// on from a place in another order, or asks for what a field cannot hold.
    public static let invalidQuery = Code(.invalidQuery)
    /// Another record holds a value that may be held once; ``CRMError/holder`` names it.
    public static let duplicate = Code(.duplicate)
    /// The record was changed since it was read; ``CRMError/current`` has it as it now is.
    public static let conflict = Code(.conflict)
    /// The input names a record that does not exist.
    public static let unknownReference = Code(.unknownReference)
    /// A record cannot go while another names it.
    public static let stillReferenced = Code(.stillReferenced)
    /// Amounts of different currencies were joined.
    public static let currencyMismatch = Code(.currencyMismatch)
    /// No exchange rate leads from the one currency to the other at the time.
    public static let noRate = Code(.noRate)
    /// An amount is larger than 64 bits of minor units.
    public static let overflow = Code(.overflow)
    /// The record's state does not allow the change.
    public static let notAllowed = Code(.notAllowed)
    /// A customer would go down a lifecycle's ladder, which they climb only upwards.
    public static let backward = Code(.backward)
    /// The answer would take more work than the limit stated for it.
    public static let limitReached = Code(.limitReached)
    /// Someone would spend more than they may; ``CRMError/current`` has the first limit in the
    /// way.
    public static let overLimit = Code(.overLimit)
    /// A read tried to change something.
    public static let readOnly = Code(.readOnly)
    /// A transaction was used after its closure had ended.
    public static let transactionEnded = Code(.transactionEnded)
    /// Reactions caused reactions without end.
    public static let reactionChain = Code(.reactionChain)
    /// No capability lists the kind of event.
    public static let undeclaredEvent = Code(.undeclaredEvent)
    /// No capability handles the kind of task.
    public static let undeclaredTask = Code(.undeclaredTask)
    /// Capabilities contradict each other.
    public static let invalidCapability = Code(.invalidCapability)
    /// A stored event cannot be read as its type.
    public static let unreadableEvent = Code(.unreadableEvent)
  }

  /// The failure of an input, with every problem found.
  static func invalid(_ record: String, _ issues: [Issue]) -> CRMError {
    CRMError(
      .invalid,
      "\(record): \(issues.count == 1 ? "one problem" : "\(issues.count) problems").",
      recovery: "Correct every field named.", issues: issues, record: record)
  }

  /// The failure with more problems of the same call, which make it one of an invalid input.
  func beside(_ problems: [Issue]) -> CRMError {
    guard !problems.isEmpty else { return self }
    let others = issues.filter { issue in !problems.contains { $0.field == issue.field } }
    var error = CRMError.invalid(record ?? "input", problems + others)
    error.holder = holder
    return error
  }

  static func conflict(
    record: String, id: String, expected: Int, current: any Record, version: Int
  ) -> CRMError {
    CRMError(
      .conflict, "\(record) \(id) is at version \(version), the change was made to \(expected).",
      recovery: "Apply the change to the current record and save that.", record: record,
      identifier: id, current: current)
  }

  init(_ error: StorageError) {
    let code: Code =
      switch error.code {
      case .notFound: .notFound
      case .duplicate: .duplicate
      case .unknownReference: .unknownReference
      case .stillReferenced: .stillReferenced
      case .transactionEnded: .transactionEnded
      case .unknownField, .unsupportedQuery, .invalidSchema: .invalidQuery
      default: .invalid
      }
    self.init(
      code, error.message, recovery: error.recovery, record: error.record,
      identifier: error.identifier, holder: error.holder)
    if let field = error.field { issues = [Issue(field, error.message)] }
  }

  /// Faults of the data as this module's error; faults of the store stay what they are.
  static func translated(_ error: StorageError) -> any Error {
    switch error.code {
    case .notFound, .duplicate, .unknownReference, .stillReferenced, .invalidValue, .tooLong,
      .transactionEnded, .unknownField, .unsupportedQuery, .invalidSchema:
      CRMError(error)
    default: error
    }
  }
}
