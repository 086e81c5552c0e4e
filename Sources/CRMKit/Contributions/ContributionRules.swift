/// What a contribution must be like; pure.
enum ContributionRules {
  static let longestText = 10_000

  /// Every problem of a text, of its language and of what it is about, field by field.
  static func problems(
    of text: String, in field: String, _ about: [RecordReference], in language: String? = nil
  ) -> [CRMError.Issue] {
    TextRules.problems(of: text, in: field, within: longestText)
      + (LanguageTag.problem(with: language, in: "language").map { [$0] } ?? [])
      + RecordReference.problems(of: about, in: "about")
  }

  /// What is wrong with who came to the firm by a contribution.
  static func problems(
    ofReferring referred: Customer.ID?, by customer: Customer.ID, _ kind: Contribution.Kind
  ) -> [CRMError.Issue] {
    guard let referred else { return [] }
    var problems: [CRMError.Issue] = []
    if kind != .referral { problems.append(.init("referred", "is named by no referral")) }
    if referred == customer { problems.append(.init("referred", "is who refers")) }
    return problems
  }
}
