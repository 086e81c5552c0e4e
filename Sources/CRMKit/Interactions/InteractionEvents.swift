/// A contact with a customer was recorded.
public struct InteractionRecorded: Event {
  /// The contact.
  public var interaction: Interaction.ID
  /// The customer.
  public var customer: Customer.ID
  /// Through what channel.
  public var channel: Channel
  /// Who turned to whom.
  public var direction: Interaction.Direction

  public static let name = "interactions.recorded"

  private struct Fields: Sendable {
    let interaction = Field<InteractionRecorded, Interaction.ID>(
      "interaction", { $0.interaction }, { $0.interaction = $1 })
    let customer = Field<InteractionRecorded, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let channel = Field<InteractionRecorded, Channel>(
      "channel", { $0.channel }, { $0.channel = $1 })
    let direction = Field<InteractionRecorded, Interaction.Direction>(
      "direction", { $0.direction }, { $0.direction = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: InteractionRecorded(
      interaction: .zero, customer: .zero, channel: .web, direction: .inbound))
}
