/// What a relationship must be like, by itself and beside others; pure.
enum RelationshipRules {
  static let longestRole = 200
  static let longestNote = 10_000

  /// The two customers of a link in the order they are kept in.
  ///
  /// Those of a symmetric type have one order, so that the link is found from either end.
  static func ordered(_ from: Customer.ID, _ to: Customer.ID, isSymmetric: Bool) -> (
    from: Customer.ID, to: Customer.ID
  ) {
    isSymmetric && to < from ? (to, from) : (from, to)
  }

  /// What is wrong with the dates.
  static func dateProblems(_ start: CalendarDate?, _ end: CalendarDate?) -> [CRMError.Issue] {
    guard let start, let end, end < start else { return [] }
    return [.init("end", "\(end) lies before the start, \(start)")]
  }

  /// What is wrong with the texts.
  static func textProblems(role: String?, note: String?) -> [CRMError.Issue] {
    TextRules.problems(of: role, in: "role", within: longestRole)
      + TextRules.problems(of: note, in: "note", within: longestNote)
  }

  /// What is wrong with where it is from and when that was true.
  static func originProblems(_ source: FactSource?, trueAt: Instant?, now: Instant)
    -> [CRMError.Issue]
  {
    (source?.problem("source").map { [$0] } ?? [])
      + futureProblems("true_at", trueAt, now: now)
  }

  /// Which customers cannot stand where a type would have them.
  static func kindProblems(_ type: RelationshipType, from: Customer.Kind, to: Customer.Kind)
    -> [CRMError.Issue]
  {
    [("from", type.from, from), ("to", type.to, to)].compactMap { field, end, kind in
      guard !end.kinds.contains(kind) else { return nil }
      let fit = end.kinds.map(\.rawValue).sorted().joined(separator: " or ")
      return .init(field, "is of the kind \(kind.rawValue), where “\(type.key)” asks for \(fit)")
    }
  }

  /// What is said of a relationship to be that the one there is contradicts.
  ///
  /// Where the end is left out there is none in sight; what else is left out is not known. Another
  /// source that says the same agrees.
  static func contradictions(_ new: NewRelationship, _ kept: Relationship) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    func check(_ field: String, _ isSame: Bool) {
      if !isSame { problems.append(.init(field, "is another than the one kept")) }
    }
    check("start", new.start.map { $0 == kept.start } ?? true)
    check("end", new.end == kept.end)
    check("role", new.role.map { $0 == kept.role } ?? true)
    check("note", new.note.map { $0 == kept.note } ?? true)
    return problems
  }

  /// One link, for the search for circles.
  struct Link: Hashable {
    let from: Customer.ID
    let to: Customer.ID
    let span: RelationshipSpan
  }

  /// The customers along the circle that a link would close on some day, if it would.
  ///
  /// - Returns: The customers from the link's first one to that one again.
  /// - Complexity: O(*n*²) in the links, O(*n*) where none leads back.
  static func circle(closedBy new: Link, among links: [Link]) -> [Customer.ID]? {
    let links = links.filter { $0.span.overlaps(new.span) }
    guard path(from: new.to, to: new.from, over: links) != nil else { return nil }
    // The links of a circle all hold on the day the last of them begins.
    let days = Set(links.map { max($0.span.first, new.span.first) } + [new.span.first]).sorted()
    for day in days {
      if let path = path(
        from: new.to, to: new.from, over: links.filter { $0.span.contains(day) })
      {
        return [new.from] + path
      }
    }
    return nil
  }

  /// A shortest way over links in their direction.
  private static func path(from start: Customer.ID, to goal: Customer.ID, over links: [Link])
    -> [Customer.ID]?
  {
    let leading = Dictionary(grouping: links, by: \.from)
    var previous: [Customer.ID: Customer.ID] = [:]
    var frontier = [start]
    while !frontier.isEmpty, previous[goal] == nil {
      var next: [Customer.ID] = []
      for customer in frontier {
        for link in leading[customer] ?? [] where link.to != start && previous[link.to] == nil {
          previous[link.to] = customer
          next.append(link.to)
        }
      }
      frontier = next
    }
    guard previous[goal] != nil else { return nil }
    var path = [goal]
    while let last = path.last, let before = previous[last] { path.append(before) }
    return path.reversed()
  }
}
