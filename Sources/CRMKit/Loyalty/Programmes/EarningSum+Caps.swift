extension EarningSum {
  /// Writes what is granted of the sum, and how it came about.
  func write(to award: inout Award) throws {
    var items: [AwardItem] = []
    items.reserveCapacity(parts.count)
    var granted: Int64 = 0
    for index in parts.indices where isTold(index) {
      var item = item(at: index)
      item.granted = item.wanted
      if item.wanted > 0 { cut(&item, at: index) }
      granted = try granted.plus(item.granted)
      items.append(item)
    }
    // Factors below one take no more than there is in the end; the last of them take less.
    for index in items.indices.reversed() where granted < 0 && items[index].granted < 0 {
      let less = min(-granted, -items[index].granted)
      items[index].granted += less
      granted += less
    }
    var total = AwardTotal(
      points: kind.name, carried: carried, exact: exact, factor: try factor(),
      mode: event.programme.programme.rounding.mode, remainder: try exact - Fraction(wanted),
      wanted: wanted, granted: granted, cap: items.first { $0.cap != nil }?.cap)
    cut(&total, &items)
    award.totals.append(total)
    if award.items.isEmpty { award.items = items } else { award.items += items }
  }

  /// Rules that give points are told of even where they gave none.
  private func isTold(_ index: Int) -> Bool {
    index < bases.count || parts[index].exact != .zero
  }

  private func factor() throws -> Fraction {
    guard spend > .zero else { return .one }
    var multiplied = spend
    for part in parts[bases.count...] { multiplied = try multiplied + part.exact }
    return try multiplied / spend
  }

  private func item(at index: Int) -> AwardItem {
    let part = parts[index]
    var item = AwardItem(
      rule: "", source: .base, points: kind.name, exact: part.exact, wanted: part.wanted,
      granted: 0)
    if index < bases.count {
      item.rule = bases[index].id
      guard bases[index].rule.isBySpend, let currency = event.currency else { return item }
      item.basis = Money(minorUnits: part.basis, currency)
      item.rate = try? event.rate(of: bases[index]) * Fraction(currency.minorUnitsInOne)
    } else if index == bases.count {
      item.source = .tier
      item.rule = multiplying.portions.last?.tier ?? ""
      if multiplying.portions.count == 1 { item.rate = multiplying.portions[0].factor }
    } else {
      let rule = multiplying.multipliers[index - bases.count - 1]
      item.source = .multiplier
      item.rule = rule.id
      item.rate = rule.rate
    }
    return item
  }

  // MARK: Caps

  /// Cuts what a rule gives to what its caps leave.
  private func cut(_ item: inout AwardItem, at index: Int) {
    guard index != bases.count else { return }
    let rule =
      index < bases.count ? bases[index] : multiplying.multipliers[index - bases.count - 1]
    for cap in rule.caps {
      let room = room(under: cap)
      if room < item.granted {
        item.granted = room
        item.cap = event.programme.caps[cap].cap.name
      }
    }
    guard let ceilings = event.context.ceilings,
      let before = ceilings.items.first(where: {
        $0.rule == item.rule && $0.source == item.source && $0.points == item.points
      }), before.cap != nil, before.granted < item.granted
    else { return }
    (item.granted, item.cap) = (before.granted, before.cap)
  }

  /// Cuts the sum to what the caps of the programme leave, the last rules first.
  private func cut(_ total: inout AwardTotal, _ items: inout [AwardItem]) {
    var most = Int64.max
    var name: String?
    for cap in kind.caps {
      let room = room(under: cap)
      if room < most { (most, name) = (room, event.programme.caps[cap].cap.name) }
    }
    let before = event.context.ceilings?.totals.first { $0.points == kind.name && $0.cap != nil }
    if let before, before.granted < most { (most, name) = (before.granted, before.cap) }
    guard most < total.granted else { return }
    var excess = total.granted - most
    (total.granted, total.cap) = (most, name)
    for index in items.indices.reversed() where excess > 0 && items[index].granted > 0 {
      let less = min(excess, items[index].granted)
      items[index].granted -= less
      items[index].cap = name
      excess -= less
    }
  }

  /// How many points a cap leaves.
  private func room(under index: Int) -> Int64 {
    let cap = event.programme.caps[index].cap
    let used = index < event.context.used.count ? event.context.used[index] : 0
    let left = used >= cap.limit ? 0 : cap.limit - max(0, used)
    switch cap.measure {
    case .points: return left
    case .times: return left > 0 ? .max : 0
    }
  }
}
