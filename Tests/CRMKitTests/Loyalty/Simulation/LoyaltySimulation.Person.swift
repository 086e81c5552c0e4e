import CRMKit
import CRMTesting

@testable import CRMKit

extension LoyaltySimulation {
  /// A member, and what they have under way.
  struct Person: Sendable {
    let place: Int
    let customer: Customer.ID
    var numbers: SeededNumbers

    /// Whether memberships are joined, and parted again.
    let isJoining: Bool

    private var count = 0
    private var sales: [Sale] = []
    private var holds: [PointsHold.ID] = []
    private var redeemed: LedgerEntry.ID?

    /// An order of two units that is paid for.
    private struct Sale {
      let id: Order.ID
      let cents: Int64
      var isDelivered = false
    }

    init(place: Int, customer: Customer.ID, numbers: SeededNumbers, isJoining: Bool) {
      self.place = place
      self.customer = customer
      self.numbers = numbers
      self.isJoining = isJoining
    }

    /// Does something, as chance will have it.
    mutating func act(
      in club: Club, buying item: CatalogueItem.ID, _ tx: Transaction
    ) throws {
      count += 1
      let (key, me) = ("\(place)-\(count)", club.members[place])
      let other = club.members[Int.random(in: club.members.indices, using: &numbers)]
      if try tx.loyalty.members.get(me).status == .merged, chance(1, of: 5) {
        return try joinOrPart(me, other, key, tx)
      }
      switch Int.random(in: 0..<100, using: &numbers) {
      case 0..<44: try buy(item, for: me, key, tx)
      case 44..<60: try change(key, tx)
      case 60..<68:
        let result = try tx.loyalty.redeem(try amount(me, tx), from: me, key: key)
        if result.refusal == nil { redeemed = result.entry?.id }
      case 68..<75:
        let seconds = Int.random(in: 60...2_500_000, using: &numbers)
        let result = try tx.loyalty.hold(
          try amount(me, tx), from: me, key: key, lasting: .seconds(seconds))
        if let hold = result.entry?.hold { holds.append(hold) }
      case 75..<82: try resolveHold(key, tx)
      case 82..<87:
        guard try tx.loyalty.resolve(me).id != tx.loyalty.resolve(other).id else { return }
        _ = try tx.loyalty.transfer(try amount(me, tx), from: me, to: other, key: key)
      case 87..<91:
        let points = Int64.random(in: -60...80, using: &numbers)
        try tx.loyalty.adjust(points == 0 ? 1 : points, for: me, because: "a word", key: key)
      case 91..<94:
        _ = try tx.loyalty.convert(
          3 + (try amount(me, tx)), into: "miles", at: LedgerPlayer.rate, from: me, key: key)
      case 94..<97: try joinOrPart(me, other, key, tx)
      case 97..<98: try blockOrUnblock(me, tx)
      default:
        guard let undone = redeemed else { return }
        redeemed = nil
        try tx.loyalty.reverse(undone, key: key)
      }
    }

    private mutating func chance(_ times: Int, of all: Int) -> Bool {
      Int.random(in: 0..<all, using: &numbers) < times
    }

    /// Some of what the member has, now and then more than that.
    private mutating func amount(_ member: LoyaltyMember.ID, _ tx: Transaction) throws -> Int64 {
      let available = try tx.loyalty.balance(of: member).available
      let most = chance(1, of: 8) ? 2 * available : available / 2
      return Int64.random(in: 1...max(1, most), using: &numbers)
    }

    /// Orders something and pays, some of it with points, sometimes told of late.
    private mutating func buy(
      _ item: CatalogueItem.ID, for me: LoyaltyMember.ID, _ number: String, _ tx: Transaction
    ) throws {
      let cents = 4 * Int64.random(in: 100...4_000, using: &numbers)
      let (isLate, isWithPoints) = (chance(1, of: 12), chance(1, of: 5))
      let at = isLate && count > 5 ? tx.now - .seconds(3 * 86_400) : tx.now
      let id = try tx.orders.place(
        NewOrder(
          number: number, customer: customer,
          lines: [.init(item, quantity: 2, amount: Money(minorUnits: cents, .eur))],
          placedAt: at)
      ).id
      var left = cents
      let points = min(cents / 100, try tx.loyalty.balance(of: me).available / 100) * 100
      if isWithPoints, points > 0 {
        let paid = try tx.loyalty.redeem(
          points, from: me, key: "\(number)/points", reference: number)
        if paid.refusal == nil {
          try tx.orders.pay(
            id, Money(minorUnits: points, .eur), reference: "\(number)/points", by: "points",
            at: at)
          left -= points
        }
      }
      if left > 0 {
        try tx.orders.pay(
          id, Money(minorUnits: left, .eur), reference: "\(number)/card", by: "card", at: at)
      }
      sales = sales.suffix(2) + [Sale(id: id, cents: cents)]
    }

    /// Something happens to an order: it arrives, is called off, comes back or is made cheaper.
    private mutating func change(_ key: String, _ tx: Transaction) throws {
      guard let at = sales.indices.randomElement(using: &numbers) else { return }
      let sale = sales[at]
      let isBad = chance(1, of: 3)
      if !sale.isDelivered, !isBad {
        _ = try tx.orders.deliver(sale.id)
        sales[at].isDelivered = true
        return
      }
      sales.remove(at: at)
      var refunded = sale.cents / 4
      if !sale.isDelivered {
        _ = try tx.orders.cancel(sale.id)
        refunded = sale.cents
      } else if isBad {
        _ = try tx.orders.takeBack(
          sale.id, [LineQuantity(line: 1, quantity: 1)], reference: "\(key)/goods")
        refunded = sale.cents / 2
      }
      try tx.orders.refund(
        sale.id, Money(minorUnits: refunded, .eur), reference: "\(key)/money")
    }

    private mutating func resolveHold(_ key: String, _ tx: Transaction) throws {
      guard let hold = holds.popLast() else { return }
      if chance(1, of: 2) {
        try tx.loyalty.void(hold, key: key)
      } else {
        let held = try tx.loyalty.holds.get(hold).points
        _ = try tx.loyalty.capture(hold, Int64.random(in: 1...held, using: &numbers), key: key)
      }
    }

    private mutating func joinOrPart(
      _ me: LoyaltyMember.ID, _ other: LoyaltyMember.ID, _ key: String, _ tx: Transaction
    ) throws {
      guard isJoining else { return }
      let (member, target) = (try tx.loyalty.members.get(me), try tx.loyalty.resolve(other))
      if let into = member.mergedInto {
        guard try tx.loyalty.members.get(into).status != .merged else { return }
        try tx.loyalty.unmerge(me, key: key)
      } else if target.id != me {
        try tx.loyalty.merge(me, into: target.id, key: key)
      }
    }

    private mutating func blockOrUnblock(_ me: LoyaltyMember.ID, _ tx: Transaction) throws {
      if try tx.loyalty.resolve(me).status == .blocked {
        try tx.loyalty.unblock(me, because: "a mistake")
      } else if chance(1, of: 3) {
        try tx.loyalty.block(me, because: "a doubt")
      }
    }
  }
}
