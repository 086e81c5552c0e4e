import CRMStorage

extension StorageLaw {
  /// Filters mean the same everywhere, missing values included.
  static let filters = [
    StorageLaw("filters.truth", "A comparison with a missing value is false, its opposite true") {
      try await $0.write { tx in
        for (n, value) in [nil, 1, 2, 3].enumerated() {
          var row = Sparse(id: .nth(n))
          row.wide = value.map(Int64.init)
          row.count = value
          row.text = value.map(String.init)
          row.day = value.map(CalendarDate.init(daysSinceEpoch:))
          row.ratio = value.map(Double.init)
          try tx.add(row)
        }
      }
      try await $0.read { tx in
        let day = CalendarDate(daysSinceEpoch: 2)
        try expectTruth(of: Sparse.fields.wide, against: 2, in: tx)
        try expectTruth(of: Sparse.fields.count, against: 2, in: tx)
        try expectTruth(of: Sparse.fields.text, against: "2", in: tx)
        try expectTruth(of: Sparse.fields.day, against: day, in: tx)
        try expectTruth(of: Sparse.fields.ratio, against: 2, in: tx)
      }
    },
    StorageLaw("filters.nil", "Compared with nil, a field is asked whether it has a value") {
      try await addAges([nil, 1], to: $0)
      try await $0.read { tx in
        try expect({ $0.age == nil }, finds: [0], in: tx)
        try expect({ $0.age != nil }, finds: [1], in: tx)
        try expect({ !($0.age == nil) }, finds: [1], in: tx)
        try expect({ $0.age < nil }, finds: [], in: tx)
        try expect({ $0.age >= nil }, finds: [], in: tx)
        try expect({ !($0.age >= nil) }, finds: [0, 1], in: tx)
      }
    },
    StorageLaw("filters.combined", "And, or and not combine as in logic") {
      try await addAges([nil, 1, 2, 3], to: $0)
      try await $0.read { tx in
        try expect({ $0.age > 1 && $0.age < 3 }, finds: [2], in: tx)
        try expect({ $0.age < 2 || $0.age > 2 }, finds: [1, 3], in: tx)
        try expect({ !($0.age < 2 || $0.age > 2) }, finds: [0, 2], in: tx)
        try expect({ !($0.age > 1 && $0.isActive == true) }, finds: [0, 1], in: tx)
        try expect({ ($0.age == 1 || $0.age == 2) && !($0.age == 2) }, finds: [1], in: tx)
        try expect({ $0.age == 1 || $0.age.isMissing }, finds: [0, 1], in: tx)
        try expect({ !(!($0.age == 1)) }, finds: [1], in: tx)
      }
    },
    StorageLaw("filters.none", "All of nothing is true, any of nothing is false") {
      try await addAges([nil, 1], to: $0)
      try await $0.read { tx in
        try expect({ _ in Filter(.all([])) }, finds: [0, 1], in: tx)
        try expect({ _ in Filter(.any([])) }, finds: [], in: tx)
        try expect({ _ in !Filter(.all([])) }, finds: [], in: tx)
        try expect({ _ in !Filter(.any([])) }, finds: [0, 1], in: tx)
        try expect({ _ in !.all }, finds: [], in: tx)
        try expect({ _ in Filter(.all([.always, .any([.always])])) }, finds: [0, 1], in: tx)
        try expect({ _ in Filter(.any([.all([.any([])]), .not(.always)])) }, finds: [], in: tx)
      }
    },
    StorageLaw("filters.among", "A field is one of several values, of none or of many") {
      try await addAges([nil, 1, 2, 3], to: $0)
      try await $0.read { tx in
        try expect({ $0.age.isOne(of: [1, 3, 1, 9]) }, finds: [1, 3], in: tx)
        try expect({ $0.age.isOne(of: []) }, finds: [], in: tx)
        try expect({ !$0.age.isOne(of: []) }, finds: [0, 1, 2, 3], in: tx)
        try expect({ $0.age.isOne(of: [nil]) }, finds: [], in: tx)
        try expect({ $0.age.isOne(of: [nil, 2]) }, finds: [2], in: tx)
        try expect({ !$0.age.isOne(of: [1]) }, finds: [0, 2, 3], in: tx)
        try expect({ $0.age.isOne(of: (2...3_000).map { $0 }) }, finds: [2, 3], in: tx)
      }
    },
    StorageLaw("filters.pairs", "Values of two columns compare as their type says") {
      let wages = [
        nil, Wage(cents: 1, currency: "EUR"), Wage(cents: 5, currency: "EUR"),
        Wage(cents: 5, currency: "KRW"),
      ]
      try await $0.write { tx in
        for (n, wage) in wages.enumerated() { try tx.add(Sailor(id: .nth(n), wage: wage)) }
      }
      try await $0.read { tx in
        let five = Wage(cents: 5, currency: "EUR")
        try expect({ $0.wage == five }, finds: [2], in: tx)
        try expect({ $0.wage != five }, finds: [1, 3], in: tx)
        try expect({ !($0.wage == five) }, finds: [0, 1, 3], in: tx)
        try expect({ $0.wage <= five }, finds: [1, 2], in: tx)
        try expect({ $0.wage < five }, finds: [1], in: tx)
        try expect({ $0.wage >= five }, finds: [2], in: tx)
        try expect({ !($0.wage >= five) }, finds: [0, 1, 3], in: tx)
        try expect({ $0.wage.isOne(of: [five, wages[3]]) }, finds: [2, 3], in: tx)
        try expect({ $0.wage.isMissing }, finds: [0], in: tx)
      }
    },
    StorageLaw("filters.derived", "A value that follows from others is found like them") {
      try await $0.write { tx in
        for (n, name) in ["", "a", "한", "abc"].enumerated() {
          try tx.add(Sailor(id: .nth(n), name: name))
        }
        try tx.change(Identifier<Sailor>.nth(0)) { $0.name = "ab" }
      }
      try await $0.read { tx in
        try expect({ $0.nameLength == 3 }, finds: [2, 3], in: tx)
        try expect({ $0.nameLength <= 2 }, finds: [0, 1], in: tx)
        let sorted = Query<Sailor>(sortedBy: { [.descending($0.nameLength)] })
        try expect(try tx.ids(sorted).map(\.ordinal), is: [3, 2, 0, 1], "order")
      }
    },
    StorageLaw("filters.multiple", "A row with several matching values is found once") {
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(0)))
        try tx.add(Sailor(id: .nth(1), tags: ["ab", "abc", "ab", "b"]))
        try tx.add(Sailor(id: .nth(2), tags: ["b", "c"]))
      }
      try await $0.read { tx in
        try expect({ $0.everyTag.contains("ab") }, finds: [1], in: tx)
        try expect({ $0.everyTag.contains("b") }, finds: [1, 2], in: tx)
        try expect({ !$0.everyTag.contains("b") }, finds: [0], in: tx)
        try expect({ $0.everyTag.containsPrefix("a") }, finds: [1], in: tx)
        try expect({ $0.everyTag.containsPrefix("") }, finds: [1, 2], in: tx)
        try expect({ !$0.everyTag.containsPrefix("") }, finds: [0], in: tx)
        try expect({ $0.everyTag.contains("b") && $0.everyTag.contains("c") }, finds: [2], in: tx)
        try expect(
          { $0.everyTag.contains("ab") || $0.everyTag.contains("b") }, finds: [1, 2], in: tx)
        let among = Condition.among(field: "every_tag", values: [[.text("ab")], [.text("b")]])
        try expect({ _ in Filter(among) }, finds: [1, 2], in: tx)
      }
    },
    StorageLaw("filters.unknown-field", "An unknown field is refused, the nearest suggested") {
      try await addAges([1], to: $0)
      try await $0.read { tx in
        let query = Query<Sailor>(where: { _ in Filter(.isMissing(field: "scores")) })
        for ask in [{ _ = try tx.rows(query) }, { _ = try tx.count(query) }] {
          let error = try expect(.unknownField, from: ask)
          try expect(error.record, is: "sailors", "record")
          try expect(error.field, is: "scores", "field")
          try expect(error.recovery.contains("score"), "the nearest name", found: error.recovery)
        }
      }
    },
    StorageLaw("filters.unsupported", "A question that does not fit its field is refused") {
      try await addAges([1], to: $0)
      try await $0.read { tx in
        let questions: [Condition] = [
          .compare(field: "age", .equal, value: [.text("1")]),
          .compare(field: "age", .equal, value: [.missing]),
          .compare(field: "age", .equal, value: []),
          .compare(field: "wage", .equal, value: [.integer(1)]),
          .compare(field: "tags", .equal, value: [.json("[]")]),
          .compare(field: "every_tag", .less, value: [.text("a")]),
          .among(field: "age", values: [[.integer(1)], [.flag(true)]]),
          .hasPrefix(field: "age", "1"),
          .isMissing(field: "every_tag"),
          .not(.any([.all([.hasPrefix(field: "born", "1")])])),
          .exists(record: "persons", through: "crew", .always),
          .exists(record: "postcards", through: "text", .always),
        ]
        for question in questions {
          let query = Query<Sailor>(where: { _ in Filter(question) })
          try expect(.unsupportedQuery, "\(question)") { _ = try tx.rows(query) }
          try expect(.unsupportedQuery, "count \(question)") { _ = try tx.count(query) }
        }
      }
    },
    StorageLaw("filters.unkeepable", "A constant that no row can hold is refused") {
      try await addAges([1], to: $0)
      try await $0.read { tx in
        let questions: [Condition] = [
          .compare(field: "name", .equal, value: [.text("a\0")]), .hasPrefix(field: "name", "\0"),
          .compare(field: "score", .less, value: [.real(.nan)]),
        ]
        for question in questions {
          let query = Query<Sailor>(where: { _ in Filter(question) })
          try expect(.unsupportedQuery, "\(question)") { _ = try tx.rows(query) }
        }
      }
    },
  ]
}

