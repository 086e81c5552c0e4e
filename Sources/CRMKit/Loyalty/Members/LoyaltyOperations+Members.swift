extension LoyaltyOperations {
  /// Makes a customer a member of a programme; who is one already stays it.
  ///
  /// - Parameters:
  ///   - customer: The customer.
  ///   - programme: The name of the programme.
  ///   - instant: Since when, if not from now on.
  /// - Throws: ``CRMError/Code/unknownReference``, ``LoyaltyError/Code/unknownReference`` for an
  ///   unknown programme; nothing has changed then.
  /// - Complexity: O(log *n*).
  @discardableResult
  public func enrol(_ customer: Customer.ID, in programme: String, at instant: Instant? = nil)
    throws -> LoyaltyMember
  {
    if let member = try member(of: customer, in: programme) { return member }
    let unknown = try transaction.problem(with: customer).map { [$0] } ?? []
    guard unknown.isEmpty else { throw CRMError.unknownReferences("loyalty_members", unknown) }
    let enrolledAt = instant ?? transaction.now
    _ = try self.programme(programme, at: enrolledAt)
    let member = LoyaltyMember(
      id: transaction.makeIdentifier(), programme: programme, customer: customer, kind: .person,
      pools: [], status: .active, enrolledAt: enrolledAt)
    return try members.insert(
      member, emitting: MemberEnrolled(member: member.id, programme: programme), at: enrolledAt)
  }

  /// Gives a membership to another customer, as where two files were one customer's and only one of
  /// them had it; its points, tiers and history go along, and identifiers of aliases still lead to it.
  ///
  /// - Parameters:
  ///   - id: The membership.
  ///   - customer: Whose it is from now on.
  /// - Returns: The membership as it is then; unchanged where it is theirs already.
  /// - Throws: ``LoyaltyError/Code/alreadyMember`` where the customer has one of that programme:
  ///   join the two (``merge(_:into:key:)``); ``LoyaltyError/Code/ineligible`` for who was erased;
  ///   ``LoyaltyError/Code/unknownReference`` for no membership of a person;
  ///   ``CRMError/Code/unknownReference`` for an unknown customer. Nothing has changed then.
  /// - Complexity: O(log *n*).
  @discardableResult
  public func reassign(_ id: LoyaltyMember.ID, to customer: Customer.ID) throws -> LoyaltyMember {
    var member = try resolve(id)
    guard member.status != .erased else { throw LoyaltyError(.ineligible, "erased") }
    guard let before = member.customer else {
      throw LoyaltyError(.unknownReference, "person \(id)")
    }
    guard before != customer else { return member }
    let unknown = try transaction.problem(with: customer).map { [$0] } ?? []
    guard unknown.isEmpty else { throw CRMError.unknownReferences("loyalty_members", unknown) }
    if let other = try self.member(of: customer, in: member.programme), other.id != member.id {
      throw LoyaltyError(.alreadyMember, "\(other.id)")
    }
    member.customer = customer
    return try members.update(
      member, emitting: MemberReassigned(member: member.id, from: before, to: customer),
      alsoAbout: [before])
  }

  /// The membership of a customer in a programme, if there is one; of one that is an alias the other.
  public func member(of customer: Customer.ID, in programme: String) throws -> LoyaltyMember? {
    let found = try members.all(where: { $0.customer == customer && $0.programme == programme })
    if let own = found.first(where: { $0.status != .merged }) { return own }
    return try found.first.map { try resolve($0.id) }
  }

  /// The membership that an identifier stands for, which for one merged is the other.
  ///
  /// - Throws: ``LoyaltyError/Code/unknownReference``.
  func resolve(_ id: LoyaltyMember.ID) throws -> LoyaltyMember {
    var next = id
    while true {
      guard let member = try members.find(next) else {
        throw LoyaltyError(.unknownReference, "member \(id)")
      }
      guard let other = member.mergedInto else { return member }
      next = other
    }
  }
}
