import CRMKit
import Testing

@testable import CRMKit

/// Plays a history on a club, beside a plain model where one is wanted.
struct LedgerPlayer {
  /// What everything that is kept is held against.
  enum Check {
    case nothing
    /// What the entries lead to.
    case entries
    /// That, and a plain model; what it does not know is left out: refunds, and undoing what was
    /// redeemed before members were joined or parted.
    case model(LedgerModel)
  }

  /// How long points last that are earned or converted.
  static let days = 60

  static let rate = Ratio(3, to: 2) ?? .one

  let club: Club
  let isChecked: Bool
  var model: LedgerModel?
  let following = Locked(LedgerFollowing())
  private(set) var number = 0

  /// Which members are aliases, and of whom.
  private var aliases: [Int: Int] = [:]
  private var orders: [(number: String, member: Int, left: Int64)] = []
  private var holds: [(id: PointsHold.ID, points: Int64)] = []
  private var redemptions: [(id: LedgerEntry.ID, account: Int, parts: [LedgerModel.Part])] = []
  private var last: (points: Int64, member: Int, currency: String, key: String)?

  /// How often each kind of entry was made, refused ones apart.
  private(set) var done: [LedgerEntry.Kind: Int] = [:]

  init(_ club: Club, _ check: Check) {
    self.club = club
    (isChecked, model) =
      switch check {
      case .nothing: (false, nil)
      case .entries: (true, nil)
      case .model(let model): (true, model)
      }
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
          player.number += 1
          try player.play(step, key: "k\(player.number)", tx)
          if player.isChecked { try player.compare(tx) }
        }
        return player
      }
    }
    guard isChecked else { return }
    let player = self
    try await club.crm.read { try player.compareAll($0) }
  }

  /// Which member somebody is by now.
  func root(_ member: Int) -> Int { aliases[member].map(root) ?? member }

  private mutating func play(_ step: LedgerHistory.Step, key: String, _ tx: Transaction) throws {
    switch step {
    case .give(let member, let points, let days, let waiting):
      try give(points, to: member, days: days, waiting: waiting, key: key, tx)
    case .earn(let member, let cents): try earn(cents, member, key: key, tx)
    case .refund(let place, let percent): try refund(place, percent, key: key, tx)
    case .redeem(let member, let points, let isOfMiles):
      try redeem(points, from: member, isOfMiles ? 1 : 0, key: key, tx)
    case .hold(let member, let points, let seconds):
      let result = try tx.loyalty.hold(
        points, from: club.members[member], key: key, lasting: .seconds(seconds))
      let (holder, end) = (root(member), tx.now + .seconds(seconds))
      try expect(result, model?.hold(points, from: holder, until: end) != nil)
      if let hold = result.entry?.hold { holds.append((hold, points)) }
    case .capture(let place, let percent):
      guard let (at, hold) = recent(place) else { return }
      let points = max(1, hold.points * percent / 100)
      try expect(
        try tx.loyalty.capture(hold.id, points, key: key),
        model?.capture(points, of: at, at: tx.now))
    case .void(let place):
      guard let (at, hold) = recent(place) else { return }
      try expect(try tx.loyalty.void(hold.id, key: key), model?.void(at, at: tx.now))
    case .undo(let place): try undo(place, key: key, tx)
    case .merge(let member, let other): try merge(member, into: other, key: key, tx)
    case .part(let member): try part(member, key: key, tx)
    case .transfer, .convert, .take, .forfeit: try move(step, key: key, tx)
    case .again:
      guard let last else { return }
      let result = try tx.loyalty.redeem(
        last.points, of: last.currency, from: club.members[last.member], key: last.key)
      try #require(result.replay == .key)
    }
  }

  private mutating func move(_ step: LedgerHistory.Step, key: String, _ tx: Transaction) throws {
    switch step {
    case .transfer(let from, let to, let points):
      let (giver, taker) = (root(from), root(to))
      guard giver != taker else { return }
      try expect(
        try tx.loyalty.transfer(points, from: club.members[from], to: club.members[to], key: key),
        model?.transfer(points, from: giver, to: taker, at: tx.now))
    case .convert(let member, let points):
      let result = try tx.loyalty.convert(
        points, into: "miles", at: Self.rate, from: club.members[member], key: key)
      let (owner, given) = (root(member), points * 2 / 3)
      try expect(
        result,
        model?.convert(
          (given * 3 + 1) / 2, of: owner, into: given, lasting: Self.days, at: tx.now))
    case .take(let member, let points):
      try expect(
        try tx.loyalty.adjust(-points, for: club.members[member], because: "test", key: key), true)
      let owner = root(member)
      model?.take(points, from: owner)
    case .forfeit(let member, let points):
      let result = try tx.loyalty.forfeit(
        points, from: club.members[member], because: "test", key: key)
      let owner = root(member)
      try expect(result, model?.draw(points, from: owner) != nil)
    default: break
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
    try expect(result, true)
    let owner = root(member)
    model?.give(points, to: owner, end: day.flatMap(days.end(of:)), active: active, at: tx.now)
  }

  private mutating func earn(
    _ cents: Int64, _ member: Int, key: String, _ tx: Transaction
  ) throws {
    let order = EarnRequest.order(key, [EarnLine(Money(minorUnits: cents, .eur))])
    try expect(try tx.loyalty.earn(order, for: club.members[member], key: key), true)
    orders.append((key, root(member), cents))
    guard let days = model?.days, cents >= 100 else { return }
    let end = days.end(of: days.date(of: tx.now).plus(days: Self.days))
    let owner = root(member)
    model?.give(cents / 100, to: owner, end: end, at: tx.now)
  }

  private mutating func refund(
    _ place: Int, _ percent: Int64, key: String, _ tx: Transaction
  ) throws {
    guard model == nil, orders.count > place else { return }
    let at = orders.count - 1 - place
    let order = orders[at]
    let cents = min(order.left, max(1, order.left * percent / 100))
    guard cents > 0 else { return }
    orders[at].left -= cents
    try expect(
      try tx.loyalty.refund(
        .amount(Money(minorUnits: cents, .eur)), of: order.number,
        from: club.members[order.member], number: key, key: key), true)
  }

  private mutating func redeem(
    _ points: Int64, from member: Int, _ kind: Int, key: String, _ tx: Transaction
  ) throws {
    let currency = kind == 0 ? "points" : "miles"
    let account = root(member) + kind * club.members.count
    let result = try tx.loyalty.redeem(
      points, of: currency, from: club.members[member], key: key)
    let parts = model?.draw(points, from: account)
    try expect(result, parts != nil)
    last = (points, member, currency, key)
    if let entry = result.entry, result.refusal == nil {
      redemptions.append((entry.id, account, parts ?? []))
    }
  }

  private mutating func undo(_ place: Int, key: String, _ tx: Transaction) throws {
    guard redemptions.count > place else { return }
    let undone = redemptions.remove(at: redemptions.count - 1 - place)
    try expect(try tx.loyalty.reverse(undone.id, key: key), true)
    model?.restore(undone.parts, to: undone.account, at: tx.now)
  }

  private mutating func merge(
    _ member: Int, into other: Int, key: String, _ tx: Transaction
  ) throws {
    let target = root(other)
    guard aliases[member] == nil, member != target else { return }
    let result = try tx.loyalty.merge(club.members[member], into: club.members[other], key: key)
    try expect(result, model?.merge(member, into: target, at: tx.now))
    guard result.refusal == nil else { return }
    aliases[member] = target
    if model != nil { redemptions = [] }
  }

  private mutating func part(_ member: Int, key: String, _ tx: Transaction) throws {
    guard let target = aliases[member], aliases[target] == nil else { return }
    try expect(try tx.loyalty.unmerge(club.members[member], key: key), true)
    model?.part(member, lasting: Self.days, at: tx.now)
    aliases[member] = nil
    if model != nil { redemptions = [] }
  }

  /// One of the latest holds, and its place among all.
  private func recent(_ place: Int) -> (Int, (id: PointsHold.ID, points: Int64))? {
    let at = holds.count - 1 - place
    return at < 0 ? nil : (at, holds[at])
  }

  /// Looks at what became of an operation; what is expected is known where there is a model.
  private mutating func expect(_ result: LoyaltyResult, _ isDone: Bool?) throws {
    let entry = try #require(result.entry)
    if result.refusal == nil { done[entry.kind, default: 0] += 1 }
    if model != nil, let isDone {
      try #require((result.refusal == nil) == isDone, "operation \(number): \(result)")
    }
  }
}
