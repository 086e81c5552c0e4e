import CRMKit
import CRMTesting
import Testing

/// What relationships must do, worked out day by day and link by link.
private struct RelationshipModel {
  struct Row: Hashable {
    let id: Relationship.ID
    let type: RelationshipType
    let from: Int
    let to: Int
    var start: Int?
    var end: Int?
  }

  enum Verdict: Equatable {
    case same(Relationship.ID), duplicate(Relationship.ID), refused, added
  }

  static let lastDay = 60
  static let today = 10

  private(set) var rows: [Row] = []
  var today = Self.today

  /// The days on which a link is known to hold.
  private func days(_ start: Int?, _ end: Int?) -> ClosedRange<Int> {
    let end = end ?? Self.lastDay
    return (start ?? min(today, end))...end
  }

  func holds(_ row: Row, on day: Int) -> Bool {
    row.start ?? 0 <= day && day <= row.end ?? Self.lastDay
  }

  /// What becomes of a link, added or with other dates.
  func verdict(
    _ type: RelationshipType, _ from: Int, _ to: Int, _ start: Int?, _ end: Int?,
    replacing old: Relationship.ID? = nil
  ) -> Verdict {
    if from == to { return .refused }
    if let start, let end, end < start { return .refused }
    let mine = days(start, end)
    let others = rows.filter {
      $0.id != old && $0.type == type && days($0.start, $0.end).overlaps(mine)
    }
    let twin = others.first {
      ($0.from, $0.to) == (from, to) || (type.isSymmetric && ($0.to, $0.from) == (from, to))
    }
    if let twin {
      let isSame = (start == nil || start == twin.start) && end == twin.end
      return isSame && old == nil ? .same(twin.id) : .duplicate(twin.id)
    }
    for day in mine {
      let then = others.filter { days($0.start, $0.end).contains(day) }
      if isCrowded(type, from, to, then) { return .refused }
      if type.isAcyclic, reaches(to, from, then) { return .refused }
    }
    return .added
  }

  private func isCrowded(_ type: RelationshipType, _ from: Int, _ to: Int, _ then: [Row]) -> Bool {
    func count(_ customer: Int, _ ends: (Row) -> [Int]) -> Int {
      then.filter { ends($0).contains(customer) }.count
    }
    if type.isSymmetric, let limit = type.to.limit {
      return [from, to].contains { count($0) { [$0.from, $0.to] } >= limit }
    }
    if let limit = type.to.limit, count(from, { [$0.from] }) >= limit { return true }
    if let limit = type.from.limit, count(to, { [$0.to] }) >= limit { return true }
    return false
  }

  private func reaches(_ start: Int, _ goal: Int, _ rows: [Row]) -> Bool {
    var reached: Set<Int> = [start]
    while true {
      let more = rows.filter { reached.contains($0.from) && !reached.contains($0.to) }.map(\.to)
      if more.isEmpty { return reached.contains(goal) }
      reached.formUnion(more)
    }
  }

  mutating func add(_ row: Row) { rows.append(row) }

  mutating func move(_ id: Relationship.ID, start: Int?, end: Int?) {
    for index in rows.indices where rows[index].id == id {
      rows[index].start = start
      rows[index].end = end
    }
  }

  mutating func remove(_ id: Relationship.ID) { rows.removeAll { $0.id == id } }

  /// How far others are from one customer over links that hold on a day.
  func distances(
    from start: Int, on day: Int, _ next: (Row, Int) -> Int?
  ) -> [Int: Int] {
    var distances = [start: 0]
    var depth = 0
    while true {
      depth += 1
      let near = distances.keys
      var far: Set<Int> = []
      for row in rows where holds(row, on: day) {
        for customer in near { if let other = next(row, customer) { far.insert(other) } }
      }
      far.subtract(near)
      if far.isEmpty { break }
      for customer in far { distances[customer] = depth }
    }
    distances[start] = nil
    return distances
  }
}

@Suite("Relationships behave as a plain model does")
struct RelationshipHistoryTests {
  private static let types =
    [RelationshipType].standard.filter {
      [.employee, .subsidiary, .parent, .sibling, .spouse].contains($0.key)
    } + [
      RelationshipType(
        "guard", "guards", inverse: "guarded by", from: .person.atMost(2), to: .person)
    ]

