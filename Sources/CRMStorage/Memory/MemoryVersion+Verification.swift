extension MemoryVersion {
  /// Looks at the indexes of every table: each has what the rows have, and nothing else.
  func verify(_ report: inout VerificationReport) {
    let keys = KeyWriter()
    for (position, kind) in shape.kept.enumerated() {
      let indexes = shape.coders[position].indexes
      let table = tables[position]
      var entries = Array(repeating: 0, count: indexes.count)
      table.rows.scan(.all, descending: false) { key, row in
        let id: RowID = identifier(endingKey: key)
        keys.writeEntries(of: row, id, shape.coders[position])
        for index in indexes.indices {
          // A row can compute one value several times, which the index has once.
          var seen: Set<[UInt8]> = []
          keys.forEachEntry(of: index) { entry in
            guard seen.insert(Array(entry)).inserted else { return }
            entries[index] += 1
            if table.indexes[index].find(entry) == nil {
              report.note(
                .damaged(
                  kind.name, field: indexes[index].name, id: id.description,
                  "the index lacks the row"))
            }
          }
        }
        return true
      }
      for index in indexes.indices where table.indexes[index].count > entries[index] {
        report.note(
          .damaged(kind.name, field: indexes[index].name, "the index has rows that are not"))
      }
    }
  }
}
