/// One contact point of a customer, by what it is.
public enum ContactReference: Hashable, Sendable {
  /// The e-mail address, however it is written.
  case email(String)
  /// The phone number, however it is written.
  case phone(String)
  /// The postal address with these parts.
  case address(PostalAddress)
  /// The name on a service.
  case handle(service: String, name: String)
  /// The name in another system.
  case externalID(ExternalID)
}

extension CustomerOperations {
  /// Notes that someone made sure of a contact point: the customer was reached there, or said
  /// so.
  ///
  /// Facts on the file's fields stay as they are: this is about the one contact point.
  ///
  /// - Parameter instant: When they did, if not now. One earlier than the last changes nothing.
  /// - Returns: The customer as kept.
  /// - Throws: ``CRMError/Code/invalid`` where the file has no such contact point or the instant
  ///   lies more than a day ahead; ``CRMError/Code/notFound``. Nothing has changed then.
  @discardableResult
  public func confirm(
    _ point: ContactReference, of id: Customer.ID, at instant: Instant? = nil
  ) throws -> Customer {
    let old = try get(id)
    let verifiedAt = instant ?? transaction.now
    var customer = old
    let field: String
    let isKnown: Bool
    switch point {
    case .email(let text):
      field = Customer.fields.emails.name
      isKnown = confirm(EmailAddress(text)?.identity, in: &customer.emails, verifiedAt)
    case .phone(let text):
      field = Customer.fields.phones.name
      let phone = PhoneNumber(text, callingCode: callingCode)
      isKnown = confirm(phone?.identity, in: &customer.phones, verifiedAt)
    case .address(let address):
      field = Customer.fields.addresses.name
      isKnown = confirm(kept(address.identity), in: &customer.addresses, verifiedAt)
    case .handle(let service, let name):
      field = Customer.fields.handles.name
      isKnown = confirm(kept(Handle(service, name).identity), in: &customer.handles, verifiedAt)
    case .externalID(let id):
      field = Customer.fields.externalIDs.name
      isKnown = confirm(kept(id.identity), in: &customer.externalIDs, verifiedAt)
    }
    var problems = futureProblems("verified_at", verifiedAt, now: transaction.now)
    if !isKnown { problems.insert(.init(field, "have no such entry"), at: 0) }
    guard problems.isEmpty else { throw CRMError.invalid("customers", problems) }
    guard customer != old else { return old }
    return try records.update(
      customer, emitting: ContactPointConfirmed(customer: id, field: field), at: instant)
  }

  /// Notes it at the contact point that is compared by a text; returns whether there is one.
  private func confirm<Point: ContactPoint>(
    _ identity: String?, in points: inout [Point], _ instant: Instant
  ) -> Bool {
    guard let index = points.firstIndex(where: { $0.identity == identity }) else { return false }
    if points[index].verifiedAt ?? .earliest < instant {
      points[index].verifiedAt = instant
      points[index].verifiedBy = transaction.attribution.actor
    }
    return true
  }
}
