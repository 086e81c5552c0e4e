/// A kind of work that people have open, which a hand-over passes on.
///
/// A capability whose records have an owner declares what is open and how it is passed on
/// (``Capability/duties``). It is in every hand-over then, in what someone has to do, and keeps
/// them from leaving with it.
///
///     var duties: [Duty] {
///       [
///         Duty(Visit.self) {
///           $0.owner == $1 && $0.isDone == false
///         } pass: { visit, owner, tx in
///           try tx.visits.give(visit.id, to: owner)
///         }
///       ]
///     }
public struct Duty: Sendable {
  /// The stored name of the kind of record.
  public let kind: String

  let find: @Sendable (Principal, Scope, Transaction) throws -> [Found]

  /// Whose work is looked for.
  enum Scope {
    /// With whomever it is.
    case anyone
    /// With one customer.
    case customer(Customer.ID)
  }

  /// Something open, and how it goes to somebody else.
  struct Found {
    let work: OpenWork
    let pass: (Principal) throws -> Void
  }

  /// Declares a kind of work.
  ///
  /// The customer is the one the record belongs to by its schema.
  ///
  /// - Parameters:
  ///   - kind: The kind of record.
  ///   - open: Which records somebody has open.
  ///   - pass: Gives one of them to somebody else, who owns it then.
  public init<R: Record>(
    _ kind: R.Type, open: @escaping @Sendable (R.Fields, Principal) -> Filter<R>,
    pass: @escaping @Sendable (R, Principal, Transaction) throws -> Void
  ) {
    self.init(kind, sharedAt: { fields, owner, _ in open(fields, owner) }) {
      row, _, owner, tx in try pass(row, owner, tx)
    }
  }

  /// Declares a kind of work that several can share and that is open up to some instant.
  ///
  /// - Parameters:
  ///   - kind: The kind of record.
  ///   - open: Which records somebody has open at an instant.
  ///   - pass: Puts somebody in the place of another in one of them.
  init<R: Record>(
    _ kind: R.Type,
    sharedAt open: @escaping @Sendable (R.Fields, Principal, Instant) -> Filter<R>,
    pass: @escaping @Sendable (R, Principal, Principal, Transaction) throws -> Void
  ) {
    self.kind = R.schema.name
    find = { owner, scope, tx in
      let rows = try Self.rows(open(R.fields, owner, tx.now), in: scope, tx)
      return try rows.compactMap { held in
        let customer = try tx.customer(of: held)
        if case .customer(let wanted) = scope, customer != wanted { return nil }
        let work = OpenWork(
          kind: R.schema.name, identifier: held.id.description, customer: customer)
        return Found(work: work) { try pass(held.row, owner, $0, tx) }
      }
    }
  }

  /// The records that are open; of one customer, those alone are looked at where the record
  /// itself names them.
  private static func rows<R: Record>(
    _ open: Filter<R>, in scope: Scope, _ tx: Transaction
  ) throws -> [Held<R>] {
    let records = tx.records(of: R.self)
    var filter = open
    if case .customer(let customer) = scope {
      if R.self == Customer.self {
        let id = Identifier<R>(high: customer.high, low: customer.low)
        return try records.rows([id]).compactMap { $0 }.filter { try tx.meets(filter, $0) }
      }
      if let field = R.schema.owner, field.reference == Customer.self {
        let id = Value.identifier(high: customer.high, low: customer.low)
        filter = filter && Filter(.compare(field: field.name, .equal, value: [id]))
      }
    }
    return try records.rowPage(
      Query(where: { [filter] _ in filter }, sortedBy: { _ in [.oldestFirst] })
    ).items
  }
}

extension Transaction {
  /// Whether a row is one that a filter means.
  func meets<R: Record>(_ filter: Filter<R>, _ row: Held<R>) throws -> Bool {
    let query = try PreparedQuery(Query<R>(where: { _ in filter }), in: reader.catalog)
    return try query.predicate(in: reader)(row)
  }
}

/// Something that somebody has open.
public struct OpenWork: Hashable, Sendable {
  /// The stored name of its kind, such as `commitments`.
  public let kind: String

  /// The identifier of the record, as text.
  public let identifier: String

  /// The customer it is for, if it is for one.
  public let customer: Customer.ID?

  /// Names something that somebody has open.
  public init(kind: String, identifier: String, customer: Customer.ID?) {
    self.kind = kind
    self.identifier = identifier
    self.customer = customer
  }
}
