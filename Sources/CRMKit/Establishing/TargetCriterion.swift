/// By what targets are chosen, in the order in which the firm names it.
///
///     [
///       .must("can pay", .customer { $0.eachTag.contains("budget") }),
///       .prefer("asked us", .atLeast(1, .inboundContacts)),
///       .most("interest", .score("fit")),
///     ]
public enum TargetCriterion: Hashable, Sendable, Codable {
  /// Only those of whom a condition holds are chosen.
  case must(String, LifecycleCondition)
  /// Those of whom a condition holds go before the others.
  case prefer(String, LifecycleCondition)
  /// Those of whom a number is higher go before the others.
  case most(String, LifecycleQuantity)
  /// Those of whom a number is lower go before the others.
  case fewest(String, LifecycleQuantity)

  /// What it is called, in words.
  public var name: String {
    switch self {
    case .must(let name, _), .prefer(let name, _), .most(let name, _), .fewest(let name, _): name
    }
  }

  /// What it looks at, as a condition.
  var condition: LifecycleCondition {
    switch self {
    case .must(_, let condition), .prefer(_, let condition): condition
    case .most(_, let quantity), .fewest(_, let quantity): .atLeast(0, quantity)
    }
  }
}

/// What criteria say of one customer.
struct TargetJudgement {
  let customer: Customer.ID

  /// Why they are left out; `nil` where they are not.
  var refusal: String?

  /// What they are compared by, the first first; higher goes before lower.
  var keys: [Int] = []

  /// What was found, in words.
  var findings: [String] = []

  var evidence: [LifecycleEvidence] = []
}

/// How targets are chosen; pure.
enum TargetRules {
  static let mostCriteria = 20

  /// The best first; those who are alike in all in the order in which their files were added.
  static func ranked(_ judgements: [TargetJudgement]) -> [TargetJudgement] {
    judgements.filter { $0.refusal == nil }.sorted { a, b in
      for (mine, theirs) in zip(a.keys, b.keys) where mine != theirs { return mine > theirs }
      return a.customer < b.customer
    }
  }

  /// Why a customer of a rank is chosen.
  static func reason(rank: Int, of count: Int, _ judgement: TargetJudgement) -> String {
    let findings = judgement.findings.joined(separator: "; ")
    return "place \(rank) of \(count)" + (findings.isEmpty ? "" : ": \(findings)")
  }

  /// Why a customer of a rank is not chosen, though nothing speaks against them.
  static func refusal(
    rank: Int, of count: Int, room: Int, _ judgement: TargetJudgement
  ) -> String {
    let room = room == 0 ? "there is no room" : "there is room for \(room)"
    return "\(reason(rank: rank, of: count, judgement)); \(room)"
  }
}

/// Whom a choice of targets took and left, with the reasons.
public struct TargetChoice: Hashable, Sendable {
  /// Who was chosen, the best first.
  public internal(set) var chosen: [Verdict] = []

  /// Who was not: those the criteria left out, by the age of their files, and then those there
  /// was no room for, the best first.
  public internal(set) var refused: [Verdict] = []

  /// What was decided about one customer, and why.
  public struct Verdict: Hashable, Sendable {
    /// The customer.
    public let customer: Customer.ID

    /// Why.
    public let reason: String
  }
}
