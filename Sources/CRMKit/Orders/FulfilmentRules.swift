/// How the units of an order move on from being ordered, and what follows; pure.
///
/// Of every line, at all times: returned ≤ delivered ≤ shipped ≤ picked ≤ ordered − cancelled.
enum FulfilmentRules {
  /// What can happen to units of an order.
  enum Step {
    case pick, ship, cancel, deliver, takeBack

    /// How many units of a line it can happen to.
    func remaining(of line: OrderLine) -> Int {
      switch self {
      case .pick: line.quantity - line.cancelled - line.picked
      case .ship, .cancel: line.quantity - line.cancelled - line.shipped
      case .deliver: line.quantity - line.cancelled - line.delivered
      case .takeBack: line.delivered - line.returned
      }
    }

    /// A line after it happened to so many of its units.
    func applied(to line: OrderLine, _ quantity: Int) -> OrderLine {
      var line = line
      switch self {
      case .pick: line.picked += quantity
      case .ship: line.shipped += quantity
      case .cancel: line.cancelled += quantity
      case .deliver: line.delivered += quantity
      case .takeBack: line.returned += quantity
      }
      // What is delivered was shipped, what is shipped was picked, what is cancelled no longer is.
      line.shipped = max(line.shipped, line.delivered)
      line.picked = min(max(line.picked, line.shipped), line.quantity - line.cancelled)
      return line
    }
  }

  /// What happens to some units of an order.
  struct Movement {
    /// The lines that change, as they were and as they are then.
    fileprivate(set) var lines: [(old: OrderLine, new: OrderLine)] = []
    /// Of which lines how many.
    fileprivate(set) var contents: [LineQuantity] = []
    /// How many units in all.
    fileprivate(set) var units = 0
    /// What they come to, where they are cancelled or come back; nothing otherwise.
    fileprivate(set) var worth: Money
  }

  /// What happens to the given units, or to all it can happen to.
  ///
  /// - Returns: A movement of no units where none were given and none remain.
  /// - Throws: ``CRMError/Code/overflow``.
  static func movement(_ step: Step, _ contents: [LineQuantity]?, of lines: [OrderLine])
    throws(CRMError) -> Movement
  {
    let contents = contents ?? self.contents(remainingFor: step, lines)
    let byPosition = Dictionary(lines.map { ($0.position, $0) }, uniquingKeysWith: { $1 })
    var movement = Movement(worth: .zero(lines.first?.amount.currency ?? .eur))
    for part in contents.sorted(by: { $0.line < $1.line }) {
      guard let old = byPosition[part.line] else { continue }
      let new = step.applied(to: old, part.quantity)
      movement.lines.append((old, new))
      movement.contents.append(part)
      movement.units += part.quantity
      movement.worth = try movement.worth + (try credit(of: new) - credit(of: old))
    }
    return movement
  }

  static func contents(remainingFor step: Step, _ lines: [OrderLine]) -> [LineQuantity] {
    lines.compactMap { line in
      let remaining = step.remaining(of: line)
      return remaining > 0 ? LineQuantity(line: line.position, quantity: remaining) : nil
    }
  }

  /// What is wrong with the units that something is to happen to.
  ///
  /// - Parameter step: What is to happen; `nil` where it does not matter how many remain.
  static func problems(of contents: [LineQuantity], _ step: Step?, _ lines: [OrderLine])
    -> [CRMError.Issue]
  {
    var problems: [CRMError.Issue] = []
    if contents.isEmpty { problems.append(.init("lines", "are missing")) }
    let byPosition = Dictionary(lines.map { ($0.position, $0) }, uniquingKeysWith: { $1 })
    var named: Set<Int> = []
    for (index, part) in contents.enumerated() {
      let field = "lines[\(index)]"
      guard let line = byPosition[part.line] else {
        problems.append(
          .init("\(field).line", "is \(part.line), the order has 1 to \(lines.count)"))
        continue
      }
      if !named.insert(part.line).inserted {
        problems.append(.init("\(field).line", "is named twice"))
      }
      if part.quantity < 1 {
        problems.append(.init("\(field).quantity", "is below 1"))
      } else if let remaining = step?.remaining(of: line), part.quantity > remaining {
        problems.append(
          .init("\(field).quantity", "is \(part.quantity) where \(remaining) remain"))
      }
    }
    return problems
  }

  /// What the cancelled and returned units of a line come to.
  ///
  /// It grows with each of them by a part of the line's total and ends at exactly that.
  static func credit(of line: OrderLine) throws(CRMError) -> Money {
    guard line.quantity > 0 else { return .zero(line.total.currency) }
    return try line.total.proportion(
      Int64(line.cancelled + line.returned), of: Int64(line.quantity), rounding: .towardZero)
  }

  /// The movement of what is with the customer as soon as it is sent.
  static func delivered(_ movement: Movement) -> Movement {
    var movement = movement
    for (index, part) in movement.contents.enumerated() {
      movement.lines[index].new = Step.deliver.applied(
        to: movement.lines[index].new, part.quantity)
    }
    return movement
  }

  /// An order after a movement.
  static func order(_ order: Order, after movement: Movement) throws(CRMError) -> Order {
    var order = order
    for (old, new) in movement.lines {
      order.cancelledUnits += new.cancelled - old.cancelled
      order.pickedUnits += new.picked - old.picked
      order.shippedUnits += new.shipped - old.shipped
      order.deliveredUnits += new.delivered - old.delivered
      order.returnedUnits += new.returned - old.returned
    }
    order.credited = try order.credited + movement.worth
    return order
  }

  /// The last stage that all units of an order have reached, those cancelled left out.
  static func status(of order: Order) -> Order.Status {
    let units = order.units - order.cancelledUnits
    if units == 0 { return .cancelled }
    if order.returnedUnits == units { return .returned }
    if order.deliveredUnits == units { return .delivered }
    if order.shippedUnits == units { return .shipped }
    if order.pickedUnits == units { return .picked }
    return order.paid.minorUnits > 0 && order.outstanding.minorUnits <= 0 ? .paid : .placed
  }

  /// How many units of an order are delivered or cancelled.
  static func settledUnits(of order: Order) -> Int { order.cancelledUnits + order.deliveredUnits }

  /// Whether every unit of an order is delivered or cancelled.
  static func isClosed(_ order: Order) -> Bool { settledUnits(of: order) == order.units }
}
