import CRMStorage

extension StorageLaw {
  /// Several storages that are open over one store are one store.
  static let handles = [
    StorageLaw("handles.seen", "What one of two storages wrote, the other reads next") { trial in
      try await trial.withOther { other in
        for n in 1...5 {
          let (writer, reader) = n % 2 == 0 ? (trial.storage, other) : (other, trial.storage)
          try await writer.write { tx in try tx.add(Sailor(id: .nth(n), name: "\(n)")) }
          let found = try await reader.read { try $0.get(Identifier<Sailor>.nth(n))?.row.name }
          try expect(found, is: "\(n)")
        }
      }
    },
    StorageLaw("handles.competing", "Writes of two storages in competition all happen") { trial in
      try await trial.write { tx in try tx.add(Sailor(id: .nth(0), age: 0)) }
      try await trial.withOther { other in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for n in 1...40 {
            let storage = n % 2 == 0 ? trial.storage : other
            group.addTask {
              try await storage.write { tx in
                try tx.change(Identifier<Sailor>.nth(0)) { $0.age = ($0.age ?? 0) + 1 }
              }
            }
          }
          try await group.waitForAll()
        }
        let age = try await other.read { try $0.get(Identifier<Sailor>.nth(0))?.row.age }
        try expect(age, is: 40, "counted")
      }
    },
    StorageLaw("handles.unique", "A value that one storage took is taken for the other") { trial in
      try await trial.withOther { other in
        try await trial.write { tx in try tx.add(Sailor(id: .nth(1), code: "A")) }
        try await other.write { tx in
          _ = try expect(.duplicate) { try tx.add(Sailor(id: .nth(2), code: "A")) }
        }
      }
    },
    StorageLaw("handles.closing", "One storage goes on when the other is closed") { trial in
      try await trial.withOther { other in
        try await other.write { tx in try tx.add(Crew(id: .nth(1), name: "Sales")) }
      }
      try await trial.write { tx in
        try expect(try tx.ids(Query<Crew>()), is: [.nth(1)])
        try tx.add(Crew(id: .nth(2), name: "Service"))
      }
    },
  ]
}

extension LawTrial {
  /// Opens another storage over the same store, and closes it at the end.
  fileprivate func withOther(_ body: (any Storage) async throws -> Void) async throws {
    let other = try await place.make()
    try await other.open(Catalog(Self.kinds))
    do {
      try await body(other)
    } catch {
      await other.close()
      throw error
    }
    await other.close()
  }
}
