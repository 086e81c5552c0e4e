import CRMKit
import Testing

@testable import CRMKit

/// A ledger as plainly as it can be said: lists of lots, looked through from end to end.
///
/// A member has two accounts: points under the member's number, miles that many members later.
struct LedgerModel {
  struct Lot {
    var left: Int64
    var held: Int64 = 0
    var end: Instant?
    var active: Instant?
    let earnedAt: Instant
    let number: Int
    /// Whether the points had ended before and came back for a bounded time.
    let isInGrace: Bool
  }

  struct Part {
    let lot: Int
    var points: Int64
  }

  struct Hold {
    var member: Int
    var parts: [Part]
    let end: Instant
    var isOpen = true
    var points: Int64 { parts.reduce(0) { $0 + $1.points } }
  }

  /// A lot that a member brought to another, and that one's in its place.
  private struct Brought {
    let account: Int
    let lot: Int
    let target: Int
    let new: Int
    /// The hold whose points these are, if they were set aside.
    var hold: Int?
  }

  /// What a member paid for another, who is an alias by now.
  private struct Paid {
    let account: Int
    let payer: Int
    let parts: [Part]
    let owed: Int64
  }

  let days: LocalDays
  private let members: Int
  private var accounts: [[Lot]]
  private var deficits: [Int64]
  private var holds: [Hold] = []
  private var openHolds: [Int] = []
  private var brought: [Int: [Brought]] = [:]
  private var paid: [Int: [Paid]] = [:]
  private var count = 0

  /// The lots of each account that still have something.
  private var alive: [[Int]]

  init(members: Int, days: LocalDays) {
    self.days = days
    self.members = members
    accounts = Array(repeating: [], count: 2 * members)
    deficits = Array(repeating: 0, count: 2 * members)
    alive = Array(repeating: [], count: 2 * members)
  }

  func available(_ member: Int) -> Int64 {
    lots(member).filter { $0.active == nil }.reduce(0) { $0 + $1.left } - deficits[member]
  }

  func pending(_ member: Int) -> Int64 {
    lots(member).filter { $0.active != nil }.reduce(0) { $0 + $1.left }
  }

  func held(_ member: Int) -> Int64 { lots(member).reduce(0) { $0 + $1.held } }

  private func lots(_ member: Int) -> [Lot] { alive[member].map { accounts[member][$0] } }

  /// Lets time do what it does, instant by instant.
  ///
  /// What waits does not end before it could be spent: it is owed as pending for as long (H09). The
  /// model had let it end with its life.
  mutating func settle(until now: Instant) {
    for member in accounts.indices {
      alive[member].removeAll { accounts[member][$0].left + accounts[member][$0].held == 0 }
    }
    openHolds.removeAll { !holds[$0].isOpen }
    var instants = Set(
      accounts.indices.flatMap(lots).flatMap { [$0.active, $0.end].compactMap(\.self) })
    instants.formUnion(openHolds.map { holds[$0].end })
    for instant in instants.filter({ $0 <= now }).sorted() {
      for member in accounts.indices {
        for lot in alive[member] where accounts[member][lot].active == instant {
          accounts[member][lot].active = nil
          absorb(member, lot)
        }
      }
      for hold in openHolds where holds[hold].isOpen && holds[hold].end == instant {
        release(holds[hold].parts, of: holds[hold].member, at: instant)
        holds[hold].isOpen = false
      }
      for member in accounts.indices {
        for lot in alive[member] where accounts[member][lot].active == nil {
          if let end = accounts[member][lot].end, end <= instant { accounts[member][lot].left = 0 }
        }
      }
    }
  }

  /// Settles what is owed with what a lot has.
  private mutating func absorb(_ member: Int, _ lot: Int) {
    let absorbed = min(deficits[member], accounts[member][lot].left)
    deficits[member] -= absorbed
    accounts[member][lot].left -= absorbed
  }

