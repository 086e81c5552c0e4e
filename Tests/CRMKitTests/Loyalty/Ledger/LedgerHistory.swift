import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

/// What a random history asks of a ledger, and what became of it.
struct LedgerHistory {
  /// One operation, with what it is done to as a number.
  enum Step {
    case give(member: Int, points: Int64, days: Int?, waiting: Int?)
    case redeem(member: Int, points: Int64)
    case hold(member: Int, points: Int64, seconds: Int)
    case capture(hold: Int, share: Int64)
    case void(hold: Int)
    case transfer(from: Int, to: Int, points: Int64)
    case take(member: Int, points: Int64)
    case forfeit(member: Int, points: Int64)
    case undo(redemption: Int)
    case again
  }

  /// Steps done in one write, and how long after the one before.
  struct Round {
    let pause: Duration
    let isAdvancing: Bool
    let steps: [Step]
  }

  static func rounds(seed: UInt64, steps count: Int, members: Int) -> [Round] {
    var numbers = SeededNumbers(seed)
    var rounds: [Round] = []
    var left = count
    while left > 0 {
      let size = min(left, Int.random(in: 1...40, using: &numbers))
      left -= size
      let hours = Int.random(in: 0...400, using: &numbers)
      rounds.append(
        Round(
          pause: .seconds(hours * 3_600 + Int.random(in: 0...3_599, using: &numbers)),
          isAdvancing: Int.random(in: 0..<3, using: &numbers) == 0,
          steps: (0..<size).map { _ in step(members, &numbers) }))
    }
    return rounds
  }

  private static func step(_ members: Int, _ numbers: inout SeededNumbers) -> Step {
    let member = Int.random(in: 0..<members, using: &numbers)
    let points = Int64.random(in: 1...120, using: &numbers)
    switch Int.random(in: 0..<100, using: &numbers) {
    case 0..<32:
      let days = Int.random(in: 0...90, using: &numbers)
      let isWaiting = Int.random(in: 0..<4, using: &numbers) == 0
      return .give(
        member: member, points: points, days: days < 70 ? days : nil,
        waiting: isWaiting ? Int.random(in: 0...30, using: &numbers) : nil)
    case 32..<52: return .redeem(member: member, points: points)
    case 52..<62:
      return .hold(
        member: member, points: points,
        seconds: Int.random(in: 1...2_000_000, using: &numbers))
    case 62..<68:
      return .capture(
        hold: Int.random(in: 0..<8, using: &numbers),
        share: Int64.random(in: 1...110, using: &numbers))
    case 68..<72: return .void(hold: Int.random(in: 0..<8, using: &numbers))
    case 72..<82:
      return .transfer(
        from: member, to: (member + 1) % members, points: points)
    case 82..<87: return .take(member: member, points: points)
    case 87..<90: return .forfeit(member: member, points: points)
    case 90..<96: return .undo(redemption: Int.random(in: 0..<8, using: &numbers))
    default: return .again
    }
  }
}

/// Plays a history on a club, beside a plain model where one is wanted.
struct LedgerPlayer {
  let club: Club
  var model: LedgerModel?
  private(set) var replay = LedgerReplay()
  private var replayed: Int64 = 0
  private var number = 0
  private var holds: [(id: PointsHold.ID, points: Int64)] = []
  private var redemptions: [(id: LedgerEntry.ID, member: Int, parts: [LedgerModel.Part])] = []
  private var last: (points: Int64, member: Int, key: String)?

  init(_ club: Club, model: LedgerModel?) {
    self.club = club
    self.model = model
  }

  mutating func play(_ rounds: [LedgerHistory.Round]) async throws {
    for round in rounds {
      club.shop.clock.advance(by: round.pause)
      if round.isAdvancing { try await club.crm.advance() }
      let before = self
      self = try await club.crm.write { tx in
        var player = before
        player.model?.settle(until: tx.now)
        for step in round.steps {
          try player.play(step, tx)
          if player.model != nil { try player.compare(tx) }
        }
        return player
      }
    }
  }

