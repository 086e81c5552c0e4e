import CRMStorage

extension StorageLaw {
  /// A write is kept whole or not at all.
  static let transactions = [
    StorageLaw("transactions.throwing-write", "A write that throws leaves nothing behind") {
      try await addTeamwork(to: $0.storage)
      let before = try await $0.read { try Everything(in: $0) }
      let trial = $0
      try await expectInterruption(7) {
        try await trial.write { tx in
          try upset(tx)
          throw Interruption(number: 7)
        }
      }
      try await $0.read { try expect(try Everything(in: $0), is: before) }
      try await $0.write { tx in
        try expect(try Everything(in: tx), is: before, "in the next write")
        try upset(tx)
      }
    },
    StorageLaw(
      "transactions.failed-write", "A write that ends with a refusal leaves nothing behind"
    ) {
      try await addTeamwork(to: $0.storage)
      let before = try await $0.read { try Everything(in: $0) }
      do {
        try await $0.write { tx in
          try upset(tx)
          try tx.add(Sailor(id: .nth(50), code: "A"))
          try tx.add(Sailor(id: .nth(51), code: "A"))
        }
        throw Unmet(expected: "duplicate", found: "no error")
      } catch let error as StorageError {
        try expect(error.code, is: .duplicate)
      }
      try await $0.read { try expect(try Everything(in: $0), is: before) }
    },
    StorageLaw("transactions.caught", "A refusal that is caught leaves nothing half done") {
      try await addTeamwork(to: $0.storage)
      try await $0.write { tx in
        let before = try Everything(in: tx)
        try expect(.duplicate) {
          try tx.add(Sailor(id: .nth(9), name: "Zoe", handles: ["new", "ana"], tags: ["x"]))
        }
        try expect(.unknownReference) {
          try tx.add(Postcard(id: .nth(9), sailor: .nth(1), about: .nth(8), slug: "new"))
        }
        try expect(.duplicate) {
          try tx.change(Identifier<Sailor>.nth(1)) {
            $0.name = "Zoe"
            $0.city = nil
            $0.code = "new"
            $0.tags = ["x"]
            $0.handles = ["new", "bea"]
          }
        }
        try expect(.stillReferenced) { try tx.remove(Identifier<Sailor>.nth(1)) }
        try expect(.stillReferenced) { try tx.remove(Identifier<Crew>.nth(1)) }
        try expect(try Everything(in: tx), is: before, "after the refusals")
        try tx.add(Sailor(id: .nth(9), code: "new", handles: ["new"]))
      }
      try await $0.read { tx in
        try expect(try tx.ids(Query<Sailor>()).map(\.ordinal), is: [1, 2, 9], "what went on")
      }
    },
    StorageLaw("transactions.attempt", "An attempt that throws undoes its part, the rest stays") {
      try await addTeamwork(to: $0.storage)
      let during = try await $0.write { tx in
        try tx.add(Sailor(id: .nth(8), name: "Before", tags: ["before"]))
        let before = try Everything(in: tx)
        do {
          try tx.attempt {
            try upset(tx)
            throw Interruption(number: 3)
          }
          throw Unmet(expected: "the closure's own error", found: "none")
        } catch let error as Interruption {
          try expect(error.number, is: 3)
        }
        try expect(try Everything(in: tx), is: before, "after the attempt")
        try tx.add(Sailor(id: .nth(9), name: "After"))
        return try Everything(in: tx)
      }
      try await $0.read { try expect(try Everything(in: $0), is: during, "committed") }
    },
    StorageLaw("transactions.attempt-kept", "An attempt that succeeds is kept with the write") {
      try await addTeamwork(to: $0.storage)
      let result = try await $0.write { tx in
        let added = try tx.attempt { try tx.added(Sailor(id: .nth(9), code: "new")) }
        try expect(try tx.get(added.id)?.row, is: added.row, "after the attempt")
        return added.id
      }
      try await $0.read { try expect(try $0.get(result)?.row.code, is: "new", "committed") }
      let trial = $0
      try await expectInterruption {
        try await trial.write { tx in
          try tx.attempt { try tx.remove(result) }
          throw Interruption()
        }
      }
      try await $0.read { try expect(try $0.get(result)?.row.code, is: "new", "rolled back") }
    },
    StorageLaw("transactions.nested", "Attempts nest, and each undoes what is within it") {
      try await $0.write { tx in
        try tx.attempt {
          try tx.add(Crew(id: .nth(1), name: "1"))
          try? tx.attempt {
            try tx.add(Crew(id: .nth(2), name: "2"))
            try tx.attempt { try tx.add(Crew(id: .nth(3), name: "3")) }
            throw Interruption()
          }
          try expect(try tx.ids(Query<Crew>()).map(\.ordinal), is: [1], "outer undone")
          try tx.attempt {
            try tx.add(Crew(id: .nth(4), name: "2"))
            try? tx.attempt {
              try tx.change(Identifier<Crew>.nth(1)) { $0.name = "3" }
              try tx.remove(Identifier<Crew>.nth(4))
              throw Interruption()
            }
          }
          try expect(try tx.ids(Query<Crew>()).map(\.ordinal), is: [1, 4], "inner undone")
        }
        let names = try tx.rows(Query<Crew>(sortedBy: { [.ascending($0.name)] })).map(\.row.name)
        try expect(names, is: ["1", "2"], "names")
      }
      try await $0.read { try expect(try $0.ids(Query<Crew>()).map(\.ordinal), is: [1, 4]) }
    },
    StorageLaw("transactions.attempt-caught", "A refusal that an attempt catches does not undo it")
    {
      try await addTeamwork(to: $0.storage)
      try await $0.write { tx in
        try tx.attempt {
          try tx.add(Sailor(id: .nth(8), code: "8"))
          try expect(.duplicate) { try tx.add(Sailor(id: .nth(9), code: "8")) }
        }
      }
      try await $0.read { try expect(try $0.get(Identifier<Sailor>.nth(8))?.row.code, is: "8") }
    },
    StorageLaw("transactions.result", "Transactions hand back what their closures return") {
      try expect(try await $0.write { _ in 7 }, is: 7, "write")
      try expect(try await $0.read { _ in "seven" }, is: "seven", "read")
    },
    StorageLaw("transactions.read-error", "An error of a read's closure passes through unchanged") {
      let trial = $0
      try await expectInterruption(5) {
        try await trial.read { _ in throw Interruption(number: 5) }
      }
      try await addTeamwork(to: $0.storage)
      try await expectInterruption(6) {
        try await trial.read { tx in
          try tx.scan(Query<Sailor>()) { _ in throw Interruption(number: 6) }
        }
      }
    },
    StorageLaw("transactions.ended", "A transaction refuses use after its closure has ended") {
      try await addTeamwork(to: $0.storage)
      let reader = try await $0.read { $0 }
      try expect(.transactionEnded, "get") { _ = try reader.get(Identifier<Sailor>.nth(1)) }
      try expect(.transactionEnded, "scan") { try reader.scan(Query<Sailor>()) { _ in true } }
      try expect(.transactionEnded, "count") { _ = try reader.count(Query<Sailor>()) }
      let (writer, row) = try await $0.write { tx in
        (tx, try tx.rows(Query<Sailor>())[0])
      }
      try expect(.transactionEnded, "get") { _ = try writer.get(row.id) }
      try expect(.transactionEnded, "insert") { try writer.insert(Held(Crew(id: .nth(7)))) }
      try expect(.transactionEnded, "update") { try writer.update(row, from: row) }
      try expect(.transactionEnded, "delete") { try writer.delete(row) }
      try expect(.transactionEnded, "attempt") { try writer.attempt {} }
    },
    StorageLaw("transactions.scan-stops", "A scan stops when its closure says so") {
      try await addTeamwork(to: $0.storage)
      try await $0.read { tx in
        var seen = 0
        try tx.scan(Query<Sailor>()) { _ in
          seen += 1
          return false
        }
        try expect(seen, is: 1, "rows seen")
      }
    },
    StorageLaw("transactions.write-during-scan", "Rows cannot change while a scan is running") {
      try await addTeamwork(to: $0.storage)
      try await $0.write { tx in
        let before = try Everything(in: tx)
        try tx.scan(Query<Sailor>()) { row in
          try expect(.writeDuringScan, "insert") { try tx.add(Crew(id: .nth(9), name: "x")) }
          try expect(.writeDuringScan, "update") { try tx.update(row, from: row) }
          try expect(.writeDuringScan, "delete") { try tx.delete(row) }
          try tx.scan(Query<Crew>()) { _ in false }
          try expect(.writeDuringScan, "after an inner scan") {
            try tx.add(Crew(id: .nth(9), name: "x"))
          }
          return true
        }
        try expect(try Everything(in: tx), is: before, "after the scan")
        try tx.add(Crew(id: .nth(9), name: "x"))
        try? tx.scan(Query<Sailor>()) { _ in throw Interruption() }
        try tx.add(Crew(id: .nth(10), name: "y"))
        try tx.scan(Query<Sailor>()) { _ in false }
        try tx.remove(Identifier<Crew>.nth(10))
      }
    },
    StorageLaw("transactions.read-during-scan", "Rows can be read while a scan is running") {
      try await addTeamwork(to: $0.storage)
      try await $0.write { tx in
        var pairs = 0
        try tx.scan(Query<Sailor>()) { outer in
          try tx.scan(Query<Sailor>()) { inner in
            pairs += 1
            try expect(try tx.get(inner.id)?.row, is: inner.row, "get")
            return true
          }
          try expect(try tx.count(Query<Sailor>(where: { $0.name == outer.row.name })), is: 1)
          return true
        }
        try expect(pairs, is: 4, "pairs")
      }
    },
    StorageLaw("transactions.own-changes", "A write's queries see what it changed") {
      try await addTeamwork(to: $0.storage)
      try await $0.write { tx in
        try upset(tx)
        let names = try tx.rows(Query<Sailor>(sortedBy: { [.ascending($0.name)] })).map(\.row.name)
        try expect(names, is: ["Cleo", "Zoe"], "by an index")
        try expect(try tx.count(Query<Sailor>(where: { $0.everyHandle.contains("bea") })), is: 0)
        try expect(try tx.count(Query<Sailor>(where: { $0.everyHandle.contains("zoe") })), is: 1)
        try expect(
          try tx.count(Query<Postcard>(where: { $0.sailor == .nth(3) })), is: 2, "postcards")
      }
    },
  ]
}
