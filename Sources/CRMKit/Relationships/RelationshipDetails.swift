/// What few relationships have, kept apart so that the others stay small.
struct RelationshipDetails: SetAside {
  var confirmedAt: Instant?
  var confirmedBy: Principal?
}

extension Relationship {
  /// When it was last confirmed, if it ever was; ``RelationshipOperations/confirm(_:at:)`` notes it.
  public internal(set) var confirmedAt: Instant? {
    get { details.held?.row.confirmedAt }
    set { details.set(newValue, from: confirmedAt) { $0.confirmedAt = $1 } }
  }

  /// Who last confirmed it.
  public internal(set) var confirmedBy: Principal? {
    get { details.held?.row.confirmedBy }
    set { details.set(newValue, from: confirmedBy) { $0.confirmedBy = $1 } }
  }

  /// When it was last known to be true: when it was true, or when it was confirmed if later.
  public var freshAt: Instant { max(trueAt, confirmedAt ?? .earliest) }
}
