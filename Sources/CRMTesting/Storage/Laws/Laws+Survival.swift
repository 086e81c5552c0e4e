import CRMStorage

extension StorageLaw {
  /// What was committed is there when the store is opened again.
  static let survival = [
    StorageLaw("survival.rows", "Committed rows survive closing and opening") { trial in
      try await addTeamwork(to: trial.storage)
      try await trial.write { try upset($0) }
      let before = try await trial.read { try Everything(in: $0) }
      try await trial.reopened { again in
        try await again.read { try expect(try Everything(in: $0), is: before) }
      }
    },
    StorageLaw("survival.values", "Values of every kind survive closing and opening") { trial in
      let full = Sparse.full(.nth(1))
      let blank = Sparse(id: .nth(2))
      try await trial.write { tx in
        try tx.add(full)
        try tx.add(blank)
      }
      try await trial.reopened { again in
        try await again.read { tx in
          try expect(try tx.rows(Query<Sparse>()).map(\.row), is: [full, blank])
        }
      }
    },
    StorageLaw("survival.undone", "What was undone does not come back with opening") { trial in
      try await addTeamwork(to: trial.storage)
      let before = try await trial.read { try Everything(in: $0) }
      try await expectInterruption {
        try await trial.write { tx in
          try upset(tx)
          throw Interruption()
        }
      }
      try await trial.write { tx in
        try? tx.attempt {
          try upset(tx)
          throw Interruption()
        }
      }
      try await trial.reopened { again in
        try await again.read { try expect(try Everything(in: $0), is: before) }
      }
    },
    StorageLaw("survival.indexes", "Unique values and references hold after opening") { trial in
      try await addTeamwork(to: trial.storage)
      try await trial.reopened { again in
        try await again.write { tx in
          try expect(.duplicate) { try tx.add(Sailor(id: .nth(9), code: "ana")) }
          try expect(.duplicate) { try tx.add(Sailor(id: .nth(9), handles: ["a"])) }
          try expect(.stillReferenced) { try tx.remove(Identifier<Sailor>.nth(2)) }
          try upset(tx)
        }
      }
    },
    StorageLaw(
      "survival.more-kinds", "Rows survive opening with more kinds", opening: [Crew.self]
    ) { trial in
      try await trial.write { tx in try tx.add(Crew(id: .nth(1), name: "Sales")) }
      try await trial.reopened { again in
        try await again.write { tx in
          try tx.add(Sailor(id: .nth(1), crew: .nth(1)))
          try expect(try tx.get(Identifier<Crew>.nth(1))?.row.name, is: "Sales")
        }
      }
    },
  ]
}

extension LawTrial {
  /// Closes the store, opens another storage over it with all kinds and goes on with that.
  fileprivate func reopened(_ body: (LawTrial) async throws -> Void) async throws {
    await storage.close()
    let again = try await place.make()
    try await again.open(Catalog(Self.kinds))
    try await body(LawTrial(storage: again, place: place))
    await again.close()
  }
}
