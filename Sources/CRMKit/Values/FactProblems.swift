/// What is wrong with the host's own facts on something; empty where they can be kept.
func factProblems(_ field: String, _ facts: Attributes) -> [CRMError.Issue] {
  guard facts.count <= 100 else { return [.init(field, "are more than 100")] }
  var problems: [CRMError.Issue] = []
  for fact in facts {
    let name = fact.name
    if name.isEmpty || !isKept(name, within: 100) || name.utf8.contains(0) {
      problems.append(.init(field, "have a name that is empty, too long or contains NUL"))
    } else if case .text(let text) = fact.value {
      problems += TextRules.problems(
        of: text, in: "\(field).\(name)", within: 10_000, mayBeEmpty: true)
    }
  }
  return problems
}

/// What is wrong with an instant that a caller gives for something that happened.
func instantProblems(
  _ field: String, _ instant: Instant, from earliest: Instant, _ event: String, now: Instant
) -> [CRMError.Issue] {
  var problems: [CRMError.Issue] = []
  if instant < earliest { problems.append(.init(field, "lies before \(event)")) }
  if instant > now + .seconds(86_400) {
    problems.append(.init(field, "lies more than a day in the future"))
  }
  return problems
}
