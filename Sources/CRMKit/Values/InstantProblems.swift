/// What is wrong with an instant that a caller gives for something that happened: clocks differ,
/// but not by more than a day.
func futureProblems(_ field: String, _ instant: Instant?, now: Instant) -> [CRMError.Issue] {
  guard let instant, instant > now + .seconds(86_400) else { return [] }
  return [.init(field, "lies more than a day in the future")]
}

/// The same of an instant that cannot lie before another.
///
/// - Parameter event: What happened at the earliest instant, as in “the order was placed”.
func instantProblems(
  _ field: String, _ instant: Instant, from earliest: Instant, _ event: String, now: Instant
) -> [CRMError.Issue] {
  let problems = futureProblems(field, instant, now: now)
  return instant < earliest ? [.init(field, "lies before \(event)")] + problems : problems
}
