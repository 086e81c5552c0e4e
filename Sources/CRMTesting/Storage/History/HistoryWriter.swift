import CRMStorage

/// Makes up a history, step by step.
struct HistoryWriter {
  private var generator: SeededGenerator

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  mutating func transaction() -> HistoryTransaction {
    if chance(0.3) { return HistoryTransaction(moves: moves(reading: true), isReading: true) }
    return HistoryTransaction(
      moves: moves(reading: false), isStrict: chance(0.2), isThrowing: chance(0.15))
  }

  private mutating func moves(reading: Bool, depth: Int = 0) -> [HistoryTransaction.Move] {
    (0..<number(1...(reading ? 2 : 6))).map { _ in move(reading: reading, depth: depth) }
  }

  private mutating func move(reading: Bool, depth: Int) -> HistoryTransaction.Move {
    switch number(0...19) {
    case 0 where !reading && depth < 3, 1 where !reading && depth < 3:
      return .attempt(moves(reading: false, depth: depth + 1), throwing: chance(0.5))
    case 2:
      return .mark(question())
    case 3: return .goOn
    case 4, 5: return .ask(question())
    default: return reading ? .ask(question()) : .edit(edit())
    }
  }

  private mutating func edit() -> HistoryEdit {
    switch number(0...19) {
    case 0, 1: .insertCrew(crew())
    case 2: .updateCrew(crew())
    case 3: .deleteCrew(crewID())
    case 4...8: .insertSailor(sailor())
    case 9...12: .updateSailor(sailor())
    case 13, 14: .deleteSailor(sailorID())
    case 15, 16: .insertPostcard(postcard())
    case 17: .updatePostcard(postcard())
    default: .deletePostcard(.nth(number(1...25)))
    }
  }
}

extension HistoryWriter {
  private mutating func number(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &generator)
  }

  private mutating func chance(_ probability: Double) -> Bool {
    Double.random(in: 0..<1, using: &generator) < probability
  }

  private mutating func pick<T>(_ choices: [T]) -> T {
    choices[number(0...(choices.count - 1))]
  }

  private mutating func maybe<T>(_ make: (inout Self) -> T) -> T? {
    chance(0.25) ? nil : make(&self)
  }

  private mutating func list<T>(_ make: (inout Self) -> T) -> [T] {
    (0..<number(0...3)).map { _ in make(&self) }
  }

  /// Few texts, so that many are equal, that tell byte order from other orders.
  private mutating func text() -> String {
    pick([
      "", "a", "ab", "abc", "A", "b", "z", "\u{E9}", "e\u{301}", "e", "한",
      "\u{1112}\u{1161}\u{11AB}",
      "～", "🙂", "a%", "a_", "\u{10FFFF}",
    ])
  }

  private mutating func crewID() -> Identifier<Crew> { .nth(number(1...5)) }
  private mutating func sailorID() -> Identifier<Sailor> { .nth(number(1...25)) }
  private mutating func small() -> Int { number(-1...4) }
  private mutating func real() -> Double { Double(small()) / 2 }
  private mutating func day() -> CalendarDate { CalendarDate(daysSinceEpoch: small() * 400) }
  private mutating func moment() -> Instant { Instant(milliseconds: Int64(small()) * 1_000) }
  private mutating func code() -> String { text() + pick(["", "1", "2"]) }

  private mutating func wage() -> Wage {
    Wage(cents: Int64(small()), currency: pick(["EUR", "KRW"]))
  }

  private mutating func crew() -> Crew {
    Crew(id: crewID(), name: code(), parent: chance(0.5) ? nil : crewID())
  }

  private mutating func sailor() -> Sailor {
    Sailor(
      id: sailorID(), name: text(), city: maybe { $0.text() }, age: maybe { $0.small() },
      score: maybe { $0.real() }, born: maybe { $0.day() }, seen: maybe { $0.moment() },
      isActive: chance(0.5), wage: maybe { $0.wage() }, code: chance(0.7) ? nil : code(),
      crew: chance(0.6) ? nil : crewID(), number: maybe { $0.small() },
      handles: chance(0.7) ? [] : list { $0.code() }, tags: list { $0.text() })
  }

  private mutating func postcard() -> Postcard {
    Postcard(
      id: .nth(number(1...25)), sailor: sailorID(), about: chance(0.5) ? nil : sailorID(),
      text: text(), slug: chance(0.5) ? nil : code())
  }

  private mutating func question() -> HistoryQuestion {
    let terms = (0..<pick([0, 1, 1, 2, 3])).map { _ in
      HistoryQuestion.Term(
        property: pick(HistoryQuestion.Property.allCases), isAscending: chance(0.5))
    }
    return HistoryQuestion(
      probe: chance(0.2) ? .always : probe(), terms: terms,
      newestFirst: chance(0.3) ? chance(0.5) : nil, limit: chance(0.6) ? nil : number(0...6),
      pageSize: number(1...8))
  }

  private mutating func comparison() -> Comparison {
    pick([.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual])
  }

  private mutating func probe(depth: Int = 0) -> HistoryProbe {
    switch number(0...(depth < 3 ? 34 : 24)) {
    case 0: .name(comparison(), text())
    case 1: .city(comparison(), maybe { $0.text() })
    case 2: .age(comparison(), maybe { $0.small() })
    case 3: .score(comparison(), maybe { $0.real() })
    case 4: .born(comparison(), maybe { $0.day() })
    case 5: .seen(comparison(), maybe { $0.moment() })
    case 6: .isActive(comparison(), chance(0.5))
    case 7: .wage(comparison(), maybe { $0.wage() })
    case 8: .code(comparison(), maybe { $0.code() })
    case 9: .crew(comparison(), maybe { $0.crewID() })
    case 10: .nameLength(comparison(), small())
    case 11: .nameIs(list { $0.text() })
    case 12: .cityIs(list { writer in writer.maybe { $0.text() } })
    case 13: .ageIs(list { writer in writer.maybe { $0.small() } })
    case 14: .wageIs(list { writer in writer.maybe { $0.wage() } })
    case 15: .namePrefix(text())
    case 16: .cityPrefix(text())
    case 17: .handlePrefix(text())
    case 18: .tagPrefix(text())
    case 19: .handle(code())
    case 20: .tag(text())
    case 21: .written(postcardProbe())
    case 22: .mentioned(postcardProbe())
    case 23: .any([])
    case 24: .all([])
    case 25...28: .all((0..<number(1...4)).map { _ in probe(depth: depth + 1) })
    case 29...31: .any((0..<number(1...3)).map { _ in probe(depth: depth + 1) })
    default: .not(probe(depth: depth + 1))
    }
  }

  private mutating func postcardProbe() -> PostcardProbe {
    switch number(0...6) {
    case 0: .always
    case 1, 2: .text(comparison(), text())
    case 3: .slug(comparison(), maybe { $0.code() })
    case 4: .aboutIsMissing
    case 5: .both(postcardProbe(), postcardProbe())
    default: .not(postcardProbe())
    }
  }
}
