import Testing

@testable import CRMKit

@Suite("Verdicts on several conditions")
struct LifecycleVerdictTests {
  private static let each: [LifecycleVerdict] = [true, false].flatMap { holds in
    [nil, 1, 2, 3].map { (number: Int64?) in
      LifecycleVerdict(holds: holds, changesAt: number.map { Instant(milliseconds: $0) })
    }
  }

  /// All lists of up to three verdicts.
  private static let lists: [[LifecycleVerdict]] = {
    var lists: [[LifecycleVerdict]] = [[]]
    var longest = lists
    for _ in 0..<3 {
      longest = longest.flatMap { list in each.map { list + [$0] } }
      lists += longest
    }
    return lists
  }()

  /// When the last of some changes; never where one of them does not.
  private func last(_ parts: [LifecycleVerdict]) -> Instant? {
    parts.contains { $0.changesAt == nil } ? nil : parts.compactMap(\.changesAt).max()
  }

  private func first(_ parts: [LifecycleVerdict]) -> Instant? {
    parts.compactMap(\.changesAt).min()
  }

  @Test("All hold until the first changes, and do not until the last that fails has changed")
  func all() {
    for parts in Self.lists {
      var joined = LifecycleVerdict.all
      for part in parts { joined.and(part) }
      let failing = parts.filter { !$0.holds }
      #expect(joined.holds == failing.isEmpty)
      #expect(joined.changesAt == (failing.isEmpty ? first(parts) : last(failing)))
    }
  }

  @Test("One holds until the last that does has changed, and none does until the first changes")
  func any() {
    for parts in Self.lists {
      var joined = LifecycleVerdict.all.negated
      for part in parts { joined.or(part) }
      let holding = parts.filter(\.holds)
      #expect(joined.holds == !holding.isEmpty)
      #expect(joined.changesAt == (holding.isEmpty ? first(parts) : last(holding)))
    }
  }
}
