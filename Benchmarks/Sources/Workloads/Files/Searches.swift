import CRMKit

/// Searching many customers by what someone types.
public struct Searches: Sendable {
  private let crm: CRM
  private let folder: TemporaryFolder
  private let typed: [String]

  /// Adds so many customers.
  public init(_ kept: Kept, customers count: Int = Scale.canonical(1_000_000, small: 2_000))
    async throws
  {
    (crm, folder) = try await kept.crm()
    for start in stride(from: 0, to: count, by: 1_000) {
      try await crm.write { tx in
        for number in start..<min(start + 1_000, count) {
          try tx.customers.add(Person(number: number).newCustomer)
        }
      }
    }
    // A frequent word, its beginning, two words, two beginnings, the number of one customer,
    // part of it, the end of a phone number and the beginning of an address.
    typed = [
      "anna", "an", "jose garcia", "kar okaf", "\(1_000_000 + count / 2)", "10000",
      "\(10_000_000 + count / 3)".suffix(6).description, "clarke.9@", "zoe 77", "nobody",
    ]
  }

  /// The first page of 20 for each of ten things that are typed.
  public var firstPages: Contender {
    Contender("first page", operations: typed.count * Scale.canonical(20, small: 1)) { stopwatch in
      var found = 0
      try await stopwatch.measure {
        for _ in 0..<Scale.canonical(20, small: 1) {
          for text in typed {
            found &+= try await crm.read { try $0.customers.search(text).items.count }
          }
        }
      }
      return Checksum(found)
    }
  }
}
