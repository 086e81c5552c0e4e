import CRMStorage

extension StorageLaw {
  /// Of several problems, the same one is told everywhere.
  static let precedence = [
    StorageLaw("precedence.identifier", "That an identifier is taken is told before all else") {
      try await addRivals(to: $0)
      try await $0.write { tx in
        let row = Sailor(id: .nth(1), code: "A", crew: .nth(9), handles: ["a"])
        let error = try expect(.duplicate) { try tx.add(row) }
        try expect(error.holder, is: Identifier<Sailor>.nth(1).description, "holder")
        try expect(error.field == nil || error.field == "id", "the identifier", found: "\(error)")
      }
    },
    StorageLaw("precedence.absent", "That a row is not there is told before all else") {
      try await addRivals(to: $0)
      try await $0.write { tx in
        let row = Held(Sailor(id: .nth(8), code: "A", crew: .nth(9), handles: ["a"]))
        try expect(.notFound) { try tx.update(row, from: Held(Sailor(id: .nth(8)))) }
      }
    },
    StorageLaw("precedence.reference", "Unknown references are told before taken values") {
      try await addRivals(to: $0)
      try await $0.write { tx in
        try expect(.unknownReference, "insert") {
          try tx.add(Sailor(id: .nth(8), code: "A", crew: .nth(9)))
        }
        try expect(.unknownReference, "update") {
          try tx.change(Identifier<Sailor>.nth(3)) {
            $0.code = "A"
            $0.crew = .nth(9)
          }
        }
      }
    },
    StorageLaw("precedence.references", "Unknown references are told as they are declared") {
      try await addRivals(to: $0)
      try await $0.write { tx in
        let error = try expect(.unknownReference) {
          try tx.add(Postcard(id: .nth(1), sailor: .nth(8), about: .nth(9)))
        }
        try expect(error.field, is: "sailor", "field")
      }
    },
    StorageLaw("precedence.unique", "Taken values are told in the order of the indexes") {
      try await addRivals(to: $0)
      try await $0.write { tx in
        let all = Sailor(id: .nth(8), code: "B", crew: .nth(1), number: 1, handles: ["b"])
        try expect(try expect(.duplicate) { try tx.add(all) }.field, is: "code", "of three")
        var two = all
        two.code = nil
        let error = try expect(.duplicate) { try tx.add(two) }
        try expect(error.field, is: "crew_number", "of two")
        try expect(error.holder, is: Identifier<Sailor>.nth(1).description, "holder of two")
        two.number = 2
        try expect(try expect(.duplicate) { try tx.add(two) }.field, is: "every_handle", "of one")
      }
    },
  ]
}

/// Three sailors who hold one unique value each, or several.
private func addRivals(to trial: LawTrial) async throws {
  try await trial.write { tx in
    try tx.add(Crew(id: .nth(1), name: "Sales"))
    try tx.add(Sailor(id: .nth(1), code: "A", crew: .nth(1), number: 1, handles: ["a"]))
    try tx.add(Sailor(id: .nth(2), code: "B"))
    try tx.add(Sailor(id: .nth(3), handles: ["b"]))
  }
}