  @discardableResult
  mutating func give(
    _ points: Int64, to member: Int, end: Instant?, active: Instant? = nil, at now: Instant,
    earnedAt: Instant? = nil, isInGrace: Bool = false
  ) -> Int {
    count += 1
    accounts[member].append(
      Lot(
        left: points, end: end, active: active, earnedAt: earnedAt ?? now, number: count,
        isInGrace: isInGrace))
    let lot = accounts[member].count - 1
    alive[member].append(lot)
    if active == nil { absorb(member, lot) }
    if [active, end].contains(where: { $0.map { $0 <= now } ?? false }) { settle(until: now) }
    return lot
  }

  /// Takes points off the lots that end first; `nil` where there are too few.
  mutating func draw(_ points: Int64, from member: Int) -> [Part]? {
    guard available(member) >= points else { return nil }
    var left = points
    var parts: [Part] = []
    for lot in drawn(member) where left > 0 {
      let taken = min(left, accounts[member][lot].left)
      accounts[member][lot].left -= taken
      left -= taken
      parts.append(Part(lot: lot, points: taken))
    }
    return parts
  }

  /// The lots of an account that can be drawn from, in their order.
  private func drawn(_ member: Int) -> [Int] {
    let lots = accounts[member]
    return alive[member].filter { lots[$0].active == nil && lots[$0].left > 0 }.sorted {
      let (a, b) = (lots[$0], lots[$1])
      return (a.end ?? .latest, a.earnedAt, a.number) < (b.end ?? .latest, b.earnedAt, b.number)
    }
  }

  mutating func take(_ points: Int64, from member: Int) {
    let there = min(points, max(0, available(member)))
    _ = draw(there, from: member)
    deficits[member] += points - there
  }

  mutating func hold(_ points: Int64, from member: Int, until end: Instant) -> Int? {
    guard let parts = draw(points, from: member) else { return nil }
    for part in parts { accounts[member][part.lot].held += part.points }
    holds.append(Hold(member: member, parts: parts, end: end))
    openHolds.append(holds.count - 1)
    return holds.count - 1
  }

  mutating func capture(_ points: Int64, of number: Int, at now: Instant) -> Bool {
    let hold = holds[number]
    guard hold.isOpen, points <= hold.points else { return false }
    var left = points
    var rest: [Part] = []
    for part in hold.parts {
      let taken = min(left, part.points)
      left -= taken
      accounts[hold.member][part.lot].held -= taken
      if taken < part.points { rest.append(Part(lot: part.lot, points: part.points - taken)) }
    }
    release(rest, of: hold.member, at: now)
    holds[number].isOpen = false
    return true
  }

  mutating func void(_ number: Int, at now: Instant) -> Bool {
    guard holds[number].isOpen else { return false }
    release(holds[number].parts, of: holds[number].member, at: now)
    holds[number].isOpen = false
    return true
  }

  private mutating func release(_ parts: [Part], of member: Int, at now: Instant) {
    for part in parts {
      accounts[member][part.lot].held -= part.points
      accounts[member][part.lot].left += part.points
      absorb(member, part.lot)
      if let end = accounts[member][part.lot].end, end <= now {
        accounts[member][part.lot].left = 0
      }
    }
  }

  mutating func transfer(_ points: Int64, from giver: Int, to taker: Int, at now: Instant) -> Bool {
    guard let parts = draw(points, from: giver) else { return false }
    for part in parts {
      let lot = accounts[giver][part.lot]
      give(
        part.points, to: taker, end: lot.end, at: now, earnedAt: lot.earnedAt,
        isInGrace: lot.isInGrace)
    }
    return true
  }

  /// Makes miles of points.
  mutating func convert(
    _ points: Int64, of member: Int, into miles: Int64, lasting count: Int, at now: Instant
  ) -> Bool {
    guard draw(points, from: member) != nil else { return false }
    let end = days.end(of: days.date(of: now).plus(days: count))
    give(miles, to: member + members, end: end, at: now)
    return true
  }

