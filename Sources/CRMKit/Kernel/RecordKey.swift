/// What a capability changes its records by, and others cannot.
///
/// Records that are more than their fields (a sum that has to be right, an event that others
/// count on, a deadline on the agenda) are changed by their capability's operations alone. It
/// keeps a key to itself and gives the CRM the lock:
///
///     struct Badges: Capability {
///       fileprivate static let key = RecordKey("tx.badges")
///       var records: [any Record.Type] { [Badge.self] }
///       var lock: RecordLock? { Self.key.lock }
///     }
///     // Where the key can be seen:
///     transaction.records(of: Badge.self, with: Badges.key)
///
/// Everybody can read what is locked.
public final class RecordKey: Sendable {
  let operations: String

  /// A key that fits no lock but its own.
  ///
  /// - Parameter operations: How to reach the operations that change the records, such as
  ///   `tx.badges`; errors name it.
  public init(_ operations: String) {
    self.operations = operations
  }

  /// What only this key opens.
  public var lock: RecordLock { RecordLock(key: self) }
}

/// Keeps a capability's records from being changed without its ``RecordKey``.
public struct RecordLock: Sendable {
  let key: RecordKey
}

extension Transaction {
  /// The records of one kind, to be changed by the capability that brings them.
  ///
  /// - Parameter key: The key of that capability; with another, locked records can only be read.
  public func records<R: Record>(of kind: R.Type, with key: RecordKey) -> Records<R> {
    Records(self, key: key)
  }

  /// Refuses changes to records whose lock a key does not open.
  func checkUnlocked<R: Record>(_ kind: R.Type, by key: RecordKey?) throws(CRMError) {
    guard let lock = engine.registry.lock(of: kind), lock.key !== key else { return }
    let operations = lock.key.operations
    throw CRMError(
      .notAllowed, "\(R.schema.name) are changed by the operations of \(operations) alone.",
      recovery: "Use these operations; anyone may read the records.", record: R.schema.name)
  }
}
