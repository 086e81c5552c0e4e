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
