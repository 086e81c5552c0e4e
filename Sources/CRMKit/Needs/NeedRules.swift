/// What a need must be like; pure.
enum NeedRules {
  static let longestCategory = 100
  static let longestText = 1_000

  /// Every problem of a need, field by field.
  static func problems(of new: NewNeed, now: Instant) -> [CRMError.Issue] {
    var problems =
      textProblems("category", new.category, longestCategory)
      + textProblems("text", new.text, longestText)
    if let problem = new.source.problem("source") { problems.append(problem) }
    if let statedAt = new.statedAt, statedAt > now + .seconds(86_400) {
      problems.append(.init("stated_at", "lies more than a day in the future"))
    }
    if let owner = new.owner { problems += ownerProblems(owner) }
    return problems
  }

  /// Every problem of what came of a need.
  static func problems(
    of outcome: String?, at closedAt: Instant, for need: Need, now: Instant
  ) -> [CRMError.Issue] {
    var problems = outcome.map { textProblems("outcome", $0, longestText) } ?? []
    if closedAt < need.statedAt {
      problems.append(.init("closed_at", "lies before the need was stated"))
    }
    if closedAt > now + .seconds(86_400) {
      problems.append(.init("closed_at", "lies more than a day in the future"))
    }
    return problems
  }

  /// What is wrong with who is to see to a need.
  static func ownerProblems(_ owner: Principal) -> [CRMError.Issue] {
    textProblems("owner", owner.rawValue, 200)
  }

  private static func textProblems(_ field: String, _ text: String, _ longest: Int)
    -> [CRMError.Issue]
  {
    var problems: [CRMError.Issue] = []
    if !isKept(text, within: longest) {
      problems.append(.init(field, "has more than \(longest) bytes"))
    } else if trimmed(text).isEmpty {
      problems.append(.init(field, "is empty"))
    }
    if text.utf8.contains(0) { problems.append(.init(field, "contains the NUL character")) }
    return problems
  }
}
