import CRMKit
import CRMTesting

/// What a random history asks of a ledger.
struct LedgerHistory {
  /// One operation, with what it is done to as a number.
  enum Step {
    case give(member: Int, points: Int64, days: Int?, waiting: Int?)
    case earn(member: Int, cents: Int64)
    case refund(order: Int, percent: Int64)
    case redeem(member: Int, points: Int64, isOfMiles: Bool)
    case hold(member: Int, points: Int64, seconds: Int)
    case capture(hold: Int, percent: Int64)
    case void(hold: Int)
    case transfer(from: Int, to: Int, points: Int64)
    case convert(member: Int, points: Int64)
    case take(member: Int, points: Int64)
    case forfeit(member: Int, points: Int64)
    case undo(redemption: Int)
    case merge(member: Int, into: Int)
    case part(member: Int)
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
    let other = (member + Int.random(in: 1..<members, using: &numbers)) % members
    let points = Int64.random(in: 2...120, using: &numbers)
    let percent = Int64.random(in: 1...110, using: &numbers)
    let recent = Int.random(in: 0..<8, using: &numbers)
    switch Int.random(in: 0..<200, using: &numbers) {
    case 0..<44:
      let days = Int.random(in: 0...90, using: &numbers)
      let isWaiting = Int.random(in: 0..<4, using: &numbers) == 0
      return .give(
        member: member, points: points, days: days < 70 ? days : nil,
        waiting: isWaiting ? Int.random(in: 0...30, using: &numbers) : nil)
    case 44..<64:
      return .earn(member: member, cents: Int64.random(in: 1...15_000, using: &numbers))
    case 64..<74: return .refund(order: recent, percent: percent)
    case 74..<104:
      return .redeem(
        member: member, points: points, isOfMiles: Int.random(in: 0..<4, using: &numbers) == 0)
    case 104..<124:
      return .hold(
        member: member, points: points,
        seconds: Int.random(in: 1...2_000_000, using: &numbers))
    case 124..<136: return .capture(hold: recent, percent: percent)
    case 136..<142: return .void(hold: recent)
    case 142..<158: return .transfer(from: member, to: other, points: points)
    case 158..<164: return .convert(member: member, points: points)
    case 164..<172: return .take(member: member, points: points)
    case 172..<176: return .forfeit(member: member, points: points)
    case 176..<184: return .undo(redemption: recent)
    case 184..<187: return .merge(member: member, into: other)
    case 187..<193: return .part(member: member)
    default: return .again
    }
  }
}
