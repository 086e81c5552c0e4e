/// A customer's score, with what it is made of.
public struct Score: Sendable, Hashable {
  /// The customer.
  public let customer: Customer.ID

  /// The name of the model.
  public let model: String

  /// The version of the model.
  public let version: Int

  /// As of when.
  public let at: Instant

  /// What it comes to.
  public let value: ScorePoints

  /// What the groups come to together, before the model's limit and floor.
  public let unlimited: ScorePoints

  /// The groups, in the order of the model.
  public let groups: [Part]

  /// When time alone next makes it come to something else; `nil` where it never does.
  ///
  /// Where the points change very often without changing what the score comes to, as beyond a
  /// cap, it can be earlier: there is nothing else before it in any case.
  public let nextChangeAt: Instant?

  /// What a group adds to a score.
  public struct Part: Sendable, Hashable {
    /// The name of the group.
    public let group: String

    /// What it adds.
    public let value: ScorePoints

    /// What its rules come to together, before its cap.
    public let uncapped: ScorePoints

    /// The rules that give or take points now, in the order of the model.
    public let reasons: [Reason]
  }

  /// What a rule adds to a score.
  public struct Reason: Sendable, Hashable, CustomStringConvertible {
    /// The name of the rule.
    public let rule: String

    /// What it adds.
    public let points: ScorePoints

    /// How often what it looks for counts now; 1 for a condition that holds.
    public let count: Int

    /// What it looks at, and what was found there.
    public let evidence: [LifecycleEvidence]

    public var description: String {
      let found = evidence.map { "\($0.what): \($0.found)" }.joined(separator: ", ")
      return "\(points) for \(rule)" + (found.isEmpty ? "" : " (\(found))")
    }
  }
}