private func addAges(_ ages: [Int?], to trial: LawTrial) async throws {
  try await trial.write { tx in
    for (n, age) in ages.enumerated() { try tx.add(Sailor(id: .nth(n), age: age)) }
  }
}

private func expect(
  _ filter: (Sailor.Fields) -> Filter<Sailor>, finds ordinals: [Int], in tx: any StorageReader,
  fileID: String = #fileID, line: Int = #line
) throws {
  let query = Query<Sailor>(where: filter)
  let label = "\(query.filter.condition)"
  try expect(try tx.ids(query).map(\.ordinal), is: ordinals, label, fileID: fileID, line: line)
  try expect(try tx.count(query), is: ordinals.count, "count \(label)", fileID: fileID, line: line)
}

/// Expects of rows without a value and with one before, at and after a constant what holds.
private func expectTruth<V: FieldValue>(
  of field: Field<Sparse, V?>, against value: V, in tx: any StorageReader
) throws {
  let table: [(String, Filter<Sparse>, [Int])] = [
    ("==", field == value, [2]), ("!=", field != value, [1, 3]), ("<", field < value, [1]),
    ("<=", field <= value, [1, 2]), (">", field > value, [3]), (">=", field >= value, [2, 3]),
    ("among", field.isOne(of: [value]), [2]), ("missing", field.isMissing, [0]),
    ("present", field.isPresent, [1, 2, 3]),
  ]
  for (name, filter, found) in table {
    let rest = (0...3).filter { !found.contains($0) }
    let cases = [
      (filter, found), (!filter, rest), (!(!filter), found), (filter && .all, found),
      (Filter(.any([filter.condition])), found), (Filter(.not(.any([filter.condition]))), rest),
      (Filter(.not(.all([filter.condition, .always]))), rest), (filter || !filter, [0, 1, 2, 3]),
      (filter && !filter, []),
    ]
    for (filter, expected) in cases {
      let ids = try tx.ids(Query<Sparse>(where: { _ in filter })).map(\.ordinal)
      try expect(ids, is: expected, "\(field.name) \(name): \(filter.condition)")
    }
  }
}
