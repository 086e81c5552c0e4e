/// The days on which a relationship is known to hold, by which it can be in another's way.
///
/// Where the first day is not known, days before today say nothing: someone who is married today,
/// for all we know, was married to another ten years ago. So it counts from today on, or on the
/// last day alone where that has passed.
struct RelationshipSpan: Hashable {
  let first: CalendarDate
  let last: CalendarDate

  init(first: CalendarDate, last: CalendarDate) {
    self.first = first
    self.last = last
  }

  init(_ start: CalendarDate?, _ end: CalendarDate?, today: CalendarDate) {
    last = end ?? CalendarDate(daysSinceEpoch: .max)
    first = start ?? min(today, last)
  }

  init(_ relationship: Relationship, today: CalendarDate) {
    self.init(relationship.start, relationship.end, today: today)
  }

  func contains(_ date: CalendarDate) -> Bool { first <= date && date <= last }

  func overlaps(_ other: RelationshipSpan) -> Bool { first <= other.last && other.first <= last }

  /// How many of some spans hold on the same day of this one, at most.
  ///
  /// - Complexity: O(*n* log *n*).
  func peak(of spans: [RelationshipSpan]) -> Int {
    let within = spans.filter(overlaps)
    let firsts = within.map { max($0.first, first) }.sorted()
    let lasts = within.map(\.last).sorted()
    var over = 0
    var peak = 0
    for (begun, day) in firsts.enumerated() {
      while lasts[over] < day { over += 1 }
      peak = max(peak, begun + 1 - over)
    }
    return peak
  }
}
