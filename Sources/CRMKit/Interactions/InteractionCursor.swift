/// A place between two contacts, unmoved by what is recorded before it.
public struct InteractionCursor: Hashable, Sendable, Codable {
  let occurredAt: Instant
  let interaction: Interaction.ID
}

/// The later comes after; of two at one instant the one made later.
extension InteractionCursor: Comparable {
  public static func < (a: InteractionCursor, b: InteractionCursor) -> Bool {
    (a.occurredAt, a.interaction) < (b.occurredAt, b.interaction)
  }
}
