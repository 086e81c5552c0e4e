/// What a need must be like; pure.
enum NeedRules {
  static let longestCategory = 100
  static let longestText = 1_000

  /// Every problem of a need, field by field.
  static func problems(of new: NewNeed, now: Instant) -> [CRMError.Issue] {
    var problems =
      TextRules.problems(of: new.category, in: "category", within: longestCategory)
      + TextRules.problems(of: new.text, in: "text", within: longestText)
    if let problem = LanguageTag.problem(with: new.language, in: "language") {
      problems.append(problem)
    }
    if let problem = new.source.problem("source") { problems.append(problem) }
    problems += futureProblems("stated_at", new.statedAt, now: now)
    if let owner = new.owner { problems += TextRules.problems(of: owner, in: "owner") }
    return problems
  }

  /// Every problem of what came of a need.
  static func problems(
    of outcome: String?, at closedAt: Instant, for need: Need, now: Instant
  ) -> [CRMError.Issue] {
    TextRules.problems(of: outcome, in: "outcome", within: longestText)
      + instantProblems(
        "closed_at", closedAt, from: need.statedAt, "the need was stated", now: now)
  }
}
