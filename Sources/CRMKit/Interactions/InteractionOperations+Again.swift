extension InteractionOperations {
  /// The contact that has the external id of a new one, where it is that one said again.
  ///
  /// - Parameters:
  ///   - known: The contact that has the external id, if one has.
  ///   - draft: The new one as it would be recorded.
  /// - Returns: `nil` where none has the external id and the new one can be recorded.
  /// - Throws: The failure of a contact that has problems of its own, names what does not exist,
  ///   or differs from the one that has its external id, with all of that.
  func same(
    _ known: Interaction?, _ draft: Interaction, _ new: NewInteraction,
    _ problems: [CRMError.Issue]
  ) throws -> Interaction? {
    let differences = try known.map { try self.differences(between: $0, and: draft, new) } ?? []
    if problems.isEmpty, differences.isEmpty, let known { return known }
    let unknown = try unknown(in: new)
    guard let known, !differences.isEmpty else {
      if problems.isEmpty, unknown.isEmpty { return nil }
      throw CRMError.refusal("interactions", problems, unknown: unknown)
    }
    let taken = CRMError(
      .duplicate, "Another contact has the external id of this one: \(known.id).",
      recovery: "Give it an external id of its own, or update the contact that has this one.",
      issues: [.init("external_id", "is taken by contact \(known.id)")]
        + differences.map { .init($0, "is not what was recorded under the external id") },
      record: "interactions", holder: known.id.description)
    throw taken.beside(problems + unknown)
  }

  /// Where a contact that is there differs from one to be recorded under the same external id.
  private func differences(
    between known: Interaction, and draft: Interaction, _ new: NewInteraction
  ) throws -> [String] {
    let history = known.version == 1 ? [] : try transaction.events.history(of: known.id)
    var draft = draft
    if new.occurredAt == nil { draft.occurredAt = known.occurredAt }
    // What cannot be kept is refused for that; it is compared as it is.
    let row = (try? Interaction.schema.hold(draft)) ?? Held(draft)
    return try customerDifferences(between: known, and: new, history)
      + InteractionRules.differences(between: Held(known), and: row, history)
  }

  private func customerDifferences(
    between known: Interaction, and new: NewInteraction, _ history: [RecordedEvent]
  ) throws -> [String] {
    let now = Set(try customers(of: known))
    let then = try InteractionRules.firstCustomers(now, before: history)
    let said = Set([new.customer] + new.others)
    if said == now || said == then { return [] }
    return [now.union(then).contains(new.customer) ? "others" : "customer"]
  }
}