  @Test("Whatever is added, ended, moved and removed", arguments: UInt64(1)...12)
  func history(seed: UInt64) async throws {
    let memory = try await play(.memory, seed)
    #expect(try await play(seed % 2 == 0 ? .file : .sqlite, seed) == memory)
  }

  /// Plays one history and returns the store it leads to.
  private func play(_ backend: Backend, _ seed: UInt64) async throws -> [String] {
    var numbers = SeededGenerator(seed: seed)
    let shop = try await Shop(
      backend,
      CRM.standardCapabilities.replacing(try Relationships(types: Self.types)),
      at: Shop.opening + .seconds(RelationshipModel.today * 86_400), seed: seed)
    let customers = try await shop.crm.write { tx in
      try (0..<9).map { try tx.customers.add($0 < 5 ? .person("P\($0)") : .organisation("O\($0)")) }
    }
    var model = RelationshipModel()
    for step in 0..<120 {
      switch Int.random(in: 0..<10, using: &numbers) {
      case 0..<6: try await add(shop, customers, &model, &numbers)
      case 6: try await move(shop, &model, &numbers)
      case 7: try await remove(shop, &model, &numbers)
      case 8: try await end(shop, &model, &numbers)
      default:
        if model.today < 40 {
          model.today += 1
          shop.clock.advance(by: .seconds(86_400))
        }
      }
      if step % 6 == 0 { try await compare(shop, customers, model, &numbers) }
    }
    #expect(model.rows.count > 5)
    return try await shop.exported()
  }

  private func date(_ day: Int?) -> CalendarDate? {
    day.map { CalendarDate(daysSinceEpoch: Shop.opening.dateInUTC.daysSinceEpoch + $0) }
  }

  private func days(_ numbers: inout SeededGenerator) -> (Int?, Int?) {
    let start = Bool.random(using: &numbers) ? Int.random(in: 0..<30, using: &numbers) : nil
    let end = Bool.random(using: &numbers) ? Int.random(in: 0..<40, using: &numbers) : nil
    return (start, end)
  }

  private func add(
    _ shop: Shop, _ customers: [Customer], _ model: inout RelationshipModel,
    _ numbers: inout SeededGenerator
  ) async throws {
    // The last type, whose limit is above 1, is crowded only where many are added.
    let type = Self.types[min(Int.random(in: 0..<9, using: &numbers), Self.types.count - 1)]
    func pick(_ end: RelationshipType.End) -> Int {
      let fit = customers.indices.filter { end.kinds.contains(customers[$0].kind) }
      return fit[Int.random(in: 0..<fit.count, using: &numbers)]
    }
    let (from, to) = (pick(type.from), pick(type.to))
    let (start, end) = days(&numbers)
    let new = NewRelationship(
      customers[from].id, type.key, of: customers[to].id, start: date(start), end: date(end))
    let verdict = model.verdict(type, from, to, start, end)
    var kept: Relationship?
    let error = await failure { kept = try await shop.crm.write { try $0.relationships.add(new) } }
    switch verdict {
    case .added:
      let row = try #require(kept)
      #expect(!model.rows.contains { $0.id == row.id })
      model.add(.init(id: row.id, type: type, from: from, to: to, start: start, end: end))
    case .same(let id): #expect(kept?.id == id)
    case .duplicate(let id):
      #expect(error?.code == .duplicate)
      #expect(error?.holder == id.description)
    case .refused: #expect(error?.code == .invalid)
    }
  }

  private func pick(_ model: RelationshipModel, _ numbers: inout SeededGenerator)
    -> RelationshipModel.Row?
  {
    model.rows.randomElement(using: &numbers)
  }

  private func move(
    _ shop: Shop, _ model: inout RelationshipModel, _ numbers: inout SeededGenerator
  ) async throws {
    guard let row = pick(model, &numbers) else { return }
    let (start, end) = days(&numbers)
    try await change(shop, &model, row, start, end) { tx in
      var edit = try tx.relationships.get(row.id)
      (edit.start, edit.end) = (date(start), date(end))
      try tx.relationships.update(edit)
    }
  }

  private func end(
    _ shop: Shop, _ model: inout RelationshipModel, _ numbers: inout SeededGenerator
  ) async throws {
    guard let row = pick(model, &numbers) else { return }
    let end = min(row.end ?? model.today, model.today)
    try await change(shop, &model, row, row.start, end) { tx in
      try tx.relationships.end(row.id)
    }
  }

