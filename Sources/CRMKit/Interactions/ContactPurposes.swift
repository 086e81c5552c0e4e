/// How much of all contact was planned, urgent or mere product push.
public struct ContactPurposes: Hashable, Sendable {
  /// How many contacts there were; notes among staff are none.
  public internal(set) var contacts = 0

  /// How many had each purpose.
  public internal(set) var counts: [Interaction.Purpose: Int] = [:]

  /// How many of which nothing is known.
  public var unstated: Int { contacts - counts.values.reduce(0, +) }

  /// How many of a thousand contacts had a purpose, rounded down; `nil` without any contact.
  public func perMille(_ purpose: Interaction.Purpose) -> Int? {
    contacts == 0 ? nil : 1_000 * counts[purpose, default: 0] / contacts
  }

  mutating func count(_ interaction: Interaction) {
    contacts += 1
    if let purpose = interaction.knownPurpose { counts[purpose, default: 0] += 1 }
  }
}

extension Interaction {
  /// What it was for: as was said, or else planned, where it was arranged beforehand or belongs to
  /// a plan.
  public var knownPurpose: Purpose? {
    if let purpose { return purpose }
    let isOfPlan = about.contains { $0.kind == Plan.schema.name }
    return isPlanned || isOfPlan ? .planned : nil
  }
}

extension InteractionOperations {
  /// Counts contacts by what they were for.
  ///
  /// - Parameters:
  ///   - customer: With whom; `nil` for all customers, each contact once.
  ///   - direction: Who turned to whom; `nil` for either.
  ///   - start: From when on.
  ///   - end: Up to when; what happens at this instant is not in.
  /// - Complexity: O(*n*) in the customer's contacts of the time; in all contacts where no
  ///   customer is named.
  public func purposes(
    with customer: Customer.ID? = nil, _ direction: Interaction.Direction? = nil,
    from start: Instant = .earliest, until end: Instant
  ) throws -> ContactPurposes {
    var purposes = ContactPurposes()
    func count(_ interaction: Interaction) {
      if direction.map({ $0 == interaction.direction }) ?? true { purposes.count(interaction) }
    }
    let query = Query<Interaction>(where: { fields in
      let inTime = fields.contactAt >= start && fields.contactAt < end
      return customer.map { fields.customer == $0 && inTime } ?? inTime
    })
    try records.scan(query) { held in
      count(held.row)
      return true
    }
    guard let customer else { return purposes }
    let parts = try participants.all(where: {
      $0.customer == customer && $0.contactAt >= start && $0.contactAt < end
    }).map(\.interaction)
    for part in parts.inParts {
      for interaction in try records.find(part).values { count(interaction) }
    }
    return purposes
  }
}