  /// Moves all that a member has, has set aside and owes to another one.
  mutating func merge(_ source: Int, into target: Int, at now: Instant) -> Bool {
    (brought[source], paid[source]) = ([], [])
    for kind in [0, members] {
      let (from, to) = (source + kind, target + kind)
      let waiting = alive[from].filter { accounts[from][$0].active != nil }
      for place in drawn(from) + waiting {
        let lot = accounts[from][place]
        accounts[from][place].left = 0
        let new = give(
          lot.left, to: to, end: lot.end, active: lot.active, at: now, earnedAt: lot.earnedAt,
          isInGrace: lot.isInGrace)
        brought[source]?.append(Brought(account: from, lot: place, target: to, new: new))
      }
      let debt = deficits[from]
      let there = min(debt, max(0, available(to)))
      deficits[from] = 0
      let parts = draw(there, from: to) ?? []
      deficits[to] += debt - there
      paid[source]?.append(Paid(account: from, payer: to, parts: parts, owed: debt - there))
    }
    for number in openHolds where holds[number].isOpen {
      let from = holds[number].member
      guard from == source || from == source + members else { continue }
      let to = target + from - source
      for (place, part) in holds[number].parts.enumerated() {
        let lot = accounts[from][part.lot]
        accounts[from][part.lot].held -= part.points
        let new = give(
          0, to: to, end: lot.end, at: .earliest, earnedAt: lot.earnedAt, isInGrace: lot.isInGrace)
        accounts[to][new].held = part.points
        holds[number].parts[place] = Part(lot: new, points: part.points)
        brought[source]?.append(
          Brought(account: from, lot: part.lot, target: to, new: new, hold: number))
      }
      holds[number].member = to
    }
    return true
  }

  /// Gives a member what is left of what was brought to another one.
  ///
  /// - Parameter lasting: How many days points last that come for what was paid since.
  mutating func part(_ source: Int, lasting count: Int, at now: Instant) {
    for payment in (paid.removeValue(forKey: source) ?? []).reversed() {
      deficits[payment.account] += payment.owed + payment.parts.reduce(0) { $0 + $1.points }
      let settled = min(deficits[payment.payer], payment.owed)
      deficits[payment.payer] -= settled
      if payment.owed > settled {
        let end = days.end(of: days.date(of: now).plus(days: count))
        give(payment.owed - settled, to: payment.payer, end: end, at: now)
      }
      restore(payment.parts, to: payment.payer, at: now)
    }
    let all = brought.removeValue(forKey: source) ?? []
    for moved in all {
      if let hold = moved.hold, holds[hold].isOpen { continue }
      let left = accounts[moved.target][moved.new]
      guard left.left > 0 else { continue }
      accounts[moved.target][moved.new].left = 0
      accounts[moved.account][moved.lot].left += left.left
      accounts[moved.account][moved.lot].active = left.active
      accounts[moved.account][moved.lot].end = left.end
      if !alive[moved.account].contains(moved.lot) { alive[moved.account].append(moved.lot) }
      if left.active == nil { absorb(moved.account, moved.lot) }
    }
    for moved in all {
      guard let hold = moved.hold, holds[hold].isOpen else { continue }
      let points = accounts[moved.target][moved.new].held
      accounts[moved.target][moved.new].held = 0
      accounts[moved.account][moved.lot].held += points
      accounts[moved.account][moved.lot].end = accounts[moved.target][moved.new].end
      if !alive[moved.account].contains(moved.lot) { alive[moved.account].append(moved.lot) }
      holds[hold].member = moved.account
      for place in holds[hold].parts.indices where holds[hold].parts[place].lot == moved.new {
        holds[hold].parts[place] = Part(lot: moved.lot, points: points)
      }
    }
  }

  /// Gives redeemed points back, the last drawn first.
  ///
  /// Those that have ended come back for 30 days, but only once, whoever has them by now (R08): the
  /// second time they settle what is owed, and the rest ends at once. The model had missed that, and
  /// gave 30 days more every time.
  mutating func restore(_ parts: [Part], to member: Int, at now: Instant) {
    for part in parts.reversed() {
      let lot = accounts[member][part.lot]
      let hasEnded = lot.end.map { $0 <= now } ?? false
      if hasEnded, !lot.isInGrace {
        let last = days.date(of: now).plus(days: 30)
        give(
          part.points, to: member, end: days.end(of: last), at: now, earnedAt: lot.earnedAt,
          isInGrace: true)
      } else {
        accounts[member][part.lot].left += part.points
        if !alive[member].contains(part.lot) { alive[member].append(part.lot) }
        absorb(member, part.lot)
        if hasEnded { accounts[member][part.lot].left = 0 }
      }
    }
  }
}
