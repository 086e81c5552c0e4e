extension [RelationshipType] {
  /// The types that ship with the library.
  ///
  /// A host appends its own, or leaves out those it does not want:
  ///
  ///     try Relationships(types: .standard + [mentor])
  public static var standard: [RelationshipType] {
    [
      RelationshipType(
        .employee, "employee of", inverse: "employer of", from: .person, to: .organisation,
        upper: .to, for: [.membership]),
      RelationshipType(
        .householdMember, "member of household", inverse: "household of", from: .person,
        to: .household, upper: .to, for: [.membership, .rollUp]),
      RelationshipType(
        .subsidiary, "subsidiary of", inverse: "parent company of", from: .organisation,
        to: .organisation.atMost(1), upper: .to, for: [.rollUp]),
      RelationshipType(
        .parent, "parent of", inverse: "child of", from: .person, to: .person, upper: .from),
      .symmetric(.sibling, "sibling of", between: .person),
      .symmetric(.spouse, "spouse of", between: .person.atMost(1)),
      .symmetric(.colleague, "colleague of", between: .person),
      RelationshipType(
        .supplier, "supplier of", inverse: "customer of", from: .party, to: .anyone),
      RelationshipType(
        .distributor, "distributor of", inverse: "distributed by", from: .party, to: .party),
      RelationshipType(
        .upstreamPartner, "upstream partner of", inverse: "downstream partner of", from: .party,
        to: .party),
      RelationshipType(.agent, "agent of", inverse: "represented by", from: .party, to: .anyone),
      RelationshipType(
        .referrer, "referrer of", inverse: "referred by", from: .anyone, to: .anyone),
    ]
  }
}

extension RelationshipType.Key {
  /// A person who works for an organisation.
  public static let employee: Self = "employee"
  /// A person who lives in a household, whose value counts for it.
  public static let householdMember: Self = "household_member"
  /// An organisation that belongs to one other at a time, whose value counts for it.
  public static let subsidiary: Self = "subsidiary"
  /// A person whose child another is.
  public static let parent: Self = "parent"
  /// Two persons with a parent in common.
  public static let sibling: Self = "sibling"
  /// Two persons who are married, each to one at a time.
  public static let spouse: Self = "spouse"
  /// Two persons who work together.
  public static let colleague: Self = "colleague"
  /// A customer who also sells to another.
  public static let supplier: Self = "supplier"
  /// A customer who distributes what another makes.
  public static let distributor: Self = "distributor"
  /// A partner nearer to the source of what is sold than another.
  public static let upstreamPartner: Self = "upstream_partner"
  /// A customer who acts for another.
  public static let agent: Self = "agent"
  /// A customer who brought another to the firm.
  public static let referrer: Self = "referrer"
}
