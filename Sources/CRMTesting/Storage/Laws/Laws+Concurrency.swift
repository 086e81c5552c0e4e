import CRMStorage

extension StorageLaw {
  /// What competes, waits or is cut short ends well.
  static let concurrency = [
    StorageLaw("concurrency.winner", "Of many who want one unique value, one gets it") {
      let storage = $0.storage
      let winners = Locked<[Int]>([])
      try await withThrowingTaskGroup(of: Void.self) { group in
        for n in 1...20 {
          group.addTask {
            do {
              try await storage.write { tx in try tx.add(Sailor(id: .nth(n), code: "A")) }
              winners.withLock { $0.append(n) }
            } catch let error as StorageError where error.code == .duplicate {}
          }
        }
        try await group.waitForAll()
      }
      let holders = try await storage.read { try $0.ids(Query<Sailor>()).map(\.ordinal) }
      try expect(holders.count, is: 1, "holders")
      try expect(winners.withLock { $0 }, is: holders, "those who were told that they have it")
    },
    StorageLaw("concurrency.transfers", "What moves between rows is neither lost nor made") {
      let storage = $0.storage
      try await storage.write { tx in
        for n in 0..<4 { try tx.add(Sailor(id: .nth(n), age: 100)) }
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for n in 0..<24 {
          group.addTask {
            try await storage.write { tx in
              try tx.change(Identifier<Sailor>.nth(n % 4)) { $0.age = ($0.age ?? 0) - n }
              try tx.change(Identifier<Sailor>.nth((n + 1 + n % 3) % 4)) {
                $0.age = ($0.age ?? 0) + n
              }
            }
          }
          group.addTask {
            let ages = try await storage.read { try $0.rows(Query<Sailor>()).map { $0.age ?? 0 } }
            try expect(ages.reduce(0, +), is: 400, "the sum at any time")
          }
        }
        try await group.waitForAll()
      }
      var expected = [100, 100, 100, 100]
      for n in 0..<24 {
        expected[n % 4] -= n
        expected[(n + 1 + n % 3) % 4] += n
      }
      let ages = try await storage.read { try $0.rows(Query<Sailor>()).map { $0.age ?? 0 } }
      try expect(ages, is: expected, "in the end")
    },
    StorageLaw("concurrency.cancelled", "A write cancelled while it waits lets the next one in") {
      let storage = $0.storage
      let (begun, goOn) = (Signal(), Signal())
      let first = taskOnOwnThreads {
        try await storage.write { tx in
          begun.send()
          goOn.wait(milliseconds: 60_000)
          try tx.add(Crew(id: .nth(1), name: "first"))
        }
      }
      try await begun.arrival()
      let second = Task {
        try await storage.write { tx in try tx.add(Crew(id: .nth(2), name: "second")) }
      }
      let third = Task {
        try await storage.write { tx in try tx.add(Crew(id: .nth(3), name: "third")) }
      }
      second.cancel()
      goOn.send()
      try await first.value
      try await third.value
      var expected = [1, 3]
      do {
        try await second.value
        expected = [1, 2, 3]
      } catch is CancellationError {}
      let found = try await storage.read { try $0.ids(Query<Crew>()).map(\.ordinal) }
      try expect(found, is: expected)
    },
    StorageLaw("concurrency.close-read", "A read goes on to its end although the store is closed") {
      let trial = $0
      let storage = $0.storage
      try await addTeamwork(to: trial.storage)
      let (begun, goOn) = (Signal(), Signal())
      let reading = taskOnOwnThreads {
        try await storage.read { tx in
          let before = try Everything(in: tx)
          begun.send()
          goOn.wait(milliseconds: 60_000)
          try expect(try Everything(in: tx), is: before)
        }
      }
      try await begun.arrival()
      let close = try await Errand { await storage.close() }
      close.begin()
      close.wait(milliseconds: 20)
      goOn.send()
      try await reading.value
      try await close.value
    },
    StorageLaw(
      "concurrency.close-write", "A write that has begun is kept although the store closes"
    ) {
      let storage = $0.storage
      let (begun, goOn) = (Signal(), Signal())
      let writing = taskOnOwnThreads {
        try await storage.write { tx in
          try tx.add(Crew(id: .nth(1), name: "one"))
          begun.send()
          goOn.wait(milliseconds: 60_000)
          try tx.add(Crew(id: .nth(2), name: "two"))
        }
      }
      try await begun.arrival()
      let close = try await Errand { await storage.close() }
      close.begin()
      close.wait(milliseconds: 20)
      goOn.send()
      try await writing.value
      try await close.value
      try await storage.open(Catalog(LawTrial.kinds))
      let found = try await storage.read { try $0.ids(Query<Crew>()).map(\.ordinal) }
      try expect(found, is: [1, 2])
    },
    StorageLaw("concurrency.close-many", "Writes that meet a closing store are kept or refused") {
      let storage = $0.storage
      let writes = (1...20).map { n in
        Task { () -> Int? in
          do {
            try await storage.write { tx in try tx.add(Crew(id: .nth(n), name: "\(n)")) }
            return n
          } catch let error as StorageError where error.code == .closed {
            return nil
          }
        }
      }
      await storage.close()
      var kept: [Int] = []
      for write in writes { if let n = try await write.value { kept.append(n) } }
      try await storage.open(Catalog(LawTrial.kinds))
      let found = try await storage.read { try $0.ids(Query<Crew>()).map(\.ordinal) }
      try expect(found, is: kept, "what was acknowledged")
    },
    StorageLaw("concurrency.open", "Opening an open store disturbs neither reads nor writes") {
      let storage = $0.storage
      try await storage.write { tx in
        for n in 0..<2 { try tx.add(Sailor(id: .nth(n), age: 0)) }
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<5 { group.addTask { try await storage.open(Catalog(LawTrial.kinds)) } }
        for _ in 0..<20 {
          group.addTask {
            try await storage.write { tx in
              for n in 0..<2 {
                try tx.change(Identifier<Sailor>.nth(n)) { $0.age = ($0.age ?? 0) + 1 }
              }
            }
          }
          group.addTask {
            let ages = try await storage.read { try $0.rows(Query<Sailor>()).map(\.row.age) }
            try expect(ages.count == 2 && ages[0] == ages[1], "two equal ages", found: "\(ages)")
          }
        }
        try await group.waitForAll()
      }
      let age = try await storage.read { try $0.get(Identifier<Sailor>.nth(1))?.row.age }
      try expect(age, is: 20, "counted")
    },
  ]
}
