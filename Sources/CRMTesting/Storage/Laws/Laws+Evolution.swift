import CRMStorage

extension StorageLaw {
  /// The laws of bringing what an older program kept to the records of a newer one.
  ///
  /// The types of a kind differ from opening to opening, as they do from program to program.
  static let evolution = [
    StorageLaw(
      "evolution.added", "Fields and indexes that were added come by themselves",
      opening: olderVessels
    ) { trial in
      try await addVessels(to: trial.storage)
      let report = try await trial.storage.open(Catalog([Vessels.Added.self]))
      try expect(report.kind("vessels")?.from, is: 1)
      try expect(report.kind("vessels")?.to, is: 2)
      try expect(report.kind("vessels")?.changed, is: 0)
      try await trial.write { tx in
        let rows = try tx.rows(Query<Vessels.Added>()).map(\.row)
        try expect(rows.map(\.name), is: ["Argo", "Red Witch", "Flying Cloud"])
        try expect(rows.map(\.flag), is: ["none", "none", "none"], "what blank rows have")
        try expect(rows.map(\.note), is: [nil, nil, nil])
        try expect(
          try tx.ids(Query<Vessels.Added>(where: { $0.words.contains("Witch") })), is: [.nth(2)])
        try expect(.duplicate) { try tx.add(Vessels.Added(id: .nth(9), name: "Argo")) }
      }
      try await expectSound(trial)
    },
    StorageLaw(
      "evolution.steps", "Rows take the steps of their schema, and can become rows of other kinds",
      opening: olderVessels
    ) { trial in
      try await addVessels(to: trial.storage)
      let report = try await trial.storage.open(Catalog(newerVessels))
      try expect(report.kind("vessels")?.changed, is: 3)
      try expect(report.kind("berths")?.added, is: 1)
      try await trial.write { tx in
        let query = Query<Vessels.Third>(sortedBy: { [.descending($0.tons)] })
        let rows = try tx.rows(query).map(\.row)
        try expect(rows.map(\.title), is: ["Flying Cloud", "Argo", "Red Witch"])
        try expect(rows.map(\.tons), is: [1_782, 20, 0])
        guard let berth = rows[1].berth else {
          throw Unmet(expected: "a berth", found: "none")
        }
        try expect(try tx.get(berth)?.row.name, is: "Pier 7")
        try expect(.stillReferenced) { try tx.remove(berth) }
      }
      try await expectSound(trial)
      try expect(
        try await trial.storage.open(Catalog(newerVessels)), is: MigrationReport(), "again")
    },
    StorageLaw(
      "evolution.all-or-nothing", "A step that fails at any row leaves everything as it was",
      opening: olderVessels
    ) { trial in
      try await addVessels(to: trial.storage)
      for number in 1...3 {
        try await trial.write { tx in
          try tx.change(Identifier<Vessels.First>.nth(number)) { $0.tons = "broken" }
        }
        let before = try await trial.read { try everyVessel(in: $0) }
        let error = try await expectRefusal(.migrationFailed, opening: newerVessels, on: trial)
        try expect(error.record, is: "vessels")
        try expect(error.identifier, is: Identifier<Vessels.First>.nth(number).description)
        try await trial.storage.open(Catalog(olderVessels))
        try expect(try await trial.read { try everyVessel(in: $0) }, is: before)
        try await trial.write { tx in
          try tx.change(Identifier<Vessels.First>.nth(number)) { $0.tons = "1" }
        }
      }
    },
    StorageLaw(
      "evolution.rehearsal", "A rehearsal tells what an opening would do, and keeps nothing",
      opening: olderVessels
    ) { trial in
      try await addVessels(to: trial.storage)
      let before = try await trial.read { try everyVessel(in: $0) }
      let rehearsal = Migration(isRehearsal: true)
      let report = try await trial.storage.open(Catalog(newerVessels), migration: rehearsal)
      try expect(try await trial.read { try everyVessel(in: $0) }, is: before, "still open")
      await trial.storage.close()
      try expect(
        try await trial.storage.open(Catalog(newerVessels), migration: rehearsal), is: report)
      try await trial.storage.open(Catalog(olderVessels))
      try expect(try await trial.read { try everyVessel(in: $0) }, is: before)
      try await trial.write { tx in
        for number in 1...2 {
          try tx.change(Identifier<Vessels.First>.nth(number)) { $0.tons = "broken" }
        }
      }
      let problems = try await trial.storage.open(Catalog(newerVessels), migration: rehearsal)
        .problems
      try expect(
        problems.map(\.identifier),
        is: [1, 2].map { Identifier<Vessels.First>.nth($0).description }, "every row that fails")
      await trial.storage.close()
      try await trial.storage.open(Catalog(olderVessels))
    },
    StorageLaw(
      "evolution.newer", "A store of a newer version is refused and stays as it is",
      opening: newerVessels
    ) { trial in
      try await trial.write { tx in try tx.add(Vessels.Third(id: .nth(1), title: "Argo")) }
      await trial.storage.close()
      let error = try await expectRefusal(.newerStore, opening: olderVessels, on: trial)
      try expect(error.record, is: "vessels")
      try expect(try await trial.storage.open(Catalog(newerVessels)), is: MigrationReport())
      try await trial.read { tx in
        try expect(try tx.rows(Query<Vessels.Third>()).map(\.title), is: ["Argo"])
      }
    },
    StorageLaw(
      "evolution.stepless", "What differs without a step is refused, with every difference",
      opening: olderVessels
    ) { trial in
      try await addVessels(to: trial.storage)
      let before = try await trial.read { try everyVessel(in: $0) }
      let error = try await expectRefusal(
        .incompatibleSchema, opening: [Vessels.Stepless.self], on: trial)
      for field in ["name", "tons", "berth"] {
        try expect(error.message.contains("vessels.\(field)"), "\(field) named")
      }
      try await trial.storage.open(Catalog(olderVessels))
      try expect(try await trial.read { try everyVessel(in: $0) }, is: before)
    },
    StorageLaw(
      "evolution.unique", "Rows that a new unique index would refuse are refused at opening",
      opening: olderVessels
    ) { trial in
      try await addVessels(to: trial.storage)
      try await trial.write { tx in try tx.add(Vessels.First(id: .nth(4), name: "Argo")) }
      let before = try await trial.read { try everyVessel(in: $0) }
      let error = try await expectRefusal(.duplicate, opening: [Vessels.Added.self], on: trial)
      try expect(error.field, is: "name")
      try expect(error.identifier, is: Identifier<Vessels.First>.nth(4).description)
      try expect(error.holder, is: Identifier<Vessels.First>.nth(1).description)
      try await trial.storage.open(Catalog(olderVessels))
      try expect(try await trial.read { try everyVessel(in: $0) }, is: before)
    },
    StorageLaw(
      "evolution.references", "A row that kinds left out refer to cannot be let go by a step",
      opening: olderVessels
    ) { trial in
      try await addVessels(to: trial.storage)
      try await trial.write { tx in
        try tx.change(Identifier<Vessels.First>.nth(2)) { $0.tons = "sunk" }
      }
      let error = try await expectRefusal(.unknownReference, opening: newerVessels, on: trial)
      try expect(error.record, is: "voyages")
      try expect(error.field, is: "vessel")
      try await trial.storage.open(Catalog(olderVessels))
      try await trial.write { tx in try tx.remove(Identifier<Vessels.Voyage>(number: 5)) }
      let report = try await trial.storage.open(Catalog(newerVessels))
      try expect(report.kind("vessels")?.dropped, is: 1)
      try await trial.write { tx in
        let error = try expect(.stillReferenced) {
          try tx.remove(Identifier<Vessels.Third>.nth(1))
        }
        try expect(error.field, is: "voyages.vessel")
      }
    },
  ]

