/// Figures on each customer, kept as things happen and not computed when asked.
///
/// They follow from orders, contacts and commitments and are changed in the same transaction as
/// these. A customer's first figures are made of all the records there are, so the capability can
/// be added to a store that is in use. Of an account or a household nothing is kept: the figures of
/// those who belong to it are added up when asked for
/// (``MetricOperations/figures(of:including:limit:)``).
///
/// A host declares figures of its own (``Metric``):
///
///     CRM.standardCapabilities.replacing(Metrics(custom: [visits]))
public struct Metrics: Capability {
  static let key = RecordKey("tx.metrics")

  /// Within what time a contact by the customer counts as the answer to one by the firm.
  ///
  /// With another than before, figures are as they were until a customer's are counted anew
  /// (``MetricOperations/recount(_:)``).
  public let answerWindow: Duration

  /// The figures of the host's own.
  public let custom: [Metric]

  /// The capability.
  ///
  /// - Parameters:
  ///   - answerWindow: Within what time the customer must answer for it to count as an answer.
  ///   - custom: Figures of the host's own.
  public init(answerWindow: Duration = .seconds(7 * 86_400), custom: [Metric] = []) {
    self.answerWindow = answerWindow
    self.custom = custom
  }

  public var records: [any Record.Type] {
    [PurchaseMetrics.self, CustomerMetrics.self, MetricFigure.self]
  }

  public var lock: RecordLock? { Self.key.lock }

  public var problems: [CRMError.Issue] {
    let window =
      answerWindow > .zero ? [] : [CRMError.Issue("answerWindow", "is no time at all")]
    return window + Metric.problems(of: custom)
  }

  public var reactions: [Reaction] {
    orderReactions + contactReactions + commitmentReactions + custom.flatMap(\.reactions)
  }

  public func verify(in transaction: Transaction, report: inout VerificationReport) throws {
    try transaction.metrics.verify(&report)
  }

  private var orderReactions: [Reaction] {
    [
      Reaction(to: OrderPlaced.self) { try $1.metrics.count($0) },
      Reaction(to: OrderCancelled.self) { try $1.metrics.count($0) },
      Reaction(to: OrderPartlyCancelled.self) { try $1.metrics.count($0) },
      Reaction(to: OrderReturned.self) { try $1.metrics.count($0) },
      Reaction(to: OrderRefunded.self) { try $1.metrics.count($0) },
      Reaction(to: OrderDisputed.self) { try $1.metrics.count($0) },
      Reaction(to: OrderDisputeSettled.self) { try $1.metrics.count($0) },
    ]
  }

  private var contactReactions: [Reaction] {
    [
      Reaction(to: InteractionRecorded.self) {
        try $1.metrics.count($0.interaction, in: $0.recorded)
      },
      Reaction(to: InteractionDue.self) { try $1.metrics.count($0.interaction, in: $0.recorded) },
      Reaction(to: InteractionLinked.self) {
        try $1.metrics.count($0.interaction, of: $0.customer, in: $0.recorded)
      },
      Reaction(to: InteractionUpdated.self) {
        try $1.metrics.countAnew($0.interaction, in: $0.recorded)
      },
      Reaction(to: InteractionUnlinked.self) { unlinking, tx in
        let others = [unlinking.customer] + (unlinking.recorded.customer.map { [$0] } ?? [])
        try tx.metrics.countAnew(others, in: unlinking.recorded)
      },
      Reaction(to: InteractionDeleted.self) { deletion, tx in
        let first = deletion.recorded.customer.map { [$0] } ?? []
        try tx.metrics.countAnew(first + deletion.others, in: deletion.recorded)
      },
    ]
  }

  private var commitmentReactions: [Reaction] {
    [
      Reaction(to: CommitmentMade.self) { try $1.metrics.count($0) },
      Reaction(to: CommitmentOverdue.self) {
        try $1.metrics.count($0.commitment, in: $0.recorded)
      },
      Reaction(to: CommitmentClosed.self) {
        try $1.metrics.count($0.commitment, in: $0.recorded)
      },
      Reaction(to: CommitmentPostponed.self) {
        try $1.metrics.count($0.commitment, in: $0.recorded)
      },
    ]
  }
}

extension Transaction {
  /// Figures on each customer.
  public var metrics: MetricOperations { MetricOperations(self) }
}
