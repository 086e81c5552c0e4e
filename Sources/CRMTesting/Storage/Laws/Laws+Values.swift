import CRMStorage

extension StorageLaw {
  /// Every kind of value comes back as it was given, and in its order.
  static let values = [
    StorageLaw("values.plain", "A blank row of every kind of value comes back") {
      try await roundTrip(Specimen(id: .nth(1)), in: $0)
    },
    StorageLaw("values.least", "The least value of every kind comes back") {
      var row = Specimen(id: .nth(1))
      row.count = .min
      row.wide = .min
      row.ratio = -.greatestFiniteMagnitude
      row.moment = .earliest
      row.day = Instant.earliest.dateInUTC
      row.blob = Blob([0])
      row.wage = Wage(cents: .min, currency: "")
      row.words = [""]
      row.gaps = [nil]
      row.nested = [[]]
      row.named = ["": ""]
      row.moments = ["first": .earliest]
      row.places = [Harbour()]
      try await roundTrip(row, in: $0)
    },
    StorageLaw("values.greatest", "The greatest value of every kind comes back") {
      var row = Specimen(id: .nth(1))
      row.flag = true
      row.count = .max
      row.wide = .max
      row.ratio = .greatestFiniteMagnitude
      row.text = String(repeating: "한글 텍스트 🙂 ", count: 5_000)
      row.moment = .latest
      row.day = Instant.latest.dateInUTC
      row.link = Identifier(high: .max, low: .max)
      row.blob = Blob((0..<100_000).map { UInt8(truncatingIfNeeded: $0) })
      row.grade = .high
      row.level = .two
      row.wage = Wage(cents: .max, currency: "KRW")
      row.words = (0..<2_000).map { "word \($0)" }
      row.gaps = [nil, .min, nil, nil, .max]
      row.nested = [[0.1, -1e300], [], [.leastNonzeroMagnitude]]
      row.named = ["é": "\"\\\n\t\u{1}", "a": "🙂", "z": ""]
      row.moments = ["last": .latest]
      row.place = Harbour(
        street: "세종대로 110", lines: ["", "b"], buoy: Buoy(north: 37.5663, east: -0.5), wage: row.wage
      )
      row.places = [row.place, Harbour(), Harbour(wage: Wage(cents: -1, currency: "EUR"))]
      try await roundTrip(row, in: $0)
    },
    StorageLaw("values.pairs", "Lists and maps of values that take two columns come back") {
      var row = Specimen(id: .nth(1))
      row.wageGaps = [nil, Wage(cents: 3, currency: "EUR"), nil]
      row.wagesByName = ["a": Wage(cents: 4, currency: "EUR"), "b": Wage(cents: 5, currency: "")]
      row.wages = [Wage(cents: 1, currency: "EUR"), Wage(cents: -2, currency: "KRW")]
      try await roundTrip(row, in: $0)
    },
    StorageLaw("values.reals", "Numbers come back to the last bit, negative zero as zero") {
      let reals = [
        0.1, -0.0, 1 / 3, .leastNonzeroMagnitude, .leastNormalMagnitude, .ulpOfOne, 1e22,
        123_456_789.123,
      ]
      try await $0.write { tx in
        for (n, real) in reals.enumerated() {
          var row = Specimen(id: .nth(n))
          row.ratio = real
          try tx.add(row)
        }
      }
      try await $0.read { tx in
        for (n, real) in reals.enumerated() {
          let found = try tx.get(Identifier<Specimen>.nth(n))?.row.ratio
          try expect(found?.bitPattern, is: (real == 0 ? 0 : real).bitPattern, "\(real)")
        }
        try expect(try tx.ids(Query<Specimen>(where: { $0.ratio == -0.0 })), is: [.nth(1)], "zero")
      }
    },
    StorageLaw("values.refused", "What no backend can keep is refused by the schema") { _ in
      var row = Specimen(id: .nth(1))
      row.ratio = .nan
      try expect(.invalidValue, "not a number") { _ = try Specimen.schema.hold(row) }
      row.ratio = 0
      row.text = "a\0b"
      try expect(.invalidValue, "NUL") { _ = try Specimen.schema.hold(row) }
      let long = Crew(id: .nth(1), name: String(repeating: "é", count: 501), parent: nil)
      try expect(.tooLong, "1 002 indexed bytes") { _ = try Crew.schema.hold(long) }
    },
    StorageLaw("values.entries", "A row one of whose many values no index can keep is refused") {
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1), tags: ["old"]))
        let long = String(repeating: "é", count: 501)
        let refusals = [
          try expect(.tooLong, "1 002 bytes among others") {
            try tx.add(Sailor(id: .nth(2), handles: ["a"], tags: ["new", long]))
          },
          try expect(.tooLong, "1 002 unique bytes") {
            try tx.add(Sailor(id: .nth(2), handles: [long]))
          },
          try expect(.tooLong, "1 002 bytes in place of few") {
            try tx.change(Identifier<Sailor>.nth(1)) { $0.tags = [long] }
          },
        ]
        try expect(refusals.map(\.field), is: ["every_tag", "every_handle", "every_tag"])
        try tx.add(Sailor(id: .nth(3), tags: [String(repeating: "é", count: 500)]))
      }
      try await $0.read { tx in
        try expect(try tx.ids(Query<Sailor>()), is: [.nth(1), .nth(3)], "all rows")
        let old = Query<Sailor>(where: { $0.everyTag.contains("old") })
        try expect(try tx.ids(old), is: [.nth(1)], "by the tag that stayed")
        let new = Query<Sailor>(where: { $0.everyTag.contains("new") })
        try expect(try tx.ids(new), is: [], "by a tag that was refused")
      }
    },
    StorageLaw("values.missing", "Missing values of every kind stay missing") {
      try await $0.write { tx in try tx.add(Sparse(id: .nth(1))) }
      try await $0.read { tx in
        try expect(try tx.get(Identifier<Sparse>.nth(1))?.row, is: Sparse(id: .nth(1)))
        let none = Query<Sparse>(where: {
          $0.flag.isMissing && $0.blob.isMissing && $0.wage.isMissing && $0.words.isMissing
            && $0.place.isMissing && $0.day.isMissing
        })
        try expect(try tx.count(none), is: 1, "missing in a filter")
      }
    },
    StorageLaw("values.empty", "Empty is not missing") {
      var row = Sparse(id: .nth(1))
      row.text = ""
      row.blob = Blob([])
      row.words = []
      row.named = [:]
      row.place = Harbour()
      let full = row
      try await $0.write { tx in try tx.add(full) }
      try await $0.read { tx in
        try expect(try tx.get(full.id)?.row, is: full)
        let some = Query<Sparse>(where: {
          $0.text.isPresent && $0.blob.isPresent && $0.words.isPresent && $0.place.isPresent
        })
        try expect(try tx.count(some), is: 1, "present in a filter")
        try expect(try tx.count(Query<Sparse>(where: { $0.text == "" })), is: 1, "empty text")
      }
    },
    StorageLaw("values.appear", "Values can appear and go missing with updates") {
      let full = Sparse.full(.nth(1))
      try await $0.write { tx in
        try tx.add(Sparse(id: .nth(1)))
        try tx.change(full.id) { $0 = full }
        try expect(try tx.get(full.id)?.row, is: full, "appeared")
        try tx.change(full.id) { $0 = Sparse(id: .nth(1)) }
        try expect(try tx.get(full.id)?.row, is: Sparse(id: .nth(1)), "gone")
        try expect(try tx.count(Query<Sparse>(where: { $0.wide.isMissing })), is: 1, "filter")
      }
    },
    StorageLaw("values.order", "Every kind of value has its order, missing first") {
      try await expectOrder(in: $0, { $0.flag }, [nil, false, true]) { $0.flag = $1 }
      try await expectOrder(in: $0, { $0.wide }, [nil, .min, -256, -1, 0, 1, 255, .max]) {
        $0.wide = $1
      }
      let reals: [Double?] = [
        nil, -.greatestFiniteMagnitude, -2.5, -.leastNonzeroMagnitude, 0, .leastNonzeroMagnitude,
        0.5, 1e300,
      ]
      try await expectOrder(in: $0, { $0.ratio }, reals) { $0.ratio = $1 }
      let moments: [Instant?] = [nil] + [.min, -1, 0, 1, .max].map(Instant.init(milliseconds:))
      try await expectOrder(in: $0, { $0.moment }, moments) { $0.moment = $1 }
      let days = [nil] + [-719_162, -1, 0, 10_000].map { CalendarDate(daysSinceEpoch: $0) }
      try await expectOrder(in: $0, { $0.day }, days) { $0.day = $1 }
      let blobs = [nil] + [[], [0], [0, 0], [0, 1], [1], [127], [128], [255]].map { Blob($0) }
      try await expectOrder(in: $0, { $0.blob }, blobs) { $0.blob = $1 }
      let links: [Identifier<Sparse>?] = [
        nil, .zero, Identifier(high: 0, low: .max), Identifier(high: 1 << 63, low: 0),
      ]
      try await expectOrder(in: $0, { $0.link }, links) { $0.link = $1 }
      let grades: [Specimen.Grade?] = [nil, .high, .low]
      try await expectOrder(in: $0, { $0.grade }, grades) { $0.grade = $1 }
      let wages: [Wage?] = [
        nil, Wage(cents: 1, currency: "EUR"), Wage(cents: 2, currency: "EUR"),
        Wage(cents: -1, currency: "KRW"), Wage(cents: 1, currency: "KRW"),
      ]
      try await expectOrder(in: $0, { $0.wage }, wages) { $0.wage = $1 }
    },
  ]
}

