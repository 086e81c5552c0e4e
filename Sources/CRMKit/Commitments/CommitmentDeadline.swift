/// The task to look, when a deadline has passed, whether a commitment is still open.
struct CommitmentDeadline: AgendaTask {
  var commitment: Commitment.ID

  var key: String { commitment.description }

  static let name = "commitments.deadline"

  private struct Fields: Sendable {
    let commitment = Field<CommitmentDeadline, Commitment.ID>(
      "commitment", { $0.commitment }, { $0.commitment = $1 })
  }

  static let layout = Layout(Fields(), blank: CommitmentDeadline(commitment: .zero))
}
