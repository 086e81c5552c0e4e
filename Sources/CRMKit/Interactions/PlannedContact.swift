/// The task to tell, when its instant comes, that a planned contact is due.
struct PlannedContact: AgendaTask {
  var interaction: Interaction.ID

  var key: String { interaction.description }

  static let name = "interactions.planned_contact"

  private struct Fields: Sendable {
    let interaction = Field<PlannedContact, Interaction.ID>(
      "interaction", { $0.interaction }, { $0.interaction = $1 })
  }

  static let layout = Layout(Fields(), blank: PlannedContact(interaction: .zero))
}
