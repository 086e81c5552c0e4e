/// A place between two contacts, unmoved by what is recorded before it.
public struct InteractionCursor: Hashable, Sendable, Codable {
  let occurredAt: Instant
  let interaction: Interaction.ID
}
