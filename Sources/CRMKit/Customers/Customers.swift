/// Who the firm's customers are.
///
///     CRM(storage: storage, capabilities: [Customers(attributes: [
///       AttributeDefinition("shoe_size", .integer),
///     ])] + …)
public struct Customers: Capability {
  static let key = RecordKey("tx.customers")

  /// The calling code of phone numbers given without one, such as `49`.
  public let callingCode: String?

  /// The host's own facts on customers.
  public let attributes: [AttributeDefinition]

  /// The capability with the host's settings; with wrong ones a CRM is not opened.
  public init(callingCode: String? = nil, attributes: [AttributeDefinition] = []) {
    self.callingCode = callingCode
    self.attributes = attributes
  }

  public var problems: [CRMError.Issue] {
    let isCallingCode = callingCode.map(PhoneNumber.isCallingCode) ?? true
    return (isCallingCode ? [] : [.init("calling_code", "is not 1 to 4 digits, as in 49")])
      + AttributeDefinition.problems(of: attributes)
  }

  public var records: [any Record.Type] { [Customer.self] }

  public var lock: RecordLock? { Self.key.lock }

  public var duties: [Duty] {
    [
      Duty(Customer.self) {
        $0.ownedBy.contains($1.rawValue)
      } pass: { file, owner, tx in
        try tx.responsibility.pass(file, to: owner)
      }
    ]
  }

  public var events: [any Event.Type] {
    [
      CustomerAdded.self, CustomerUpdated.self, CustomerArchived.self, CustomerRestored.self,
      ContactPointConfirmed.self,
    ]
  }
}

extension Transaction {
  /// The firm's customers.
  public var customers: CustomerOperations { CustomerOperations(self) }
}

/// Opening, changing and finding customers' files.
public struct CustomerOperations {
  let transaction: Transaction
  let records: Records<Customer>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: Customer.self, with: Customers.key)
  }

  /// The calling code of phone numbers given without one.
  var callingCode: String? { transaction.capability(Customers.self)?.callingCode }

  var rules: CustomerRules {
    let settings = transaction.capability(Customers.self)
    return CustomerRules(
      callingCode: settings?.callingCode, attributes: settings?.attributes ?? [])
  }

  /// Opens a customer's file.
  ///
  /// - Parameter instant: When the customer came to the firm, if not now.
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/duplicate`` where all
  ///   that is wrong is that others hold external ids, with all of those; nothing has changed
  ///   then.
  @discardableResult
  public func add(_ new: NewCustomer, at instant: Instant? = nil) throws -> Customer {
    let customer: Customer
    do {
      customer = try rules.customer(
        new, id: transaction.makeIdentifier(), createdAt: instant ?? transaction.now,
        now: transaction.now)
    } catch {
      throw try refusal(error.issues, of: new.externalIDs)
    }
    let file = ContactRules.recorded(customer, at: transaction.recordedAt)
    return try keeping(file.externalIDs, besides: file.id) {
      try records.insert(file, emitting: CustomerAdded(customer: file.id), at: instant)
    }
  }

  /// Changes a customer's file; one that is as it was is left alone.
  ///
  /// - Returns: The customer as kept, with the next ``Customer/version``.
  /// - Throws: ``CRMError/Code/conflict`` where the file was changed since it was read,
  ///   ``CRMError/Code/notFound``, and as ``add(_:at:)``; nothing has changed then.
  @discardableResult
  public func update(_ customer: Customer) throws -> Customer {
    var customer = customer
    customer.name = trimmed(customer.name)
    customer.indexedAttributes = rules.indexedAttributes(of: customer)
    var problems = rules.problems(of: customer, now: transaction.now)
    // What others changed since the file was read is a conflict, not the caller's mistake.
    if let old = try find(customer.id), old.version == customer.version {
      customer = ContactRules.recorded(customer, was: old, at: transaction.recordedAt)
      if old.createdAt != customer.createdAt {
        problems.append(.init("created_at", "is not the instant the file was opened for"))
      }
      if old.archivedAt != customer.archivedAt {
        problems.append(.init("archived_at", "is changed by archiving and restoring alone"))
      }
      if old.kind != customer.kind, transaction.capability(Relationships.self) != nil {
        problems += try transaction.relationships.problems(ofKind: customer.kind, of: customer.id)
      }
    }
    let ids = customer.isArchived ? [] : customer.externalIDs
    guard problems.isEmpty else { throw try refusal(problems, of: ids, besides: customer.id) }
    return try keeping(ids, besides: customer.id) { [customer] in
      try records.update(customer, emitting: CustomerUpdated(customer: customer.id))
    }
  }

  /// Puts a file away, as those of customers who are gone are.
  ///
  /// What names the customer no longer finds it, and another customer may take its external ids.
  /// It can still be read, and what belongs to it stays.
  ///
  /// - Returns: The customer as kept; a file that was put away before is left alone.
  /// - Throws: ``CRMError/Code/notFound``.
  @discardableResult
  public func archive(_ id: Customer.ID) throws -> Customer {
    var customer = try get(id)
    guard !customer.isArchived else { return customer }
    customer.archivedAt = transaction.now
    return try records.update(customer, emitting: CustomerArchived(customer: id))
  }

  /// Takes a file that was put away into use again.
  ///
  /// - Throws: ``CRMError/Code/duplicate`` where others have taken external ids of it, with all of
  ///   those and the first holder; the file stays put away then. ``CRMError/Code/notFound``.
  @discardableResult
  public func restore(_ id: Customer.ID) throws -> Customer {
    var customer = try get(id)
    guard customer.isArchived else { return customer }
    customer.archivedAt = nil
    return try keeping(customer.externalIDs, besides: id) { [customer] in
      try records.update(customer, emitting: CustomerRestored(customer: id))
    }
  }

  /// The customer of an identifier.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func get(_ id: Customer.ID) throws -> Customer { try records.get(id) }

  /// The customer of an identifier, if there is one.
  public func find(_ id: Customer.ID) throws -> Customer? { try records.find(id) }

  /// The customer another system knows by a name, if there is one.
  public func find(_ id: ExternalID) throws -> Customer? {
    guard !id.key.utf8.contains(0) else { return nil }
    return try records.first(where: { $0.externalKeys.contains(id.key) })
  }

  /// The customers with an e-mail address, however it is written.
  public func find(email: String) throws -> [Customer] {
    guard let email = EmailAddress(email) else { return [] }
    return try records.all(where: { $0.emailAddresses.contains(email.normalised) })
  }

  /// The customers with a phone number, however it is written.
  public func find(phone: String) throws -> [Customer] {
    guard let phone = PhoneNumber(phone, callingCode: rules.callingCode) else { return [] }
    return try records.all(where: { $0.phoneNumbers.contains(phone.normalised) })
  }

  /// A part of a query's customers, and the place to go on from.
  public func page(_ query: Query<Customer>) throws -> Page<Customer, Cursor<Customer>> {
    try records.page(query)
  }

  /// How many customers meet a filter.
  public func count(where filter: (Customer.Fields) -> Filter<Customer> = { _ in .all }) throws
    -> Int
  {
    try records.count(where: filter)
  }
}