private func roundTrip(_ row: Specimen, in trial: LawTrial) async throws {
  try await trial.write { tx in
    try tx.add(row)
    try expect(try tx.get(row.id)?.row, is: row, "within the write")
  }
  try await trial.read { tx in
    try expect(try tx.get(row.id)?.row, is: row, "by identifier")
    try expect(try tx.rows(Query<Specimen>()).map(\.row), is: [row], "by query")
  }
}

/// Inserts rows with the values from last to first and expects them back from first to last.
private func expectOrder<V: FieldValue>(
  in trial: LawTrial, _ field: (Sparse.Fields) -> Field<Sparse, V?>, _ values: [V?],
  _ set: (inout Sparse, V?) -> Void, fileID: String = #fileID, line: Int = #line
) async throws {
  let field = field(Sparse.fields)
  try await trial.write { tx in
    for row in try tx.rows(Query<Sparse>()) { try tx.delete(row) }
    for (n, value) in values.enumerated().reversed() {
      // Identifiers run against the values, so that only the values can bring the order about.
      var row = Sparse(id: .nth(values.count - n))
      set(&row, value)
      try tx.add(row)
    }
  }
  let up = values.indices.map { values.count - $0 }
  try await trial.read { tx in
    let ascending = Query<Sparse>(sortedBy: { _ in [.ascending(field)] })
    try expect(
      try tx.ids(ascending).map(\.ordinal), is: up, "\(field.name) up", fileID: fileID, line: line)
    let descending = Query<Sparse>(sortedBy: { _ in [.descending(field)] })
    try expect(
      try tx.ids(descending).map(\.ordinal), is: up.reversed(), "\(field.name) down",
      fileID: fileID, line: line)
    for (n, value) in values.enumerated() {
      try expect(
        try tx.ids(Query<Sparse>(where: { _ in field == value })).map(\.ordinal),
        is: [values.count - n],
        "\(field.name) found by its value", fileID: fileID, line: line)
    }
  }
}
