import CRMStorage

extension StorageLaw {
  /// Reads and writes that take long hold up no read, and reads hold up no write.
  static let beside = [
    StorageLaw("beside.write", "A write begins and ends while a long read goes on") {
      let storage = $0.storage
      let write = try await crewErrand(in: storage)
      try await onOwnThreads { try await storage.read { _ in try expectEnd(of: write) } }
      try await write.value
    },
    StorageLaw("beside.read", "A read begins and ends while a long write goes on") {
      let storage = $0.storage
      let read = try await Errand { try await storage.read { try $0.count(Query<Crew>()) } }
      try await onOwnThreads {
        try await storage.write { tx in
          try tx.add(Crew(id: .nth(1), name: "Sales"))
          read.begin()
          try expect(read.wait(milliseconds: 5_000), "the read has ended within 5 seconds")
        }
      }
      try expect(try await read.value, is: 0, "rows of the unfinished write")
    },
    StorageLaw("beside.export", "A write begins and ends while an export goes on") {
      let storage = $0.storage
      try await addCargo(to: storage)
      let write = try await crewErrand(in: storage)
      let lines = try await onOwnThreads {
        var lines: [String] = []
        try await storage.read { tx in
          try tx.export { line in
            if lines.count == 3 { try expectEnd(of: write) }
            lines.append(String(decoding: line, as: UTF8.self))
          }
        }
        return lines
      }
      try await write.value
      try expect(lines == (try await cargo.value), "the rows before the write alone")
    },
    StorageLaw("beside.backup", "A write begins and ends while a backup goes on") {
      let (storage, place) = ($0.storage, $0.place)
      let path = place.folder + "/backup"
      try await addCargo(to: storage)
      let write = try await crewErrand(in: storage)
      let outcome = Locked<Result<Void, any Error>?>(nil)
      try await onOwnThreads {
        try await storage.backup(to: path) { _ in
          outcome.withLock { first in
            guard first == nil else { return }
            first = Result { try expectEnd(of: write) }
          }
        }
      }
      try outcome.withLock { $0 }?.get()
      try await write.value
      let elsewhere = try await place.makeElsewhere()
      try await elsewhere.restore(from: path, as: Catalog(LawTrial.kinds), progress: nil)
      try await expectExport(of: elsewhere, is: try await cargo.value, "what was restored")
      await elsewhere.close()
    },
    StorageLaw("beside.compact", "Compacting begins and ends while a long read goes on") {
      let storage = $0.storage
      try await addCargo(to: storage)
      let compaction = try await Errand { try await storage.compact() }
      try await onOwnThreads {
        try await storage.read { tx in
          let before = try Everything(in: tx)
          compaction.begin()
          try expect(compaction.wait(milliseconds: 5_000), "an end within 5 seconds")
          try expect(try Everything(in: tx), is: before, "in the same read")
        }
      }
      try await compaction.value
    },
  ]

  /// Ready to add a crew.
  private static func crewErrand(in storage: any Storage) async throws -> Errand<Void> {
    try await Errand {
      try await storage.write { tx in try tx.add(Crew(id: .nth(9), name: "Later")) }
    }
  }

  private static func expectEnd(of write: Errand<Void>) throws {
    write.begin()
    try expect(write.wait(milliseconds: 5_000), "the write has ended within 5 seconds")
  }

  /// A question that an index answers does not take a look at every row.
  static let indexes = StorageLaw(
    "abilities.indexes", "What an index leads to is found without looking at every row",
    opening: [Witness.self]
  ) {
    let storage = $0.storage
    try await withWitnesses(in: storage) { tx in
      let few = try Witness.looks {
        try expect(try tx.rows(Query<Witness>(where: { $0.rank == 7 })).count, is: 1)
      }
      try expect(few <= 10, "at most 10 looks for one row of 200", found: "\(few)")
      let first = try Witness.looks {
        let query = Query<Witness>(sortedBy: { [.descending($0.rank)] }, limit: 3)
        try expect(try tx.rows(query).map(\.id.ordinal), is: [199, 198, 197])
      }
      try expect(first <= 20, "at most 20 looks for three rows of 200", found: "\(first)")
    }
  }

  /// A question that no index answers does not make every row.
  static let nativeFilters = StorageLaw(
    "abilities.filters", "A condition is looked at by the store itself, before it makes a row",
    opening: [Witness.self]
  ) {
    let storage = $0.storage
    try await withWitnesses(in: storage) { tx in
      let looks = try Witness.looks {
        try expect(try tx.rows(Query<Witness>(where: { $0.note == -7 })).count, is: 1)
      }
      try expect(looks <= 10, "at most 10 looks for one row of 200", found: "\(looks)")
    }
  }

  /// What an index of many values has is read in its order, without the rows.
  static let entries = StorageLaw(
    "abilities.entries", "The values of an index of many are read without looking at rows",
    opening: [Witness.self]
  ) {
    let storage = $0.storage
    try await withWitnesses(in: storage) { tx in
      var found: [Int] = []
      let looks = try Witness.looks {
        try tx.scanEntries(EntryQuery(Witness.fields.everyDigit, prefix: "7")) { entry in
          found.append(entry.id.ordinal)
          return found.count < 3
        }
      }
      try expect(found, is: [7, 17, 27], "the first rows with a seven")
      try expect(looks == 0, "no look at a row", found: "\(looks)")
    }
  }

