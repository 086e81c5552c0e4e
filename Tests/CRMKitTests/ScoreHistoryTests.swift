import CRMKit
import CRMTesting
import Testing

/// Scores of random contacts, held against plain sums.
@Suite("Scores of random histories")
struct ScoreHistoryTests {
  private static let hour: Int64 = 3_600_000

  /// Points that fade by the hour, so that a plain sum needs no calendar.
  private struct Plan {
    var points: Int
    var period: Int64
    var share: Int64
    var frame: Int64?
    var isLinear: Bool

    init(_ numbers: inout SeededNumbers) {
      points = Int.random(in: 1...50, using: &numbers) * (Bool.random(using: &numbers) ? 1 : -1)
      period = Int64.random(in: 1...20, using: &numbers)
      share = [10, 20, 25, 50, 100].randomElement(using: &numbers) ?? 10
      frame = Bool.random(using: &numbers) ? Int64.random(in: 1...60, using: &numbers) : nil
      isLinear = Bool.random(using: &numbers)
    }

    func rule(_ channel: Channel) -> ScoreRule {
      let period = LifecycleSpan.exactly(.seconds(period * 3_600))
      let rate = Rate.percent(Int(share))
      return ScoreRule(
        channel.rawValue, in: "all", points, each: .interactions { $0.channel == channel },
        within: frame.map { .exactly(.seconds($0 * 3_600)) },
        fading: isLinear
          ? .linear(rate, every: period) : .compounding(rate, every: period))
    }

    /// What something is worth after a time, in billionths.
    func worth(after milliseconds: Int64) -> Int64 {
      guard milliseconds >= 0, frame.map({ milliseconds < $0 * hour }) ?? true else { return 0 }
      let periods = milliseconds / (period * hour)
      let full = Int64(points) * 1_000_000_000
      if isLinear { return max(0, 100 - periods * share) * (full / 100) }
      var left = full
      for _ in 0..<periods where left != 0 {
        // 100 - share of it, cut off towards nothing.
        left = left / 100 * (100 - share) + left % 100 * (100 - share) / 100
      }
      return left
    }
  }

  @Test("Agree with plain sums at every instant, and change when they say", arguments: 1...6)
  func sums(seed: Int) async throws {
    let backend = Backend.allCases[seed % Backend.allCases.count]
    var numbers = SeededNumbers(UInt64(seed))
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let channels: [Channel] = [.phone, .web, .store]
    let plans = channels.map { _ in Plan(&numbers) }
    let (cap, floor) = (
      Bool.random(using: &numbers) ? 60 : nil, Bool.random(using: &numbers) ? 0 : nil
    )
    let start = shop.clock.now
    var past: [(channel: Int, at: Instant)] = []
    for _ in 0..<30 {
      let minutes = Int64.random(in: 0...6_000, using: &numbers)
      past.append((Int.random(in: 0..<3, using: &numbers), start - .seconds(minutes * 60)))
    }
    try await shop.crm.write { [past] tx in
      try tx.scores.define(
        ScoreModel(
          "random", groups: [.init("all", cap: cap)],
          rules: zip(plans, channels).map { $0.rule($1) }, floor: floor))
      for (channel, at) in past {
        var contact = NewInteraction(
          with: ada.id, through: channels[channel], .inbound, subject: "Contact")
        contact.occurredAt = at
        try tx.interactions.record(contact)
      }
    }
    func plain(_ instant: Instant) -> Int64 {
      var sum: Int64 = 0
      for (channel, at) in past {
        sum += plans[channel].worth(after: instant.milliseconds - at.milliseconds)
      }
      sum = min(sum, (cap.map { Int64($0) } ?? 1_000_000) * 1_000_000_000)
      return floor == nil ? sum : max(0, sum)
    }
    try await shop.crm.read { tx in
      var instant = start
      for _ in 0..<12 {
        let score = try tx.scores.score(of: ada.id, in: "random", at: instant)
        #expect(score.value.description == Self.text(plain(instant)), "at \(instant)")
        guard let next = score.nextChangeAt else {
          #expect(plain(instant + .seconds(86_400 * 400)) == plain(instant))
          break
        }
        #expect(plain(next) != plain(instant), "at \(next)")
        var between = instant
        while between < next {
          #expect(plain(between) == plain(instant), "at \(between)")
          between = between + .seconds(600)
        }
        #expect(plain(next - .milliseconds(1)) == plain(instant))
        instant = next
      }
    }
  }

  private static func text(_ billionths: Int64) -> String {
    let digits = String(billionths.magnitude % 1_000_000_000)
    var decimals = String(repeating: "0", count: 9 - digits.count) + digits
    while decimals.hasSuffix("0") { decimals.removeLast() }
    let whole = "\(billionths < 0 ? "-" : "")\(billionths.magnitude / 1_000_000_000)"
    return decimals.isEmpty ? whole : "\(whole).\(decimals)"
  }
}
