/// The task to look, when the time the customer asked for has passed, whether a commitment is
/// still open.
struct CommitmentRequest: AgendaTask {
  var commitment: Commitment.ID

  var key: String { commitment.description }

  static let name = "commitments.request"

  private struct Fields: Sendable {
    let commitment = Field<CommitmentRequest, Commitment.ID>(
      "commitment", { $0.commitment }, { $0.commitment = $1 })
  }

  static let layout = Layout(Fields(), blank: CommitmentRequest(commitment: .zero))
}