  /// Rows asked for together are fetched together.
  static let lookUps = StorageLaw(
    "abilities.look-ups", "Of many rows looked up at once, each is made once",
    opening: [Witness.self]
  ) {
    let storage = $0.storage
    try await withWitnesses(in: storage) { tx in
      let asked = (0..<40).map { 10 + $0 % 5 }
      let looks = try Witness.looks {
        let rows = try tx.get(asked.map { Identifier<Witness>.nth($0) })
        try expect(rows.map { $0?.id.ordinal }, is: asked)
      }
      try expect(looks <= 5, "at most 5 looks for five rows", found: "\(looks)")
    }
  }

  /// A load holds nothing back.
  static let loading = StorageLaw(
    "abilities.load", "A row that is loaded is there at once, also where two name each other"
  ) {
    let storage = $0.storage
    try await storage.load { tx in
      try tx.add(Sailor(id: .nth(1), crew: .nth(1)))
      try expect(try tx.ids(Query<Sailor>()), is: [.nth(1)], "sailors")
      try tx.add(Crew(id: .nth(1), name: "Sales", parent: .nth(2)))
      try tx.add(Crew(id: .nth(2), name: "Service", parent: .nth(1)))
    }
    try expect(try await storage.read { try $0.count(Query<Crew>()) }, is: 2, "crews")
    try expect(try await storage.verify().problems, is: [], "verification")
  }

  /// A backup is more than an export.
  static let wholeBackup = StorageLaw(
    "abilities.backup", "A backup has the rows of kinds that were left out"
  ) {
    let storage = $0.storage
    let path = $0.place.folder + "/backup"
    try await addCargo(to: storage)
    try await storage.open(Catalog([Crew.self]))
    try await storage.backup(to: path, progress: nil)
    let elsewhere = try await $0.place.makeElsewhere()
    try await elsewhere.restore(from: path, as: Catalog([Crew.self]), progress: nil)
    try await elsewhere.open(Catalog(LawTrial.kinds))
    try await expectExport(of: elsewhere, is: try await cargo.value)
    await elsewhere.close()
  }

  /// Compacting makes files smaller.
  static let compaction = StorageLaw(
    "abilities.compaction", "Compacting gives back the room of rows that are gone"
  ) { trial in
    let storage = trial.storage
    let ids = (1...200).map { Identifier<Postcard>.nth($0) }
    try await storage.write { tx in
      try tx.add(Sailor(id: .nth(1)))
      let text = String(repeating: "t", count: 2_000)
      for id in ids { try tx.add(Postcard(id: id, sailor: .nth(1), text: text)) }
    }
    try await storage.write { tx in for id in ids.dropFirst() { try tx.remove(id) } }
    await storage.close()
    let before = try trial.place.size()
    try await storage.open(Catalog(LawTrial.kinds))
    try await storage.compact()
    await storage.close()
    let after = try trial.place.size()
    try expect(after < before / 2, "less than half of \(before) bytes", found: "\(after)")
    try await storage.open(Catalog(LawTrial.kinds))
    try expect(try await storage.read { try $0.ids(Query<Postcard>()) }, is: [.nth(1)])
  }

  /// When a write is safe from a loss of power can be chosen.
  static let durability = StorageLaw(
    "abilities.durability", "Whatever the durability, committed rows survive closing and opening"
  ) {
    guard let make = $0.place.makeDurable else {
      throw Unmet(expected: "a way to choose a durability", found: "none")
    }
    for durability in [.everyCommit, .grouped(within: .milliseconds(20)), .onClose] as [Durability]
    {
      let storage = try await make(durability)
      try await storage.open(Catalog(LawTrial.kinds))
      try await addCargo(to: storage)
      await storage.close()
      let again = try await make(durability)
      try await again.open(Catalog(LawTrial.kinds))
      try await expectExport(of: again, is: try await cargo.value, "\(durability)")
      await again.close()
    }
  }

  /// Damage does not stay unnoticed.
  static let damage = StorageLaw(
    "abilities.damage", "A damaged store is refused, or verification tells what is wrong"
  ) { trial in
    guard let damage = trial.place.damage else {
      throw Unmet(expected: "a way to damage the store", found: "none")
    }
    try await addTeamwork(to: trial.storage)
    await trial.storage.close()
    try damage()
    let again = try await trial.place.make()
    do throws(StorageError) {
      try await again.open(Catalog(LawTrial.kinds))
    } catch {
      let codes: [StorageError.Code] = [.corrupt, .notAStore, .invalidValue]
      return try expect(codes.contains(error.code), "corrupt", found: "\(error)")
    }
    let report = try await again.verify()
    await again.close()
    try expect(!report.isSound, "a problem", found: "\(report)")
  }
}

/// Runs a closure over two hundred rows, alone among all trials that count looks.
private func withWitnesses(
  in storage: any Storage, _ body: @Sendable (any StorageReader) throws -> Void
) async throws {
  await Witness.turn.enterRegardless()
  defer { Witness.turn.leave() }
  try await storage.write { tx in
    for n in 0..<200 { try tx.add(Witness(id: .nth(n), rank: n, note: -n)) }
  }
  try await storage.read(body)
}
