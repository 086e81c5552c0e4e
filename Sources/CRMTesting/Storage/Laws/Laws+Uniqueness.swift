import CRMStorage

extension StorageLaw {
  /// A unique index lets one row hold a value.
  static let uniqueness = [
    StorageLaw("unique.taken", "A value that is taken is refused, naming index and holder") {
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1), code: "A"))
        for id in [Identifier<Sailor>.nth(0), .nth(2)] {
          let error = try expect(.duplicate) { try tx.add(Sailor(id: id, code: "A")) }
          try expect(error.record, is: "sailors", "record")
          try expect(error.field, is: "code", "index")
          try expect(error.identifier, is: id.description, "identifier")
          try expect(error.holder, is: Identifier<Sailor>.nth(1).description, "holder")
          try expect(try tx.get(id) == nil, "no row of the refused identifier")
        }
        try expect(try tx.count(Query<Sailor>()), is: 1, "rows")
      }
    },
    StorageLaw("unique.update", "An update cannot take a value that is taken either") {
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1), name: "Ana", code: "A"))
        try tx.add(Sailor(id: .nth(2), name: "Bea", code: "B", tags: ["b"]))
        let error = try expect(.duplicate) {
          try tx.change(Identifier<Sailor>.nth(2)) {
            $0.name = "Cleo"
            $0.code = "A"
            $0.tags = ["c"]
          }
        }
        try expect(error.holder, is: Identifier<Sailor>.nth(1).description, "holder")
        try expect(try tx.get(Identifier<Sailor>.nth(2))?.row.name, is: "Bea", "row")
        try expect(try tx.count(Query<Sailor>(where: { $0.name == "Cleo" })), is: 0, "name")
        try expect(try tx.count(Query<Sailor>(where: { $0.everyTag.contains("b") })), is: 1, "tag")
      }
    },
    StorageLaw("unique.own", "A row can keep its own values through updates") {
      try await $0.write { tx in
        try tx.add(Crew(id: .nth(1), name: "Sales"))
        try tx.add(Sailor(id: .nth(1), code: "A", crew: .nth(1), number: 1, handles: ["a", "b"]))
        try tx.change(Identifier<Sailor>.nth(1)) { $0.age = 1 }
        try tx.change(Identifier<Sailor>.nth(1)) { $0.handles = ["b", "a", "c"] }
        try expect(try tx.count(Query<Sailor>(where: { $0.everyHandle.contains("c") })), is: 1)
      }
    },
    StorageLaw("unique.missing", "Rows with a missing value are not counted") {
      try await $0.write { tx in
        try tx.add(Crew(id: .nth(1), name: "Sales"))
        for n in 1...3 { try tx.add(Sailor(id: .nth(n), crew: .nth(1), number: nil)) }
        for n in 4...6 { try tx.add(Sailor(id: .nth(n), crew: nil, number: 1)) }
        try tx.add(Sailor(id: .nth(7), crew: .nth(1), number: 1))
        let error = try expect(.duplicate) {
          try tx.add(Sailor(id: .nth(8), crew: .nth(1), number: 1))
        }
        try expect(error.field, is: "crew_number", "index")
        try expect(error.holder, is: Identifier<Sailor>.nth(7).description, "holder")
        try tx.add(Sailor(id: .nth(9), crew: .nth(1), number: 2))
      }
    },
    StorageLaw("unique.empty", "Empty text is a value and can be taken") {
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1), code: ""))
        try expect(.duplicate) { try tx.add(Sailor(id: .nth(2), code: "")) }
      }
    },
    StorageLaw("unique.multiple", "One of many unique values is held by one row") {
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1), handles: ["a", "b", "a"]))
        try tx.add(Sailor(id: .nth(2), handles: ["c"]))
        let error = try expect(.duplicate) {
          try tx.add(Sailor(id: .nth(3), handles: ["d", "b"], tags: ["t"]))
        }
        try expect(error.field, is: "every_handle", "index")
        try expect(error.holder, is: Identifier<Sailor>.nth(1).description, "holder")
        try expect(.duplicate, "update") {
          try tx.change(Identifier<Sailor>.nth(2)) { $0.handles = ["e", "a"] }
        }
        for (handle, ids) in [("c", [2]), ("d", []), ("e", []), ("a", [1])] {
          let found = try tx.ids(Query<Sailor>(where: { $0.everyHandle.contains(handle) }))
          try expect(found.map(\.ordinal), is: ids, "handle \(handle)")
        }
        try expect(try tx.count(Query<Sailor>(where: { $0.everyTag.contains("t") })), is: 0, "tag")
      }
    },
    StorageLaw("unique.freed", "A value that is given up can be taken by another row") {
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1), code: "A", handles: ["a", "b"]))
        try tx.change(Identifier<Sailor>.nth(1)) {
          $0.code = "B"
          $0.handles = ["b"]
        }
        try tx.add(Sailor(id: .nth(2), code: "A", handles: ["a"]))
        try tx.remove(Identifier<Sailor>.nth(1))
        try tx.add(Sailor(id: .nth(3), code: "B", handles: ["b"]))
      }
      try await $0.write { tx in
        try expect(.duplicate) { try tx.add(Sailor(id: .nth(4), code: "A")) }
        try tx.remove(Identifier<Sailor>.nth(2))
        try tx.add(Sailor(id: .nth(4), code: "A", handles: ["a"]))
      }
    },
    StorageLaw("unique.later", "A value taken in one write is taken in the next") {
      try await $0.write { tx in try tx.add(Sailor(id: .nth(1), code: "A")) }
      try await $0.write { tx in
        _ = try expect(.duplicate) { try tx.add(Sailor(id: .nth(2), code: "A")) }
      }
      try await $0.read { tx in try expect(try tx.count(Query<Sailor>()), is: 1) }
    },
  ]
}
