import CRMKit
import CRMSQLite

/// Customers in the tables that CRMKit gives them in SQLite, with all indexes.
public struct StoredCustomers: Sendable {
  private let customers: [Held<Customer>]
  private let definitions: [String]
  private let batch: Int

  private static let tables = [
    "customers", "customers__email_addresses", "customers__phone_numbers",
    "customers__external_keys", "customers__each_tag", "customers__search_words",
  ]

  /// Makes up so many customers.
  public init(customers count: Int = Scale.canonical(50_000, small: 500), batch: Int = 1_000)
    async throws
  {
    let crm = try await CRM(
      storage: MemoryStorage(), capabilities: CRM.shopCapabilities, clock: StoppedClock(),
      identifiers: .seeded(7))
    customers = try await crm.write { tx in
      try (0..<count).map { Held(try tx.customers.add(Person(number: $0).newCustomer)) }
    }
    self.batch = batch
    let folder = try TemporaryFolder()
    try await Self.storage(folder).close()
    definitions = try CDatabase(folder.file("customers.crm")).definitions()
  }

  private static func storage(_ folder: TemporaryFolder) async throws -> SQLiteStorage {
    let storage = SQLiteStorage(at: folder.file("customers.crm"), durability: .onClose)
    try await storage.open(Catalog([Customer.self]))
    return storage
  }

  private static func checksum(_ folder: TemporaryFolder) throws -> Checksum {
    try CDatabase(folder.file("customers.crm")).checksum(of: tables)
  }

  private var batches: [ArraySlice<Held<Customer>>] {
    stride(from: 0, to: customers.count, by: batch).map {
      customers[$0..<min($0 + batch, customers.count)]
    }
  }

  /// Writing customers with all side tables and indexes: CRMKit and the C calls.
  public var inserts: (crm: Contender, limit: Contender) {
    (
      Contender("CRMKit", operations: customers.count) { stopwatch in
        let folder = try TemporaryFolder()
        let storage = try await Self.storage(folder)
        try await stopwatch.measure {
          for batch in batches {
            try await storage.write { writer in
              for customer in batch { try writer.insert(Customer.schema.hold(customer.row)) }
            }
          }
        }
        await storage.close()
        return try Self.checksum(folder)
      },
      Contender("C calls", operations: customers.count) { stopwatch in
        let folder = try TemporaryFolder()
        let database = try CDatabase(folder.file("customers.crm"))
        for definition in definitions { try database.run(definition) }
        let statements = try CustomerStatements(database)
        try await stopwatch.measure {
          for batch in batches {
            try database.run("BEGIN IMMEDIATE")
            for customer in batch { try statements.insert(customer) }
            try database.run("COMMIT")
          }
        }
        return try Self.checksum(folder)
      }
    )
  }

  /// Reading customers by identifier, all in one read or each in its own.
  public func finds(each isEach: Bool) async throws -> (crm: Contender, limit: Contender) {
    let folder = try TemporaryFolder()
    let storage = try await Self.storage(folder)
    try await storage.write { writer in
      for customer in customers { try writer.insert(customer) }
    }
    var lottery = Lottery(3)
    let ids = (0..<customers.count).map { _ in customers[lottery.below(customers.count)].row.id }
    return (
      Contender("CRMKit", operations: ids.count) { [folder] stopwatch in
        defer { withExtendedLifetime(folder) {} }
        var sum = 0
        try await stopwatch.measure {
          if isEach {
            for id in ids { sum &+= try await storage.read { try $0.get(id)?.row.weight ?? 0 } }
          } else {
            try await storage.read { reader in
              for id in ids { sum &+= try reader.get(id)?.row.weight ?? 0 }
            }
          }
        }
        return Checksum(sum)
      },
      Contender("C calls", operations: ids.count) { [folder] stopwatch in
        let database = try CDatabase(folder.file("customers.crm"))
        let (begin, commit) = (try database.prepare("BEGIN"), try database.prepare("COMMIT"))
        let statement = try database.prepare(CStatement.customerSQL)
        var sum = 0
        try await stopwatch.measure {
          if !isEach { try begin.run() }
          for id in ids {
            if isEach { try begin.run() }
            statement.bind(id.high, id.low, at: 1)
            if try statement.step() { sum &+= try statement.customer().1.weight }
            statement.reset()
            if isEach { try commit.run() }
          }
          if !isEach { try commit.run() }
        }
        return Checksum(sum)
      }
    )
  }
}

extension Customer {
  /// What reading adds up.
  @inline(__always)
  var weight: Int { name.utf8.count &+ emails.count &+ tags.count &+ attributes.count }
}
