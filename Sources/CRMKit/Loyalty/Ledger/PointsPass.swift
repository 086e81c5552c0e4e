/// Puts down what time has brought to the accounts of a programme.
///
/// It changes nothing that could be read: whatever it writes held from its own instant on.
struct PointsPass: AgendaTask {
  /// The programme.
  var programme: String

  var key: String { programme }

  static let name = "loyalty.points_pass"

  private struct Fields: Sendable {
    let programme = Field<PointsPass, String>(
      "programme", { $0.programme }, { $0.programme = $1 })
  }

  static let layout = Layout(Fields(), blank: PointsPass(programme: ""))
}

extension LoyaltyOperations {
  /// How many accounts one pass settles; the next goes on a millisecond later.
  private static let mostInPass = 500

  /// Settles the accounts of a programme that are due, and sees to it that the next ones will be.
  func pass(over programme: String) throws {
    let now = transaction.now
    let due = try accounts.all(
      where: { $0.programme == programme && $0.nextDueAt <= now },
      sortedBy: { [.ascending($0.nextDueAt)] }, limit: Self.mostInPass)
    for account in due { try settle(account) }
    try schedulePass(
      over: programme, no: due.count < Self.mostInPass ? nil : now + .milliseconds(1))
  }

  private func settle(_ account: PointsAccount) throws {
    let member = try members.get(account.member)
    let version = try version(of: account.programme)
    let work = LedgerWork(self, member, version, .evaluate, at: transaction.now)
    try work.account(account.currency)
    try writeSettled(work)
  }

  private func schedulePass(over programme: String, no earliest: Instant?) throws {
    let next = try accounts.first(
      where: { $0.programme == programme }, sortedBy: { [.ascending($0.nextDueAt)] })
    var head = try head(of: programme)
    let before = head
    head.nextPassAt = max(next?.nextDueAt ?? .latest, earliest ?? .earliest)
    if head.nextPassAt < .latest {
      try transaction.agenda.schedule(PointsPass(programme: programme), at: head.nextPassAt)
    }
    if head != before { try heads.put(head) }
  }
}