  /// The kinds of the older program.
  static let olderVessels: [any Record.Type] = [Vessels.First.self, Vessels.Voyage.self]

  /// The kinds of the newer program, which leaves voyages out.
  static let newerVessels: [any Record.Type] = [Vessels.Third.self, Vessels.Berth.self]
}

/// Three vessels, of which two have voyages.
func addVessels(to storage: any Storage) async throws {
  try await storage.write { tx in
    try tx.add(Vessels.First(id: .nth(1), name: "Argo", tons: "20", berth: "Pier 7"))
    try tx.add(Vessels.First(id: .nth(2), name: "Red Witch", tons: "some"))
    try tx.add(Vessels.First(id: .nth(3), name: "Flying Cloud", tons: "1782"))
    try tx.add(Vessels.Voyage(id: Identifier(number: 4), vessel: .nth(1)))
    try tx.add(Vessels.Voyage(id: Identifier(number: 5), vessel: .nth(2)))
  }
}

/// All rows as the older program has them.
func everyVessel(in reader: any StorageReader) throws -> [String] {
  try reader.rows(Query<Vessels.First>()).map { "\($0.row)" }
    + reader.rows(Query<Vessels.Voyage>()).map { "\($0.row)" }
}

private func expectSound(_ trial: LawTrial) async throws {
  try expect(try await trial.storage.verify().problems, is: [], "verification")
}

/// Goes on, with the failure, if opening fails in a certain way.
private func expectRefusal(
  _ code: StorageError.Code, opening kinds: [any Record.Type], on trial: LawTrial,
  fileID: String = #fileID, line: Int = #line
) async throws -> StorageError {
  try await expectFailure(code, "opening", fileID: fileID, line: line) {
    try await trial.storage.open(Catalog(kinds))
  }
}
