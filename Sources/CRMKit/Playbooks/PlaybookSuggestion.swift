/// A playbook that may help with a customer, and why.
public struct PlaybookSuggestion: Hashable, Sendable {
  /// The playbook.
  public let playbook: Playbook

  /// The customer's tags (`tag:…`) and open needs (`need:…`) that it is for.
  public let shared: [String]

  /// How it went with customers who had a tag, a need or a stage of this one's then.
  public let alike: Results

  /// How it went with everyone.
  public let overall: Results

  /// How often a playbook helped, where that is known.
  public struct Results: Hashable, Sendable {
    /// How often it did.
    public internal(set) var worked = 0

    /// How often it did not.
    public internal(set) var failed = 0

    mutating func count(_ outcome: PlaybookUse.Outcome) {
      switch outcome {
      case .worked: worked += 1
      case .failed: failed += 1
      case .open: break
      }
    }
  }

  /// The reasons, in words.
  public var reason: String {
    let labels = shared.isEmpty ? "" : "for \(shared.joined(separator: ", ")); "
    let times = { (results: Results) in
      "\(results.worked) of \(results.worked + results.failed)"
    }
    return "\(labels)worked \(times(alike)) times with customers like this one, "
      + "\(times(overall)) in all"
  }
}

/// How playbooks are written and found; pure.
enum PlaybookRules {
  static let mostEntries = 50

  /// What customers and playbooks are compared by, each once.
  static func labels(tags: [String], needs: [String], stages: [String] = []) -> [String] {
    var known: Set<String> = []
    return
      (tags.map { "tag:\($0)" } + needs.map { "need:\($0)" } + stages.map { "stage:\($0)" })
      .filter { known.insert($0).inserted }
  }

  /// Every problem of a playbook, field by field.
  static func problems(
    title: String, situation: String, steps: [String], tags: [String], needs: [String]
  ) -> [CRMError.Issue] {
    var problems =
      TextRules.problems(of: title, in: "title", within: 200)
      + TextRules.problems(of: situation, in: "situation", within: 1_000)
    if steps.isEmpty { problems.append(.init("steps", "are missing")) }
    for (field, texts, bytes) in [
      ("steps", steps, 1_000), ("tags", tags, 200), ("needs", needs, 100),
    ] {
      guard texts.count <= mostEntries else {
        problems.append(.init(field, "has more than \(mostEntries) entries"))
        continue
      }
      for (index, text) in texts.enumerated() {
        problems += TextRules.problems(of: text, in: "\(field)[\(index)]", within: bytes)
      }
    }
    return problems
  }

  /// Every problem of a changed playbook, field by field.
  static func problems(of playbook: Playbook, was old: Playbook) -> [CRMError.Issue] {
    var problems = problems(
      title: playbook.title, situation: playbook.situation, steps: playbook.steps,
      tags: playbook.tags, needs: playbook.needs)
    if playbook.author != old.author { problems.append(.init("author", "cannot change")) }
    if playbook.writtenAt != old.writtenAt {
      problems.append(.init("written_at", "cannot change"))
    }
    return problems
  }

  /// Playbooks in the order in which to try them: those that helped customers like this one
  /// oftener than not first, then those that are for more of what it is like, then those that
  /// helped oftener in all, then the older ones.
  static func suggestions(
    of playbooks: [Playbook], for labels: [String], after uses: [PlaybookUse]
  ) -> [PlaybookSuggestion] {
    let wanted = Set(labels)
    var results: [Playbook.ID: (alike: PlaybookSuggestion.Results, all: PlaybookSuggestion.Results)]
    results = [:]
    for use in uses {
      var known = results[use.playbook] ?? (.init(), .init())
      known.all.count(use.outcome)
      if use.labels.contains(where: wanted.contains) { known.alike.count(use.outcome) }
      results[use.playbook] = known
    }
    let suggestions = playbooks.map { playbook in
      let known = results[playbook.id] ?? (.init(), .init())
      return PlaybookSuggestion(
        playbook: playbook,
        shared: Self.labels(tags: playbook.tags, needs: playbook.needs).filter(wanted.contains),
        alike: known.alike, overall: known.all)
    }
    return suggestions.sorted { a, b in
      let ranks = [a, b].map { suggestion in
        (
          suggestion.alike.worked - suggestion.alike.failed, suggestion.shared.count,
          suggestion.overall.worked - suggestion.overall.failed
        )
      }
      return ranks[0] == ranks[1] ? a.playbook.id < b.playbook.id : ranks[0] > ranks[1]
    }
  }
}
