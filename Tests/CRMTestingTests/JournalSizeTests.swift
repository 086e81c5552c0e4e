import CRMKit
import CRMTesting
import Testing

@testable import CRMStorage

@Suite("How large journals are")
struct JournalSizeTests {
  /// A shop with customers, an order and contacts of each, so many a write.
  private func fill(_ crm: CRM, batch: Int) async throws {
    let item = try await crm.write { try $0.catalogue.add(sku: "cd", name: "Compact disc").id }
    for start in stride(from: 0, to: 400, by: batch) {
      try await crm.write { tx in
        for number in start..<(start + batch) {
          let customer = try tx.customers.add(
            .person("Customer \(number)", emails: ["c\(number)@example.com"]))
          try tx.orders.place(
            NewOrder(
              number: "\(number)", customer: customer.id,
              lines: [.init(item, quantity: 2, amount: Money("17.80", .eur))]))
        }
      }
    }
  }

  /// How many bytes the rows of a store take, encoded as files have them, each with its identifier.
  private func encodedSize(of storage: FileStorage) async throws -> Int {
    try await storage.read { reader in
      func size<R: Record>(of kind: R.Type) throws -> Int {
        let coder = RecordCoder(.typed(R.schema))
        let writer = ByteWriter()
        try reader.scan(Query<R>()) { row in
          row.row.id.high == 0 ? writer.varint(row.row.id.low) : writer.fixed(row.row.id.high)
          if row.row.id.high != 0 { writer.fixed(row.row.id.low) }
          coder.write(row, writer)
          return true
        }
        return writer.count
      }
      return try reader.catalog.schemas.reduce(0) { try $0 + size(of: $1.recordType) }
    }
  }

  @Test("A journal takes at most 1.2 times its records", arguments: [1, 100])
  func size(batch: Int) async throws {
    let disk = SimulatedDisk()
    let settings = FileSettings(durability: .onClose, smallestSnapshot: 1 << 30)
    let storage = FileStorage(in: "store", settings, fileSystem: disk)
    // Figures on customers are written again with each order; they take a row's room each time.
    let crm = try await CRM(
      storage: storage, capabilities: CRM.standardCapabilities.filter { !($0 is Metrics) },
      clock: TestClock(), identifiers: .seeded(1))
    let head = disk.files.reduce(0) { $0 + (disk.content(of: $1)?.count ?? 0) }
    try await fill(crm, batch: batch)
    let records = try await encodedSize(of: storage)
    await crm.close()
    let journals = disk.files.filter { $0.contains("journal") }
    #expect(journals.count == 1)
    let written = journals.reduce(0) { $0 + (disk.content(of: $1)?.count ?? 0) } - head
    let ratio = Double(written) / Double(records)
    #expect(ratio <= 1.2, "\(written) bytes for \(records)")
    #expect(ratio >= 1, "\(written) bytes for \(records)")
  }
}
