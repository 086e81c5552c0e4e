import CRMStorage
import Foundation

extension StorageLaw {
  /// Limits and cursors cut one answer into parts.
  static let paging = [
    StorageLaw("paging.limit", "A limit keeps the first rows and caps the count") {
      try await addCrowd(to: $0)
      try await $0.read { tx in
        let all = try tx.ids(Query<Sailor>(sortedBy: { [.descending($0.age)] }))
        for limit in [0, 1, 3, all.count, all.count + 1, .max] {
          let query = Query<Sailor>(sortedBy: { [.descending($0.age)] }, limit: limit)
          try expect(try tx.ids(query), is: Array(all.prefix(limit)), "limit \(limit)")
          try expect(try tx.count(query), is: min(limit, all.count), "count, limit \(limit)")
        }
        try expect(.unsupportedQuery) { _ = try tx.rows(Query<Sailor>(limit: -1)) }
        try expect(.unsupportedQuery) { _ = try tx.count(Query<Sailor>(limit: -1)) }
      }
    },
    StorageLaw("paging.every-row", "Paging visits every row once, in any order") {
      try await addCrowd(to: $0)
      for terms in manyOrders {
        for limit in [1, 3, crowd.count] {
          try await $0.read { tx in
            let all = try tx.ids(Query<Sailor>(sortedBy: { _ in terms }))
            var query = Query<Sailor>(sortedBy: { _ in terms }, limit: limit)
            var found: [Identifier<Sailor>] = []
            repeat {
              let page = try tx.page(query)
              found += page.items.map(\.id)
              query.after = page.next
            } while query.after != nil && found.count <= all.count
            try expect(found.map(\.ordinal), is: all.map(\.ordinal), "\(terms) by \(limit)")
          }
        }
      }
    },
    StorageLaw("paging.page", "The last page has no next one, whatever the limit") {
      try await addCrowd(to: $0)
      try await $0.read { tx in
        for limit in [crowd.count, crowd.count + 1, .max, nil] {
          let page = try tx.page(Query<Sailor>(limit: limit))
          try expect(page.items.count, is: crowd.count, "limit \(limit ?? -1)")
          try expect(page.next == nil, "no next page with limit \(limit ?? -1)")
        }
        let first = try tx.page(Query<Sailor>(limit: crowd.count - 1))
        try expect(first.next != nil, "a next page")
      }
    },
    StorageLaw("paging.count", "Count goes on from a cursor too") {
      try await addCrowd(to: $0)
      try await $0.read { tx in
        var query = Query<Sailor>(sortedBy: { [.descending($0.city)] }, limit: 3)
        query.after = try tx.page(query).next
        query.limit = nil
        try expect(try tx.count(query), is: crowd.count - 3, "after three")
        query.limit = 2
        try expect(try tx.count(query), is: 2, "after three, two at most")
        query.filter = Filter { $0.city == "Rome" }
        try expect(try tx.count(query), is: 0, "all of Rome is before the cursor")
      }
    },
    StorageLaw("paging.moving", "Rows inserted behind a cursor neither show nor hide others") {
      let trial = $0
      try await addCrowd(to: trial)
      for terms in manyOrders {
        let all = try await trial.read { try $0.ids(Query<Sailor>(sortedBy: { _ in terms })) }
        var query = Query<Sailor>(sortedBy: { _ in terms }, limit: 2)
        var found: [Identifier<Sailor>] = []
        repeat {
          let page = try await trial.read { try $0.page(query) }
          found += page.items.map(\.id)
          query.after = page.next
          let last = page.items.last
          try await trial.write { try insertBefore(last, of: query, in: $0) }
        } while query.after != nil && found.count <= all.count
        try expect(found.map(\.ordinal), is: all.map(\.ordinal), "\(terms)")
        try await trial.write { tx in
          for id in try tx.ids(Query<Sailor>()) where !all.contains(id) { try tx.remove(id) }
        }
      }
    },
    StorageLaw("paging.deleted", "A cursor holds its place after its row is deleted") {
      try await addCrowd(to: $0)
      try await $0.write { tx in
        let sorted = Query<Sailor>(sortedBy: { [.descending($0.city), .ascending($0.age)] })
        let all = try tx.ids(sorted)
        var query = sorted
        query.limit = 3
        query.after = try tx.page(query).next
        query.limit = nil
        try tx.remove(all[2])
        try expect(try tx.ids(query), is: Array(all[3...]))
      }
    },
    StorageLaw("paging.other-order", "A cursor of another order is refused") {
      try await addCrowd(to: $0)
      try await $0.read { tx in
        let place = try tx.page(Query<Sailor>(sortedBy: { [.ascending($0.city)] }, limit: 1)).next
        let others: [[Ordering<Sailor>]] = [
          [], [.descending(Sailor.fields.city)], [.ascending(Sailor.fields.name)],
          [.ascending(Sailor.fields.city), .ascending(Sailor.fields.age)],
        ]
        for terms in others {
          let query = Query<Sailor>(sortedBy: { _ in terms }, after: place)
          try expect(.unsupportedQuery, "\(terms)") { _ = try tx.rows(query) }
          try expect(.unsupportedQuery, "count \(terms)") { _ = try tx.count(query) }
        }
      }
    },
    StorageLaw("paging.stored", "A cursor can be sent away and come back, but not be made up") {
      try await addCrowd(to: $0)
      try await $0.read { tx in
        var query = Query<Sailor>(
          sortedBy: { [.ascending($0.city), .ascending($0.age)] }, limit: 2)
        let all = try tx.ids(Query<Sailor>(sortedBy: { _ in query.order }))
        let place = try JSONEncoder().encode(try tx.page(query).next)
        query.after = try JSONDecoder().decode(Cursor<Sailor>.self, from: place)
        try expect(try tx.ids(query), is: Array(all[2..<4]), "the next rows")
        // The second row has an age and no city.
        let text = String(decoding: place, as: UTF8.self)
        for forged in [#"{"text":"2"}"#, #"{"flag":true}"#, #"{"json":"2"}"#] {
          let changed = Data(text.replacingOccurrences(of: #"{"integer":2}"#, with: forged).utf8)
          try expect(changed != place, "the age in the cursor", found: text)
          query.after = try JSONDecoder().decode(Cursor<Sailor>.self, from: changed)
          try expect(.unsupportedQuery, forged) { _ = try tx.rows(query) }
          try expect(.unsupportedQuery, "count \(forged)") { _ = try tx.count(query) }
        }
      }
    },
    StorageLaw("paging.pairs", "Paging goes on amid values of two columns, some of them missing") {
      try await $0.write { tx in
        for n in 0..<12 {
          let wage =
            n % 4 == 0 ? nil : Wage(cents: Int64(n % 3), currency: n % 2 == 0 ? "EUR" : "KRW")
          try tx.add(Sailor(id: .nth(n), wage: wage, isActiveAt: n))
        }
      }
      for terms: [Ordering<Sailor>] in [
        [.ascending(Sailor.fields.wage)], [.descending(Sailor.fields.wage)],
        [.descending(Sailor.fields.seen), .ascending(Sailor.fields.wage)],
        [.ascending(Sailor.fields.nameLength), .descending(Sailor.fields.wage)],
      ] {
        try await $0.read { tx in
          let all = try tx.ids(Query<Sailor>(sortedBy: { _ in terms }))
          try expect(Set(all).count, is: 12, "all rows")
          var found: [Identifier<Sailor>] = []
          var query = Query<Sailor>(sortedBy: { _ in terms }, limit: 1)
          repeat {
            let page = try tx.page(query)
            found += page.items.map(\.id)
            query.after = page.next
          } while query.after != nil && found.count <= all.count
          try expect(found.map(\.ordinal), is: all.map(\.ordinal), "\(terms)")
        }
      }
    },
  ]
}

extension Sailor {
  fileprivate init(id: Identifier<Sailor>, wage: Wage?, isActiveAt n: Int) {
    self.init(id: id, name: String(repeating: "n", count: n % 2), wage: wage)
    seen = n % 3 == 0 ? nil : Instant(milliseconds: Int64(n % 2))
  }
}

/// Inserts a row that comes just before another in a query's order.
private func insertBefore(_ row: Sailor?, of query: Query<Sailor>, in tx: any StorageWriter) throws
{
  guard let row else { return }
  let goesUp = query.order.last?.isAscending ?? true
  // Equal in every field, so that the identifier alone decides.
  let halves = (row.id.high, goesUp ? row.id.low - 1 : row.id.low + 1)
  try tx.add(
    Sailor(
      id: Identifier(high: halves.0, low: halves.1), name: row.name, city: row.city, age: row.age))
}
