extension CustomerFile {
  /// What is unknown, contradicted or out of date and worth asking, in that order.
  public var worthAsking: [FileQuality.Entry] { quality?.worthAsking ?? [] }
}

extension NextStepSource {
  /// What the file lacks, and what in it is doubtful or out of date.
  static let files = NextStepSource { file, tx in
    // One asks when one talks to the customer.
    let occasion = file.nextOccasion(in: tx.zone)
    let fields = file.worthAsking.map { entry in
      NextStep(
        .ask, about: (entry.standing?.id).map { RecordReference($0) }, field: entry.field,
        because: reason(to: entry, file.asOf),
        evidence: [LifecycleEvidence(entry.field, entry.state.rawValue)], by: occasion)
    }
    let relationships = (file.quality?.staleRelationships ?? []).map { view in
      NextStep(
        .ask, about: RecordReference(view.id),
        because: "The relationship “\(view.name) \(view.other.name)” was last known to hold at"
          + " \(view.relationship.freshAt).",
        evidence: [LifecycleEvidence("last confirmed", "\(view.relationship.freshAt)")],
        by: occasion)
    }
    return fields + relationships
  }

  private static func reason(to entry: FileQuality.Entry, _ asOf: Instant) -> String {
    switch entry.state {
    case .missing: "The file does not say what \(entry.field) is."
    case .contradicted: "Sources contradict each other on \(entry.field)."
    default: "\(entry.field) was last known to be true at \(entry.standing?.freshAt ?? asOf)."
    }
  }
}
