import CRMStorage

extension StorageLaw {
  /// A reference names a row, which stays while it is named.
  static let references = [
    StorageLaw("references.unknown", "A reference to a row that is not there is refused") {
      try await $0.write { tx in
        let error = try expect(.unknownReference) {
          try tx.add(Postcard(id: .nth(1), sailor: .nth(1), slug: "a"))
        }
        try expect(error.record, is: "postcards", "record")
        try expect(error.field, is: "sailor", "field")
        try expect(error.identifier, is: Identifier<Postcard>.nth(1).description, "identifier")
        try expect(try tx.count(Query<Postcard>()), is: 0, "postcards")
        try tx.add(Sailor(id: .nth(1)))
        try tx.add(Postcard(id: .nth(2), sailor: .nth(1), slug: "a"))
      }
    },
    StorageLaw("references.update", "An update cannot refer to a row that is not there") {
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1)))
        try tx.add(Postcard(id: .nth(1), sailor: .nth(1), text: "old"))
        let error = try expect(.unknownReference) {
          try tx.change(Identifier<Postcard>.nth(1)) {
            $0.text = "new"
            $0.about = .nth(9)
          }
        }
        try expect(error.field, is: "about", "field")
        try expect(try tx.get(Identifier<Postcard>.nth(1))?.row.text, is: "old", "row")
      }
    },
    StorageLaw("references.missing", "A missing reference refers to nothing") {
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1)))
        try tx.add(Postcard(id: .nth(1), sailor: .nth(1), about: nil))
        try tx.change(Identifier<Postcard>.nth(1)) { $0.about = .nth(1) }
        try tx.change(Identifier<Postcard>.nth(1)) { $0.about = nil }
        try expect(try tx.count(Query<Postcard>(where: { $0.about.isMissing })), is: 1)
      }
    },
    StorageLaw("references.held", "A row that is referred to cannot be deleted") {
      try await $0.write { tx in
        for n in 1...2 { try tx.add(Sailor(id: .nth(n), code: "\(n)")) }
        try tx.add(Postcard(id: .nth(7), sailor: .nth(2), about: .nth(1)))
      }
      try await $0.write { tx in
        for (n, field) in [(1, "postcards.about"), (2, "postcards.sailor")] {
          let error = try expect(.stillReferenced) { try tx.remove(Identifier<Sailor>.nth(n)) }
          try expect(error.record, is: "sailors", "record")
          try expect(error.identifier, is: Identifier<Sailor>.nth(n).description, "identifier")
          try expect(error.field, is: field, "referring field")
          try expect(error.holder, is: Identifier<Postcard>.nth(7).description, "holder")
        }
        try expect(try tx.count(Query<Sailor>(where: { $0.code.isOne(of: ["1", "2"]) })), is: 2)
      }
    },
    StorageLaw("references.released", "A row can be deleted when nothing refers to it any more") {
      try await $0.write { tx in
        for n in 1...3 { try tx.add(Sailor(id: .nth(n))) }
        try tx.add(Postcard(id: .nth(1), sailor: .nth(1), about: .nth(2)))
        try tx.add(Postcard(id: .nth(2), sailor: .nth(3), about: .nth(2)))
        try tx.change(Identifier<Postcard>.nth(1)) { $0.about = nil }
        try expect(.stillReferenced) { try tx.remove(Identifier<Sailor>.nth(2)) }
        try tx.change(Identifier<Postcard>.nth(2)) { $0.about = .nth(1) }
        try tx.remove(Identifier<Sailor>.nth(2))
        try tx.remove(Identifier<Postcard>.nth(1))
        try tx.remove(Identifier<Postcard>.nth(2))
        for n in [1, 3] { try tx.remove(Identifier<Sailor>.nth(n)) }
        try expect(try tx.count(Query<Sailor>()), is: 0)
      }
    },
    StorageLaw("references.update-target", "A row that is referred to can change") {
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1), name: "Ana"))
        try tx.add(Postcard(id: .nth(1), sailor: .nth(1)))
        try tx.change(Identifier<Sailor>.nth(1)) { $0.name = "Bea" }
        try expect(try tx.get(Identifier<Sailor>.nth(1))?.row.name, is: "Bea")
        try expect(try tx.count(Query<Postcard>(where: { $0.sailor == .nth(1) })), is: 1)
      }
    },
    StorageLaw("references.own-kind", "Rows can refer to their own kind, and to themselves") {
      try await $0.write { tx in
        try tx.add(Crew(id: .nth(1), name: "Own", parent: .nth(1)))
        try tx.add(Crew(id: .nth(2), name: "Child", parent: .nth(1)))
        let error = try expect(.stillReferenced) { try tx.remove(Identifier<Crew>.nth(1)) }
        try expect(error.field, is: "crews.parent", "field")
        try expect(error.holder, is: Identifier<Crew>.nth(2).description, "holder")
        try tx.remove(Identifier<Crew>.nth(2))
        try tx.remove(Identifier<Crew>.nth(1))
        try expect(try tx.count(Query<Crew>()), is: 0, "crews")
      }
    },
    StorageLaw("references.circle", "Two rows can refer to each other and part again") {
      try await $0.write { tx in
        try tx.add(Crew(id: .nth(1), name: "A"))
        try tx.add(Crew(id: .nth(2), name: "B", parent: .nth(1)))
        try tx.change(Identifier<Crew>.nth(1)) { $0.parent = .nth(2) }
        for n in 1...2 {
          try expect(.stillReferenced) { try tx.remove(Identifier<Crew>.nth(n)) }
        }
        try tx.change(Identifier<Crew>.nth(1)) { $0.parent = nil }
        try tx.remove(Identifier<Crew>.nth(2))
        try tx.remove(Identifier<Crew>.nth(1))
      }
    },
    StorageLaw("references.numbered", "Rows refer to numbered and to other rows alike") {
      try await $0.write { tx in
        try expect(.unknownReference) {
          try tx.add(Locker(id: Identifier(number: 1), postcard: Identifier(number: 1)))
        }
        try tx.add(Sailor(id: .nth(1)))
        try tx.add(Postcard(id: .nth(1), sailor: .nth(1)))
        try tx.add(Locker(id: Identifier(number: 1), postcard: .nth(1)))
        let error = try expect(.stillReferenced) { try tx.remove(Identifier<Postcard>.nth(1)) }
        try expect(error.field, is: "lockers.postcard", "field")
        try expect(error.holder, is: Identifier<Locker>(number: 1).description, "holder")
      }
    },
  ]
}
