/// A contact with a customer was recorded, or a note written.
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

/// A contact was arranged for a later instant.
public struct InteractionPlanned: Event {
  /// The contact.
  public var interaction: Interaction.ID
  /// The customer.
  public var customer: Customer.ID
  /// Through what channel.
  public var channel: Channel
  /// When it is to happen.
  public var plannedFor: Instant

  public static let name = "interactions.planned"

  private struct Fields: Sendable {
    let interaction = Field<InteractionPlanned, Interaction.ID>(
      "interaction", { $0.interaction }, { $0.interaction = $1 })
    let customer = Field<InteractionPlanned, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let channel = Field<InteractionPlanned, Channel>(
      "channel", { $0.channel }, { $0.channel = $1 })
    let plannedFor = Field<InteractionPlanned, Instant>(
      "planned_for", { $0.plannedFor }, { $0.plannedFor = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: InteractionPlanned(
      interaction: .zero, customer: .zero, channel: .web, plannedFor: .earliest))
}

/// The instant came that a contact was planned for.
public struct InteractionDue: Event {
  /// The contact.
  public var interaction: Interaction.ID
  /// The customer.
  public var customer: Customer.ID

  public static let name = "interactions.due"

  private struct Fields: Sendable {
    let interaction = Field<InteractionDue, Interaction.ID>(
      "interaction", { $0.interaction }, { $0.interaction = $1 })
    let customer = Field<InteractionDue, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: InteractionDue(interaction: .zero, customer: .zero))
}

/// A contact was changed; the recorded event has the fields, before and after.
public struct InteractionUpdated: Event {
  /// The contact.
  public var interaction: Interaction.ID

  public static let name = "interactions.updated"

  private struct Fields: Sendable {
    let interaction = Field<InteractionUpdated, Interaction.ID>(
      "interaction", { $0.interaction }, { $0.interaction = $1 })
  }

  public static let layout = Layout(Fields(), blank: InteractionUpdated(interaction: .zero))
}

/// A contact was taken out; the recorded event has what it held.
public struct InteractionDeleted: Event {
  /// The contact.
  public var interaction: Interaction.ID
  /// The customers who took part, besides the one it was with.
  public var others: [Customer.ID]

  public static let name = "interactions.deleted"

  private struct Fields: Sendable {
    let interaction = Field<InteractionDeleted, Interaction.ID>(
      "interaction", { $0.interaction }, { $0.interaction = $1 })
    let others = Field<InteractionDeleted, [Customer.ID]>(
      "others", { $0.others }, { $0.others = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: InteractionDeleted(interaction: .zero, others: []))
}

/// A further customer was named as taking part in a contact.
public struct InteractionLinked: Event {
  /// The contact.
  public var interaction: Interaction.ID
  /// The customer.
  public var customer: Customer.ID

  public static let name = "interactions.linked"

  private struct Fields: Sendable {
    let interaction = Field<InteractionLinked, Interaction.ID>(
      "interaction", { $0.interaction }, { $0.interaction = $1 })
    let customer = Field<InteractionLinked, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: InteractionLinked(interaction: .zero, customer: .zero))
}

/// A customer no longer takes part in a contact.
public struct InteractionUnlinked: Event {
  /// The contact.
  public var interaction: Interaction.ID
  /// The customer.
  public var customer: Customer.ID

  public static let name = "interactions.unlinked"

  private struct Fields: Sendable {
    let interaction = Field<InteractionUnlinked, Interaction.ID>(
      "interaction", { $0.interaction }, { $0.interaction = $1 })
    let customer = Field<InteractionUnlinked, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: InteractionUnlinked(interaction: .zero, customer: .zero))
}
