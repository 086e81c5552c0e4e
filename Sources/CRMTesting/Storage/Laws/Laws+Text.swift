import CRMStorage

extension StorageLaw {
  /// Text is kept in normalisation form C and means its UTF-8 bytes.
  static let text = [
    StorageLaw("text.entries", "The entries of a field of many texts come by bytes, then by row") {
      let words = ["a", "ab", "ab", "abc", "b", "é", "e\u{301}", "유", "유나", "\u{1F600}", ""]
      try await $0.write { tx in
        for number in 1...40 {
          let tags = (0..<(number % 4)).map { words[(number * 7 + $0 * 3) % words.count] }
          try tx.add(Sailor(id: .nth(number), tags: tags))
        }
      }
      try await $0.read { tx in
        for prefix in ["", "a", "ab", "é", "e\u{301}", "유", "z"] {
          let start = try String.prepared(prefix) ?? prefix
          let plain = try tx.rows(Query<Sailor>()).flatMap { row in
            Set(row.tags.filter { $0.utf8.starts(with: start.utf8) }).map {
              IndexEntry(value: $0, id: row.row.id)
            }
          }.sorted()
          var found: [IndexEntry<Sailor>] = []
          // Three at a time, each time from the last on.
          while true {
            let query = try EntryQuery(
              Sailor.fields.everyTag, prefix: prefix, after: found.last)
            let before = found.count
            try tx.scanEntries(query) {
              found.append($0)
              return found.count < before + 3
            }
            if found.count < before + 3 { break }
          }
          try expect(found, is: plain, "“\(prefix)”")
        }
      }
    },
    StorageLaw("text.form", "Text is kept in normalisation form C") {
      let decomposed = "Re\u{301}my \u{1112}\u{1161}\u{11AB}"
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1), name: decomposed, handles: [decomposed]))
        var specimen = Specimen(id: .nth(1))
        specimen.tag = Specimen.Tag(rawValue: decomposed)
        specimen.place.lines = [decomposed]
        try tx.add(specimen)
      }
      try await $0.read { tx in
        let row = try tx.get(Identifier<Sailor>.nth(1))?.row
        let expected = Array("R\u{E9}my \u{D55C}".utf8)
        try expect(row.map { Array($0.name.utf8) }, is: expected, "a field")
        try expect(row?.handles.first.map { Array($0.utf8) }, is: expected, "an element of a list")
        let specimen = try tx.get(Identifier<Specimen>.nth(1))?.row
        let wrapped = specimen?.tag.rawValue
        try expect(wrapped.map { Array($0.utf8) }, is: expected, "a wrapped text")
        let nested = specimen?.place.lines.first
        try expect(nested.map { Array($0.utf8) }, is: expected, "in a structure")
      }
    },
    StorageLaw("text.equivalent", "Text is found by its composed and decomposed spelling") {
      try await $0.write { tx in
        try tx.add(
          Sailor(id: .nth(1), name: "Jose\u{301}", city: "Jose\u{301}", tags: ["e\u{301}"]))
      }
      try await $0.read { tx in
        for name in ["Jos\u{E9}", "Jose\u{301}"] {
          let filters: [Filter<Sailor>] = [
            .init { $0.name == name }, .init { $0.city == name },
            .init { $0.name.isOne(of: [name]) },
            .init { $0.name.hasPrefix(name) },
            .init { $0.everyTag.contains(String(name.suffix(1))) },
          ]
          for filter in filters {
            try expect(try tx.count(Query(where: { _ in filter })), is: 1, "\(filter.condition)")
          }
        }
      }
    },
    StorageLaw("text.equivalent-taken", "Two spellings of one text are one unique value") {
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1), code: "e\u{301}", handles: ["e\u{301}"]))
        try expect(.duplicate, "code") { try tx.add(Sailor(id: .nth(2), code: "\u{E9}")) }
        try expect(.duplicate, "handle") { try tx.add(Sailor(id: .nth(2), handles: ["\u{E9}"])) }
      }
    },
    StorageLaw("text.order", "Text follows by its UTF-8 bytes") {
      let names = [
        "", " ", "0", "10", "9", "A", "Z", "a", "aa", "b", "z", "z ", "é", "ß", "한", "ﬀ", "～", "🙂",
        "🙃",
      ]
      try await $0.write { tx in
        for (n, name) in names.enumerated().reversed() {
          try tx.add(Sailor(id: .nth(names.count - n), name: name, city: name))
        }
      }
      let up = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      try await $0.read { tx in
        let byName = Query<Sailor>(sortedBy: { [.ascending($0.name)] })
        try expect(try tx.rows(byName).map(\.row.name), is: up, "up")
        let byCity = Query<Sailor>(sortedBy: { [.descending($0.city)] })
        try expect(try tx.rows(byCity).map(\.row.name), is: up.reversed(), "down")
        for name in up {
          let before = up.filter { $0.utf8.lexicographicallyPrecedes(name.utf8) }
          let less = Query<Sailor>(where: { $0.name < name }, sortedBy: { [.ascending($0.name)] })
          try expect(try tx.rows(less).map(\.row.name), is: before, "before “\(name)”")
          let more = Query<Sailor>(where: { $0.city >= name })
          try expect(try tx.count(more), is: up.count - before.count, "from “\(name)”")
        }
      }
    },
    StorageLaw("text.case", "Capital and small letters differ") {
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1), name: "ANA", code: "ANA", handles: ["ANA"]))
        try tx.add(Sailor(id: .nth(2), name: "ana", code: "ana", handles: ["ana"]))
      }
      try await $0.read { tx in
        try expect(try tx.ids(Query<Sailor>(where: { $0.name == "ana" })), is: [.nth(2)])
        try expect(try tx.ids(Query<Sailor>(where: { $0.name.hasPrefix("AN") })), is: [.nth(1)])
      }
    },
    StorageLaw("text.prefix", "A prefix means the first bytes, and nothing else") {
      let names = [
        "a", "ab", "ab%", "abc", "a%c", "a_c", "a*c", "A", "é", "éa", "e", "한국", "한", "하", "🙂🙂",
        "🙃",
        "\u{10FFFF}", "\u{10FFFF}a", "\u{7F}", "", "[a]", "\\",
      ]
      let prefixes = names + ["ab%c", "%", "_", "*", "b", "🙂a", "e\u{301}"]
      try await $0.write { tx in
        for (n, name) in names.enumerated() {
          try tx.add(Sailor(id: .nth(n), name: name, city: name, tags: [name, "x" + name]))
        }
        try tx.add(Sailor(id: .nth(99), name: "missing", city: nil))
      }
      try await $0.read { tx in
        for prefix in prefixes {
          let composed = prefix == "\u{E9}" ? "\u{E9}" : prefix
          let expected = names.indices.filter { names[$0].utf8.starts(with: composed.utf8) }
          let cities = try tx.ids(Query<Sailor>(where: { $0.city.hasPrefix(prefix) }))
          try expect(cities.map(\.ordinal), is: expected, "prefix “\(prefix)”")
          let tags = try tx.ids(Query<Sailor>(where: { $0.everyTag.containsPrefix("x" + prefix) }))
          try expect(tags.map(\.ordinal), is: expected, "tag prefix “x\(prefix)”")
          let others = try tx.ids(Query<Sailor>(where: { !$0.city.hasPrefix(prefix) }))
          try expect(others.count, is: names.count + 1 - expected.count, "not “\(prefix)”")
        }
      }
    },
    StorageLaw("text.prefix-partial", "A letter is not the prefix of its accented form") {
      try await $0.write { tx in try tx.add(Sailor(id: .nth(1), name: "e\u{301}a")) }
      try await $0.read { tx in
        try expect(try tx.count(Query<Sailor>(where: { $0.name.hasPrefix("e") })), is: 0)
      }
    },
    StorageLaw("text.long", "Text of 100 KB is compared to its end") {
      let long = String(repeating: "텍스트🙂", count: 8_000)
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1)))
        for (n, ending) in ["b", "a", ""].enumerated() {
          try tx.add(Postcard(id: .nth(n), sailor: .nth(1), text: long + ending))
        }
      }
      try await $0.read { tx in
        let sorted = Query<Postcard>(sortedBy: { [.ascending($0.text)] })
        try expect(try tx.ids(sorted).map(\.ordinal), is: [2, 1, 0], "order")
        let one = Query<Postcard>(where: { $0.text == long + "a" })
        try expect(try tx.ids(one).map(\.ordinal), is: [1], "equality")
      }
    },
  ]
}