  private func change(
    _ shop: Shop, _ model: inout RelationshipModel, _ row: RelationshipModel.Row, _ start: Int?,
    _ end: Int?, _ body: (Transaction) throws -> Void
  ) async throws {
    // What stays as it is is not looked at again, whatever has come to pass around it.
    let verdict: RelationshipModel.Verdict =
      (start, end) == (row.start, row.end)
      ? .added : model.verdict(row.type, row.from, row.to, start, end, replacing: row.id)
    let error = await failure { try await shop.crm.write { try body($0) } }
    switch verdict {
    case .added:
      #expect(error == nil)
      model.move(row.id, start: start, end: end)
    case .duplicate(let id), .same(let id):
      #expect(error?.code == .duplicate)
      #expect(error?.holder == id.description)
    case .refused: #expect(error?.code == .invalid)
    }
  }

  private func remove(
    _ shop: Shop, _ model: inout RelationshipModel, _ numbers: inout SeededGenerator
  ) async throws {
    guard let row = pick(model, &numbers) else { return }
    try await shop.crm.write { try $0.relationships.remove(row.id) }
    model.remove(row.id)
  }

  private func compare(
    _ shop: Shop, _ customers: [Customer], _ model: RelationshipModel,
    _ numbers: inout SeededGenerator
  ) async throws {
    let day = Int.random(in: 0..<40, using: &numbers)
    let when = RelationshipTime.on(try #require(date(day)))
    try await shop.crm.read { tx in
      for (index, customer) in customers.enumerated() {
        let views = try tx.relationships.of(customer.id, when: when).items
        let expected = model.rows.filter {
          model.holds($0, on: day) && ($0.from == index || $0.to == index)
        }
        #expect(Set(views.map(\.id)) == Set(expected.map(\.id)))
        #expect(views.count == expected.count)
        for view in views {
          let row = try #require(expected.first { $0.id == view.id })
          #expect(view.name == (row.from == index ? row.type.name : row.type.inverseName))
          #expect(view.other.id == customers[row.from == index ? row.to : row.from].id)
        }
        let staff = try tx.relationships.members(of: customer.id, when: when).items
        #expect(
          Set(staff.map(\.id))
            == Set(expected.filter { $0.type.key == .employee && $0.to == index }.map(\.id)))
        let now = try tx.relationships.of(customer.id).items.map(\.id)
        #expect(
          Set(now)
            == Set(
              model.rows.filter {
                model.holds($0, on: model.today) && ($0.from == index || $0.to == index)
              }.map(\.id)))
      }
      try compareNetwork(tx, customers, model, day, when, &numbers)
    }
  }

  private func compareNetwork(
    _ tx: Transaction, _ customers: [Customer], _ model: RelationshipModel, _ day: Int,
    _ when: RelationshipTime, _ numbers: inout SeededGenerator
  ) throws {
    for (index, customer) in customers.enumerated() {
      func check(_ network: RelationshipNetwork, _ expected: [Int: Int]) {
        let found = Dictionary(uniqueKeysWithValues: network.members.map { ($0.id, $0.depth) })
        let ids = expected.map { (customers[$0.key].id, $0.value) }
        #expect(found == Dictionary(uniqueKeysWithValues: ids))
        #expect(network.isComplete)
      }
      let near = model.distances(from: index, on: day) { row, customer in
        row.from == customer ? row.to : row.to == customer ? row.from : nil
      }
      check(
        try tx.relationships.neighbours(of: customer.id, depth: 20, when: when), near)
      check(
        try tx.relationships.descendants(of: customer.id, when: when),
        model.distances(from: index, on: day) { row, customer in
          row.type.key == .subsidiary && row.to == customer ? row.from : nil
        })
      check(
        try tx.relationships.ancestors(of: customer.id, through: [.parent], when: when),
        model.distances(from: index, on: day) { row, customer in
          row.type.key == .parent && row.to == customer ? row.from : nil
        })
      let others = customers.indices.filter { $0 != index }
      for other in others.shuffled(using: &numbers).prefix(2) {
        let goal = customers[other]
        let path = try tx.relationships.path(
          from: customer.id, to: goal.id, depth: 20, when: when)
        #expect(path?.count == near[other])
        var place = customer.id
        for step in path ?? [] {
          #expect(step.relationship.other(than: place) == step.other.id)
          #expect([step.relationship.from, step.relationship.to].contains(place))
          place = step.other.id
        }
        if path != nil { #expect(place == goal.id) }
      }
    }
  }
}
