/// What each line of an order counts for, in minor units.
struct CountedLines {
  /// What each line counts for; below zero where it does not count.
  private(set) var minorUnits: ContiguousArray<Int64> = []

  /// What all of them count for.
  private(set) var total: Int64 = 0

  var all: Range<Int> { minorUnits.indices }

  /// Counts the lines of an order that makes sense.
  init(_ request: EarnRequest, by basis: EarningBasis) throws {
    guard !request.lines.isEmpty else { return }
    let paid = try Self.paidWithPoints(request, basis)
    minorUnits.reserveCapacity(request.lines.count)
    for index in request.lines.indices {
      let line = request.lines[index]
      guard Self.isCounted(line, by: basis) else {
        minorUnits.append(-1)
        continue
      }
      let counted = try Self.count(line, less: paid?[index], by: basis)
      minorUnits.append(counted)
      total += counted
    }
  }

  private static func isCounted(_ line: EarnLine, by basis: EarningBasis) -> Bool {
    switch line.kind {
    case .item: break
    case .shipping: guard basis.countsShipping else { return false }
    case .giftCard: guard basis.countsGiftCards else { return false }
    }
    return basis.excluded == .nothing || !basis.excluded.matches(line)
  }

  /// The part of each line that is paid with points; `nil` where that counts like money.
  private static func paidWithPoints(
    _ request: EarnRequest, _ basis: EarningBasis
  ) throws -> [Money]? {
    guard basis.pointsPayment == .net, let paid = request.paidWithPoints, paid.minorUnits > 0
    else { return nil }
    return try paid.allocated(by: request.lines.map(\.amount.minorUnits))
  }

  private static func count(
    _ line: EarnLine, less paid: Money?, by basis: EarningBasis
  ) throws -> Int64 {
    let gross = line.amount.minorUnits
    let left = gross - (paid?.minorUnits ?? 0)
    guard basis.tax == .excluded, line.tax.minorUnits > 0 else { return left }
    guard left < gross else { return gross - line.tax.minorUnits }
    return left - (try line.tax.proportion(left, of: gross).minorUnits)
  }
}
