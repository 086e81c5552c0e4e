/// Nothing happens to units of an order before what it follows from; pure.
extension FulfilmentRules {
  /// Where units would have come back before they were with the customer.
  ///
  /// - Parameters:
  ///   - contents: What comes back; all that is with the customer if left out.
  ///   - shipments: All of the order's.
  ///   - returns: All that came back of it before.
  /// - Complexity: O(*n* log *n*) in the parts of all shipments and returns.
  static func problems(
    ofReturning contents: [LineQuantity]?, at instant: Instant, of order: Order,
    _ lines: [OrderLine], _ shipments: [Shipment], _ returns: [Return]
  ) -> [CRMError.Issue] {
    let wanted = units(contents ?? self.contents(remainingFor: .takeBack, lines))
    let stocks = stocks(of: order, lines, shipments, returns)
    return lines.compactMap { line in
      // Less than one unit, and more than there are at all, are other problems.
      guard let units = wanted[line.position], units >= 1,
        units <= Step.takeBack.remaining(of: line),
        Int64(units) > stocks[line.position]?.least(from: instant) ?? 0
      else { return nil }
      return .init(
        "returned_at", "lies before so many units of line \(line.position) were delivered")
    }
  }

  /// Where units that were picked would have left, or been called off, before they were.
  ///
  /// - Parameters:
  ///   - contents: What leaves; all that is not sent if left out.
  ///   - picked: What was picked of the order after the instant.
  static func problems(
    ofUsing contents: [LineQuantity]?, _ lines: [OrderLine], _ field: String,
    pickedLater picked: [LineQuantity]
  ) -> [CRMError.Issue] {
    let wanted = units(contents ?? self.contents(remainingFor: .ship, lines))
    let later = units(picked)
    return lines.compactMap { line in
      let remaining = Step.ship.remaining(of: line)
      let reserved = min(later[line.position] ?? 0, line.picked - line.shipped)
      guard let units = wanted[line.position], units >= 1, units <= remaining,
        units > remaining - reserved
      else { return nil }
      return .init(field, "lies before so many units of line \(line.position) were picked")
    }
  }

  private static func units(_ contents: [LineQuantity]) -> [Int: Int] {
    var units: [Int: Int] = [:]
    for part in contents {
      let (sum, overflow) = (units[part.line] ?? 0).addingReportingOverflow(part.quantity)
      units[part.line] = overflow ? .max : sum
    }
    return units
  }

  /// When units of each line came to the customer and went back.
  private static func stocks(
    of order: Order, _ lines: [OrderLine], _ shipments: [Shipment], _ returns: [Return]
  ) -> [Int: Stock] {
    var stocks: [Int: Stock] = [:]
    var sent: [Int: Int] = [:]
    for shipment in shipments {
      guard let deliveredAt = shipment.deliveredAt else { continue }
      for part in shipment.contents {
        stocks[part.line, default: Stock()].move(Int64(part.quantity), at: deliveredAt)
        sent[part.line, default: 0] += part.quantity
      }
    }
    // What no shipment had was delivered by what closed the order.
    for line in lines {
      guard let deliveredAt = order.handedOverAt ?? order.closedAt else { break }
      let byHand = line.delivered - (sent[line.position] ?? 0)
      stocks[line.position, default: Stock()].move(Int64(byHand), at: deliveredAt)
    }
    for goods in returns {
      for part in goods.contents {
        stocks[part.line, default: Stock()].move(-Int64(part.quantity), at: goods.returnedAt)
      }
    }
    return stocks
  }
}
