import CRMStorage

extension StorageLaw {
  /// Transactions that run beside each other do not disturb each other.
  static let isolation = [
    StorageLaw("isolation.snapshot", "A read sees one snapshot although a write commits meanwhile")
    {
      let storage = $0.storage
      try await storage.write { tx in try tx.add(Sailor(id: .nth(1), name: "old", tags: ["old"])) }
      let write = try await Errand {
        try await storage.write { tx in
          try tx.change(Identifier<Sailor>.nth(1)) { $0.name = "new" }
          try tx.add(Sailor(id: .nth(2), name: "new", tags: ["old"]))
        }
      }
      try await onOwnThreads {
        try await storage.read { tx in
          let before = try glimpse(tx)
          write.begin()
          // A backend may let the write wait for this read, so it is not waited for without end.
          write.wait(milliseconds: 1_000)
          try expect(try glimpse(tx), is: before, "in the same read")
        }
      }
      try await write.value
      try await storage.read { tx in
        try expect(try glimpse(tx), is: ["new", "new", "2", "2", "0"], "in the next read")
      }
    },
    StorageLaw("isolation.unfinished", "A read does not see a write that has not ended") {
      let storage = $0.storage
      try await storage.write { tx in try tx.add(Sailor(id: .nth(1), name: "old", tags: ["old"])) }
      let read = try await Errand {
        try await storage.read { try $0.get(Identifier<Sailor>.nth(1))?.row.name }
      }
      let hasRead = try await onOwnThreads {
        try await storage.write { tx in
          try tx.change(Identifier<Sailor>.nth(1)) { $0.name = "new" }
          read.begin()
          let hasRead = read.wait(milliseconds: 1_000)
          try tx.change(Identifier<Sailor>.nth(1)) { $0.name = "newer" }
          return hasRead
        }
      }
      let name = try await read.value ?? ""
      let expected = hasRead ? ["old"] : ["old", "newer"]
      try expect(expected.contains(name), expected.joined(separator: " or "), found: name)
    },
    StorageLaw("isolation.next", "A read that starts after a write has ended sees it") {
      let storage = $0.storage
      try await storage.write { tx in try tx.add(Sailor(id: .nth(1), age: 0)) }
      for age in 1...100 {
        try await storage.write { tx in
          try tx.change(Identifier<Sailor>.nth(1)) { $0.age = age }
        }
        let found = try await storage.read { try $0.get(Identifier<Sailor>.nth(1))?.row.age }
        try expect(found, is: age)
      }
    },
    StorageLaw("isolation.competing", "Writes in competition all happen, one after the other") {
      let storage = $0.storage
      try await storage.write { tx in try tx.add(Sailor(id: .nth(0), age: 0)) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for n in 1...50 {
          group.addTask {
            try await storage.write { tx in
              try tx.change(Identifier<Sailor>.nth(0)) { $0.age = ($0.age ?? 0) + 1 }
              try tx.add(Sailor(id: .nth(n)))
            }
          }
        }
        try await group.waitForAll()
      }
      try await storage.read { tx in
        try expect(try tx.get(Identifier<Sailor>.nth(0))?.row.age, is: 50, "counted")
        try expect(try tx.ids(Query<Sailor>()).map(\.ordinal), is: Array(0...50), "rows")
      }
    },
    StorageLaw("isolation.whole", "Reads beside writes see each write whole or not at all") {
      let storage = $0.storage
      try await storage.write { tx in
        for n in 0..<2 { try tx.add(Sailor(id: .nth(n), age: 0)) }
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for age in 1...100 {
            try await storage.write { tx in
              for n in 0..<2 { try tx.change(Identifier<Sailor>.nth(n)) { $0.age = age } }
            }
          }
        }
        for _ in 0..<3 {
          group.addTask {
            for _ in 0..<100 {
              let ages = try await storage.read { try $0.rows(Query<Sailor>()).map(\.row.age) }
              try expect(ages.count == 2 && ages[0] == ages[1], "two equal ages", found: "\(ages)")
            }
          }
        }
        try await group.waitForAll()
      }
    },
    StorageLaw("isolation.cancelled", "A cancelled write happens whole or not, and holds up none") {
      let storage = $0.storage
      try await storage.write { tx in try tx.add(Sailor(id: .nth(0), age: 0)) }
      let writes = (1...30).map { n in
        Task { () -> Int in
          do {
            try await storage.write { tx in
              try tx.add(Sailor(id: .nth(n)))
              try tx.change(Identifier<Sailor>.nth(0)) { $0.age = ($0.age ?? 0) + 1 }
            }
            return 1
          } catch is CancellationError {
            return 0
          }
        }
      }
      for (n, write) in writes.enumerated() where n % 2 == 0 { write.cancel() }
      var happened = 0
      for write in writes { happened += try await write.value }
      try expect(happened >= 15, "15 writes or more", found: "\(happened)")
      let (age, count) = try await storage.read { tx in
        (try tx.get(Identifier<Sailor>.nth(0))?.row.age, try tx.count(Query<Sailor>()))
      }
      try expect(age, is: happened, "counted")
      try expect(count, is: happened + 1, "rows")
    },
    StorageLaw("isolation.failing", "A write that throws does not disturb those beside it") {
      let storage = $0.storage
      try await storage.write { tx in try tx.add(Sailor(id: .nth(0), age: 0)) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for n in 1...40 {
          group.addTask {
            do {
              try await storage.write { tx in
                try tx.change(Identifier<Sailor>.nth(0)) { $0.age = ($0.age ?? 0) + 1 }
                if n % 2 == 0 { throw Interruption() }
              }
            } catch is Interruption {}
          }
        }
        try await group.waitForAll()
      }
      let age = try await storage.read { try $0.get(Identifier<Sailor>.nth(0))?.row.age }
      try expect(age, is: 20)
    },
  ]
}

/// What every path tells about a few sailors.
private func glimpse(_ tx: any StorageReader) throws -> [String] {
  try tx.rows(Query<Sailor>()).map(\.row.name)
    + [
      "\(try tx.count(Query<Sailor>()))",
      "\(try tx.count(Query<Sailor>(where: { $0.everyTag.contains("old") })))",
      "\(try tx.count(Query<Sailor>(where: { $0.name == "old" })))",
    ]
}
