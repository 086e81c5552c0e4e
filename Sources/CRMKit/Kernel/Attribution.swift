/// Who acts, for whom, through what channel and why; kept with every event.
public struct Attribution: Hashable, Sendable {
  /// Who acts.
  public var actor: Principal

  /// For whom they act, if not for themselves.
  public var onBehalfOf: Principal?

  /// Through what channel it reached the firm.
  public var channel: Channel?

  /// Why.
  public var reason: String?

  /// Says who acts.
  public init(
    actor: Principal, onBehalfOf: Principal? = nil, channel: Channel? = nil,
    reason: String? = nil
  ) {
    self.actor = actor
    self.onBehalfOf = onBehalfOf
    self.channel = channel
    self.reason = reason
  }

  func because(_ reason: String?) -> Attribution {
    guard let reason else { return self }
    var copy = self
    copy.reason = reason
    return copy
  }

  /// Refuses what is too long to be kept with every event.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem.
  func check() throws(CRMError) {
    var problems: [CRMError.Issue] = []
    for (field, text, longest) in [
      ("actor", actor.rawValue, 200), ("on_behalf_of", onBehalfOf?.rawValue ?? "-", 200),
      ("channel", channel?.rawValue ?? "-", 60), ("reason", reason ?? "-", 1_000),
    ] {
      if isBlank(text) || text.utf8.count > longest {
        problems.append(.init(field, "is empty or has more than \(longest) bytes"))
      }
      if text.utf8.contains(0) { problems.append(.init(field, "contains the NUL character")) }
    }
    if !problems.isEmpty { throw .invalid("attribution", problems) }
  }
}
