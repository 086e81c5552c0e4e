import CRMKit
import Testing

@testable import CRMKit

/// A ledger as plainly as it can be said: lists of lots, looked through from end to end.
struct LedgerModel {
  struct Lot {
    var left: Int64
    var held: Int64 = 0
    var end: Instant?
    var active: Instant?
    let earnedAt: Instant
    let number: Int
  }

  struct Part {
    let lot: Int
    var points: Int64
  }

  struct Hold {
    let member: Int
    let parts: [Part]
    let end: Instant
    var isOpen = true
    var points: Int64 { parts.reduce(0) { $0 + $1.points } }
  }

  let days: LocalDays
  var accounts: [[Lot]]
  var deficits: [Int64]
  var holds: [Hold] = []
  private var count = 0

  /// The lots of each account that still have something.
  private var alive: [[Int]]

  init(members: Int, days: LocalDays) {
    self.days = days
    accounts = Array(repeating: [], count: members)
    deficits = Array(repeating: 0, count: members)
    alive = Array(repeating: [], count: members)
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
  mutating func settle(until now: Instant) {
    for member in accounts.indices {
      alive[member].removeAll { accounts[member][$0].left + accounts[member][$0].held == 0 }
    }
    var instants = Set(
      accounts.indices.flatMap(lots).flatMap { [$0.active, $0.end].compactMap(\.self) })
    instants.formUnion(holds.filter(\.isOpen).map(\.end))
    for instant in instants.filter({ $0 <= now }).sorted() {
      for member in accounts.indices {
        for lot in alive[member] where accounts[member][lot].active == instant {
          accounts[member][lot].active = nil
          absorb(member, lot)
        }
      }
      for hold in holds.indices where holds[hold].isOpen && holds[hold].end == instant {
        release(holds[hold].parts, of: holds[hold].member, at: instant)
        holds[hold].isOpen = false
      }
      for member in accounts.indices {
        for lot in alive[member] where accounts[member][lot].end == instant {
          accounts[member][lot].left = 0
          accounts[member][lot].active = nil
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
    earnedAt: Instant? = nil
  ) -> Int {
    count += 1
    accounts[member].append(
      Lot(left: points, end: end, active: active, earnedAt: earnedAt ?? now, number: count))
    let lot = accounts[member].count - 1
    alive[member].append(lot)
    if active == nil { absorb(member, lot) }
    settle(until: now)
    return lot
  }

  /// Takes points off the lots that end first; `nil` where there are too few.
  mutating func draw(_ points: Int64, from member: Int) -> [Part]? {
    guard available(member) >= points else { return nil }
    let lots = accounts[member]
    let order = alive[member].filter { lots[$0].active == nil && lots[$0].left > 0 }.sorted {
      let (a, b) = (lots[$0], lots[$1])
      return (a.end ?? .latest, a.earnedAt, a.number) < (b.end ?? .latest, b.earnedAt, b.number)
    }
    var left = points
    var parts: [Part] = []
    for lot in order where left > 0 {
      let taken = min(left, lots[lot].left)
      accounts[member][lot].left -= taken
      left -= taken
      parts.append(Part(lot: lot, points: taken))
    }
    return parts
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
      give(part.points, to: taker, end: lot.end, at: now, earnedAt: lot.earnedAt)
    }
    return true
  }

  /// Gives redeemed points back, the last drawn first.
  mutating func restore(_ parts: [Part], to member: Int, at now: Instant) {
    for part in parts.reversed() {
      let lot = accounts[member][part.lot]
      if let end = lot.end, end <= now {
        let last = days.date(of: now).plus(days: 30)
        give(part.points, to: member, end: days.end(of: last), at: now, earnedAt: lot.earnedAt)
      } else {
        accounts[member][part.lot].left += part.points
        if !alive[member].contains(part.lot) { alive[member].append(part.lot) }
        absorb(member, part.lot)
      }
    }
  }
}