  private mutating func play(_ step: LedgerHistory.Step, _ tx: Transaction) throws {
    number += 1
    let key = "k\(number)"
    let loyalty = tx.loyalty
    switch step {
    case .give(let member, let points, let days, let waiting):
      try give(points, to: member, days: days, waiting: waiting, key: key, tx)
    case .redeem(let member, let points):
      let result = try loyalty.redeem(points, from: club.members[member], key: key)
      let parts = model?.draw(points, from: member)
      try expect(result, model == nil ? nil : parts != nil)
      last = (points, member, key)
      if let entry = result.entry, result.refusal == nil {
        redemptions.append((entry.id, member, parts ?? []))
      }
    case .hold(let member, let points, let seconds):
      let result = try loyalty.hold(
        points, from: club.members[member], key: key, lasting: .seconds(seconds))
      let held = model?.hold(points, from: member, until: tx.now + .seconds(seconds))
      try expect(result, model == nil ? nil : held != nil)
      if let hold = result.entry?.hold { holds.append((hold, points)) }
    case .capture(let place, let share):
      guard let (at, hold) = recent(place) else { return }
      let points = max(1, hold.points * share / 100)
      let result = try loyalty.capture(hold.id, points, key: key)
      try expect(result, model?.capture(points, of: at, at: tx.now))
    case .void(let place):
      guard let (at, hold) = recent(place) else { return }
      try expect(try loyalty.void(hold.id, key: key), model?.void(at, at: tx.now))
    case .transfer(let from, let to, let points):
      let result = try loyalty.transfer(
        points, from: club.members[from], to: club.members[to], key: key)
      try expect(result, model?.transfer(points, from: from, to: to, at: tx.now))
    case .take(let member, let points):
      try expect(
        try loyalty.adjust(-points, for: club.members[member], because: "test", key: key),
        model == nil ? nil : true)
      model?.take(points, from: member)
    case .forfeit(let member, let points):
      let result = try loyalty.forfeit(
        points, from: club.members[member], because: "test", key: key)
      let parts = model?.draw(points, from: member)
      try expect(result, model == nil ? nil : parts != nil)
    case .undo(let place):
      guard redemptions.count > place else { return }
      let undone = redemptions.remove(at: redemptions.count - 1 - place)
      try expect(try loyalty.reverse(undone.id, key: key), model == nil ? nil : true)
      model?.restore(undone.parts, to: undone.member, at: tx.now)
    case .again:
      guard let last else { return }
      let result = try loyalty.redeem(
        last.points, from: club.members[last.member], key: last.key)
      try #require(result.replay == .key)
    }
  }

  private mutating func give(
    _ points: Int64, to member: Int, days count: Int?, waiting: Int?, key: String,
    _ tx: Transaction
  ) throws {
    let days = try tx.loyalty.version(of: "club").days
    let day = count.map { days.date(of: tx.now).plus(days: $0) }
    let active = waiting.map { days.start(of: days.date(of: tx.now).plus(days: $0)) }
    let request = AdjustRequest(
      member: club.members[member], points: points, reason: "test",
      life: day.map { .until($0) } ?? .forever)
    let result = try tx.loyalty.post(request, key: key, for: request.member) { work in
      var life = work.life(until: day)
      life.activeAt = active
      try work.credit(points, work.opening("points", life), from: .issued)
    }
    try expect(result, model == nil ? nil : true)
    model?.give(
      points, to: member, end: day.flatMap(days.end(of:)), active: active, at: tx.now)
  }

  /// One of the latest holds, and its place among all.
  private func recent(_ place: Int) -> (Int, (id: PointsHold.ID, points: Int64))? {
    let at = holds.count - 1 - place
    return at < 0 ? nil : (at, holds[at])
  }

  private func expect(_ result: LoyaltyResult, _ isDone: Bool?) throws {
    let isBalanced = (result.entry?.postings ?? []).reduce(0) { $0 + $1.points } == 0
    try #require(isBalanced)
    if let isDone {
      try #require((result.refusal == nil) == isDone, "operation \(number): \(result)")
    }
  }

  /// Holds what is kept against the model, and against what the new entries lead to.
  private mutating func compare(_ tx: Transaction) throws {
    guard let model else { return }
    for (place, member) in club.members.enumerated() {
      let balance = try tx.loyalty.balance(of: member)
      try #require(
        balance.available == model.available(place) && balance.pending == model.pending(place)
          && balance.held == model.held(place),
        "operation \(number): \(balance), not \(model.available(place)) …")
    }
    let end = try tx.loyalty.head(of: "club").sequence
    var (accounts, lots): (Set<PointsAccount.ID>, Set<PointsLot.ID>) = ([], [])
    while replayed < end {
      replayed += 1
      let entry = try tx.loyalty.entries.get(LedgerEntry.identifier(in: "club", replayed))
      try replay.apply(entry)
      for leg in entry.legs {
        for owner in [leg.fromMember, leg.toMember].compactMap(\.self) {
          accounts.insert(PointsAccount.identifier(of: owner, leg.currency))
        }
        lots.formUnion([leg.lot, leg.into].compactMap(\.self))
      }
    }
    for id in accounts {
      let kept = try #require(try tx.loyalty.accounts.find(id))
      try #require(replay.account(id) == kept.exact, "operation \(number)")
    }
    for id in lots {
      let kept = try #require(try tx.loyalty.lots.find(id))
      try #require(replay.lot(id) == kept, "operation \(number)")
      try #require(kept.balance.places == kept.balance.sources, "operation \(number)")
    }
  }
}
