/// The facts on some fields of one customer while they are being changed; pure.
struct FactBook {
  /// The customer as the file was before.
  let customer: Customer

  /// The fields whose facts it has.
  let fields: [FactField]

  private var facts: [Fact]
  private let before: [Fact.ID: Fact]

  /// Opens a book of all facts there are on the fields.
  init(_ customer: Customer, _ fields: [FactField], _ facts: [Fact]) {
    self.customer = customer
    self.fields = fields
    self.facts = facts
    before = Dictionary(facts.map { ($0.id, $0) }) { first, _ in first }
  }

  /// What is said, by whom and when.
  struct Statement {
    let value: Value
    let source: FactSource
    let trueAt: Instant
    let recordedAt: Instant
    let recordedBy: Principal
  }

  subscript(id: Fact.ID) -> Fact? { facts.first { $0.id == id } }

  /// The fact whose value the file has, if there is one.
  func standing(_ field: FactField) -> Fact? {
    facts.first { $0.field == field.name && $0.status == .standing }
  }

  /// The fields that say what no fact does.
  var unexplained: [FactField] {
    fields.filter { field in
      let value = field.value(of: customer)
      guard let standing = standing(field) else { return !field.isSilent(value) }
      return standing.value != value
    }
  }

  /// Facts that were not there before.
  var added: [Fact] { facts.filter { before[$0.id] == nil } }

  /// Facts that are as they were.
  var unchanged: [Fact.ID: Fact] {
    Dictionary(facts.filter { before[$0.id] == $0 }.map { ($0.id, $0) }) { first, _ in first }
  }

  /// Facts that were there before, as they were and as they are.
  var changed: [(old: Fact, new: Fact)] {
    facts.compactMap { new in before[new.id].flatMap { $0 == new ? nil : ($0, new) } }
  }
}

// MARK: - Changing

extension FactBook {
  /// Adds what a source says, unless it has said so before.
  ///
  /// Its last word, said again of a later instant, is thereby confirmed. What it said of the
  /// same instant, or of an earlier one than its last word, changes nothing when said again.
  ///
  /// - Parameter isEdit: Whether the file says it: what is written there again at the same
  ///   instant is written later all the same.
  /// - Returns: The fact that says it.
  mutating func add(
    _ statement: Statement, on field: FactField, as id: Fact.ID, isEdit: Bool = false
  ) -> Fact.ID {
    let said = facts.indices.filter {
      facts[$0].field == field.name && facts[$0].source == statement.source
        && facts[$0].status != .withdrawn
    }
    let last = said.max { (facts[$0].trueAt, facts[$0].id) < (facts[$1].trueAt, facts[$1].id) }
    if let last, let known = known(statement, among: said, last: last, isEdit: isEdit) {
      if known == last, statement.trueAt > facts[last].trueAt {
        facts[last].trueAt = statement.trueAt
        facts[last].confirmedAt = statement.recordedAt
        facts[last].confirmedBy = statement.recordedBy
      }
      return facts[known].id
    }
    facts.append(
      Fact(
        id: id, customer: customer.id, field: field.name, value: statement.value,
        source: statement.source, trueAt: statement.trueAt, recordedAt: statement.recordedAt,
        recordedBy: statement.recordedBy, status: .standing))
    return id
  }

  /// Where a source has said before what it says now.
  private func known(_ statement: Statement, among said: [Int], last: Int, isEdit: Bool) -> Int? {
    if facts[last].value == statement.value {
      return isEdit && facts[last].trueAt == statement.trueAt ? nil : last
    }
    guard statement.trueAt < facts[last].trueAt else { return nil }
    return said.first {
      facts[$0].value == statement.value && facts[$0].trueAt == statement.trueAt
    }
  }

  /// Takes back facts that meet a condition and were not taken back before.
  mutating func withdraw(at instant: Instant, where isMeant: (Fact) -> Bool) {
    for index in facts.indices where facts[index].status != .withdrawn && isMeant(facts[index]) {
      facts[index].status = .withdrawn
      facts[index].withdrawnAt = instant
    }
  }

  /// Decides which facts stand.
  mutating func settle(by rules: FactRules) {
    let byField = Dictionary(grouping: facts, by: \.field)
    facts = byField.keys.sorted().flatMap { rules.settled(byField[$0] ?? []) }
  }

  /// Gives facts that stand the values they have in the file.
  mutating func follow(_ customer: Customer) {
    for field in fields {
      guard
        let index = facts.firstIndex(where: { $0.field == field.name && $0.status == .standing })
      else { continue }
      facts[index].value = field.value(of: customer)
    }
  }
}
