extension LoyaltyOperations {
  /// The memberships of a customer, by the name of the programme; those merged into others left out.
  public func memberships(of customer: Customer.ID) throws -> [LoyaltyMember] {
    try members.all(
      where: { $0.customer == customer && $0.status != .merged },
      sortedBy: { [.ascending($0.programme)] })
  }

  /// The names of the points of a member's programme.
  func points(of member: LoyaltyMember) throws -> [String] {
    try programme(member.programme).points.map { $0.name }
  }
}
