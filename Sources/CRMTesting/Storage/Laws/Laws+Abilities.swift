import CRMStorage

extension StorageLaw {
  /// Reads and writes that take long hold up no read, and reads hold up no write.
  static let beside = [
    StorageLaw("beside.write", "A write begins and ends while a long read goes on") {
      let storage = $0.storage
      let write = try await Errand {
        try await storage.write { tx in try tx.add(Crew(id: .nth(1), name: "Sales")) }
      }
      try await onOwnThreads {
        try await storage.read { _ in
          write.begin()
          try expect(write.wait(milliseconds: 5_000), "the write has ended within 5 seconds")
        }
      }
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
  ]

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

  /// Damage does not stay unnoticed.
  static let damage = StorageLaw(
    "abilities.damage", "A damaged store is refused, or verification tells what is wrong"
  ) { trial in
    guard let damage = trial.place.damage else {
      throw Unmet(expected: "a way to damage the store", found: "none")
    }
    try await addTeamwork(to: trial)
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
